# SPDX-License-Identifier: Apache-2.0
"""A VM in a list of VMs, read from the list's XML (`bulk`).

VmRow.of(element).properties["numa_nodeset"]        "0-1"
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from lxml import etree
from ovirtsdk4.reader import Reader

from numa_domain.request.parts import NODESET, TOPOLOGY

from . import bulk
from .vm_config import FORMER, VmConfig

_SETTINGS = {NODESET, TOPOLOGY, *FORMER}


@dataclass(frozen=True)
class VmRow:
    """What a list tells of it."""

    id: str
    name: str
    status: str
    cluster_id: str | None
    host_id: str | None
    affinity: str
    next_run: bool
    properties: dict[str, str]
    level: str | None = None
    """Its own compatibility level, where that is not its cluster's."""
    bound: VmConfig | None = None
    """All of it, where it has our settings and that is asked for."""

    @classmethod
    def of(cls, vm: bulk.Element) -> VmRow:
        return cls(
            id=vm.get("id") or "",
            name=bulk.text(vm, "name") or "",
            status=bulk.text(vm, "status") or "unknown",
            cluster_id=bulk.reference(vm, "cluster"),
            host_id=bulk.reference(vm, "host"),
            affinity=bulk.affinity(vm),
            next_run=bulk.text(vm, "next_run_configuration_exists") == "true",
            properties=bulk.properties(vm),
            level=bulk.level(vm, "custom_compatibility_version"),
        )

    @classmethod
    def with_bound(cls, vm: bulk.Element) -> VmRow:
        """Read whole, by the SDK, only where it has our settings."""
        row = cls.of(vm)
        if not row.properties.keys() & _SETTINGS:
            return row
        return replace(row, bound=VmConfig.of_vm(Reader.read(etree.tostring(vm))))

    @property
    def config(self) -> VmConfig:
        """Its settings; neither its memory nor its vCPUs, which a list's reader leaves out."""
        return VmConfig(
            kind="vms",
            id=self.id,
            name=self.name,
            cluster_id=self.cluster_id,
            memory_kib=0,
            max_memory_kib=0,
            properties=self.properties,
            affinity=self.affinity,
            level=self.level,
            pins={},
        )
