# SPDX-License-Identifier: Apache-2.0
"""Several nodes for each of several cells, all of them different: for `auto:4` with two cells, and
for cells with more vCPUs than a node has CPUs.

Each cell is cut into equal parts, one for each of its nodes; the parts are placed like cells of
their own (`one_node_each.py`), and exchanged so that the nodes of a cell are close to each other.
That is not proved to be the closest way.

    auto:4, two cells, sockets of two nodes -> nodes 0-1 and 2-3
"""

from __future__ import annotations

from .model import Want
from .node_bits import bits_of, indices
from .one_node_each import own_nodes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from .model import Choice, Supply
    from .node_bits import NodeBits, NodeIndex

ROUNDS = 16
"""How often all exchanges are tried; each round makes the cells closer, or is the last."""


def grouped(
    supply: Supply, wants: Sequence[Want], total: int, any_will_do: bool = False
) -> Choice | None:
    """`total` nodes, dealt out to the wants by vCPUs, then by memory; None if that does not go."""
    sizes = [1] * len(wants)
    while sum(sizes) < total:
        ratios = [(want.vcpus / size, want.kib / size) for want, size in zip(wants, sizes)]
        sizes[ratios.index(max(ratios))] += 1
    return _in_parts(supply, wants, sizes, any_will_do)


def enough_cpus(supply: Supply, wants: Sequence[Want], chosen: Choice) -> Choice:
    """The choice; or more nodes for each want, if that leaves fewer vCPUs beyond their CPUs."""
    if not _short(supply, wants, chosen):
        return chosen
    most = max(supply.cpus[i] for want in wants for i in indices(want.allowed))
    sizes = [max(1, -(-want.vcpus // max(1, most))) for want in wants]
    found = _in_parts(supply, wants, sizes)
    if found is None or _short(supply, wants, found) >= _short(supply, wants, chosen):
        return chosen
    return found


def _short(supply: Supply, wants: Sequence[Want], choice: Choice) -> int:
    """vCPUs beyond the CPUs of their nodes, which wants may share."""
    on: dict[NodeBits, int] = {}
    for want, nodes in zip(wants, choice):
        on[nodes] = on.get(nodes, 0) + want.vcpus
    return sum(
        max(0, vcpus - sum(supply.cpus[i] for i in indices(nodes))) for nodes, vcpus in on.items()
    )


def _in_parts(
    supply: Supply, wants: Sequence[Want], sizes: Sequence[int], any_will_do: bool = False
) -> Choice | None:
    if sum(sizes) > len(supply.cpus):
        return None
    parts, owner = [], []
    for row, (want, size) in enumerate(zip(wants, sizes)):
        unit = want.page_kib or 4
        kib = -(-want.kib // (unit * size)) * unit
        parts += [want.replace(kib=kib, vcpus=-(-want.vcpus // size))] * size
        owner += [row] * size
    chosen = own_nodes(supply, parts, any_will_do)
    if chosen is None:
        return None
    places = [indices(nodes)[0] for nodes in chosen]
    if not any_will_do:
        _draw_together(supply, parts, owner, places)
    return [
        bits_of(place for place, own in zip(places, owner) if own == row)
        for row in range(len(wants))
    ]


def _draw_together(
    supply: Supply, parts: Sequence[Want], owner: Sequence[int], places: list[NodeIndex]
) -> None:
    """Exchange the nodes of two parts of different cells where that brings both cells together."""
    for _ in range(ROUNDS):
        changed = False
        for a in range(len(parts)):
            for b in range(a):
                if owner[a] != owner[b] and _may(supply, parts, places, a, b):
                    before = _apart(supply, owner, places, a) + _apart(supply, owner, places, b)
                    places[a], places[b] = places[b], places[a]
                    after = _apart(supply, owner, places, a) + _apart(supply, owner, places, b)
                    if after < before:
                        changed = True
                    else:
                        places[a], places[b] = places[b], places[a]
        if not changed:
            return


def _may(
    supply: Supply, parts: Sequence[Want], places: Sequence[NodeIndex], a: int, b: int
) -> bool:
    return all(
        parts[part].allowed >> place & 1 and supply.room(parts[part])[place] >= parts[part].kib
        for part, place in ((a, places[b]), (b, places[a]))
    )


def _apart(supply: Supply, owner: Sequence[int], places: Sequence[NodeIndex], part: int) -> int:
    """From a part to the others of its cell."""
    row = supply.site.distances[places[part]]
    return sum(row[place] for place, own in zip(places, owner) if own == owner[part])
