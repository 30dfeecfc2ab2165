# SPDX-License-Identifier: Apache-2.0
"""The replay as a command, which prints its table: exit 1 where something is unexplained.

python -m tests.engine_plugin.demo.replay
"""

import sys
import tempfile
from pathlib import Path

from .replay import Replayed, replay, replay_conversation
from .report import Report
from .world import conversing_engine, recorded_engine


def main() -> int:
    worlds = ((recorded_engine, replay), (conversing_engine, replay_conversation))
    found: list[Replayed] = []
    with tempfile.TemporaryDirectory(prefix="ovirt-numa-replay-") as folder:
        for made, sent in worlds:
            app = made(Path(folder) / made.__name__)
            try:
                found += sent(app)
            finally:
                app.state.close()
    report = Report.of(found)
    print("\n".join(report.lines()))
    return 0 if report.good else 1


sys.exit(main())
