# SPDX-License-Identifier: Apache-2.0
"""Judges the threads of a VM: is each of them where it should be?

    judge_threads(asked, sample.threads, cpus)[0].state      "good"

The emulator and I/O threads should be where the hook pinned them, a vCPU beside its cell's
memory. If VDSM pins it elsewhere (CPU policy none), that is drift, because numa-affinity should
correct it. If an admin or the engine pins it elsewhere for this VM, it is reported, but is not
drift.
"""

from __future__ import annotations

from ..affinity.holding import VcpusAway, VcpusWithoutCpus
from ..base.errors import HostError
from ..base.frozen import Value
from ..base.idset import Cpuset

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ..host.usable_cpus import HostCpus
    from .proc import Thread
    from .requested import Requested

GOOD, UNBOUND, PINNED, DRIFTED = "good", "unbound", "pinned", "drifted"


class ThreadElsewhere(HostError):
    what = "{thread} may run on {allowed:CPU}, and was to run on {asked:CPU}"
    todo = "look with virsh -r vcpupin, emulatorpin or iothreadinfo, and at who else pins threads"


class VcpusEverywhere(HostError):
    what = "{vcpus:vCPU} may run on {allowed:CPU}, and their memory is beside {home:CPU}"
    todo = "VDSM pins them so, and numa-affinity puts it right: numa-hook status says if it runs"


class VcpusPinnedAway(HostError):
    what = (
        "{vcpus:vCPU} may run on {allowed:CPU} by the VM's CPU policy {policy}, and their memory is"
        " beside {home:CPU}"
    )
    todo = "that is its pinning: change it, or choose nodes of these CPUs, before the next start"


class ThreadRow(Value):
    """One thread that has a pin, or could have one."""

    what: str
    asked: Cpuset | None
    """Of a vCPU of a placed VM: the CPUs beside its memory."""
    allowed: Cpuset
    last: int
    state: str
    vcpu: int = -1
    """Its number, where it is one."""


def judge_threads(
    asked: Requested, threads: Iterable[Thread], cpus: HostCpus
) -> tuple[ThreadRow, ...]:
    """Each that counts."""
    rows = []
    for thread in threads:
        if thread.kind == "vcpu" and asked.placed is not None:
            rows.append(_vcpu(thread, asked, cpus))
        elif thread.kind != "other":
            what = "emulator" if thread.kind == "emulator" else f"{thread.kind} {thread.number}"
            pin = asked.pins.get((thread.kind, thread.number))
            good = GOOD if pin is not None and thread.allowed <= pin else DRIFTED
            state = UNBOUND if pin is None else good
            rows.append(ThreadRow(what, pin, thread.allowed, thread.last, state))
    return tuple(rows)


def _vcpu(thread: Thread, asked: Requested, cpus: HostCpus) -> ThreadRow:
    number, placed = thread.number, asked.placed
    assert placed is not None
    nodes = placed.homes.get(number)
    home = Cpuset() if nodes is None else cpus.near(nodes)
    row = ThreadRow(f"vcpu {number}", home, thread.allowed, thread.last, GOOD, number)
    if nodes is None or not (home or number in placed.placed):
        return row.replace(asked=None, state=UNBOUND)
    if thread.allowed <= home:
        return row
    if placed.policy.pins(number):
        return row.replace(state=DRIFTED)
    pin = placed.pins.get(number)
    if pin is not None and not thread.allowed <= pin:  # nor is it where libvirt has put it
        return row.replace(asked=pin, state=DRIFTED, vcpu=-1)
    return row.replace(state=PINNED)


def thread_problems(asked: Requested, rows: Iterable[ThreadRow]) -> Iterator[HostError]:
    """What is to be said of them; vCPUs of which the same is to be said are told once."""
    alike: dict[tuple[str, Cpuset, Cpuset], list[int]] = {}
    for row in rows:
        if row.state in (DRIFTED, PINNED) and row.asked is not None:
            if row.vcpu < 0:
                facts = {"allowed": str(row.allowed), "asked": str(row.asked)}
                yield ThreadElsewhere(thread=row.what, **facts)
            else:
                alike.setdefault((row.state, row.allowed, row.asked), []).append(row.vcpu)
    for (state, allowed, home), numbers in alike.items():
        facts = {"vcpus": str(Cpuset.of(numbers)), "allowed": str(allowed), "home": str(home)}
        if state == PINNED and asked.placed is not None:
            yield VcpusPinnedAway(**facts, policy=asked.placed.policy.name)
        elif not home:
            yield VcpusWithoutCpus(vcpus=facts["vcpus"])
        elif allowed & home:
            yield VcpusEverywhere(**facts)
        else:
            yield VcpusAway(**facts)
