# SPDX-License-Identifier: Apache-2.0
"""`python -m engine_plugin.setup`: the command where the service has no environment yet."""

import sys

from numa_domain.cli import program
from numa_domain.cli.parser import Parser

from .command import add_options, run


def main() -> int:
    parser = Parser(
        prog="ovirt-numa setup", description="put to work what the engine needs for NUMA"
    )
    add_options(parser)
    return program.run("ovirt-numa", lambda: run(parser.parse_args()))


if __name__ == "__main__":
    sys.exit(main())
