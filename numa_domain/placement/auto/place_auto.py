# SPDX-License-Identifier: Apache-2.0
"""`auto` for a VM on a host: finds out what has to be chosen, and makes a placement of the choice.

Cells that name nodes, or have a memnode in the domain, are fixed. Nodes for the others are chosen
in what these leave (`stage_order.py`): on other nodes if possible, and close to them.

    auto with two cells of 8 GiB, free: 30, 2, 12, 9 GiB -> cell 0: node 0, cell 1: node 2
"""

from __future__ import annotations

from ...base.errors import NumaError
from ...base.idset import Cpuset, Nodeset
from ...topology.plan import plan_cells
from ..device_memory import device_demands, device_nodes
from ..given_nodes import bind, check_bound, demand_of, settle, whole_vm, with_room_for_qemu
from ..host_cells import host_cells
from ..memory_fit import charged, fit, rooms, settled
from ..model import CountTooLarge, DoesNotFit, MemoryShort, PlacedCell
from ..node_check import check_nodes
from .node_set_search import MAX_WORK
from .pinned import choose_within, pin_bound, pins_allow, thread_nodes
from .stage_order import Rules, choose, site_of
from .wide_choice import wide_choice

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...guest.model import Guest
    from ...host.model import HostTopology
    from ...request.model import NumaRequest
    from ..memory_fit import Demand
    from ..model import Holds, Placement
    from .pinned import PinBound


class NoNodesFound(DoesNotFit):
    """By these rules there are no nodes for the demands; `holds` tells whether other demands would
    fit.
    """

    def __init__(
        self, host: HostTopology, demands: Sequence[Demand], rules: Rules, holds: Holds
    ) -> None:
        super().__init__(host, demands)
        self.rules, self.holds = rules, holds


def place_auto(guest: Guest, request: NumaRequest, host: HostTopology, rules: Rules) -> Placement:
    """`place` for a target of kind auto.

    Where the stages find nodes that the VM's pins or devices rule out, or none, `wide_choice` looks
    for others. If that finds none either, it is told as the stages have it.
    """
    has = len(host.bindable)
    if rules.count is not None and rules.count > has:
        raise CountTooLarge("numa_nodeset", count=rules.count, has=has)
    free = not guest.own_pins and guest.vcpu_cpuset is None and not guest.devices
    if (free and request.cells != "host") or not rules.spread or rules.exclusive:
        return _by_stages(guest, request, host, rules)
    try:
        placement = _by_stages(guest, request, host, rules)
        if pins_allow(guest, placement):
            return placement
    except (DoesNotFit, NumaError):
        found = wide_choice(guest, request, host, rules)
        if found is None:
            raise
        return found
    return wide_choice(guest, request, host, rules) or placement


def _by_stages(guest: Guest, request: NumaRequest, host: HostTopology, rules: Rules) -> Placement:
    if request.cells == "host":
        return _like_host(guest, request, host, rules)
    bound = bind(guest, request, plan_cells(guest, request, host), None, auto=True)
    check_bound(host, bound, None)
    single = request.cells is None and len(bound) < 2 and all(p.nodes is None for p in bound)
    if single and rules.candidates is None:
        chosen = _whole(guest, request, host, rules)
        cells = [placed.cell for placed in bound]
        return settle(guest, request, host, bind(guest, request, cells, chosen), chosen)
    placed = _each(guest, request, host, bound, rules)
    union = Nodeset.of(node for each in placed for node in each.nodes or ())
    return settle(guest, request, host, placed, union)


def _like_host(guest: Guest, request: NumaRequest, host: HostTopology, rules: Rules) -> Placement:
    """A cell for each node that the VM needs, in proportion to the node's size; if they do not fit
    because other VMs use much of a node, in proportion to what is free.
    """
    chosen = _whole(guest, request, host, rules)
    least = 1 + max(guest.cells_of_devices, default=0)
    if rules.count is None and len(chosen) < least <= len(host.bindable):
        # a device's target/node is one of the cells, and is never changed
        chosen = _whole(guest, request, host, rules.replace(count=least))
    try:
        cells = host_cells(guest, request, host, chosen)
        return settle(guest, request, host, bind(guest, request, cells, chosen), chosen)
    except MemoryShort:
        page = demand_of(guest, host, whole_vm(guest, request.mode), chosen).page_kib
        free = {i: host.nodes[i].replace(memory_kib=kib) for i, kib in rooms(host, page).items()}
        cells = host_cells(guest, request, host.replace(nodes=free), chosen)
        return settle(guest, request, host, bind(guest, request, cells, chosen), chosen)


