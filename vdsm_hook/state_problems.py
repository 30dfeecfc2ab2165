# SPDX-License-Identifier: Apache-2.0
"""What is wrong with the files that the hooks keep, from the side of the user who runs them.

`numa-hook status` is mostly run by root, who can open anything; so owners and modes are looked at.

    /run/vdsm/ovirt-numa/lock belongs to root (mode 0600), and the user vdsm cannot use it; the next
    run of a hook puts it right
"""

from __future__ import annotations

import os
import pwd
import stat
from collections.abc import Iterator

from numa_domain.base.frozen import Value

from .config import Config
from .host_problems import StateAmiss
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
_NO_LOG = "nothing is logged"


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


def state_problems(config: Config) -> Iterator[StateAmiss]:
    """Each with what to do."""
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
        yield _amiss(f"the user {user.name} cannot write in {refused}", _remedy(refused, user))
    damaged = damaged_lines(config)
    if damaged:
        lines = f"{damaged} damaged line{'' if damaged == 1 else 's'}"
        yield _amiss(f"{config.run_dir}/reservations has {lines}", _REPAIRS)
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


def _amiss(reason: str, remedy: str) -> StateAmiss:
    return StateAmiss(reason=reason, remedy=remedy)


def _directory(path: str, user: User) -> Iterator[StateAmiss]:
    if not os.path.lexists(path):
        above = _nearest(path)
        if not user.can(os.stat(above), _WRITE | _ENTER):
            reason = f"{path} is not there, and the user {user.name} cannot make it in {above}"
            yield _amiss(reason, f"install -d -o {user.name} {path}")
        return
    if not os.path.isdir(path):
        yield _amiss(f"{path} is {_kind(os.lstat(path))} and no directory", _remedy(path, user))
        return
    if not user.can(os.stat(path), _READ | _WRITE | _ENTER):
        owner = _owner(os.stat(path))
        reason = f"the user {user.name} cannot write in {path} of {owner}"
        yield _amiss(reason, _remedy(path, user))
    room = os.statvfs(path)
    lack, remedy = "", ""
    if room.f_flag & os.ST_RDONLY:
        lack, remedy = "mounted read-only", f"mount -o remount,rw $(findmnt -n -o TARGET -T {path})"
    elif not room.f_bavail or (room.f_files and not room.f_favail):
        lack, remedy = "full", f"make room there: df -h {path}; df -i {path}"
    if lack:
        reason = f"{path} is on a file system that is {lack}: VMs start without reservations"
        yield _amiss(reason, remedy)


def _file(path: str, user: User, bits: int) -> Iterator[StateAmiss]:
    try:
        status = os.lstat(path)
    except OSError:
        return  # there is none yet; what is wrong with the directory is told
    if not stat.S_ISREG(status.st_mode):
        remedy = _remedy(path, user, "take it away")
        yield _amiss(f"{path} is {_kind(status)} and no file", remedy)
    elif not user.can(status, bits):
        reason = f"{path} belongs to {_owner(status)}, and the user {user.name} cannot use it"
        yield _amiss(reason, _remedy(path, user))


def _log(path: str, user: User) -> Iterator[StateAmiss]:
    if not path:
        return
    try:
        status = os.lstat(path)
    except OSError:
        above = _nearest(path)
        if not user.can(os.stat(above), _WRITE | _ENTER):
            remedy = f"touch {path}; chown {user.name} {path}"
            if above != os.path.dirname(path):
                remedy = f"install -d -o {user.name} {os.path.dirname(path)}"
            yield _amiss(f"the user {user.name} cannot make {path}: {_NO_LOG}", remedy)
        return
    if not stat.S_ISREG(status.st_mode):
        yield _amiss(f"{path} is {_kind(status)} and no file: {_NO_LOG}", "take it away")
    elif not user.can(status, _WRITE):
        reason = f"{path} belongs to {_owner(status)}: {_NO_LOG}"
        yield _amiss(reason, f"chown {user.name} {path}")


def _null(user: User) -> Iterator[StateAmiss]:
    try:
        status = os.stat(os.devnull)
    except OSError:
        status = None
    if status is None or not stat.S_ISCHR(status.st_mode) or not user.can(status, _READ | _WRITE):
        remedy = f"take away what is there, and: mknod -m 666 {os.devnull} c 1 3"
        yield _amiss(f"{os.devnull} is not the null device", remedy)


def _unseen(config: Config) -> Iterator[StateAmiss]:
    residents = survey(config, {r.vm_id: r.pid for r in peek(config)}, uptime()).residents
    for vm_id, resident in sorted(residents.items()):
        if resident.unseen:
            yield _amiss(
                f"it cannot be seen how much memory VM {vm_id} has touched: all of it stays"
                " reserved",
                f"see that the control group of its process {resident.pid} has memory.numa_stat",
            )


def _remedy(path: str, user: User, else_: str = "") -> str:
    """Whether the hooks can put it right, or an admin must."""
    above = os.path.dirname(path)
    if os.path.isdir(above) and user.can(os.stat(above), _WRITE | _ENTER):
        return _REPAIRS
    return else_ or f"take it away, or chown {user.name} {path}"


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
