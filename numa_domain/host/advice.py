# SPDX-License-Identifier: Apache-2.0
"""What follows from a host's settings for VMs that are bound to its nodes, and what to change.

Decides what is told, never changes a thing. A setting of which nothing bad follows is told too: an
admin wants to know that it was looked at.

    [each.setting for each in advise(host, settings) if each.todo]      ["ksm"]
"""

from __future__ import annotations

from collections.abc import Iterator

from ..base.errors import HostError
from ..base.frozen import Value
from ..base.units import show_memory
from .model import HostTopology
from .settings import HostSettings

_KSM = "/sys/kernel/mm/ksm"
_POOLS = "/sys/devices/system/node/node{node}/hugepages/hugepages-{size}kB/nr_hugepages"


class NodesInterleaved(HostError):
    what = "all memory is equally far: binding does nothing here"
    todo = "switch off node interleaving in the firmware, so that each socket is a node"


class KsmAcrossNodes(HostError):
    what = (
        "pages of bound VMs are merged with those of other nodes: some of their memory is far,"
        " and numa-domain verify tells it as drifted"
    )
    todo = (
        "in the engine, cluster, Optimization: share memory pages inside each NUMA node; by"
        f" hand: echo 2 > {_KSM}/run; echo 0 > {_KSM}/merge_across_nodes; echo 1 > {_KSM}/run"
    )


class ZoneReclaimed(HostError):
    what = (
        "a node that is full drops its page cache rather than use another node: VMs that are"
        " not bound start slowly beside those that are"
    )
    todo = "sysctl vm.zone_reclaim_mode=0, and a file in /etc/sysctl.d for the next boot"


class PoolsUneven(HostError):
    what = "a cell with page={page} cannot lie on {nodes:node}"
    todo = "echo COUNT > {path} at run time; at boot hugepages= spreads them over all nodes"


class ColdPagesMoved(HostError):
    what = (
        "the kernel moves cold pages to slower nodes, those of bound VMs too where it does not"
        " look at their binding; numa-domain verify tells"
    )
    todo = "echo false > /sys/kernel/mm/numa/demotion_enabled, if bound VMs lose memory to it"


class NumadRuns(HostError):
    what = "it pins threads and moves memory by its own lights, against VDSM and numa-affinity"
    todo = "systemctl disable --now numad"


class Advice(Value):
    """One setting."""

    setting: str
    value: str
    good: str = ""
    """What follows, where nothing has to be changed."""
    amiss: HostError | None = None
    """What follows and what to do, where something has."""

    @property
    def follows(self) -> str:
        """In words."""
        return self.amiss.message if self.amiss else self.good

    @property
    def todo(self) -> str:
        """Empty where nothing has to be changed."""
        return self.amiss.remedy if self.amiss else ""


def advise(host: HostTopology, found: HostSettings) -> tuple[Advice, ...]:
    """Every setting that this host has."""
    return (
        *_nodes(host, found),
        *_balancing(found),
        *_ksm(found),
        *_zone_reclaim(found),
        *_huge_pages(found),
        *_pools(host),
        *_demotion(found),
        *_isolated(found),
        *_numad(found),
    )


def _nodes(host: HostTopology, found: HostSettings) -> Iterator[Advice]:
    with_memory = [node for node in host.nodes.values() if node.memory_kib]
    with_cpus = [node for node in with_memory if node.cpus]
    value = f"{len(with_memory)} with memory, {len(with_cpus)} of them with CPUs"
    if found.sockets:
        value += f", {found.sockets} socket{'s' if found.sockets > 1 else ''}"
    if len(with_memory) < 2:
        joined = NodesInterleaved("nodes") if (found.sockets or 1) > 1 else None
        yield Advice("nodes", value, NodesInterleaved.what, joined)
    elif found.sockets and len(with_cpus) > found.sockets:
        each = len(with_cpus) // found.sockets
        yield Advice(
            "nodes",
            value,
            f"a socket is {each} nodes (SNC, or NPS{each}): local access is nearer, and a VM that"
            " is larger than a node needs cells",
        )
    else:
        yield Advice("nodes", value, "each is a domain of its own")