def _whole(guest: Guest, request: NumaRequest, host: HostTopology, rules: Rules) -> Nodeset:
    """Nodes for the VM as a whole."""
    own = plan_cells(guest, request.replace(cells=None))
    whole = whole_vm(guest, request.mode)
    whole = whole.replace(extra_kib=sum(cell.extra_kib for cell in own))
    demand = with_room_for_qemu(host, demand_of(guest, host, whole, host.bindable))
    bound = pin_bound(guest, host, Cpuset((1 << guest.vcpus_max) - 1))
    if bound and not bound.alone & host.bindable:
        together = bound.together & host.bindable or demand.nodes
        if rules.count is None or len(together) <= rules.count:
            return together
        bound = None  # the pins want more nodes: told with the XML's line when it is written

    devices = list(device_demands(guest, host, (), request.mode))

    def search(demands: Sequence[Demand]) -> list[Nodeset]:
        return _Search(guest, host, rules, (), devices).run(request, demands)

    return choose_within(search, host, [demand], [bound], rules.count)[0]


def _each(
    guest: Guest,
    request: NumaRequest,
    host: HostTopology,
    bound: Sequence[PlacedCell],
    rules: Rules,
) -> list[PlacedCell]:
    """Nodes for each cell that has none yet."""
    bound, bounds = _pinned(guest, host, bound, rules.count)
    fixed = [
        demand_of(guest, host, p.cell, p.nodes, len(bound)) for p in bound if p.nodes is not None
    ]
    known = [d.replace(nodes=d.nodes & Nodeset.of(host.nodes)) for d in fixed]
    every = host.bindable
    open_ = [
        demand_of(guest, host, p.cell, _candidates(host, p.cell.id, rules) or every, len(bound))
        for p in bound
        if p.nodes is None
    ]
    open_ = [with_room_for_qemu(host, demand, len(bound)) for demand in open_]

    devices = list(device_demands(guest, host, bound, request.mode))

    def search(demands: Sequence[Demand]) -> list[Nodeset]:
        return _Search(guest, host, rules, known, devices).run(request, demands)

    nodes = iter(choose_within(search, host, open_, bounds, rules.count) if open_ else ())
    return [p if p.nodes is not None else PlacedCell(p.cell, next(nodes)) for p in bound]


def _pinned(
    guest: Guest, host: HostTopology, bound: Sequence[PlacedCell], count: int | None
) -> tuple[list[PlacedCell], list[PinBound | None]]:
    """The cells, those that need several nodes for their pins on these; and what is required of the
    nodes of the others. Pins that want more nodes than were asked for are told when they are
    written.
    """
    cells: list[PlacedCell] = []
    bounds: list[PinBound | None] = []
    for placed in bound:
        pins = pin_bound(guest, host, placed.cell.cpus) if placed.nodes is None else None
        if pins and not pins.alone & host.bindable and pins.together & host.bindable:
            together = pins.together & host.bindable
            if count is None or len(together) <= count:
                cells.append(PlacedCell(placed.cell, together))
                continue
            pins = None
        cells.append(placed)
        if placed.nodes is None:
            bounds.append(pins)
    return cells, bounds


def _candidates(host: HostTopology, cell: int, rules: Rules) -> Nodeset | None:
    named = (rules.candidates or {}).get(cell)
    if named is not None:
        check_nodes(named, host, f"cell {cell}, nodes")
    return named


