# SPDX-License-Identifier: Apache-2.0
"""The file of reservations: replaced whole, found again, recovered, reclaimed."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from numa_domain.base.errors import NumaError
from tests.vdsm_hook.machine import Machine
from tests.vdsm_hook.vdsm import VM_ID
from vdsm_hook.log import Log
from vdsm_hook.reservation_file import ReservationFile, peek, uptime
from vdsm_hook.reservations import Reservation
from vdsm_hook.running_vms import RunningVm, Survey
from vdsm_hook.worker import Report


class Machines(Machine):
    """With a ledger that is used in this process."""

    def ledger(self) -> ReservationFile:
        log = Log(str(self.log), "debug", "test")
        return ReservationFile(self.config, Report(os.open(os.devnull, os.O_WRONLY), log))

    @property
    def file(self) -> Path:
        return self.run_dir / "reservations"


@pytest.fixture
def host(tmp_path: Path) -> Machines:
    return Machines(tmp_path)


def promise(host: Machines, *vm_ids: str) -> None:
    with host.ledger() as ledger:
        for vm_id in vm_ids:
            ledger.put(vm_id, {0: {0: 4096}})
        ledger.store()


def seen(at: int, *, complete: bool = True, **residents: int) -> Survey:
    return Survey({vm: RunningVm(pid) for vm, pid in residents.items()}, at, complete)


def test_ledger_stored_is_found_again(host: Machines) -> None:
    promise(host, VM_ID, "b")
    assert host.promises == {VM_ID: {0: {0: 4096}}, "b": {0: {0: 4096}}}
    with host.ledger() as ledger:
        assert ledger.remove("b")
        assert not ledger.remove("c")
        ledger.store()
    assert host.promises == {VM_ID: {0: {0: 4096}}}
    assert sorted(p.name for p in host.run_dir.iterdir()) == ["lock", "reservations"]


def test_ledger_not_stored_is_unchanged(host: Machines) -> None:
    promise(host, VM_ID)
    with host.ledger() as ledger:
        ledger.put("b", {0: {0: 4096}})
    assert list(host.promises) == [VM_ID]


def test_ledger_vm_that_starts_again_has_one_reservation(host: Machines) -> None:
    promise(host, VM_ID)
    with host.ledger() as ledger:
        ledger.put(VM_ID, {1: {0: 8}})
        ledger.store()
    assert host.promises == {VM_ID: {1: {0: 8}}}


def test_ledger_vm_without_charges_has_no_reservation(host: Machines) -> None:
    promise(host, VM_ID)
    with host.ledger() as ledger:
        ledger.put(VM_ID, {})
        ledger.store()
    assert host.promises == {}


def test_ledger_is_readable_by_all_and_its_lock_by_nobody_else(host: Machines) -> None:
    promise(host, VM_ID)
    assert oct(host.file.stat().st_mode & 0o777) == "0o644"
    assert oct((host.run_dir / "lock").stat().st_mode & 0o777) == "0o600"


def test_ledger_of_another_boot_is_empty(host: Machines) -> None:
    promise(host, VM_ID)
    (host.proc / "sys" / "kernel" / "random" / "boot_id").write_text("another\n")
    assert peek(host.config) == []


@pytest.mark.parametrize("damage", [b"", b"\0" * 4096, b"\xff\xfe garbage\n", b"ovirt-numa res"])
def test_ledger_garbage_is_moved_aside_and_told(host: Machines, damage: bytes) -> None:
    promise(host, VM_ID)
    host.file.write_bytes(damage)
    promise(host, "b")
    assert list(host.promises) == ["b"]
    assert (host.run_dir / "reservations.damaged").read_bytes() == damage
    assert re.sub(r"^\S+ \S+ ", "", host.log.read_text()) == (
        f"warning test: {host.file} was damaged: 0 reservations of it are kept, "
        f"the file is now {host.file}.damaged\n"
    )


def test_ledger_damaged_line_costs_one_reservation(host: Machines) -> None:
    promise(host, VM_ID, "b", "c")
    host.file.write_text(host.file.read_text().replace("b ", "b x"))
    promise(host, "d")
    assert list(host.promises) == [VM_ID, "c", "d"]


@pytest.mark.parametrize("kind", ["fifo", "directory"])
def test_ledger_that_is_no_file_is_moved_aside(host: Machines, kind: str) -> None:
    host.run_dir.mkdir(parents=True)
    (os.mkfifo if kind == "fifo" else os.mkdir)(host.file)
    promise(host, VM_ID)
    assert list(host.promises) == [VM_ID]


def test_ledger_directory_that_cannot_be_made_is_told_and_stops_nothing(host: Machines) -> None:
    host.configure(run_dir="/proc/numa")
    with host.ledger() as ledger:
        ledger.put(VM_ID, {0: {0: 4096}})
        ledger.store()
    assert re.sub(r"^\S+ \S+ ", "", host.log.read_text()) == (
        "warning test: /proc/numa: the reservations cannot be read: No such file or directory; "
        "VMs start without one; see numa-hook status on this host, and free space in that "
        "directory\n"
    )


def test_ledger_whose_lock_is_taken_away_is_not_replaced(host: Machines) -> None:
    promise(host, VM_ID)
    with host.ledger() as ledger:
        (host.run_dir / "lock").unlink()
        promise(host, "b")
        ledger.put("c", {0: {0: 4096}})
        with pytest.raises(NumaError) as caught:
            ledger.store()
    assert str(caught.value) == (
        f"{host.run_dir}/lock: the lock was taken away while the VM was placed; "
        "start the VM again: another may have been promised the same memory"
    )
    assert set(host.promises) == {VM_ID, "b"}


def test_ledger_vm_whose_memory_cannot_be_seen_is_told(host: Machines) -> None:
    promise(host, "vm")
    with host.ledger() as ledger:
        ledger.reclaim(Survey({"vm": RunningVm(4711, {}, True)}, 0, True))
    assert "it cannot be seen how much memory VM vm has touched" in host.log.read_text()


def test_reclaim_vm_without_process_lapses_after_the_grace(host: Machines) -> None:
    promise(host, VM_ID)
    with host.ledger() as ledger:
        ledger.reclaim(seen(uptime() + 299))
        assert list(ledger.reservations) == [VM_ID]
        ledger.reclaim(seen(uptime() + 302))
        assert not ledger.reservations
    assert f"reservation of {VM_ID} lapsed: no such VM here" in host.log.read_text()


def test_reclaim_leaves_what_was_promised_after_the_look(host: Machines) -> None:
    promise(host, VM_ID)
    with host.ledger() as ledger:
        ledger.reclaim(seen(uptime() - 2))
        assert list(ledger.reservations) == [VM_ID]


def test_reclaim_vm_with_process_stays_and_its_pid_is_kept(host: Machines) -> None:
    promise(host, "vm")
    with host.ledger() as ledger:
        ledger.reclaim(seen(uptime() + 9999, vm=4711))
        ledger.store()
    assert [(r.vm_id, r.pid) for r in peek(host.config)] == [("vm", 4711)]


def test_reclaim_takes_nothing_from_what_cannot_be_seen(host: Machines) -> None:
    promise(host, VM_ID)
    with host.ledger() as ledger:
        ledger.reclaim(seen(uptime() + 9999, complete=False))
        assert list(ledger.reservations) == [VM_ID]


def test_reclaim_reservation_from_the_future_is_of_another_boot(host: Machines) -> None:
    with host.ledger() as ledger:
        ledger.reservations["a"] = Reservation("a", uptime() + 5000, {0: {0: 4}})
        ledger.reclaim(seen(uptime()))
        assert not ledger.reservations
