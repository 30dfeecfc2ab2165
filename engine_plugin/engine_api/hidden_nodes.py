# SPDX-License-Identifier: Apache-2.0
"""The nodes that the engine's REST API leaves out: those without CPUs (CXL, PMEM, HBM).

The view behind GET /hosts/ID/numanodes joins the nodes with their CPUs, so they do not come,
while each `node_distance` still has a number for every node of the host. From that we know how
many there are and, since a node is at distance 10 from itself and from no other (ACPI, SLIT),
which columns belong to the nodes that came. What the missing ones are, only the host can say: its
hook after_get_caps does, with the time (`numa_domain.host.hook_list`).

    "10 21 14 24", "21 10 24 14"      two nodes came, of four
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone

from numa_domain.base.errors import HostError
from numa_domain.base.idset import Nodeset
from numa_domain.host.hook_list import ToldNodes
from numa_domain.host.margins import estimated
from numa_domain.host.model import HostTopology

LOCAL = 10
"""ACPI's distance of a node to itself."""
GIB = 1 << 20


class NodesHidden(HostError):
    what = "the engine does not show {count:more node} without CPUs{memory}"
    todo = (
        "the host decides when the VM starts; to see all its nodes here, install this release of"
        " vdsm-hook-numa on it, and refresh its capabilities in oVirt"
    )


class NodesAsTold(HostError):
    what = "what is free on {nodes:node} without CPUs is as the host told it at {at}"
    todo = "the host decides when the VM starts; refresh its capabilities in oVirt for new figures"


class NodeNotShown(HostError):
    what = "the engine does not show {nodes:node}: it shows {shown} of this host's {total:node}"
    todo = (
        "the host decides when the VM starts; to see all of them here, install this release of"
        " vdsm-hook-numa on it, and refresh its capabilities in oVirt"
    )


@dataclass(frozen=True)
class ShownNodes:
    """The nodes that the engine's REST API gives."""

    topology: HostTopology
    total: int
    """How many the host has."""


@dataclass(frozen=True)
class HiddenNodes:
    """The nodes that it does not give. Memory in KiB."""

    count: int = 0
    """Of those of which nothing is known."""
    memory_kib: int = 0
    """Of these, all together, as far as the host's memory tells; 0 where it does not."""
    told: tuple[int, ...] = ()
    """The ids of those that the host's hook told of."""
    at: datetime | None = None
    """When it did."""

    def warnings(self, where: str, used: Container[int]) -> list[HostError]:
        """What the engine does not know, in words; `used` are the nodes that count."""
        found: list[HostError] = []
        if self.count:
            memory = f": {self.memory_kib / GIB:.0f} GiB together" if self.memory_kib else ""
            found.append(NodesHidden(where, count=self.count, memory=memory))
        told = Nodeset.of(i for i in self.told if i in used)
        if told and self.at is not None:
            at = f"{self.at:%Y-%m-%d %H:%M} UTC"
            found.append(NodesAsTold(where, nodes=str(told), at=at))
        return found


NONE = HiddenNodes()


def distances(rows: Mapping[int, list[int]]) -> tuple[int, dict[int, dict[int, int]]]:
    """How many nodes a host has, and the distances between those that came, by id.

    `rows` are the numbers of each node's `node_distance`, by the node's id. Where they are not of
    one length, or it is not sure which column is whose, nothing is said of distances.
    """
    ids = sorted(rows)
    lengths = {len(row) for row in rows.values()}
    total = max(lengths, default=0)
    if len(lengths) != 1 or total < len(ids):
        return len(ids), {}
    columns = ids if total == len(ids) else _columns({i: rows[i] for i in ids})
    if columns is None or any(value <= 0 for row in rows.values() for value in row):
        return total, {}
    if total == len(ids):
        return total, {i: dict(zip(ids, rows[i])) for i in ids}
    return total, {i: {j: rows[i][at] for j, at in zip(ids, columns)} for i in ids}


def _columns(rows: Mapping[int, list[int]]) -> list[int] | None:
    """The column of each node, in the order of ids; None where that is not sure."""
    if any(row.count(LOCAL) != 1 for row in rows.values()):
        return None
    columns = [row.index(LOCAL) for row in rows.values()]
    return columns if columns == sorted(set(columns)) else None


def complete(
    shown: ShownNodes, told: ToldNodes | None, memory_kib: int
) -> tuple[HostTopology, HiddenNodes]:
    """The host with the nodes that it told of, and what is still not known.

    What was told counts only where it is of the same host as what the engine shows: the same
    CPUs on the nodes that came, and as many nodes as there are distances. What its kernel and
    QEMU need is as it told, else estimated. `memory_kib` is the host's as a whole.
    """
    nodes = shown.topology.nodes
    missing = shown.total - len(nodes)
    if told is not None and _agree(shown, told):
        more = [node for i, node in told.host.nodes.items() if i not in nodes]
        rows, qemu = told.host.nodes, told.host.qemu_percent
        known = [node.replace(kept_kib=rows[i].kept_kib) for i, node in nodes.items()]
        if not more:
            return HostTopology.of(known).replace(qemu_percent=qemu), NONE
        known = [node.replace(distances=rows[node.id].distances) for node in known]
        ids = tuple(node.id for node in more)
        at = datetime.fromtimestamp(told.at, timezone.utc)
        whole = HostTopology.of([*known, *more]).replace(qemu_percent=qemu)
        return whole, HiddenNodes(told=ids, at=at)
    host = estimated(shown.topology)
    if not missing:
        return host, NONE
    rest = memory_kib - sum(node.memory_kib for node in nodes.values())
    # What firmware and kernel keep for themselves is no node's: up to a hundredth.
    return host, HiddenNodes(missing, rest if rest > memory_kib // 100 else 0)


def _agree(shown: ShownNodes, told: ToldNodes) -> bool:
    nodes, all_nodes = shown.topology.nodes, told.host.nodes
    if shown.total > len(nodes) and shown.total != len(all_nodes):
        return False
    return all(i in all_nodes and all_nodes[i].cpus == node.cpus for i, node in nodes.items())
