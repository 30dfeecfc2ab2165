# SPDX-License-Identifier: Apache-2.0
"""The replay as a command, which prints its table: exit 1 where something is unexplained.

python -m tests.engine_plugin.demo.replay
"""

import sys
import tempfile
from pathlib import Path

from .replay import replay
from .report import Report
from .world import recorded_engine


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="ovirt-numa-replay-") as folder:
        app = recorded_engine(Path(folder) / "engine")
        try:
            report = Report.of(replay(app))
        finally:
            app.state.close()
    print("\n".join(report.lines()))
    return 0 if report.good else 1


sys.exit(main())
