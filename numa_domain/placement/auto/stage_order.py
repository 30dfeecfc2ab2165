# SPDX-License-Identifier: Apache-2.0
"""The stages of `auto` in order, for demands on a host.

Cells with vCPUs first try nodes with CPUs only.

    free: 30, 2, 12, 9 GiB; demands of 8 and 8 GiB -> node 0, node 2
"""

from __future__ import annotations

from operator import add

from ...base.frozen import Value
from ...base.idset import Nodeset
from ..memory_fit import rooms
from ..node_cpus import cpu_counts, loads
from .cell_groups import enough_cpus, grouped
from .model import UNIT, Site, Supply, Want, limit
from .node_bits import PerNode, bits_of, every, indices, union
from .one_node_each import own_nodes
from .shared_nodes import shared_nodes
from .spread import spread_several
from .spread_one import any_nodes, spread_one

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ...host.model import HostTopology
    from ..memory_fit import Demand
    from .model import Choice
    from .node_bits import NodeBits

_NO_IDS = Nodeset()
FAR = 1.5
"""Nodes are much further apart if their distance is so many times the other: another socket."""


class Rules(Value):
    """What is allowed. `count`: this many nodes in all. `exclusive`: no two cells on the same node,
    and each cell on one. `spread`: a cell may lie on several nodes. `candidates`: cell id -> its
    allowed nodes. `any_will_do`: not the best nodes are wanted, but whether there are any. `looks`:
    how many nodes the search for a spread cell may look at, if not as many as it should.
    """

    count: int | None = None
    exclusive: bool = False
    spread: bool = True
    candidates: Mapping[int, Nodeset] | None = None
    any_will_do: bool = False
    looks: int | None = None


def choose(
    host: HostTopology,
    demands: Sequence[Demand],
    rules: Rules,
    devices: Sequence[int] = (),
    taken: Nodeset = _NO_IDS,
    site: Site | None = None,
) -> list[Nodeset] | None:
    """For each demand the nodes it gets, among its own; None if there are none.

    Demands with vCPUs go to nodes with CPUs; if these are not enough, to these and others; and to
    others alone only if nothing else works. `devices` are nodes to be close to, `taken` nodes that
    the VM uses anyway; `site` is what `site_of` makes of these.
    """
    site = site or site_of(host, devices, taken)
    supply, wants = _supply(host, site, demands), _wants(host, demands)
    cpus = supply.with_cpus
    first = [w.replace(allowed=w.allowed & cpus) if w.vcpus else w for w in wants]
    chosen = _stages(host, supply, first, demands, rules)
    if chosen is None and first != wants:
        several = len(wants) > 1
        if rules.spread and not (rules.exclusive and several):
            mixed = [w.replace(needs_cpus=bool(w.vcpus and w.allowed & cpus)) for w in wants]
            chosen = _spread(host, supply, mixed, demands, rules)
        if chosen is None:
            chosen = _stages(host, supply, wants, demands, rules)
    if chosen is None:
        return None
    ids = supply.site.ids
    return [Nodeset.of(ids[i] for i in indices(nodes)) for nodes in chosen]


def _stages(
    host: HostTopology,
    supply: Supply,
    wants: Sequence[Want],
    demands: Sequence[Demand],
    rules: Rules,
) -> Choice | None:
    count, several = rules.count, len(wants) > 1
    chosen = None
    if count is None or count == len(wants):
        chosen = own_nodes(supply, wants, rules.any_will_do)
    if (rules.exclusive and several) or (chosen is not None and rules.any_will_do):
        return chosen
    if chosen is not None and not several and rules.spread and count is None:
        return _enough_cpus(supply, wants[0], chosen, rules)
    if several and rules.spread and count is not None and count > len(wants):
        chosen = grouped(supply, wants, count, rules.any_will_do)
    if chosen is None and several and (count is None or count < len(wants)):
        chosen = shared_nodes(supply, wants, count, rules.any_will_do)
    elif chosen is not None and several and count is None:
        chosen = _nearer(supply, wants, chosen)
        chosen = enough_cpus(supply, wants, chosen) if rules.spread else chosen
    if chosen is None and rules.spread:
        chosen = _spread(host, supply, wants, demands, rules)
    return chosen


