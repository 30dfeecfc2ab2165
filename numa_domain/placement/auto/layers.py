# SPDX-License-Identifier: Apache-2.0
"""Several cells that may lie on several nodes, one after another: the largest first.

Each goes whole on an unused node, else on a used one, else on the closest nodes that hold it. Only
interleaved cells are tried in several ways.

    free 30, 20, 20; cells 40, 8 -> nodes 0-1 and 2
"""

from __future__ import annotations

from itertools import combinations

from ..memory_fit import share_kib
from .model import Want, fitting
from .node_bits import NO_NODES, PerNode, bits_of, count, indices
from .spread_one import around_one, nearest_lists, of_size, spread_and_work, spread_one

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .model import Choice, Supply
    from .node_bits import NodeBits, NodeIndex


class Layers:
    """Places the largest want first: whole on an unused node, on a used one, or on several."""

    def __init__(
        self,
        supply: Supply,
        wants: Sequence[Want],
        looks: int,
        tries: int,
        spare_cpus: bool = False,
    ) -> None:
        """`spare_cpus`: memory beside CPUs is taken last, since other cells need some there."""
        self.supply, self.wants, self.looks, self.most = supply, wants, looks, tries
        self.spare_cpus = spare_cpus
        self.rows = sorted(range(len(wants)), key=lambda i: (-wants[i].kib, i))
        self.chosen: Choice = [NO_NODES] * len(wants)
        self.tries = 0
        self.dead: set[object] = set()
        self.nearest: Sequence[Sequence[NodeIndex]] = ()

    def lay(self) -> Choice | None:
        return self.chosen if self._from(0, self.supply, NO_NODES) else None

    def _from(self, at: int, left: Supply, used: NodeBits) -> bool:
        self.tries += 1
        if at == len(self.rows):
            return True
        row = self.rows[at]
        want = self.wants[row]
        state = at, used, tuple(left.rooms.values())
        if state in self.dead:
            return False
        tried = set()
        for nodes in self._ways(want, left, used):
            if nodes in tried:
                continue
            tried.add(nodes)
            self.chosen[row] = nodes
            if self._from(at + 1, _without(left, want, nodes, used, self.spare_cpus), used | nodes):
                return True
            if not want.interleaved or self.tries >= self.most:
                return False
        self.dead.add(state)
        return False

    def _ways(self, want: Want, left: Supply, used: NodeBits) -> Iterator[NodeBits]:
        """Nodes for a want, the best first."""
        whole = fitting(left, want)
        if want.needs_cpus:
            whole &= left.with_cpus
        for nodes in {whole & ~used: 0, whole: 0}:
            if nodes:
                yield spread_one(left, want.replace(allowed=nodes), 1)
        # To be close to each other counts more than to be close to the nodes of other cells
        alone = left.replace(site=self.supply.site)
        yield from self._even_ways(alone, want) if want.interleaved else self._one_way(alone, want)

    def _one_way(self, alone: Supply, want: Want) -> Iterator[NodeBits]:
        """The closest nodes; where the looks are used up, one and the nearest to it."""
        if self.looks > 0:
            nodes, work = spread_and_work(alone, want, self.looks)
            self.looks -= work
            if nodes:
                yield nodes
        self.nearest = self.nearest or nearest_lists(alone.site)
        nodes = around_one(alone, want, self.nearest)
        if nodes:
            yield nodes

    def _even_ways(self, alone: Supply, want: Want) -> Iterator[NodeBits]:
        """The closest nodes of each number, then any."""
        room = alone.room(want)
        free = sorted((room[i] for i in indices(want.allowed)), reverse=True)
        shares = {n: share_kib(want.kib, want.page_kib, n) for n in range(1, len(free) + 1)}
        sizes = [n for n, share in shares.items() if free[n - 1] >= share]
        for size in sizes:
            if size > 1 and self.looks > 0:
                nodes, work = of_size(alone, want, size, self.looks)
                self.looks -= work
                if nodes:
                    yield nodes
        for size in sizes:
            roomy = [i for i in indices(want.allowed) if room[i] >= shares[size]]
            roomy.sort(key=lambda i: -room[i])
            for chosen in combinations(roomy, size):
                nodes = bits_of(chosen)
                if not want.needs_cpus or nodes & alone.with_cpus:
                    yield nodes


def _without(
    supply: Supply, want: Want, nodes: NodeBits, used: NodeBits, spare_cpus: bool
) -> Supply:
    """What is left if a want lies on these nodes; `used` are the nodes of the wants before it."""
    left, rest = list(supply.room(want)), want.kib
    share = share_kib(want.kib, want.page_kib, count(nodes)) if want.interleaved else want.kib
    for i in sorted(indices(nodes), key=lambda i: (spare_cpus and supply.cpus[i] > 0, i)):
        part = share if want.interleaved else min(rest, left[i])
        left[i] -= part
        rest -= part
    rooms = {**supply.rooms, want.page_kib: PerNode(left)}
    site = supply.site.with_taken(nodes & ~used)
    return supply.replace(rooms=rooms, site=site, cpus=_fewer(supply.cpus, nodes, want.vcpus))


def _fewer(cpus: PerNode[int], nodes: NodeBits, vcpus: int) -> PerNode[int]:
    """CPUs that no vCPU has yet; a node that has any keeps one, since it stays one with CPUs."""
    left = list(cpus)
    for i in indices(nodes):
        part = min(vcpus, max(0, left[i] - 1))
        left[i] -= part
        vcpus -= part
    return PerNode(left)
