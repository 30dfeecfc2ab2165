# SPDX-License-Identifier: Apache-2.0
"""What is wrong with the files that the hooks keep, from the side of the user who runs them.

`numa-hook status` is mostly run by root, who can open anything; so owners and modes are looked at.

    /run/vdsm/ovirt-numa/lock belongs to root and the user vdsm cannot use it: the next start puts
    it right
"""

from __future__ import annotations

import os
import pwd
import stat
from collections.abc import Iterator

from numa_domain.base.frozen import Value

from .config import Config
from .kept_file import ASIDE
from .reservation_file import damaged_lines, peek, uptime
from .running_vms import survey

HOOK_USER = "vdsm"

_READ, _WRITE, _ENTER = 4, 2, 1
_KEPT = {
    "lock": _READ | _WRITE,
    "reservations": _READ,
    "journal": _READ | _WRITE,
    "affinity.json": _READ,
}
_REPAIRS = "the next run of a hook puts it right"


class User(Value):
    """Who runs the hooks."""

    name: str
    uid: int
    gids: frozenset[int] = frozenset()

    def can(self, status: os.stat_result, bits: int) -> bool:
        """Whether the mode gives these rights."""
        if self.uid == 0:
            return True
        if status.st_uid == self.uid:
            return (status.st_mode >> 6) & bits == bits
        shift = 3 if status.st_gid in self.gids else 0
        return (status.st_mode >> shift) & bits == bits


def hook_user(config: Config) -> User:
    """The user vdsm; where there is none, whoever owns the directory above ours."""
    try:
        entry = pwd.getpwnam(HOOK_USER)
    except KeyError:
        uid = os.stat(_nearest(config.run_dir)).st_uid
        try:
            entry = pwd.getpwuid(uid)
        except KeyError:
            return User(str(uid), uid)
    gids = os.getgrouplist(entry.pw_name, entry.pw_gid)
    return User(entry.pw_name, entry.pw_uid, frozenset(gids))


def state_problems(config: Config) -> Iterator[str]:
    """A sentence for each."""
    user = hook_user(config)
    yield from _directory(config.run_dir, user)
    for name, bits in _KEPT.items():
        yield from _file(f"{config.run_dir}/{name}", user, bits)
    for name in ("reservations", "journal", "affinity.json"):
        yield from _file(f"{config.run_dir}/{name}.new", user, _READ | _WRITE)
    refused = f"{config.run_dir}/refused"
    if os.path.lexists(refused) and not (
        os.path.isdir(refused) and user.can(os.stat(refused), _READ | _WRITE | _ENTER)
    ):
        yield f"the user {user.name} cannot write in {refused}: {_remedy(refused, user)}"
    damaged = damaged_lines(config)
    if damaged:
        yield f"{config.run_dir}/reservations has {damaged} damaged lines: {_REPAIRS}"
    yield from _log(config.log_file, user)
    yield from _null(user)
    yield from _unseen(config)


def left_aside(config: Config) -> Iterator[str]:
    """What was renamed because it was in the way."""
    above, name = os.path.split(config.run_dir)
    for directory, start in ((config.run_dir, ""), (above, name)):
        try:
            names = sorted(os.listdir(directory))
        except OSError:
            continue
        for each in names:
            if each.startswith(start) and (ASIDE in each or ".damaged" in each):
                yield f"{directory}/{each} was in the way or damaged: look at it, and delete it"


def _directory(path: str, user: User) -> Iterator[str]:
    if not os.path.lexists(path):
        above = _nearest(path)
        if not user.can(os.stat(above), _WRITE | _ENTER):
            yield f"{path} is not there, and the user {user.name} cannot make it in {above}"
        return
    if not os.path.isdir(path):
        yield f"{path} is {_kind(os.lstat(path))} and no directory: {_remedy(path, user)}"
        return
    if not user.can(os.stat(path), _READ | _WRITE | _ENTER):
        owner = _owner(os.stat(path))
        yield f"the user {user.name} cannot write in {path} of {owner}: {_remedy(path, user)}"
    room = os.statvfs(path)
    lack = ""
    if room.f_flag & os.ST_RDONLY:
        lack = "mounted read-only"
    elif not room.f_bavail or (room.f_files and not room.f_favail):
        lack = "full"
    if lack:
        yield f"{path} is on a file system that is {lack}: VMs start without reservations"


def _file(path: str, user: User, bits: int) -> Iterator[str]:
    try:
        status = os.lstat(path)
    except OSError:
        return  # there is none yet; what is wrong with the directory is told
    if not stat.S_ISREG(status.st_mode):
        yield f"{path} is {_kind(status)} and no file: {_remedy(path, user)}"
    elif not user.can(status, bits):
        yield f"{path} belongs to {_owner(status)}: the user {user.name} cannot use it; " + _remedy(
            path, user
        )


def _log(path: str, user: User) -> Iterator[str]:
    if not path:
        return
    try:
        status = os.lstat(path)
    except OSError:
        above = _nearest(path)
        if not user.can(os.stat(above), _WRITE | _ENTER):
            yield f"the user {user.name} cannot make {path}: nothing is logged"
        return
    if not stat.S_ISREG(status.st_mode):
        yield f"{path} is {_kind(status)} and no file: nothing is logged; delete it"
    elif not user.can(status, _WRITE):
        owner = _owner(status)
        yield f"{path} belongs to {owner}: nothing is logged; chown {user.name} {path}"


def _null(user: User) -> Iterator[str]:
    try:
        status = os.stat(os.devnull)
    except OSError:
        status = None
    if status is None or not stat.S_ISCHR(status.st_mode) or not user.can(status, _READ | _WRITE):
        yield f"{os.devnull} is not the null device: mknod -m 666 {os.devnull} c 1 3"


def _unseen(config: Config) -> Iterator[str]:
    residents = survey(config, {r.vm_id: r.pid for r in peek(config)}, uptime()).residents
    for vm_id, resident in sorted(residents.items()):
        if resident.unseen:
            yield (
                f"it cannot be seen how much memory VM {vm_id} has touched: all of it stays"
                f" reserved; see that the control group of its process {resident.pid} has"
                " memory.numa_stat"
            )


def _remedy(path: str, user: User) -> str:
    """Whether the hooks can put it right, or an admin must."""
    above = os.path.dirname(path)
    if os.path.isdir(above) and user.can(os.stat(above), _WRITE | _ENTER):
        return _REPAIRS
    return f"take it away, or chown {user.name} {path}"


def _nearest(path: str) -> str:
    """The nearest directory above that there is."""
    above = os.path.dirname(path)
    while not os.path.isdir(above):
        above = os.path.dirname(above)
    return above


def _owner(status: os.stat_result) -> str:
    try:
        name = pwd.getpwuid(status.st_uid).pw_name
    except KeyError:
        name = str(status.st_uid)
    return f"{name} (mode {stat.S_IMODE(status.st_mode):04o})"


def _kind(status: os.stat_result) -> str:
    mode = status.st_mode
    for test, name in (
        (stat.S_ISDIR, "a directory"),
        (stat.S_ISLNK, "a link"),
        (stat.S_ISFIFO, "a FIFO"),
        (stat.S_ISSOCK, "a socket"),
        (stat.S_ISREG, "a file"),
    ):
        if test(mode):
            return name
    return "a device"
