# SPDX-License-Identifier: Apache-2.0
"""The reservations of this host: a small file, and the lock for it.

The file is replaced, never overwritten, so it is complete at every moment. The lock is held from
reading the reservations until the new one is in the file, so that two starts cannot promise the
same memory twice. The kernel releases it when the process ends, in whatever way.

    /run/vdsm/ovirt-numa/reservations
        ovirt-numa reservations 1 boot 5d0c2a54-...
        0d5f6a3e-... 81023 4711 0:0=8388608 1:0=8388608        VM, made, pid, node:page=KiB
        end 1

Memory that may lie on any of several nodes has a word more (any:0-1:0=16777216), and so have the
VM's vCPUs (vcpus:0-1=4).
"""

from __future__ import annotations

import os
import time
from fcntl import LOCK_EX, flock

from numa_domain.base.errors import HostError

from .kept_file import open_kept, read_kept, replace, set_aside, usable_directory
from .reservations import Reservation, from_text, to_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from typing_extensions import Self

    from numa_domain.base.idset import Nodeset
    from numa_domain.host.model import Claim

    from .config import Config
    from .report import Report
    from .reservations import Charges
    from .running_vms import Survey

_LARGEST = 4 * 1024 * 1024


class LedgerUnusable(HostError):
    what = "the reservations cannot be {verb}: {reason}; VMs start without one"
    todo = "see numa-hook status on this host, and free space in that directory"


class LockTakenAway(HostError):
    what = "the lock was taken away while the VM was placed"
    todo = "start the VM again: another may have been promised the same memory"


class TouchedUnseen(HostError):
    what = "it cannot be seen how much memory VM {vm} has touched: all of it stays reserved"
    todo = "see that its control group has memory.numa_stat: ls /sys/fs/cgroup/machine.slice"


def peek(config: Config) -> list[Reservation]:
    """The reservations, read without the lock: complete, but perhaps no longer current."""
    try:
        data = read_kept(_path(config), _LARGEST, follow=True)
        return from_text(data.decode("utf-8", "replace"), _boot(config))[0] if data else []
    except OSError:
        return []  # `ReservationFile` reports it


def damaged_lines(config: Config) -> int:
    """How many lines of the file cannot be read."""
    try:
        data = read_kept(_path(config), _LARGEST, follow=True)
    except OSError:
        return 0
    return from_text(data.decode("utf-8", "replace"), _boot(config))[1] if data is not None else 0


def uptime() -> int:
    """Seconds since boot, including time in suspend."""
    return int(time.clock_gettime(time.CLOCK_BOOTTIME))


class ReservationFile:
    """The reservations by VM, while the lock is held.

    If the directory cannot be used and cannot be repaired, they are those that can still be read,
    and nothing is stored: a VM may then get memory that another was promised, which is told, but no
    start fails.
    """

    def __init__(self, config: Config, report: Report) -> None:
        self._config, self._report, self._lock = config, report, -1
        self.reservations: dict[str, Reservation] = {}
        self._usable = True

    def __enter__(self) -> Self:
        directory = self._config.run_dir
        self._report.doing(
            f"waiting for the lock {directory}/lock", "see with lslocks which process holds it"
        )
        try:
            former = usable_directory(directory)
            self._lock = _lock(directory)
            self._load(former)
        except OSError as error:
            self._give_up(directory, "read", error)
            self.reservations = {r.vm_id: r for r in peek(self._config)}
        self._report.doing(f"reading the reservations in {directory}", "check that it answers")
        return self

    def __exit__(self, *_: object) -> None:
        if self._lock >= 0:
            os.close(self._lock)

    def put(
        self,
        vm_id: str,
        charges: Charges,
        claims: Sequence[Claim] = (),
        vcpus: Mapping[Nodeset, int] = {},
    ) -> None:
        """Reserve memory for a VM, and note its vCPUs, in place of what it had before."""
        self.reservations.pop(vm_id, None)
        if charges:
            several = any(len(claim.nodes) > 1 for claim in claims)
            own = tuple(claims) if several else ()
            self.reservations[vm_id] = Reservation(vm_id, uptime(), charges, 0, own, vcpus)

    def remove(self, vm_id: str) -> bool:
        """Remove a VM's reservation; whether there was one."""
        return self.reservations.pop(vm_id, None) is not None

    def reclaim(self, survey: Survey) -> None:
        """Drop lapsed reservations, and note the processes that were found."""
        grace, now = self._config.start_grace, uptime()
        for vm_id, reservation in list(self.reservations.items()):
            resident = survey.residents.get(vm_id)
            if resident:
                self.reservations[vm_id] = reservation.replace(pid=resident.pid)
                if resident.unseen:
                    self._report.log.write("warning", str(TouchedUnseen(vm=vm_id)))
            elif survey.complete and reservation.lapsed(survey.at, now, grace):
                del self.reservations[vm_id]
                self._report.log.write("info", f"reservation of {vm_id} lapsed: no such VM here")

    def store(self) -> None:
        """Replace the file. Raises `LockTakenAway`."""
        if not self._usable:
            return
        path = _path(self._config)
        text = to_text(self.reservations.values(), _boot(self._config))
        try:
            if not _is_at(self._lock, f"{self._config.run_dir}/lock"):
                raise LockTakenAway(f"{self._config.run_dir}/lock")
            replace(path, text.encode("ascii"), 0o644)
        except OSError as error:
            self._give_up(path, "written", error)

    def _give_up(self, path: str, verb: str, error: OSError) -> None:
        self._usable = False
        reason = error.strerror or type(error).__name__
        self._report.log.write("warning", str(LedgerUnusable(path, verb=verb, reason=reason)))

    def _load(self, former: str) -> None:
        """Read the file; of a directory that was renamed, the file in there."""
        path = _path(self._config)
        if former:
            self._report.log.write(
                "warning", f"{self._config.run_dir} could not be used and is now {former}"
            )
            data = read_kept(f"{former}/{_NAME}", _LARGEST, follow=True)
        else:
            data = read_kept(path, _LARGEST, follow=True)
        if data is None:
            return
        found, damaged = from_text(data.decode("utf-8", "replace"), _boot(self._config))
        self.reservations = {r.vm_id: r for r in found}
        if damaged and not former:
            aside = set_aside(path, f"{path}.damaged")
            self._report.log.write(
                "warning",
                f"{path} was damaged: {len(found)} reservations of it are kept, "
                f"the file is now {aside}",
            )
            self.store()


_NAME = "reservations"


def _path(config: Config) -> str:
    return f"{config.run_dir}/{_NAME}"


def _boot(config: Config) -> str:
    """The id of this boot; a word of ASCII in any case, since it goes into the file."""
    try:
        data = read_kept(f"{config.proc}/sys/kernel/random/boot_id", 4096) or b""
    except OSError:
        data = b""
    words = data.decode("ascii", "ignore").split()
    return words[0] if words else "-"


def _lock(directory: str) -> int:
    """With mode 0600: whoever can open it can hold the lock, and stop every start."""
    path = f"{directory}/lock"
    while True:
        fd = open_kept(path, os.O_RDWR, 0o600)
        flock(fd, LOCK_EX)
        if _is_at(fd, path):  # otherwise it has been replaced meanwhile
            return fd
        os.close(fd)


def _is_at(fd: int, path: str) -> bool:
    """Whether this is the file that has the path."""
    try:
        return os.path.samestat(os.fstat(fd), os.lstat(path))
    except FileNotFoundError:
        return False