def _nearer(supply: Supply, wants: Sequence[Want], own: Choice) -> Choice:
    """The choice of a node for each; or of fewer nodes, if these are much closer, and so many nodes
    of this host could be much closer too: cells do not leave a socket to be alone.
    """
    wide, size = _width(supply, union(own)), len(wants)
    close = list(_closest(supply, union(want.allowed for want in wants), size))
    if all(wide < FAR * _width(supply, nodes) for nodes in close):
        return own
    for size in range(len(wants) - 1, 0, -1):
        fewer = shared_nodes(supply, wants, size)
        if fewer is not None and wide >= FAR * _width(supply, union(fewer)):
            cpus = sum(supply.cpus[i] for i in indices(union(fewer)))
            return fewer if sum(want.vcpus for want in wants) <= cpus else own
    return own


def _width(supply: Supply, nodes: NodeBits) -> int:
    """The largest distance of two of these nodes, or of one to itself."""
    chosen, distances = indices(nodes), supply.site.distances
    return max(distances[a][b] for a in chosen for b in chosen)


def _closest(supply: Supply, nodes: NodeBits, size: int) -> Iterator[NodeBits]:
    """For each of these nodes: it and those nearest to it, so many in all."""
    useful = indices(nodes)
    for node in useful:
        row = supply.site.distances[node]
        yield bits_of(sorted(useful, key=lambda i: (i != node, row[i]))[:size])


def _enough_cpus(supply: Supply, want: Want, chosen: Choice, rules: Rules) -> Choice:
    """The node that holds a want; several if that has fewer CPUs than the want has vCPUs."""
    if want.vcpus <= sum(supply.cpus[i] for i in indices(chosen[0])):
        return chosen
    more = spread_one(supply, want, looks=rules.looks)
    return [more] if more else chosen


def _spread(
    host: HostTopology,
    supply: Supply,
    wants: Sequence[Want],
    demands: Sequence[Demand],
    rules: Rules,
) -> Choice | None:
    if len(wants) > 1:
        return spread_several(host, supply, wants, demands, rules.count, rules.any_will_do)
    if rules.any_will_do:
        nodes = any_nodes(supply, wants[0], rules.count)
    else:
        nodes = spread_one(supply, wants[0], rules.count, rules.looks)
    return [nodes] if nodes else None


def site_of(host: HostTopology, devices: Sequence[int] = (), taken: Nodeset = _NO_IDS) -> Site:
    """The host's nodes and their distances, also to `devices` and to nodes that are `taken`."""
    ids, apart = PerNode(host.nodes), host.distance
    to_devices = tuple(
        PerNode(min(apart(node, device) for node in (i, *taken)) for i in ids) for device in devices
    )
    to_taken = None
    if taken:
        to_taken = PerNode(sum(apart(i, t) + apart(t, i) for t in taken) for i in ids)
    one_way = [[apart(a, b) for b in ids] for a in ids]
    distances = PerNode(
        PerNode(map(add, there, back)) for there, back in zip(one_way, zip(*one_way))
    )
    return Site(ids, distances, to_devices, to_taken)


def _supply(host: HostTopology, site: Site, demands: Sequence[Demand]) -> Supply:
    free = {
        page: PerNode(rooms(host, page).values())
        for page in sorted({demand.page_kib for demand in demands})
    }
    counts = cpu_counts(host)
    cpus, busy = PerNode(counts.values()), loads(host, counts, UNIT)
    load = None if busy is None else PerNode(busy.values())
    vcpus = sum(demand.vcpus for demand in demands)
    return Supply(site, free, cpus, load, limit(load, cpus, vcpus))


def _wants(host: HostTopology, demands: Sequence[Demand]) -> list[Want]:
    at = dict(zip(host.nodes, every(len(host.nodes))))
    return [
        Want(
            kib=demand.kib,
            page_kib=demand.page_kib,
            vcpus=demand.vcpus,
            allowed=bits_of(at[i] for i in demand.nodes if i in at),
            interleaved=demand.mode == "interleave",
        )
        for demand in demands
    ]
