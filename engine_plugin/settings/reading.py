# SPDX-License-Identifier: Apache-2.0
"""The settings of a VM, a template or a pool as they are stored, and what is wrong with them.

reading = read(inventory, Target("vms", "0d5f..."))
reading.vm.request_texts                ("0-1", None)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from numa_domain.base.errors import NumaError
from numa_domain.request.model import NumaRequest

from ..engine_api import queries
from ..engine_api.inventory import Inventory
from ..engine_api.native_node import NativeNode
from ..engine_api.target import POOLS, Target
from ..engine_api.vm_config import FORMER, VmConfig
from ..engine_api.vm_row import VmRow
from . import errors, version
from .health import undefined
from .lying import LiesElsewhere, Lying, lying_of, strayed
from .pool_members import differing
from .vcpus import Vcpus, vcpus_of


@dataclass(frozen=True)
class Reading:
    """What was read at one moment."""

    vm: VmConfig
    """As of its next start."""
    running: VmConfig
    """As it runs now; the same where it is down."""
    native: Sequence[NativeNode] = ()
    """Virtual NUMA nodes of oVirt's own beside them."""
    undefined: errors.PropertiesGone | None = None
    vcpus: Vcpus | None = None
    """Whether they are held beside their memory, now if it runs; None if nobody asked."""
    lying: Lying | None = None
    """Where it lies, if it runs; None if nobody asked."""
    stray: LiesElsewhere | None = None
    differing: errors.PoolDiffers | None = None
    """Of a pool: VMs that have others."""

    @property
    def pending(self) -> bool:
        """Whether the next start will differ from what runs."""
        return version.fields(self.vm) != version.fields(self.running)

    @property
    def problems(self) -> list[NumaError]:
        found = stored_problems(self.vm, len(self.native), self.undefined)
        return [*found, *(each for each in (self.stray, self.differing) if each)]


def read(inventory: Inventory, target: Target, vm: VmConfig | None = None) -> Reading:
    """`vm` is its next start, where that has been read already."""
    session = inventory.session
    vm = target.read(session) if vm is None else vm
    running = target.read_running(session, vm)
    vcpus = vcpus_of(inventory, running if running.has_settings else vm)
    native, gone = target.native_nodes(session), undefined(inventory, vm)
    rows = queries.vms_of_pool(session, vm.name) if target.kind == POOLS else []
    lies, stray = lying_of(inventory, running), strayed(inventory, [running]).get(running.id)
    return Reading(vm, running, native, gone, vcpus, lies, stray, differing(vm, rows))


def row_problems(inventory: Inventory, rows: Sequence[VmRow]) -> list[list[NumaError]]:
    """Of each VM in a list."""
    vms = [row.config for row in rows]
    stray = strayed(inventory, vms)
    return [
        [
            *stored_problems(vm, gone=undefined(inventory, vm)),
            *([stray[vm.id]] if vm.id in stray else []),
        ]
        for vm in vms
    ]


def stored_problems(
    vm: VmConfig, native: int = 0, gone: errors.PropertiesGone | None = None
) -> list[NumaError]:
    """What is wrong with what is stored, without a look at any host."""
    found: list[NumaError] = [gone] if gone else []
    if not vm.has_settings:
        return found
    if vm.hosted_engine:
        found.append(errors.HostedEngine("custom_properties", name=vm.name))
    try:
        NumaRequest.parse(*vm.request_texts)
    except NumaError as error:
        found += error.problems
    if vm.affinity not in ("pinned", "unknown"):
        found.append(errors.Migratable("placement_policy", name=vm.name, affinity=vm.affinity))
    if native:
        found.append(errors.BothKinds("numanodes", name=vm.name, count=native, id=vm.id))
    if vm.nodeset_name in FORMER:
        found.append(errors.FormerName("numa_nodeset", property=vm.nodeset_name))
    return found
