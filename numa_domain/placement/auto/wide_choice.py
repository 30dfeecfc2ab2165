# SPDX-License-Identifier: Apache-2.0
"""Nodes for a VM that what it already has rules out of those that the stages choose: its own pins,
and memory devices with pages of their own that lie where their cell does.

Cells that are not interleaved lie on more nodes wherever they lie on fewer, and more nodes have all
CPUs that fewer have. So each cell gets all nodes that it may have, which works if anything does;
then one after another is taken away, the farthest first, as long as it still works.

    vCPU 0 pinned to node 1, 30 GiB, free 8, 9, 40, 40 -> nodes 1-2
"""

from __future__ import annotations

from itertools import combinations, islice

from ...base.errors import NumaError
from ...base.idset import Nodeset
from ...topology.plan import plan_cells
from ..given_nodes import bind, demand_of, settle, whole_vm
from ..host_cells import host_cells
from ..memory_fit import rooms
from ..model import DoesNotFit, PlacedCell
from ..warnings import short_of_cpus
from .pinned import pins_allow

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ...guest.model import Guest
    from ...host.model import HostTopology
    from ...request.model import NumaRequest
    from ..model import Placement
    from .stage_order import Rules

FEW, MAX_SETS, MAX_TRIES = 3, 100, 200
"""How many sets of nodes are tried for a count, for cells like the host's and for interleaved ones;
and in how many steps nodes are taken away. Of up to `FEW` nodes ten times as many are compared.
"""


def wide_choice(
    guest: Guest, request: NumaRequest, host: HostTopology, rules: Rules
) -> Placement | None:
    """The placement on as few nodes as were found; None if there is none."""
    choice = _WideChoice(guest, request, host, rules)
    for nodes in choice.sets():
        placement = choice.like_host(nodes) if request.cells == "host" else choice.within(nodes)
        if placement is not None:
            return placement
    return None


class _WideChoice:
    def __init__(
        self, guest: Guest, request: NumaRequest, host: HostTopology, rules: Rules
    ) -> None:
        self.guest, self.request, self.host, self.rules = guest, request, host, rules
        self.tries = MAX_TRIES
        page = demand_of(guest, host, whole_vm(guest, request.mode), host.bindable).page_kib
        self.rooms = sorted(rooms(host, page).values(), reverse=True)

    def sets(self) -> Iterable[Nodeset]:
        """The nodes that the VM may use together: all, or the closest so many."""
        count, every = self.rules.count, self.host.bindable
        few = self.request.cells == "host" or self.request.mode == "interleave"
        if count is None and not few:
            return [every]
        sizes = range(1, len(every) + 1) if count is None else (count,)
        return islice((nodes for size in sizes for nodes in self._closest(size)), MAX_SETS)

    def _closest(self, size: int) -> Iterator[Nodeset]:
        apart = self.host.distance
        if size < len(self.rooms) and sum(self.rooms[:size]) < self.guest.memory_kib:
            return iter(())  # not even the roomiest hold it
        most = 10 * MAX_SETS if size <= FEW else MAX_SETS
        some = list(islice(combinations(self.host.bindable, size), most))
        some.sort(key=lambda nodes: sum(apart(a, b) for a in nodes for b in nodes))
        return map(Nodeset.of, some)

    def like_host(self, nodes: Nodeset) -> Placement | None:
        try:
            cells = host_cells(self.guest, self.request, self.host, nodes)
        except NumaError:
            return None
        return self._settled(bind(self.guest, self.request, cells, nodes), nodes)

    def within(self, nodes: Nodeset) -> Placement | None:
        """Each cell on as few of these nodes as is found."""
        guest, request, host = self.guest, self.request, self.host
        bound = bind(guest, request, plan_cells(guest, request, host), None, auto=True)
        if len(bound) < 2 and request.cells is None and all(p.nodes is None for p in bound):
            return self._whole(nodes)
        wide = list(bound)
        for row, placed in enumerate(bound):
            if placed.nodes is None:
                its = (self.rules.candidates or {}).get(placed.cell.id, nodes) & nodes
                wide[row] = PlacedCell(placed.cell, its)
        best = self._cells(wide, nodes)
        for row in [row for row, placed in enumerate(bound) if placed.nodes is None]:
            for node in self._farthest(wide[row].nodes):
                less = [*wide]
                less[row] = PlacedCell(wide[row].cell, (wide[row].nodes or nodes) - node)
                found = self._cells(less, nodes) if best and less[row].nodes else None
                if best and found and short_of_cpus(found) <= short_of_cpus(best):
                    best, wide = found, less
        return best

    def _whole(self, nodes: Nodeset) -> Placement | None:
        best = self._on(nodes)
        for node in self._farthest(nodes) if best and self.rules.count is None else ():
            less = nodes - node
            found = self._on(less) if less else None
            if best and found and short_of_cpus(found) <= short_of_cpus(best):
                best, nodes = found, less
        return best

    def _on(self, nodes: Nodeset) -> Placement | None:
        cells = plan_cells(self.guest, self.request, self.host)
        return self._settled(bind(self.guest, self.request, cells, nodes), nodes)

    def _cells(self, placed: Sequence[PlacedCell], nodes: Nodeset) -> Placement | None:
        union = Nodeset.of(node for each in placed for node in each.nodes or ())
        if not all(each.nodes for each in placed):
            return None
        if self.rules.count is not None and union != nodes:
            return None
        return self._settled(placed, union)

    def _settled(self, placed: Sequence[PlacedCell], nodes: Nodeset) -> Placement | None:
        self.tries -= 1
        if self.tries < 0:
            return None
        try:
            found = settle(self.guest, self.request, self.host, placed, nodes)
        except (DoesNotFit, NumaError):
            return None
        return found if pins_allow(self.guest, found) else None

    def _farthest(self, nodes: Nodeset | None) -> list[Nodeset]:
        """Each of these nodes, the farthest from the others first."""
        chosen, apart = list(nodes or ()), self.host.distance
        chosen.sort(key=lambda i: (-sum(apart(i, j) for j in chosen), -i))
        return [Nodeset.of([node]) for node in chosen]
