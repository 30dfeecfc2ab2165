# SPDX-License-Identifier: Apache-2.0
"""Settings as JSON: what every answer about a VM, a template or a pool shows.

Decides names and shapes of the API's members. Never asks the engine.

    settings(owner, owner, ())["request"]["nodeset"]      "0-1"
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from numa_domain.base.errors import NumaError
from numa_domain.request.model import NumaRequest
from numa_domain.request.parts import NODESET, TOPOLOGY

from ..engine_api import faults
from ..engine_api.queries import VmRow
from ..engine_api.records import FORMER, NativeNode, Owner
from . import version
from .fit import Fits, to_dict
from .problems import plain
from .storing import Result


def settings(
    owner: Owner,
    current: Owner,
    native: Sequence[NativeNode] = (),
    path: str = "",
    undefined: faults.PropertiesGone | None = None,
) -> dict[str, Any]:
    """`owner` as of its next start, `current` as it is; `undefined` is what it has of properties
    that the engine does not know."""
    former, tuned = owner.restores
    pending = version.fields(owner) != version.fields(current)
    return {
        "id": owner.id,
        "kind": owner.kind,
        "name": owner.name,
        "status": owner.status,
        "cluster": owner.cluster_id,
        "host": owner.host_id,
        "etag": version.etag(owner),
        "request": request(owner),
        "current": request(current) if pending else None,
        "pending": pending,
        "migration": {
            "affinity": owner.affinity,
            "hosts": list(owner.host_ids),
            "former": former,
        },
        "cpu_tune": {
            "pins": {str(vcpu): cpus for vcpu, cpus in sorted(owner.pins.items())},
            "ours": tuned,
        },
        "guest": guest(owner),
        "native": [_native(node) for node in native],
        "problems": [plain(p) for p in problems(owner, len(native), path, undefined)],
    }


def guest(owner: Owner) -> dict[str, Any]:
    """What a picture of the VM needs without a look at any host."""
    page = owner.properties.get("hugepages", "")
    return {
        "memory_kib": owner.memory_kib,
        "max_memory_kib": owner.max_memory_kib,
        "vcpus": owner.vcpus,
        "threads": owner.threads,
        "arch": owner.arch,
        "page_kib": int(page) if page.isdigit() and int(page) else None,
    }


def request(owner: Owner) -> dict[str, Any] | None:
    """The two inputs as stored, and in canonical form where they can be read."""
    nodeset, topology = owner.request_texts
    if nodeset is None and topology is None:
        return None
    try:
        found = owner.request().to_properties()
        canonical = {"nodeset": found.get(NODESET), "topology": found.get(TOPOLOGY)}
    except NumaError:
        canonical = None
    return {
        "nodeset": nodeset,
        "topology": topology,
        "property": owner.nodeset_name,
        "canonical": canonical,
    }


def problems(
    owner: Owner,
    native: int = 0,
    path: str = "",
    undefined: faults.PropertiesGone | None = None,
) -> list[NumaError]:
    """What is wrong with what is stored, without a look at any host."""
    found: list[NumaError] = [undefined] if undefined else []
    if not owner.has_settings:
        return found
    if owner.hosted_engine:
        found.append(faults.HostedEngine("custom_properties", name=owner.name))
    try:
        NumaRequest.parse(*owner.request_texts)
    except NumaError as error:
        found += error.problems
    if owner.affinity not in ("pinned", "unknown"):
        found.append(Migratable("placement_policy", name=owner.name, affinity=owner.affinity))
    if native:
        found.append(BothKinds("numanodes", name=owner.name, count=native, path=path))
    if owner.nodeset_name in FORMER:
        found.append(FormerName("numa_nodeset", property=owner.nodeset_name))
    return found


class Migratable(NumaError):
    what = "{name} has NUMA settings and may migrate ({affinity}): a migration would fail"
    todo = "store the settings again, or choose Do not allow migration in oVirt"


class BothKinds(NumaError):
    what = "{name} has {count} virtual NUMA node(s) of oVirt's own beside its NUMA settings"
    todo = "take them over with POST {path}/adopt, or remove them in oVirt (Host, NUMA)"


class FormerName(NumaError):
    what = "the nodeset is stored as {property}, the property of a hook that VDSM had until 2019"
    todo = "store the settings again: they move to numa_nodeset"


def row(vm: VmRow, undefined: faults.PropertiesGone | None = None) -> dict[str, Any]:
    """A VM in a list."""
    owner = vm.owner
    found = problems(owner, undefined=undefined)
    state = "set" if owner.has_settings else "none"
    return {
        "id": vm.id,
        "name": vm.name,
        "status": vm.status,
        "cluster": vm.cluster_id,
        "host": vm.host_id,
        "state": "problem" if found else state,
        "next_run": vm.next_run,
        "migration": vm.affinity,
        "request": request(owner),
        "problems": [plain(problem) for problem in found],
    }


def stored(result: Result) -> dict[str, Any]:
    """What a change did."""
    return {
        **settings(result.owner, result.current),
        "applies": {"at_once": result.at_once, "at_next_start": result.at_next_start},
        "notes": result.notes,
        "warnings": [plain(problem) for problem in result.problems],
        "fit": None if result.fits is None else fits(result.fits),
    }


def fits(found: Fits) -> dict[str, Any]:
    """The answer of every candidate host, those that fit first."""
    hosts = sorted(found.hosts, key=lambda fit: (not fit.fits, fit.host.name))
    return {
        "hosts": [to_dict(fit) for fit in hosts],
        "fitting": sum(fit.fits for fit in hosts),
        "candidates": len(hosts),
    }


def _native(node: NativeNode) -> dict[str, Any]:
    return {
        "index": node.index,
        "memory_kib": node.memory_kib,
        "cpus": list(node.cpus),
        "mode": node.mode,
        "nodes": list(node.pins),
    }
