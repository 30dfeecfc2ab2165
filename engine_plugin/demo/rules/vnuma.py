# SPDX-License-Identifier: Apache-2.0
"""Native virtual NUMA nodes: what the engine takes, after its NumaValidator.

Decides whether a VM's list of nodes is legal, in itself and on the hosts that the VM is
dedicated to. Knows no custom property: what the hook does is invisible to the engine.

    >>> check(VmConfig("db1", "c"), [VmNode("n", 1, 512)], [])
    Traceback (most recent call last):
    engine_plugin.demo.faults.Fault: [Expected a continuous sequence of 0-0 for 1 numa nodes. \
Missing indices 0. Assign indices with increasing order starting from 0 to your virtual numa nodes.]
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ..faults import messages
from ..model import Host, VmConfig, VmNode

Nodes = Sequence[VmNode]


def check(config: VmConfig, nodes: Nodes, hosts: Sequence[Host], action: str = "edit") -> None:
    """Raise the engine's first complaint; `hosts` are those that the VM is dedicated to."""
    if not nodes:
        return
    rules = (_preferred, _count, _duplicates, _continuity, _cpus, _memory, _hugepages)
    for rule in rules:
        text = rule(config, nodes)
        if text:
            raise messages(400, text.replace("${action}", action))
    if any(n.pins for n in nodes) and not config.host_ids:
        raise messages(409, f"Cannot {action} VM. VM must be pinned to at least one host.")
    for host in hosts:
        text = _on_host(nodes, host)
        if text:
            raise messages(400, text)


def _preferred(_: VmConfig, nodes: Nodes) -> str:
    single = len(nodes) == 1 and len(nodes[0].pins) == 1
    if any(n.mode == "preferred" for n in nodes) and not single:
        return "Preferred NUMA tune mode is allowed for a single pinned Virtual NUMA Node."
    return ""


def _count(config: VmConfig, nodes: Nodes) -> str:
    if config.vcpus >= len(nodes):
        return ""
    return (
        f"Cannot ${{action}} VM. Assigned {len(nodes)} NUMA nodes for {config.vcpus} CPU cores."
        " Cannot assign more NUMA nodes than CPU cores."
    )


def _duplicates(_: VmConfig, nodes: Nodes) -> str:
    twice = [i for i, n in Counter(n.index for n in nodes).items() if n > 1]
    return f"NUMA node with index {twice[0]} exists at least twice." if twice else ""


def _continuity(_: VmConfig, nodes: Nodes) -> str:
    missing = sorted(set(range(len(nodes))) - {n.index for n in nodes})
    if not missing:
        return ""
    shown = ", ".join(map(str, missing[:10])) + (", ..." if len(missing) > 10 else "")
    return (
        f"Expected a continuous sequence of 0-{len(nodes) - 1} for {len(nodes)} numa nodes."
        f" Missing indices {shown}. Assign indices with increasing order starting from 0 to your"
        " virtual numa nodes."
    )


def _cpus(config: VmConfig, nodes: Nodes) -> str:
    ids = [cpu for n in nodes for cpu in n.cpus]
    if ids and (min(ids) < 0 or max(ids) >= config.vcpus):
        wrong = min(ids) if min(ids) < 0 else max(ids)
        return (
            f"A NUMA node has an invalid CPU index: {wrong}."
            f" Indexes must be between 0 and {config.vcpus - 1}."
        )
    twice = sorted(cpu for cpu, count in Counter(ids).items() if count > 1)
    if twice:
        return (
            "CPUs with the following indexes are assigned to two or more NUMA nodes:"
            f" {', '.join(map(str, twice))}."
        )
    return ""


def _memory(config: VmConfig, nodes: Nodes) -> str:
    total = sum(n.memory_mb for n in nodes)
    if total <= config.memory_mb:
        return ""
    return (
        f"The NUMA nodes' total memory of {total} exceeds the VM's total memory of"
        f" {config.memory_mb}."
    )


def _hugepages(config: VmConfig, nodes: Nodes) -> str:
    size = config.properties.get("hugepages", "")
    if size.isdigit() and int(size) and any(n.memory_mb * 1024 % int(size) for n in nodes):
        return "Memory size of each numa node must be a multiple of hugepage size."
    return ""


def _on_host(nodes: Nodes, host: Host) -> str:
    if not host.nodes:
        return f"Cannot pin VM NUMA nodes when the host '{host.name}' has no NUMA nodes."
    if len(host.nodes) == 1:
        return f"Host '{host.name}' has no NUMA architecture."
    sizes = {n.index: n.memory_mb for n in host.nodes}
    for node in nodes:
        for pin in node.pins:
            if pin not in sizes:
                return f"Host NUMA node with index {pin} does not exist for host '{host.name}'."
            if node.mode == "strict" and node.memory_mb > sizes[pin]:
                return (
                    "NUMA node memory incompatibility error exists for VM's NUMA node with index"
                    f" {node.index} and host's NUMA node with index {pin} for host"
                    f" '{host.name}'."
                )
    return ""
