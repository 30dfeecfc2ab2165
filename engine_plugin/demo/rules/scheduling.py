# SPDX-License-Identifier: Apache-2.0
"""Which host a VM starts on: the engine's filters, then the emptiest host.

Decides after the policy units PinToHost, CPU, Memory, CpuPinning and NUMA, as far as a host
of the demo can tell. Like the engine's, it looks at native NUMA nodes only: a nodeset in a
custom property is invisible here, and a host may be chosen where the hook then refuses.

    choose(vm, hosts, committed_mb)[0].name
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..faults import Fault, messages
from ..model import Host, Vm
from .cpu_tune import cpus_of, parse

Reason = tuple[str, str]
"""The filter's name, and what it says after "because"."""

_NONE_LEFT = (
    "There is no host that satisfies current scheduling constraints. See below for details:"
)


def choose(
    vm: Vm, hosts: Sequence[Host], committed_mb: Mapping[str, int], action: str = "run"
) -> list[Host]:
    """The hosts that pass every filter, the best first; a fault where none does."""
    candidates = [h for h in hosts if h.status == "up"]
    if not candidates:
        raise no_hosts(action)
    why = {h.id: reason(vm, h, committed_mb.get(h.id, 0)) for h in candidates}
    passed = [h for h in candidates if why[h.id] is None]
    if not passed:
        raise filtered_out(action, [(h, why[h.id]) for h in candidates])
    preferred = vm.config.host_ids
    return sorted(
        passed,
        key=lambda h: (h.id not in preferred, -available_mb(h, committed_mb.get(h.id, 0)), h.name),
    )


def reason(vm: Vm, host: Host, committed_mb: int) -> Reason | None:
    """Why the VM cannot run on the host; None where it can."""
    config = vm.config
    if config.affinity == "pinned" and config.host_ids and host.id not in config.host_ids:
        return "PinToHost", "the host is not present in the pinning list."
    if config.vcpus > len(host.cpus):
        return "CPU", "it has an insufficient amount of CPU cores to run the VM"
    free = available_mb(host, committed_mb)
    if config.memory_mb > free:
        return "Memory", f"its available memory is too low ({free} MB) to run the VM"
    wanted = {cpu for cpus in parse(config.cpu_pinning).values() for cpu in cpus_of(cpus)}
    if wanted - host.cpus:
        missing = ", ".join(str(c) for c in sorted(wanted - host.cpus))
        return "CpuPinning", (
            "it is either missing online CPU core(s) or the requested CPU core(s) are exclusively"
            f" pinned by another VM. Unavailable cores are: {missing}"
        )
    return _numa(vm, host)


def available_mb(host: Host, committed_mb: int) -> int:
    """Free memory less what the VMs that run there may still touch."""
    return max(0, sum(n.free_mb for n in host.nodes) - committed_mb)


def no_hosts(action: str) -> Fault:
    text = "There are no hosts to use. Check that the cluster contains at least one host in Up"
    return messages(409, f"Cannot {action} VM. {_NONE_LEFT}", f"{text} state.")


def filtered_out(action: str, why: Sequence[tuple[Host, Reason | None]]) -> Fault:
    lines = [
        f"The host {host.name} did not satisfy internal filter {found[0]} because {found[1]}."
        for host, found in why
        if found is not None
    ]
    return messages(409, f"Cannot {action} VM. {_NONE_LEFT}", *lines)


def _numa(vm: Vm, host: Host) -> Reason | None:
    pinned = [n for n in vm.config.nodes if n.pins]
    if not pinned:
        return None
    if len(host.nodes) < 2:
        return "NUMA", "does not support NUMA"
    free = {n.index: n.free_mb for n in host.nodes}
    for node in pinned:
        if node.mode == "preferred":
            continue
        if any(pin not in free or free[pin] < node.memory_mb for pin in node.pins):
            return "NUMA", (
                "cannot accommodate memory of VM's pinned virtual NUMA nodes within host's"
                " physical NUMA nodes."
            )
    return None
