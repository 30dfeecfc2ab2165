# SPDX-License-Identifier: Apache-2.0
"""Whether a VM fits on each host that may start it, and why not.

Whether something fits is the core's decision alone; here is added what the engine cannot know,
and a hook that is not there.

    fits = judge(inventory, vm, request, nodes=())
    [fit.host.name for fit in fits.hosts if fit.fits]
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from numa_domain.base.errors import HostError, NumaError
from numa_domain.domxml.read import parse_guest
from numa_domain.guest.model import Guest
from numa_domain.host.model import HostTopology
from numa_domain.placement.memory_fit import available_kib
from numa_domain.placement.model import NodeUnknown, Placement
from numa_domain.placement.place import place
from numa_domain.request.grammar_level import level
from numa_domain.request.model import NumaRequest

from ..engine_api.cluster import Cluster
from ..engine_api.hidden_nodes import NONE, HiddenNodes, NodeNotShown
from ..engine_api.host_facts import HostFacts
from ..engine_api.hosts import HOOK, HostRecord
from ..engine_api.inventory import Inventory
from ..engine_api.native_node import NativeNode
from ..engine_api.vm_config import VmConfig
from ..model.cluster_model import ClusterModel, model_of
from ..model.guest_xml import domain_xml
from ..model.promises import NodesUntold, Promised, PromisesUntaken
from .change import planned


class HostNotUp(HostError):
    what = "the host is {host_status}"
    todo = "activate it, or allow the VM other hosts"


class ClusterNone(HostError):
    what = "{name} belongs to no cluster, so there are no hosts for it"
    todo = "look at a VM that is made from it"


class HookAbsent(HostError):
    blames = "setup"
    what = "the hook {hook} is not on this host: the VM would start without its NUMA settings"
    todo = "install vdsm-hook-numa on it, and refresh its capabilities in oVirt"


class HookForeign(HostError):
    blames = "setup"
    what = (
        "the script {hook} on this host is not ours (VDSM had one of this name until 2019): the VM"
        " would start without its NUMA settings"
    )
    todo = "remove it, install vdsm-hook-numa, and refresh the host's capabilities in oVirt"


class HookOld(HostError):
    """It would meet a part of the settings that it does not know, and refuse the VM."""

    blames = "setup"
    what = (
        "the hook on this host is release {release}, which reads settings up to level {has}, and"
        " these are of level {needs}: it would refuse to start the VM"
    )
    todo = "update vdsm-hook-numa on it, and refresh its capabilities in oVirt"


class PagesOfHostOnly(HostError):
    what = "the engine knows how many huge pages a host has, but not on which of its nodes"
    todo = "numa-domain host shows them on the host itself, which decides when the VM starts"


@dataclass(frozen=True)
class HostFit:
    """The answer for one host: `placement`, or `problem` with the reason."""

    host: HostRecord
    hook: bool | None
    """Whether our hook is there; None where the engine did not say."""
    placement: Placement | None
    problem: NumaError | None
    warnings: tuple[NumaError, ...] = ()
    nodes: HostTopology | None = None
    """As the placement saw them."""
    hidden: HiddenNodes = NONE
    """What is not among them, or only as the host told it."""

    @property
    def fits(self) -> bool:
        return self.placement is not None


@dataclass(frozen=True)
class Fits:
    """The answer for all hosts."""

    guest: Guest
    domain_xml: str
    request: NumaRequest
    hosts: tuple[HostFit, ...]
    cluster: str
    """Its name."""

    @property
    def best(self) -> HostFit | None:
        """A host that will do: with the hook and without warnings, if there is one."""
        fitting = [fit for fit in self.hosts if fit.fits]
        return min(fitting, key=lambda f: (f.hook is False, len(f.warnings)), default=None)


def judge(
    inventory: Inventory, vm: VmConfig, request: NumaRequest, nodes: Sequence[NativeNode] = ()
) -> Fits:
    """On every candidate host. Raises the core's errors where the request is wrong for the VM
    itself, and so on every host."""
    cluster = inventory.cluster(_cluster_id(vm))
    guest, xml = _guest(vm, request, cluster, nodes)
    model = model_of(inventory, cluster, only=vm.host_ids, pages=_paged(guest, request))
    return _judged(model, vm, guest, xml, request)


def _guest(
    vm: VmConfig, request: NumaRequest, cluster: Cluster, nodes: Sequence[NativeNode]
) -> tuple[Guest, str]:
    xml = domain_xml(planned(vm, request), level=vm.level or cluster.level, nodes=nodes)
    return parse_guest(xml), xml


def _judged(
    model: ClusterModel, vm: VmConfig, guest: Guest, xml: str, request: NumaRequest
) -> Fits:
    paged = _paged(guest, request)
    hosts = tuple(
        _on_host(guest, request, fact, model.promised_on(fact.record.id), paged)
        for fact in model.candidates(vm)
    )
    if hosts and all(fit.problem is not None and _blames_request(fit.problem) for fit in hosts):
        assert hosts[0].problem is not None
        raise hosts[0].problem
    return Fits(guest, xml, request, hosts, model.cluster.name)


def _cluster_id(vm: VmConfig) -> str:
    if vm.cluster_id is None:
        raise ClusterNone("cluster", name=vm.name)
    return vm.cluster_id


def _blames_request(error: NumaError) -> bool:
    return all(each.blames == "request" for each in error.problems)


def _paged(guest: Guest, request: NumaRequest) -> bool:
    """Whether huge pages count."""
    cells = request.cells if isinstance(request.cells, tuple) else ()
    return bool(guest.hugepages) or any(cell.page_kib for cell in cells)


def _on_host(
    guest: Guest,
    request: NumaRequest,
    facts: HostFacts,
    promised: Promised,
    paged: bool,
) -> HostFit:
    hooks = None if isinstance(facts.hooks, NumaError) else facts.hooks
    hook = None if hooks is None else hooks.starts
    if isinstance(facts.nodes, NumaError):
        return HostFit(facts.record, hook, None, facts.nodes)
    nodes, hidden = promised.late(facts.nodes), facts.hidden

    def refused(problem: NumaError) -> HostFit:
        warnings = hidden.warnings(facts.record.name, nodes.nodes)
        return HostFit(facts.record, hook, None, problem, tuple(warnings), nodes, hidden)

    if hooks is not None and hooks.release is not None and not hooks.reads(request):
        release, needs = hooks.release, level(request)
        old = HookOld(facts.record.name, release=release.version, has=release.grammar, needs=needs)
        return refused(old)
    try:
        placement = place(guest, request, nodes)
    except NumaError as error:
        return refused(_not_shown(error, facts) or error)
    warnings = [*placement.warnings, *_doubts(guest, request, placement, facts, promised)]
    warnings += hidden.warnings(facts.record.name, placement.charges)
    if facts.record.status != "up":
        warnings.append(HostNotUp(facts.record.name, host_status=facts.record.status))
    if hooks is not None and not hooks.starts:
        what = HookForeign if hooks.foreign else HookAbsent
        warnings.append(what(facts.record.name, hook=HOOK))
    if paged:
        warnings.append(PagesOfHostOnly(facts.record.name))
    return HostFit(facts.record, hook, placement, None, tuple(warnings), nodes, hidden)


def _not_shown(error: NumaError, facts: HostFacts) -> NodeNotShown | None:
    """Where a node is missing that may be one of those that the engine does not show."""
    missing = [each for each in error.problems if isinstance(each, NodeUnknown)]
    if not missing or not facts.hidden.count or isinstance(facts.nodes, NumaError):
        return None
    shown = len(facts.nodes.nodes)
    return NodeNotShown(
        missing[0].where,
        nodes=missing[0].facts["missing"],
        shown=shown,
        total=shown + facts.hidden.count,
    )


def _doubts(
    guest: Guest,
    request: NumaRequest,
    placement: Placement,
    facts: HostFacts,
    promised: Promised,
) -> list[NumaError]:
    """What only the host will know when the VM starts."""
    found: list[NumaError] = []
    if promised.charges and not isinstance(facts.nodes, NumaError):
        early = promised.early(facts.nodes)
        try:
            if not _holds(placement, early):
                place(guest, request, early)
        except NumaError:
            found.append(PromisesUntaken("placement", vms=", ".join(promised.by_vm)))
    if promised.untold:
        found.append(NodesUntold("placement", vms=", ".join(promised.untold)))
    return found


def _holds(placement: Placement, host: HostTopology) -> bool:
    """Whether what was found elsewhere fits here too, which is faster seen than found again."""
    return all(
        available_kib(host.nodes[node], page) >= kib
        for node, pages in placement.charges.items()
        for page, kib in pages.items()
    )
