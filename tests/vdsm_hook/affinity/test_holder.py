# SPDX-License-Identifier: Apache-2.0
"""Which events are our own doing: a real VM is pinned, and what libvirt tells of it is heard.

libvirt's loop runs in this process, a round at a time.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest

from numa_domain.base.idset import Cpuset
from numa_domain.host.usable_cpus import HostCpus
from tests.vdsm_hook.affinity.world import AT_HOME, World

libvirt = pytest.importorskip("libvirt")

from vdsm_hook.affinity.connection import Connection  # noqa: E402  # after the skip
from vdsm_hook.affinity.holder import Holder, Plan, cpu_map  # noqa: E402
from vdsm_hook.affinity.state import State  # noqa: E402

HOST = HostCpus({0: Cpuset.parse("0"), 1: Cpuset.parse("1")}, Cpuset.parse("0-1"))


class Listening:
    """A holder, a VM that VDSM has pinned everywhere, and libvirt's events."""

    def __init__(self, world: World, name: str) -> None:
        self.world, self.name = world, name
        self.said: list[str] = []
        self.holder = Holder(lambda level, text: self.said.append(f"{level}: {text}"), None)
        self.heard: list[tuple[str, dict[str, str]]] = []
        libvirt.virEventRegisterDefaultImpl()
        self.timer = libvirt.virEventAddTimeout(50, lambda *_: None, None)
        self.connection = Connection(world.daemon.uri, "/nowhere", self._event)
        self.vm = world.vm(name)
        world.vdsm.started(name)
        self.hear(4)
        self.heard.clear()

    def _event(self, domain: Any, changes: Any) -> None:
        if changes is not None:
            self.heard.append((domain.UUIDString(), changes))

    def hear(self, count: int) -> list[tuple[str, dict[str, str]]]:
        """So many events, and no more in a moment after them."""
        until = time.monotonic() + 20
        while len(self.heard) < count and time.monotonic() < until:
            libvirt.virEventRunDefaultImpl()
        for _ in range(4):
            libvirt.virEventRunDefaultImpl()
        assert len(self.heard) == count
        return self.heard

    def hold(self, holder: Holder | None = None) -> Plan:
        """One look, and what follows from it."""
        holder = holder or self.holder
        plan = holder.look(self.connection.libvirt.lookupByName(self.name), HOST)
        assert plan is not None
        assert holder.carry_out(plan, 1_772_355_302)
        return plan

    def asked(self) -> list[bool]:
        """Which of the events ask for another look."""
        heard, self.heard = self.heard, []
        return [self.holder.event(vm_id, changes) for vm_id, changes in heard]

    @property
    def allowed(self) -> list[str]:
        vm = self.holder.vms[self.vm.domain.UUIDString()]
        return [str(vm.held[vcpu].allowed) for vcpu in range(4)]

    def close(self) -> None:
        libvirt.virEventRemoveTimeout(self.timer)
        self.connection.close()


@pytest.fixture
def listening(world: World, request: pytest.FixtureRequest) -> Iterator[Listening]:
    found = Listening(world, f"h{abs(hash(request.node.name)) % 10**8}")
    yield found
    found.close()


def test_events_of_our_own_pins_ask_for_nothing(listening: Listening) -> None:
    listening.hold()
    assert listening.vm.threads() == AT_HOME
    listening.hear(4)
    assert listening.asked() == [False] * 4
    assert listening.allowed == ["0-1"] * 4
    holder = listening.holder
    assert (holder.pins, holder.events, holder.failures) == (4, 4, 0)


def test_events_of_other_pins_ask_for_a_look(listening: Listening) -> None:
    listening.hold()
    listening.world.vdsm.recovered_at_once()
    listening.hear(8)
    assert listening.asked() == [False] * 4 + [True] * 4


