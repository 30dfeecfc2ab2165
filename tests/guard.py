# SPDX-License-Identifier: Apache-2.0
"""Ends daemons, services and VMs of tests, however the tests' own process ends.

A daemon and its VMs outlive the process that started them, and Python that is ended by SIGTERM or
SIGKILL tidies nothing up. So a process of its own waits for the end of a pipe, and then ends every
process that was not there before it and has a folder of the tests in its command line.

    guard = Guard(folder); ...; guard.close()
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

_PATIENCE = 20


class Guard:
    """One folder's."""

    def __init__(self, folder: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-IS", __file__, str(folder), *map(str, named(str(folder)))],
            stdin=subprocess.PIPE,
            start_new_session=True,  # out of reach of what ends the tests
        )

    def close(self) -> None:
        """And wait until all are ended."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(2 * _PATIENCE)


def named(folder: str) -> list[int]:
    """The processes that have it in their command line; without the guards."""
    name = re.compile(re.escape(os.fsencode(folder)) + rb"(?![\w.-])")
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            words = (path / "cmdline").read_bytes()
        except OSError:
            continue  # it has ended
        if name.search(words) and os.fsencode(__file__) not in words:
            found.append(int(path.name))
    return found


def main(folder: str, before: list[int]) -> None:
    os.chdir("/")
    sys.stdin.buffer.read()
    until = time.monotonic() + _PATIENCE
    while (left := sorted({*named(folder)} - {*before})) and time.monotonic() < until:
        for pid in left:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        time.sleep(0.05)


if __name__ == "__main__":
    main(sys.argv[1], [int(pid) for pid in sys.argv[2:]])
