# SPDX-License-Identifier: Apache-2.0
"""Stored settings as a document: what every answer about a VM, a template or a pool shows.

reading(found, wording)["etag"]         '"5f0c..."'
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from numa_domain.base.errors import NumaError

from ..engine_api.native_node import NativeNode
from ..engine_api.vm_config import VmConfig
from ..engine_api.vm_row import VmRow
from ..settings.pools import PoolResult
from ..settings.reading import Reading
from ..settings.storing import Result
from ..settings.vcpus import Vcpus
from ..settings.version import version_of
from . import fit, problem
from .lies import lies
from .request import guest, request
from .wording import Wording


def etag(vm: VmConfig) -> str:
    """Its version, quoted as in HTTP (RFC 9110, 8.8.3): to be sent back as it is."""
    return f'"{version_of(vm)}"'


def reading(found: Reading, wording: Wording) -> dict[str, Any]:
    """What is stored."""
    vm = found.vm
    former, tuned = vm.restores
    return {
        "id": vm.id,
        "kind": vm.kind,
        "name": vm.name,
        "status": vm.status,
        "cluster": vm.cluster_id,
        "host": vm.host_id,
        "etag": etag(vm),
        "request": request(vm),
        "current": request(found.running) if found.pending else None,
        "pending": found.pending,
        "migration": {"affinity": vm.affinity, "hosts": list(vm.host_ids), "former": former},
        "cpu_tune": {
            "pins": {str(vcpu): cpus for vcpu, cpus in sorted(vm.pins.items())},
            "ours": tuned,
        },
        "vcpus": None if found.vcpus is None else _vcpus(found.vcpus),
        "lies": None if found.lying is None else lies(found.lying),
        "guest": guest(vm),
        "native": [_native(node) for node in found.native],
        "problems": [problem.plain(each, wording) for each in found.problems],
    }


def row(vm: VmRow, found: Sequence[NumaError], wording: Wording) -> dict[str, Any]:
    """A VM in a list, and what is wrong with it."""
    config = vm.config
    state = "set" if config.has_settings else "none"
    return {
        "id": vm.id,
        "name": vm.name,
        "status": vm.status,
        "cluster": vm.cluster_id,
        "host": vm.host_id,
        "state": "problem" if found else state,
        "next_run": vm.next_run,
        "migration": vm.affinity,
        "request": request(config),
        "problems": [problem.plain(each, wording) for each in found],
    }


def stored(result: Result, wording: Wording) -> dict[str, Any]:
    """What a change did."""
    fits = None if result.fits is None else fit.fits(result.fits, wording)
    return {**_changed(result, wording), "fit": fits}


def pool_stored(result: PoolResult, wording: Wording) -> dict[str, Any]:
    """What the change of a pool did to each of its VMs."""
    pool = result.pool
    vms = [
        _changed(replace(item.result or Result(item.vm, item.vm), problems=item.problems), wording)
        for item in result.items
        if item.vm is not None
    ]
    return {"id": pool.id, "name": pool.name, "etag": etag(pool), "vms": vms}


def _changed(result: Result, wording: Wording) -> dict[str, Any]:
    return {
        **reading(Reading(result.vm, result.running), wording),
        "applies": {"at_once": result.at_once, "at_next_start": result.at_next_start},
        "notes": result.notes,
        "warnings": [problem.plain(each, wording) for each in result.problems],
    }


def _vcpus(found: Vcpus) -> dict[str, Any]:
    return {"state": found.state, "hosts": list(found.hosts)}


def _native(node: NativeNode) -> dict[str, Any]:
    return {
        "index": node.index,
        "memory_kib": node.memory_kib,
        "cpus": list(node.cpus),
        "mode": node.mode,
        "nodes": list(node.pins),
    }