class _Search:
    """Searches nodes for demands, in what the `fixed` demands of the same VM leave."""

    def __init__(
        self,
        guest: Guest,
        host: HostTopology,
        rules: Rules,
        fixed: Sequence[Demand],
        beside: Sequence[Demand],
    ) -> None:
        """`beside` are the VM's memory devices with nodes of their own."""
        self.guest, self.host, self.rules, self.fixed = guest, host, rules, [*fixed, *beside]
        devices = {host.devices[address] for address in guest.pci if address in host.devices}
        self.near = sorted(
            (devices & set(host.nodes)) | {*thread_nodes(guest, host), *device_nodes(guest)}
        )
        self.taken = Nodeset.of(node for demand in fixed for node in demand.nodes)
        self.site = site_of(host, self.near, self.taken)

    def run(self, request: NumaRequest, demands: Sequence[Demand]) -> list[Nodeset]:
        """The nodes of each demand. Raises `MemoryShort` or `NoNodesFound`."""
        if self.rules.exclusive:
            demands = [demand.replace(nodes=demand.nodes - self.taken) for demand in demands]
        chosen = self._find(demands, self.rules)
        if chosen is not None:
            return chosen
        laid = fit(self.host, [d for d in self.fixed if d.mode != "preferred"])
        if laid.shortfalls:
            raise MemoryShort(self.host, self.fixed, laid, holds=lambda _: False)

        trial = self.rules.replace(any_will_do=True)

        def holds(others: Sequence[Demand]) -> bool:
            found = self._find(others, trial)
            return found is not None and _lie(self.host, others, found, self.fixed)

        raise NoNodesFound(charged(self.host, laid.charges), demands, self.rules, holds)

    def _find(self, demands: Sequence[Demand], rules: Rules) -> list[Nodeset] | None:
        """The nodes in what the fixed demands leave, wherever these lie: fixed demands on several
        nodes shift if they can, and preferred ones take what is left.
        """
        firm = [d for d in self.fixed if d.mode != "preferred"]
        rigid = [d for d in firm if len(d.nodes) == 1 or d.mode == "interleave"]
        for heeded in (rigid, self.fixed, firm):
            if heeded is not self.fixed and len(heeded) == len(self.fixed):
                continue
            rest = self.host
            if heeded:
                rest = charged(self.host, fit(self.host, heeded).charges)
            chosen = self._on(rest, demands, rules)
            if chosen is None:
                continue
            if heeded is self.fixed or _lie(self.host, demands, chosen, self.fixed):
                return chosen
        return None

    def _on(
        self, host: HostTopology, demands: Sequence[Demand], rules: Rules
    ) -> list[Nodeset] | None:
        """`choose`; if possible on nodes that the fixed demands do not use.

        What other VMs may have on any of several nodes is first thought away from each node. If the
        nodes that are found so do not hold all of it, it is laid down in one way.
        """
        chosen = self._among(host, demands, rules)
        if chosen is None or not host.claims or _lie(host, demands, chosen):
            return chosen
        return self._among(settled(host), demands, rules)

    def _among(
        self, host: HostTopology, demands: Sequence[Demand], rules: Rules
    ) -> list[Nodeset] | None:
        if self.taken:
            free = [demand.replace(nodes=demand.nodes - self.taken) for demand in demands]
            apart = Rules(rules.count, True, False, any_will_do=rules.any_will_do)
            chosen = choose(host, free, apart, self.near, self.taken, self.site)
            if chosen is not None:
                return chosen
        chosen = choose(host, demands, rules, self.near, self.taken, self.site)
        return chosen if chosen is not None else self._with_preferred(host, demands, rules)

    def _with_preferred(
        self, host: HostTopology, demands: Sequence[Demand], rules: Rules
    ) -> list[Nodeset] | None:
        """Preferred demands go where the others leave most, and overflow if they must. None if no
        demand is preferred, or if the others alone do not fit.
        """
        firm = [demand for demand in demands if demand.mode != "preferred"]
        if len(firm) == len(demands):
            return None
        found = choose(host, firm, rules, self.near, self.taken, self.site) if firm else []
        if found is None:
            return None
        count, looks = rules.count, MAX_WORK // 2 // len(demands)
        alone = Rules(count, any_will_do=rules.any_will_do, looks=looks)
        nodes = dict(zip((demand.cell for demand in firm), found))
        laid = [demand.replace(nodes=nodes[demand.cell]) for demand in firm]
        for demand in demands:
            host, laid = charged(host, fit(host, laid).charges), []
            if demand.cell not in nodes:
                chosen = choose(host, [demand], alone, self.near, self.taken, self.site)
                its = chosen[0] if chosen else _roomiest(host, demand, count or 1)
                nodes[demand.cell], laid = its, [demand.replace(nodes=its)]
        return [nodes[demand.cell] for demand in demands]


def _lie(
    host: HostTopology,
    demands: Sequence[Demand],
    chosen: Sequence[Nodeset],
    others: Sequence[Demand] = (),
) -> bool:
    """Whether the demands, on the nodes chosen for them, fit together with others."""
    laid = [demand.replace(nodes=nodes) for demand, nodes in zip(demands, chosen)]
    return not fit(host, [*others, *laid]).shortfalls


def _roomiest(host: HostTopology, demand: Demand, count: int) -> Nodeset:
    """The nodes with most memory available for a demand; nodes with CPUs first if it has vCPUs."""

    room = rooms(host, demand.page_kib)

    def key(i: int) -> tuple[bool, int, int]:
        return bool(demand.vcpus) and not host.nodes[i].cpus, -room[i], i

    return Nodeset.of(sorted(demand.nodes, key=key)[:count])
