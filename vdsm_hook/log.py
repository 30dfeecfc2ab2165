# SPDX-License-Identifier: Apache-2.0
"""The hooks' log file: a line for each decision.

A hook never fails because the log cannot be written. Errors go to stderr only as the refusal, since
VDSM shows stderr to users.

    2026-03-01 09:15:02 info before_vm_start 0d5f...: placed on nodes 0-1
"""

from __future__ import annotations

import os
import time
from stat import S_ISREG

from .config import LEVELS
from .kept_file import hand_over
from .refusal_line import printable


class Log:
    """A file to which each line is appended in one write; no file if the path is ""."""

    def __init__(self, path: str, level: str, what: str) -> None:
        self.path, self.what = path, what
        self._levels = LEVELS[: LEVELS.index(level) + 1]
        self.said: list[str] = []
        """All messages except those of level debug, for the journal."""

    def write(self, level: str, text: str) -> None:
        if level != "debug":
            self.said.append(text)
        if level not in self._levels or not self.path:
            return
        at = time.strftime("%Y-%m-%d %H:%M:%S")
        lines = [f"{at} {level} {self.what}: {printable(part)}\n" for part in text.splitlines()]
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NONBLOCK | os.O_CLOEXEC
        try:
            fd = os.open(self.path, flags | os.O_NOFOLLOW, 0o640)
            try:
                if S_ISREG(os.fstat(fd).st_mode):
                    hand_over(fd, self.path)
                    os.write(fd, "".join(lines).encode("ascii"))
            finally:
                os.close(fd)
        except OSError:
            return  # the line is lost