def test_same_pin_by_somebody_else_is_all_that_is_allowed(listening: Listening) -> None:
    """The shared CPUs are just those of the node by now: a CPU that came back is not among them."""
    listening.hold()
    listening.vm.domain.pinVcpu(2, (False, True))
    listening.hear(5)
    assert listening.asked() == [False] * 5
    assert listening.allowed == ["0-1", "0-1", "1", "0-1"]
    assert listening.hold().moves == ()


def test_events_of_a_lost_connection_are_not_waited_for(listening: Listening) -> None:
    listening.hold()
    listening.holder.disconnected()
    listening.hear(4)
    assert listening.asked() == [False] * 4
    assert listening.allowed == ["0", "0", "1", "1"]


def test_other_tunables_are_nothing_to_us(listening: Listening) -> None:
    listening.hold()
    listening.hear(4)
    listening.asked()
    listening.vm.domain.pinEmulator((True, False), libvirt.VIR_DOMAIN_AFFECT_LIVE)
    listening.hear(1)
    assert listening.asked() == [False]
    assert listening.holder.events == 4


def test_vm_that_has_ended_is_forgotten(listening: Listening) -> None:
    listening.hold()
    domain = listening.connection.libvirt.lookupByName(listening.name)
    plan = listening.holder.look(domain, HOST)
    listening.vm.domain.destroy()
    assert plan is not None
    assert listening.holder.carry_out(plan, 0)
    assert listening.holder.look(domain, HOST) is None
    assert (listening.holder.vms, listening.holder.failures) == ({}, 0)


def test_another_run_of_the_vm_has_no_memory_of_this(listening: Listening) -> None:
    listening.hold()
    vm = listening.holder.vms[listening.vm.domain.UUIDString()]
    same = Holder(lambda *_: None, State(vms=(vm,)))
    other = Holder(lambda *_: None, State(vms=(vm.replace(run=vm.run + 1),)))
    assert [str(group.allowed) for group in listening.hold(same).vm.groups] == ["0-1", "0-1"]
    assert [str(group.allowed) for group in listening.hold(other).vm.groups] == ["0", "1"]


def test_vm_whose_record_cannot_be_read_is_told_once_and_left(world: World) -> None:
    said: list[str] = []
    holder = Holder(lambda level, text: said.append(f"{level}: {text}"), None)
    record = '<numa:placement xmlns:numa="urn:ovirt-numa:1" version="9"/>'
    vm = world.vm("ninth", record=record)
    world.vdsm.started("ninth")
    for _ in range(2):
        plan = holder.look(vm.domain, HOST)
        assert plan is not None
        assert plan.moves == ()
    line = vm.domain.XMLDesc(0).partition("<numa:placement")[0].count("\n") + 1
    assert said == [
        f"warning: ninth: domain XML line {line}, /domain/metadata/numa:placement: our record in "
        "the metadata has version '9', and up to 1 they are known here; update the hook on this "
        "host to that of the host where the VM started, or start it anew"
    ]


def test_pin_that_libvirt_refuses_is_counted_and_told(listening: Listening) -> None:
    """A vCPU that was unplugged meanwhile, or a CPU that went offline."""
    plan = listening.holder.look(listening.connection.libvirt.lookupByName(listening.name), HOST)
    assert plan is not None
    no_cpu = plan.moves[0].replace(pin=Cpuset.of([4000]))
    assert not listening.holder.carry_out(plan.replace(moves=(no_cpu, *plan.moves[1:])), 0)
    assert (listening.holder.pins, listening.holder.failures) == (3, 1)
    assert f"warning: {listening.name}: vCPU 0 not on 4000: " in listening.said[-1]
    assert listening.vm.threads() == {**AT_HOME, 0: "0-1"}


@pytest.mark.parametrize(
    ("text", "flags"),
    [("0", (True,)), ("1,3", (False, True, False, True)), ("2", (False, False, True))],
)
def test_map_is_as_libvirt_wants_it(text: str, flags: tuple[bool, ...]) -> None:
    assert cpu_map(Cpuset.parse(text)) == flags
