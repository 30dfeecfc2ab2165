# SPDX-License-Identifier: Apache-2.0
"""One change of a VM at a time, in all processes that share a folder of locks.

The engine has no conditional update, so between reading a VM and writing it nobody of ours may
write; others (the dialog, Ansible, a service elsewhere) are noticed (`guarded`). A lock is one of
64 files that VMs share, held by the kernel for the process: a crash leaves none behind.
"""

from __future__ import annotations

import errno
import fcntl
import os
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .errors import Busy, LocksUnusable
from .unanswered import Notes

_STRIPES = 64
_PAUSE = 0.005
OTHERS = "other changes of this VM's settings are still being written"


class Locks:
    """In `folder`, or in this process alone where that is None."""

    def __init__(self, folder: str | None = None) -> None:
        self._threads = [threading.Lock() for _ in range(_STRIPES)]
        self._folder = None if folder is None else Path(folder)
        self.notes = Notes(self._folder)
        """Of writes that were not answered, which outlive the lock."""

    @contextmanager
    def hold(self, key: str, seconds: float) -> Iterator[None]:
        """Alone with the VM; `Busy` where that takes too long."""
        stripe = zlib.crc32(key.encode()) % _STRIPES
        until = time.monotonic() + seconds
        if not self._threads[stripe].acquire(timeout=max(0.0, seconds)):
            raise Busy("lock", reason=OTHERS)
        try:
            with self._file(stripe, until):
                yield
        finally:
            self._threads[stripe].release()

    @contextmanager
    def _file(self, stripe: int, until: float) -> Iterator[None]:
        if self._folder is None:
            yield
            return
        number = _opened(self._folder, f"{stripe:02}.lock")
        try:
            while not _locked(number):
                if time.monotonic() > until:
                    raise Busy("lock", reason=OTHERS)
                time.sleep(_PAUSE)
            yield
        finally:
            os.close(number)


def _opened(folder: Path, name: str) -> int:
    """The file's descriptor. Raises `LocksUnusable`, of a folder that is somebody else's too."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        owner = folder.lstat().st_uid
        if owner != os.geteuid() and os.geteuid() != 0:
            raise PermissionError(errno.EPERM, f"it belongs to user {owner}")
        return os.open(folder / name, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        reason = error.strerror or str(error)
        raise LocksUnusable("lock", folder=str(folder), reason=reason) from error


def _locked(number: int) -> bool:
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
