# SPDX-License-Identifier: Apache-2.0
"""The scheduler that the engine asks, set by the environment (OVIRT_NUMA_ENGINE_URL ...).

schedule()
"""

from __future__ import annotations

import logging
import signal
import sys
import threading
from types import FrameType

from ..scheduler.running import Running
from ..scheduler.settings import Settings


def schedule() -> None:
    """Until it is interrupted or terminated."""
    format_ = "%(asctime)s %(levelname)s %(message)s"
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format=format_)
    with Running(Settings.from_environment()) as running:

        def end(number: int, frame: FrameType | None) -> None:
            threading.Thread(target=running.server.shutdown).start()

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, end)
        running.server.serve_forever()
