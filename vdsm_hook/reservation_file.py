# SPDX-License-Identifier: Apache-2.0
"""The reservations of this host: one small file, and the lock that goes with it.

Decides who may change them, and that they are whole at every moment: the file is replaced,
never written over. Never knows how much a VM needs. The lock is held from reading what is
promised until the new promise is in the file, so that two starts cannot promise one node
twice; the kernel lets go of it when its holder ends, however that ends.

    /run/vdsm/ovirt-numa/reservations
        ovirt-numa reservations 1 boot 5d0c2a54-...
        0d5f6a3e-... 81023 4711 0:0=8388608 1:0=8388608        VM, made, pid, node:page=KiB
        end 1
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
    from typing_extensions import Self

    from .config import Config
    from .report import Report
    from .reservations import Charges
    from .running_vms import Survey

_LARGEST = 4 * 1024 * 1024


class LedgerUnusable(HostError):
    what = "the reservations cannot be {verb}: {reason}"
    todo = "check that the user of the hooks owns the directory, and its free space"


def peek(config: Config) -> list[Reservation]:
    """The reservations without the lock: whole, but maybe no longer the newest."""
    try:
        data = _read(_path(config))
    except OSError:
        return []  # told where the lock is held
    return from_text(data.decode("utf-8", "replace"), _boot(config))[0] if data else []


def uptime() -> int:
    """Seconds since boot, those of suspend included."""
    return int(time.clock_gettime(time.CLOCK_BOOTTIME))


class ReservationFile:
    """The reservations, by VM, while the lock is held."""

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

    def put(self, vm_id: str, charges: Charges) -> None:
        """Promise memory to a VM; what it had before is replaced."""
        self.reservations.pop(vm_id, None)
        if charges:
            self.reservations[vm_id] = Reservation(vm_id, uptime(), charges)

    def remove(self, vm_id: str) -> bool:
        """Whether there was a reservation."""
        return self.reservations.pop(vm_id, None) is not None

    def reclaim(self, survey: Survey) -> None:
        """Drop what has lapsed, and remember the processes that were found."""
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
    """Of mode 0600: whoever can open it can hold it, and stop every start."""
    flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    try:
        return os.open(f"{directory}/lock", flags, 0o600)
    except FileNotFoundError:
        os.makedirs(directory, 0o755, exist_ok=True)
        return os.open(f"{directory}/lock", flags, 0o600)


def _read(path: str) -> bytes | None:
    """The file's bytes, None where there is none. What is no file, or too large for one of
    ours, reads as b"": damaged."""
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
