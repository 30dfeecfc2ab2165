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
from ..host_cells import cells_may_run, host_cells
from ..memory_fit import rooms
from ..model import DoesNotFit, PlacedCell
from ..warnings import short_of_cpus
from .pinned import pins_allow

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from ...guest.model import Guest
    from ...host.model import HostTopology
    from ...request.model import NumaRequest
    from ..model import Placement
    from .stage_order import Rules

MAX_SETS, MAX_TRIES = 40, 800
"""How many sets of nodes are tried for a count, for cells like the host's and for interleaved ones;
and, divided by the host's nodes, how often it is tried whether something lies on some nodes.
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
        self.tries = MAX_TRIES // max(4, len(host.nodes))
        page = demand_of(guest, host, whole_vm(guest, request.mode), host.bindable).page_kib
        self.rooms = rooms(host, page)
        pins = [guest.vcpu_cpuset, *guest.own_pins.values()]
        hit = {i for pin in pins if pin for i, node in host.nodes.items() if node.cpus & pin}
        near = {i: min((host.distance(p, i) for p in hit), default=0) for i in host.bindable}
        self.order = sorted(host.bindable, key=lambda i: (i not in hit, near[i], i))
        """The nodes of pins, then those nearest to these."""

    def sets(self) -> Iterable[Nodeset]:
        """The nodes that the VM may use together: all, or the closest so many."""
        count, every = self.rules.count, self.host.bindable
        few = self.request.cells == "host" or self.request.mode == "interleave"
        if count is None and not few:
            return [every]
        sizes = range(1, len(every) + 1) if count is None else (count,)
        return islice((nodes for size in sizes for nodes in self._closest(size)), MAX_SETS)

    def _closest(self, size: int) -> Iterator[Nodeset]:
        """Of so many nodes those that hold the VM, the closest first."""
        apart, need = self.host.distance, self.guest.memory_kib
        if sum(sorted(self.rooms.values())[-size:]) < need:
            return iter(())
        every = combinations(self.order, size)
        some = [n for n in islice(every, MAX_TRIES) if sum(self.rooms[i] for i in n) >= need]
        if len(some) > 1 and size <= len(self.order) // 2:
            some.sort(key=lambda nodes: sum(apart(nodes[0], b) for b in nodes))
        return map(Nodeset.of, some)

    def like_host(self, nodes: Nodeset) -> Placement | None:
        try:
            cells = host_cells(self.guest, self.request, self.host, nodes)
        except NumaError:
            return None
        if not all(cells_may_run(self.guest, self.host, cells)):
            return None
        return self._settled(bind(self.guest, self.request, cells, nodes), nodes)

    def within(self, nodes: Nodeset) -> Placement | None:
        """Each cell on as few of these nodes as is found."""
        guest, request, host = self.guest, self.request, self.host
        bound = bind(guest, request, plan_cells(guest, request, host), None, auto=True)
        if len(bound) < 2 and request.cells is None and all(p.nodes is None for p in bound):
            return self._whole(nodes)
        found = self._fewest(nodes, lambda some: self._cells(self._on(bound, some), nodes))
        if found is None:
            return None
        best, nodes = found
        wide = self._on(bound, nodes)
        for row in [row for row, placed in enumerate(bound) if placed.nodes is None]:
            for node in self._farthest(wide[row].nodes):
                less = [*wide]
                less[row] = PlacedCell(wide[row].cell, (wide[row].nodes or nodes) - node)
                placement = self._cells(less, nodes) if less[row].nodes else None
                if placement and short_of_cpus(placement) <= short_of_cpus(best):
                    best, wide = placement, less
        return best

    def _on(self, bound: Sequence[PlacedCell], nodes: Nodeset) -> list[PlacedCell]:
        """Each cell that has no nodes yet on all of these that it may have."""
        named = self.rules.candidates or {}
        return [
            p if p.nodes is not None else PlacedCell(p.cell, named.get(p.cell.id, nodes) & nodes)
            for p in bound
        ]

    def _whole(self, nodes: Nodeset) -> Placement | None:
        found = self._fewest(nodes, self._whole_on)
        if found is None:
            return None
        best, nodes = found
        for node in self._farthest(nodes) if self.rules.count is None else ():
            less = nodes - node
            placement = self._whole_on(less) if less else None
            if placement and short_of_cpus(placement) <= short_of_cpus(best):
                best, nodes = placement, less
        return best

    def _whole_on(self, nodes: Nodeset) -> Placement | None:
        cells = plan_cells(self.guest, self.request, self.host)
        return self._settled(bind(self.guest, self.request, cells, nodes), nodes)

    def _fewest(
        self, nodes: Nodeset, on: Callable[[Nodeset], Placement | None]
    ) -> tuple[Placement, Nodeset] | None:
        """The first nodes in `order` on which it works, if it works on all."""
        best = on(nodes)
        if best is None:
            return None
        order = [i for i in self.order if i in nodes]
        low, high = 1, len(order) if self.rules.count is None else 1
        while low < high:
            middle = (low + high) // 2
            some = Nodeset.of(order[:middle])
            found = on(some)
            if found and short_of_cpus(found) <= short_of_cpus(best):
                best, nodes, high = found, some, middle
            else:
                low = middle + 1
        return best, nodes

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
        """Each of these nodes, the last in `order` first."""
        return [Nodeset.of([node]) for node in reversed(self.order) if node in (nodes or ())]
