# SPDX-License-Identifier: Apache-2.0
"""`python -m engine_plugin.setup`: the command where the service has no environment yet."""

import argparse
import sys

from numa_domain.base.errors import NumaError

from .command import add_options, run


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="ovirt-numa setup", description="put to work what the engine needs for NUMA"
    )
    add_options(parser)
    try:
        return run(parser.parse_args())
    except NumaError as error:
        print(f"ovirt-numa: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
