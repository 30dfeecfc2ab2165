# SPDX-License-Identifier: Apache-2.0
"""While the words of a refusal are being found, other VMs start: the ledger is not locked.

The process that finds the words is stopped amid them, so that it is not a race who is faster.
"""

from __future__ import annotations

import fcntl
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.makers import host
from tests.vdsm_hook.bounds import check_refused
from tests.vdsm_hook.domains import engine_domain
from tests.vdsm_hook.machine import Machine
from tests.vdsm_hook.vdsm import Call

OTHER = "9a43f1e2-6b1c-4f0e-8a43-1f2b6c7d8e91"
SIXTEEN = [5, 17, 11, 7, 13, 3, 9, 17, 5, 11, 3, 7, 13, 9, 17, 5]
"""GiB on each node. That 60 cells do not fit takes 0.05 s, and the words for it 0.4 s."""
_TRIES = 20
_LIMIT = 5


def locked(path: Path) -> bool:
    """Whether a process holds the ledger's lock."""
    try:
        fd = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(fd)
    return False


def worker_of(call: Call) -> int:
    """The hook's process that does the work; 0 before it is there."""
    try:
        children = Path(f"/proc/{call.pid}/task/{call.pid}/children").read_text().split()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return int(children[0]) if children else 0


def amid_words(machine: Machine) -> tuple[Call, int]:
    """A start that is refused, stopped when it has given the lock back; and the process."""
    lock = machine.run_dir / "lock"
    request = {"numa_nodeset": "interleave:auto:9", "numa_topology": "60"}
    xml = engine_domain(vcpus=64, memory_gib=200)
    for _ in range(_TRIES):
        call = machine.call("before_vm_start", xml, request)
        was_held = False
        while (Path("/proc") / str(call.pid)).exists():
            held, worker = locked(lock), worker_of(call)
            if was_held and not held and worker:
                os.kill(worker, signal.SIGSTOP)
                return call, worker
            was_held = was_held or held
            time.sleep(0.001)
        call.answer()
    raise AssertionError("the lock was never seen to be given back before the hook ended")


@contextmanager
def refused_slowly(machine: Machine) -> Iterator[Call]:
    """Stopped while the block runs; ended after it."""
    call, worker = amid_words(machine)
    try:
        yield call
    finally:
        with suppress(ProcessLookupError):  # the supervisor has ended it
            os.kill(worker, signal.SIGCONT)


def test_start_passes_while_the_words_of_a_refusal_are_found(tmp_path: Path) -> None:
    machine = Machine(tmp_path, host(*SIXTEEN, cpus=4), time_limit=_LIMIT)
    with refused_slowly(machine) as call:
        other = machine.start(engine_domain(vcpus=2, memory_gib=2), "1", vm_id=OTHER)
        assert (other.rc, other.line) == (0, "")
        assert call.process.poll() is None  # it is where it was
        assert set(machine.promises) == {OTHER}
        line = check_refused(call.answer())
        assert f"no answer within {_LIMIT} s while saying why the VM does not fit" in line
    assert set(machine.promises) == {OTHER}


def test_words_that_are_found_later_than_others_start_are_the_same(tmp_path: Path) -> None:
    machine = Machine(tmp_path, host(*SIXTEEN, cpus=4), time_limit=9)
    with refused_slowly(machine) as call:
        other = machine.start(engine_domain(vcpus=2, memory_gib=2), "1", vm_id=OTHER)
        assert other.rc == 0
    line = check_refused(call.answer())
    assert "cells 0-59 need 200 GiB on nodes 0-15, where 152 GiB are free" in line
    assert set(machine.promises) == {OTHER}
