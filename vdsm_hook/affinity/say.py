# SPDX-License-Identifier: Apache-2.0
"""The service's log: lines on stderr, with syslog's levels if systemd's journal reads them.

<6>web1: vCPUs 0-1 held on CPUs 0-1 of 0-5
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Mapping

from ..refusal_line import printable

Say = Callable[[str, str], None]

_PRIORITIES = {"error": 3, "warning": 4, "info": 6, "debug": 7}


def say_on_stderr(level: str, environ: Mapping[str, str] = os.environ) -> Say:
    """What says lines of this level and worse."""
    most = _PRIORITIES[level]
    to_journal = "JOURNAL_STREAM" in environ

    def say(level: str, text: str) -> None:
        priority = _PRIORITIES[level]
        if priority <= most:
            head = f"<{priority}>" if to_journal else f"numa-affinity: {level}: "
            # A log that is full or gone is no reason to let go of vCPUs
            with contextlib.suppress(OSError):
                print(f"{head}{printable(text)}", file=sys.stderr, flush=True)

    return say