def _balancing(found: HostSettings) -> Iterator[Advice]:
    follows = {
        0: "memory of VMs that are not bound stays where it was first touched",
        1: "the kernel brings memory and threads of VMs that are not bound together; what strict"
        " binds it leaves alone, so the two do not disturb each other",
        2: "the kernel moves hot pages to faster nodes (memory tiers); what strict binds it leaves"
        " alone",
    }
    value = found.numa_balancing
    if value is not None:
        yield Advice("numa_balancing", str(value), follows.get(value, "a mode of newer kernels"))


def _ksm(found: HostSettings) -> Iterator[Advice]:
    if found.ksm_run is None:
        return
    value = f"run {found.ksm_run}, {found.ksm_sharing} pages saved"
    if found.merge_across_nodes is not None:
        value += f", merge_across_nodes {int(found.merge_across_nodes)}"
    if found.merge_across_nodes and (found.ksm_run == 1 or found.ksm_sharing):
        yield Advice("ksm", value, amiss=KsmAcrossNodes("ksm"))
    else:
        yield Advice("ksm", value, "nothing is merged across nodes")


def _zone_reclaim(found: HostSettings) -> Iterator[Advice]:
    if found.zone_reclaim is None:
        return
    if found.zone_reclaim:
        amiss = ZoneReclaimed("zone_reclaim_mode")
        yield Advice("zone_reclaim_mode", str(found.zone_reclaim), amiss=amiss)
    else:
        yield Advice("zone_reclaim_mode", "0", "a full node gives way to others; strict does not")


def _huge_pages(found: HostSettings) -> Iterator[Advice]:
    follows = {
        "always": "guest memory is in 2 MiB pages where there are some; a cell may have one such"
        " page elsewhere while it is moved",
        "madvise": "QEMU asks for it: guest memory is in 2 MiB pages where there are some",
        "never": "guest memory is in small pages, unless the VM has huge pages of its own: more"
        " misses of the TLB",
    }
    if found.huge_pages is not None:
        text = follows.get(found.huge_pages, "a mode of newer kernels")
        yield Advice("transparent_hugepage", found.huge_pages, text)


def _pools(host: HostTopology) -> Iterator[Advice]:
    """Pools that not every node with CPUs has alike: a VM's cells are bound to single nodes."""
    sizes = sorted({size for node in host.nodes.values() for size in node.pages})
    for size in sizes:
        counts = {n.id: n.pages[size].total for n in host.nodes.values() if size in n.pages}
        if not any(counts.values()):
            continue
        name = f"huge pages of {show_memory(size)}"
        value = ", ".join(f"{count} on node {node}" for node, count in counts.items())
        bare = [n.id for n in host.nodes.values() if n.cpus and not counts.get(n.id)]
        if bare:
            amiss = PoolsUneven(
                name,
                page=show_memory(size).replace(" ", "")[:-2],
                nodes=", ".join(map(str, bare)),
                path=_POOLS.format(node=bare[0], size=size),
            )
            yield Advice(name, value, amiss=amiss)
        else:
            yield Advice(name, value, "every node with CPUs has some")


def _demotion(found: HostSettings) -> Iterator[Advice]:
    if found.demotion:
        yield Advice("demotion_enabled", "true", amiss=ColdPagesMoved("demotion_enabled"))


def _isolated(found: HostSettings) -> Iterator[Advice]:
    if found.isolated:
        yield Advice(
            "isolcpus",
            str(found.isolated),
            "vCPUs run there only where an admin pins them: numa-affinity holds none on these CPUs",
        )


def _numad(found: HostSettings) -> Iterator[Advice]:
    if found.numad is not None:
        value = f"runs as process {found.numad}"
        yield Advice("numad", value, amiss=NumadRuns("numad"))
