# SPDX-License-Identifier: Apache-2.0
"""A host's nodes, and the VMs that are bound to them, as a document.

nodes(facts, promised)[0]["free_kib"]       33554432
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from numa_domain.base.errors import NumaError
from numa_domain.base.idset import Nodeset
from numa_domain.host.advice import advise
from numa_domain.host.model import HostTopology, PagePool
from numa_domain.placement.memory_fit import ORDINARY

from ..engine_api.hidden_nodes import HiddenNodes
from ..engine_api.host_facts import HostFacts
from ..engine_api.hosts import Hooks
from ..engine_api.vm_config import VmConfig
from ..model.promises import Promised
from ..settings.lying import lying
from . import problem
from .health import moment
from .lies import lies
from .request import request
from .wording import Wording


def capacity(facts: HostFacts, promised: Promised, wording: Wording) -> dict[str, Any]:
    """What it has, and what is not known of it."""
    return {
        "nodes": nodes(facts, promised),
        "hidden": hidden(facts.hidden),
        "warnings": [problem.plain(each, wording) for each in facts.warnings],
    }


def nodes(facts: HostFacts, promised: Promised) -> list[dict[str, Any]]:
    """By id."""
    if isinstance(facts.nodes, NumaError):
        return []
    late, early = promised.late(facts.nodes), promised.early(facts.nodes)
    told = dict.fromkeys(facts.hidden.told, _moment(facts.hidden))
    return [
        {**_node(facts.nodes, late, early, i, promised), "told_at": told.get(i)}
        for i in sorted(facts.nodes.nodes)
    ]


def hidden(found: HiddenNodes) -> dict[str, Any]:
    """The nodes that the engine does not give."""
    return {
        "count": found.count,
        "memory_kib": found.memory_kib,
        "told": str(Nodeset.of(found.told)),
        "at": _moment(found),
    }


def advice(facts: HostFacts, wording: Wording) -> dict[str, Any] | None:
    """What follows from its settings, as its hook told them; None where it did not."""
    told = None if isinstance(facts.hooks, NumaError) else facts.hooks.settings
    if told is None or isinstance(facts.nodes, NumaError):
        return None
    found = advise(_with_pools(facts.nodes, told.pools), told.settings)
    return {
        "at": moment(told.at),
        "settings": [{"name": each.setting, "value": each.value} for each in found],
        "problems": [problem.plain(each.amiss, wording) for each in found if each.amiss],
    }


def _with_pools(host: HostTopology, pools: Mapping[int, Mapping[int, int]]) -> HostTopology:
    """With the pools that its nodes really have, which the engine does not know."""
    return HostTopology.of(
        node.replace(pages={size: PagePool(counts.get(i, 0), 0) for size, counts in pools.items()})
        for i, node in host.nodes.items()
    )


def bound_vm(vm: VmConfig, promised: Promised, hooks: Hooks | NumaError) -> dict[str, Any]:
    """A VM with settings that runs there."""
    charges = promised.by_vm.get(vm.name, {})
    return {
        "id": vm.id,
        "name": vm.name,
        "status": vm.status,
        "request": request(vm),
        "nodes": {str(node): sum(pages.values()) for node, pages in charges.items()},
        "told": vm.name not in promised.untold,
        "lies": lies(lying(hooks, vm)),
    }


def _node(
    host: HostTopology, late: HostTopology, early: HostTopology, i: int, promised: Promised
) -> dict[str, Any]:
    node = host.nodes[i]
    return {
        "id": i,
        "cpus": str(node.cpus),
        "memory_kib": node.memory_kib,
        "free_kib": node.free_kib,
        "promised_kib": promised.charges.get(i, {}).get(ORDINARY, 0),
        "available_kib": late.nodes[i].available_kib,
        "least_available_kib": early.nodes[i].available_kib,
        "distances": {str(other): value for other, value in node.distances.items()},
        "pages": {
            str(size): {"total": pool.total, "free": pool.free} for size, pool in node.pages.items()
        },
    }


def _moment(found: HiddenNodes) -> str | None:
    return None if found.at is None else found.at.isoformat()
