# SPDX-License-Identifier: Apache-2.0
"""Laws of holding vCPUs: nothing that was not allowed, beside the memory or else unchanged, and
settled at once."""

from __future__ import annotations

from hypothesis import assume, event, given
from hypothesis import strategies as st

from numa_domain.affinity.holding import AWAY, FREE, HELD, LEFT, Held, HeldVcpu, decide, hold
from numa_domain.affinity.placed_vm import PlacedVm
from numa_domain.affinity.shared_pool import assumed
from numa_domain.base.idset import Cpuset, Nodeset
from numa_domain.domxml.cpu_policy import CpuPolicy
from numa_domain.host.usable_cpus import HostCpus

CPUS = 24
sets = st.sets(st.integers(0, CPUS - 1)).map(Cpuset.of)
some = st.sets(st.integers(0, CPUS - 1), min_size=1).map(Cpuset.of)
vcpu_sets = st.sets(st.integers(0, 5)).map(Cpuset.of)


@st.composite
def hosts(draw: st.DrawFn) -> HostCpus:
    """Up to four nodes that share out the CPUs, of which some are offline and some of no use."""
    owner = draw(st.lists(st.integers(-1, 3), min_size=CPUS, max_size=CPUS))
    nodes = {n: Cpuset.of(i for i, own in enumerate(owner) if own == n) for n in range(4)}
    online = Cpuset.of(i for i, own in enumerate(owner) if own >= 0)
    return HostCpus(nodes, online & draw(sets))


@st.composite
def vms(draw: st.DrawFn) -> PlacedVm:
    vcpus = draw(vcpu_sets)
    nodes = st.sets(st.integers(0, 4), min_size=1).map(Nodeset.of)
    name = draw(st.sampled_from(["none", "none", "manual", "dedicated", "siblings"]))
    return PlacedVm(
        run=1,
        policy=CpuPolicy(name, draw(vcpu_sets) if name == "manual" else Cpuset()),
        vcpus=vcpus,
        homes={v: draw(nodes) for v in vcpus if draw(st.integers(0, 5))},
        placed=draw(vcpu_sets),
        pins={v: draw(some) for v in vcpus if draw(st.integers(0, 5))},
        bound=draw(st.none() | some),
    )


@st.composite
def memories(draw: st.DrawFn, vm: PlacedVm) -> dict[int, Held]:
    """What may be remembered of it: often that the pin is ours, within what was allowed."""
    found = {}
    for vcpu in vm.vcpus:
        pinned = vm.pins.get(vcpu) if draw(st.booleans()) else draw(some)
        if pinned is not None and draw(st.booleans()):
            found[vcpu] = Held(pinned | draw(sets), pinned)
    return found


@given(some, sets)
def test_result_is_allowed(allowed: Cpuset, home: Cpuset) -> None:
    assert hold(allowed, home) <= allowed
    assert hold(allowed, home)


@given(some, sets)
def test_result_is_at_home_or_all_that_is_allowed(allowed: Cpuset, home: Cpuset) -> None:
    found = hold(allowed, home)
    assert found <= home or found == allowed


@given(some, sets)
def test_holding_twice_is_holding_once(allowed: Cpuset, home: Cpuset) -> None:
    once = hold(allowed, home)
    assert hold(once, home) == once


@given(some, sets, sets)
def test_more_allowed_is_never_less_held(allowed: Cpuset, more: Cpuset, home: Cpuset) -> None:
    """Once something at home is allowed: before, all that is allowed is far away, and goes."""
    assume(allowed & home)
    assert hold(allowed, home) <= hold(allowed | more, home)


@given(st.data(), vms(), hosts())
def test_every_vcpu_obeys_the_laws(data: st.DataObject, vm: PlacedVm, host: HostCpus) -> None:
    assume(host.online)
    found = decide(vm, host, data.draw(memories(vm)))
    assert [vcpu.id for vcpu in found] == list(vm.vcpus)
    for vcpu in found:
        event(vcpu.state)
        check(vcpu, vm, host)


def check(vcpu: HeldVcpu, vm: PlacedVm, host: HostCpus) -> None:
    assert vcpu.pin
    if vcpu.state in (LEFT, FREE):
        assert vcpu.pin == vcpu.now
        assert not vm.policy.pins(vcpu.id) or vcpu.state == FREE
    elif vcpu.state == HELD:
        assert vcpu.pin <= host.of(vm.homes[vcpu.id])
        assert vcpu.pin <= vcpu.allowed
    else:
        assert vcpu.state == AWAY
        assert not vcpu.allowed & vcpu.home
        assert vcpu.pin in (vcpu.allowed, vcpu.allowed & host.online, vcpu.now)


@given(st.data(), vms(), hosts())
def test_settled_at_once(data: st.DataObject, vm: PlacedVm, host: HostCpus) -> None:
    """What was decided and done gives nothing more to do: no loop."""
    assume(host.online)
    first = decide(vm, host, data.draw(memories(vm)))
    done = vm.replace(pins={vcpu.id: vcpu.pin for vcpu in first})
    remembered = {vcpu.id: Held(vcpu.allowed, vcpu.pin) for vcpu in first}
    again = decide(done, host, remembered)
    assert not any(vcpu.moves for vcpu in again)
    assert [(v.state, v.allowed) for v in again] == [(v.state, v.allowed) for v in first]


@given(st.data(), vms(), hosts(), sets)
def test_forgotten_is_found_again(
    data: st.DataObject, vm: PlacedVm, host: HostCpus, pool: Cpuset
) -> None:
    """VDSM pins to its pool, we narrow, and forget: all is as if we had not."""
    pool &= host.online
    assume(pool)
    pinned = vm.replace(pins=dict.fromkeys(vm.vcpus, pool))
    first = decide(pinned, host, {})
    done = vm.replace(pins={vcpu.id: vcpu.pin for vcpu in first})
    again = decide(done, host, assumed(done, host, pool))
    assert not any(vcpu.moves for vcpu in again)
    mine = [v for v in again if v.state in (HELD, AWAY)]
    assert [v.allowed for v in mine] == [pool] * len(mine)


@given(vms(), hosts(), sets)
def test_pin_of_another_is_not_taken_for_ours(vm: PlacedVm, host: HostCpus, pool: Cpuset) -> None:
    assume(host.online)
    plain = {vcpu.id: vcpu for vcpu in decide(vm, host, {})}
    for vcpu in decide(vm, host, assumed(vm, host, pool)):
        if vcpu.now != hold(pool, vcpu.home):
            assert vcpu == plain[vcpu.id]
        else:
            assert vcpu.pin <= pool or vcpu.pin == vcpu.now
