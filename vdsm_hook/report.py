# SPDX-License-Identifier: Apache-2.0
"""What the worker reports to the supervisor through a pipe: first what it is doing, then the
outcome.

    doing reading the host's nodes under /sys <tab> check that sysfs answers
    new
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .log import Log

_DOING = b"doing "


class Report:
    """The worker's connection to the supervisor, and its log."""

    def __init__(self, fd: int, log: Log) -> None:
        self._fd, self.log = fd, log

    def doing(self, what: str, todo: str) -> None:
        """Say what comes next, and what an admin can do if it never ends."""
        self.send(_DOING + f"{what}\t{todo}\n".encode("utf-8", "backslashreplace"))

    def send(self, message: bytes) -> None:
        os.write(self._fd, message)


def stage(messages: bytes) -> tuple[str, str]:
    """What the worker was doing last, and what an admin can do about it."""
    said = [m for m in messages.split(b"\n") if m.startswith(_DOING) and b"\t" in m]
    if not said:
        return "starting", "check the load of this host"
    doing, _, todo = said[-1][len(_DOING) :].decode("utf-8", "replace").partition("\t")
    return doing, todo
