# SPDX-License-Identifier: Apache-2.0
"""Nodes for demands in what a VM's fixed demands leave: cells that name nodes or have a memnode,
and memory devices with nodes of their own.

    fixed: 24 GiB on node 0; free 30, 9 -> node 1 for 8 GiB
"""

from __future__ import annotations

from ...base.idset import Nodeset
from ..device_memory import device_nodes
from ..memory_fit import charged, fit, rooms, settled
from ..model import DoesNotFit, MemoryShort
from .node_set_search import MAX_WORK
from .pinned import thread_nodes
from .stage_order import Rules, choose, site_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...guest.model import Guest
    from ...host.model import HostTopology
    from ...request.model import NumaRequest
    from ..memory_fit import Demand
    from ..model import Holds


class NoNodesFound(DoesNotFit):
    """By these rules there are no nodes for the demands; `holds` tells whether other demands would
    fit.
    """

    def __init__(
        self, host: HostTopology, demands: Sequence[Demand], rules: Rules, holds: Holds
    ) -> None:
        super().__init__(host, demands)
        self.rules, self.holds = rules, holds


class Search:
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
