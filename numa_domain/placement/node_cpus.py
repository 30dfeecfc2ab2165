# SPDX-License-Identifier: Apache-2.0
"""The CPUs on which vCPUs run if their memory is on some nodes, and how loaded these are.

That is a node's own usable CPUs. Where these are fewer than the vCPUs, CPUs of nodes without memory
are used too, by whose nearest memory they are: sub-NUMA clusters without DIMMs, a Threadripper
2990WX, LPARs on POWER.

    node 0: 4 CPUs, 64 GiB; node 1: 4 CPUs, no memory, nearest to 0
    cpus_near(host, Nodeset.parse("0"), vcpus=6)     the CPUs of both
"""

from __future__ import annotations

from ..base.idset import Cpuset

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ..host.model import HostTopology


def cpus_near(host: HostTopology, nodes: Iterable[int], vcpus: int) -> Cpuset:
    """The CPUs for so many vCPUs whose memory is on these nodes: no more nodes than needed."""
    named = [node for node in nodes if node in host.nodes]
    cpus = _union(host.nodes[node].usable for node in named)
    if len(cpus) >= vcpus:
        return cpus
    lent = lenders(host)
    further = {j: apart for node in named for j, apart in lent.get(node, {}).items()}
    for apart in sorted(set(further.values())):
        if len(cpus) >= vcpus:
            break
        cpus |= _union(host.nodes[j].usable for j in further if further[j] == apart)
    return cpus


def lenders(host: HostTopology) -> Mapping[int, Mapping[int, int]]:
    """For each node with memory: the nodes with CPUs and no memory that are nearest to it, and how
    far these are (there and back).
    """
    found: dict[int, dict[int, int]] = {}
    bare = [node.id for node in host.nodes.values() if node.usable and not node.memory_kib]
    memory = list(host.memory_nodes) if bare else []
    for j in bare:
        apart = {i: host.distance(i, j) + host.distance(j, i) for i in memory}
        for i in memory:
            if apart[i] == min(apart.values()):
                found.setdefault(i, {})[j] = apart[i]
    return found


def cpu_counts(host: HostTopology) -> dict[int, int]:
    """How many CPUs each node has for vCPUs: its own, and those that it is lent."""
    lent = lenders(host)
    return {
        i: len(_union([node.usable, *(host.nodes[j].usable for j in lent.get(i, ()))]))
        for i, node in host.nodes.items()
    }


def loads(host: HostTopology, counts: Mapping[int, int], unit: int) -> dict[int, int] | None:
    """vCPUs of other VMs on each node, in parts of `unit`; those near several nodes are shared out
    by CPUs. None if there are none.
    """
    if not host.vcpus:
        return None
    sums = dict.fromkeys(host.nodes, 0)
    for nodes, vcpus in host.vcpus.items():
        there = [i for i in nodes if i in sums]
        cpus = sum(counts[i] for i in there)
        for i in there if cpus else ():
            sums[i] += vcpus * unit * counts[i] // cpus
    return sums


def _union(sets: Iterable[Cpuset]) -> Cpuset:
    cpus = Cpuset()
    for each in sets:
        cpus |= each
    return cpus
