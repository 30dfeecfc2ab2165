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
from stat import S_ISREG

from numa_domain.base.errors import HostError

from .contract import read_all, write_all
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
    what = "the reservations cannot be {verb}: {reason}"
    todo = "check that the user of the hooks owns the directory, and its free space"


def peek(config: Config) -> list[Reservation]:
    """The reservations, read without the lock: complete, but perhaps no longer current."""
    try:
        data = _read(_path(config))
    except OSError:
        return []  # `ReservationFile` reports it
    return from_text(data.decode("utf-8", "replace"), _boot(config))[0] if data else []


def uptime() -> int:
    """Seconds since boot, including time in suspend."""
    return int(time.clock_gettime(time.CLOCK_BOOTTIME))


class ReservationFile:
    """The reservations by VM, while the lock is held."""

    def __init__(self, config: Config, report: Report) -> None:
        self._config, self._report, self._lock = config, report, -1
        self.reservations: dict[str, Reservation] = {}

    def __enter__(self) -> Self:
        directory = self._config.run_dir
        self._report.doing(
            f"waiting for the lock {directory}/lock", "see with lslocks which process holds it"
        )
        try:
            self._lock = _open_lock(directory)
            flock(self._lock, LOCK_EX)
            self._load()
        except OSError as error:
            raise LedgerUnusable(directory, verb="read", reason=error.strerror) from None
        self._report.doing(f"reading the reservations in {directory}", "check that it answers")
        return self

    def __exit__(self, *_: object) -> None:
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
            elif survey.complete and reservation.lapsed(survey.at, now, grace):
                del self.reservations[vm_id]
                self._report.log.write("info", f"reservation of {vm_id} lapsed: no such VM here")

    def store(self) -> None:
        """Replace the file."""
        path = _path(self._config)
        text = to_text(self.reservations.values(), _boot(self._config))
        try:
            _write(f"{path}.new", text.encode("ascii"))
            os.rename(f"{path}.new", path)
        except OSError as error:
            raise LedgerUnusable(path, verb="written", reason=error.strerror) from None

    def _load(self) -> None:
        path = _path(self._config)
        data = _read(path)
        if data is None:
            return
        found, damaged = from_text(data.decode("utf-8", "replace"), _boot(self._config))
        self.reservations = {r.vm_id: r for r in found}
        if damaged:
            os.rename(path, f"{path}.damaged")
            self._report.log.write(
                "warning",
                f"{path} was damaged: {len(found)} reservations of it are kept, "
                f"the file is now {path}.damaged",
            )
            self.store()


def _path(config: Config) -> str:
    return f"{config.run_dir}/reservations"


def _boot(config: Config) -> str:
    data = _read(f"{config.proc}/sys/kernel/random/boot_id")
    return data.decode("ascii", "replace").strip() if data else "-"


def _open_lock(directory: str) -> int:
    """With mode 0600: whoever can open it can hold the lock, and stop every start."""
    flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    try:
        return os.open(f"{directory}/lock", flags, 0o600)
    except FileNotFoundError:
        os.makedirs(directory, 0o755, exist_ok=True)
        return os.open(f"{directory}/lock", flags, 0o600)


def _read(path: str) -> bytes | None:
    """The file's contents; None if there is no file. b"" (damaged) for anything but a regular file
    of reasonable size.
    """
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        status = os.fstat(fd)
        if not S_ISREG(status.st_mode) or status.st_size > _LARGEST:
            return b""
        return read_all(fd, _LARGEST)
    finally:
        os.close(fd)


def _write(path: str, data: bytes) -> None:
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644)
    try:
        write_all(fd, data)
    finally:
        os.close(fd)
