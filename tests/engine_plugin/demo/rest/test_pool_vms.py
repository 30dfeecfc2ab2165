# SPDX-License-Identifier: Apache-2.0
"""VMs of a pool: the engine answers before it has finished with them."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ovirtsdk4 as sdk
import pytest
from ovirtsdk4 import types

from engine_plugin.demo.locks import Locks
from engine_plugin.demo.settings import Settings

from ..conftest import Served, Vms

LINE = "VM desktop-1 configuration was updated by admin@internal-authz."


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Served]:
    engine = Served(Settings(data=tmp_path, boot="none", pool_seconds=0.4))
    yield engine
    engine.close()


@pytest.fixture
def pool_vm(own: Served) -> Any:
    return Vms(own.sdk()).named("desktop-1")


def lines(own: Served) -> list[str]:
    events = own.sdk().system_service().events_service()
    return [event.description for event in events.list(search="type=35")]


def test_update_holds_the_lock_after_its_answer(pool_vm: Any) -> None:
    pool_vm.update(types.Vm(description="first"))
    with pytest.raises(sdk.Error) as error:
        pool_vm.update(types.Vm(description="second"))
    with pytest.raises(sdk.Error) as gone:
        pool_vm.remove()
    assert (error.value.code, error.value.fault.detail) == (
        409,
        "[Cannot edit VM. VM is being updated.]",
    )
    assert gone.value.fault.detail == "[Cannot remove VM. VM is being updated.]"
    assert pool_vm.get().description == "first"


def test_lock_is_free_when_the_command_has_ended(own: Any, pool_vm: Any) -> None:
    pool_vm.update(types.Vm(description="first"))
    assert lines(own) == [LINE]
    deadline = time.monotonic() + 10
    while len(lines(own)) < 2:
        assert time.monotonic() < deadline, "the command does not end"
        time.sleep(0.05)
    pool_vm.update(types.Vm(description="second"))
    assert lines(own)[:2] == [LINE, LINE]
    assert pool_vm.get().description == "second"


def test_refused_update_leaves_the_lock_free(pool_vm: Any) -> None:
    wrong = types.Vm(custom_properties=[types.CustomProperty(name="no_such", value="1")])
    with pytest.raises(sdk.Error):
        pool_vm.update(wrong)
    pool_vm.update(types.Vm(description="first"))


def test_vm_of_no_pool_is_done_with_the_answer(own: Any) -> None:
    service = Vms(own.sdk())()
    service.update(types.Vm(description="first"))
    service.update(types.Vm(description="second"))
    assert len(lines(own)) == 2


def test_locks_that_close_finish_what_is_kept() -> None:
    done = threading.Event()
    locks = Locks()
    with locks.held("vm", "edit") as lock:
        lock.keep(3600, done.set)
    locks.close()
    assert done.is_set()
    with locks.held("vm", "edit"):
        pass
