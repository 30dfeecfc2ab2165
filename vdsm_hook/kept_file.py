# SPDX-License-Identifier: Apache-2.0
"""The files that hooks and service keep, opened and replaced whatever stands in their way.

A shell of root that ran a hook, a restored backup or an editor can leave anything at these paths: a
directory, a link, a FIFO, a file of another user. None of that may stop the starts of all VMs. If
nothing is lost by it, it is deleted; else it is renamed, and `numa-hook status` tells of it.

    fd = open_kept("/run/vdsm/ovirt-numa/lock", os.O_RDWR, 0o600)
    replace("/run/vdsm/ovirt-numa/reservations", b"...", 0o644)
    /run/vdsm/ovirt-numa/reservations.unusable          what was at its place, and not empty
"""

from __future__ import annotations

import errno
import os
import time
from fcntl import LOCK_EX, LOCK_NB, flock
from stat import S_IMODE, S_ISDIR, S_ISREG

from .contract import read_all, write_all

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing_extensions import Self

ASIDE = ".unusable"

_SAFELY = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_IN_THE_WAY = (errno.EISDIR, errno.ELOOP, errno.ENXIO, errno.ENODEV, errno.EACCES, errno.EPERM)
_TRIES, _PAUSE = 200, 0.005
"""A second, for another process that repairs. What it does takes less than a millisecond."""


def open_kept(path: str, flags: int, mode: int) -> int:
    """A regular file, opened; made if there is none. Raises `OSError` if that cannot be."""
    fd = _open(path, flags, mode)
    if fd < 0:
        with _Repair(os.path.dirname(path)):
            fd = _open(path, flags, mode)  # another process may have been faster
            if fd < 0:
                clear(path)
                fd = os.open(path, flags | os.O_CREAT | _SAFELY, mode)
    hand_over(fd, path)
    return fd


def _open(path: str, flags: int, mode: int) -> int:
    """-1 if something is in the way. An error of the directory is raised."""
    try:
        fd = os.open(path, flags | os.O_CREAT | _SAFELY, mode)
    except OSError as error:
        if error.errno in _IN_THE_WAY and os.access(os.path.dirname(path), os.W_OK | os.X_OK):
            return -1
        raise
    if S_ISREG(os.fstat(fd).st_mode):
        return fd
    os.close(fd)
    return -1


def replace(path: str, data: bytes, mode: int) -> None:
    """Write the file anew, so that it is complete at every moment. Raises `OSError`."""
    new = f"{path}.new"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _SAFELY
    try:
        fd = os.open(new, flags, mode)
    except FileExistsError:  # of a process that was killed, or not ours
        clear(new, keep=False)
        fd = os.open(new, flags, mode)
    try:
        try:
            os.fchmod(fd, mode)
            hand_over(fd, path)
            write_all(fd, data)
        finally:
            os.close(fd)
        try:
            os.rename(new, path)
        except IsADirectoryError:
            clear(path)
            os.rename(new, path)
    except OSError:
        os.unlink(new)
        raise


def read_kept(path: str, most: int, *, follow: bool = False) -> bytes | None:
    """The contents; None if there is no file. b"" for what is no regular file of reasonable size,
    or cannot be read. `follow`: so that what a link has is kept when a file takes its place.
    """
    try:
        status = os.stat(path, follow_symlinks=follow)
        if not S_ISREG(status.st_mode) or status.st_size > most:
            return b""
        _open_up(path, status)
        safely = os.O_NONBLOCK | os.O_CLOEXEC | (0 if follow else os.O_NOFOLLOW)
        fd = os.open(path, os.O_RDONLY | safely)
        try:
            return read_all(fd, most)
        finally:
            os.close(fd)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        if error.errno in (errno.EIO, errno.ESTALE, errno.ENOMEM):
            raise
        return b""


def _open_up(path: str, status: os.stat_result) -> None:
    """Give ourselves the right to read what is ours."""
    if status.st_uid == os.geteuid() and not status.st_mode & 0o400 and os.geteuid():
        os.chmod(path, S_IMODE(status.st_mode) | 0o600)


def usable_directory(path: str, mode: int = 0o755) -> str:
    """Make the directory if it is missing or cannot be used. Returns the path to which the former
    one was renamed, or "". Raises `OSError` if that cannot be.
    """
    if _usable(path):
        return ""
    aside, parent = "", os.path.dirname(path)
    if os.path.lexists(path):
        with _Repair(parent):
            if _usable(path):
                return ""
            if os.path.isdir(path) and os.stat(path).st_uid == os.geteuid():
                os.chmod(path, mode)
            if not _usable(path):
                aside = clear(path)
                os.mkdir(path, mode)
    else:
        os.makedirs(path, mode, exist_ok=True)
    fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        hand_over(fd, path)
    finally:
        os.close(fd)
    return aside


def _usable(directory: str) -> bool:
    return os.path.isdir(directory) and os.access(directory, os.W_OK | os.X_OK)


def clear(path: str, *, keep: bool = True) -> str:
    """Take away what is there. Files and directories with something in them are renamed, if they
    are to be kept; returns the new path then, else "".
    """
    try:
        status = os.lstat(path)
    except FileNotFoundError:
        return ""
    if S_ISDIR(status.st_mode):
        try:
            os.rmdir(path)
            return ""
        except OSError as error:
            if error.errno not in (errno.ENOTEMPTY, errno.EEXIST, errno.EACCES):
                raise
    elif not (S_ISREG(status.st_mode) and status.st_size and keep):
        os.unlink(path)
        return ""
    return set_aside(path, f"{path}{ASIDE}")


def set_aside(path: str, target: str) -> str:
    """Rename, in place of what has that name already; with a number if that is a directory."""
    try:
        os.rename(path, target)
    except OSError as error:
        if error.errno not in (errno.EISDIR, errno.ENOTDIR, errno.ENOTEMPTY, errno.EEXIST):
            raise
        target = f"{target}-{time.time_ns()}"
        os.rename(path, target)
    return target


def hand_over(fd: int, path: str) -> None:
    """Give what root has made to the user of the hooks, who owns the directory that it is in."""
    if os.geteuid() == 0:
        above = os.stat(os.path.dirname(path))
        if os.fstat(fd).st_uid != above.st_uid:
            os.fchown(fd, above.st_uid, above.st_gid)


class _Repair:
    """One process at a time takes things away in a directory: another one's new file must stay.

    The lock is on the directory, for which no file is needed. Whoever can read the directory can
    hold it, so it is not waited for without end.
    """

    def __init__(self, directory: str) -> None:
        self._directory = directory

    def __enter__(self) -> Self:
        try:
            self._fd = os.open(self._directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except PermissionError:
            self._fd = -1
            return self
        for _ in range(_TRIES):
            try:
                flock(self._fd, LOCK_EX | LOCK_NB)
                break
            except BlockingIOError:
                time.sleep(_PAUSE)
        return self

    def __exit__(self, *_: object) -> None:
        if self._fd >= 0:
            os.close(self._fd)
