# SPDX-License-Identifier: Apache-2.0
"""A VM in a list of VMs, read from the list's XML (`bulk`).

VmRow.of(element).properties["numa_nodeset"]        "0-1"
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from . import bulk
from .vm_config import VmConfig


@dataclass(frozen=True)
class ListedVm:
    """What everybody wants to know of a VM in a list."""

    id: str
    name: str
    status: str
    cluster_id: str | None
    host_id: str | None
    """Where it runs."""

    @staticmethod
    def fields(vm: bulk.Element) -> dict[str, Any]:
        """These, by name."""
        return {
            "id": vm.get("id") or "",
            "name": bulk.text(vm, "name") or "",
            "status": bulk.text(vm, "status") or "unknown",
            "cluster_id": bulk.reference(vm, "cluster"),
            "host_id": bulk.reference(vm, "host"),
        }


@dataclass(frozen=True)
class VmRow(ListedVm):
    """With its settings, and without what a reader of a list has no use for."""

    affinity: str
    next_run: bool
    properties: dict[str, str]
    level: str | None = None
    """Its own compatibility level, where that is not its cluster's."""
    started: datetime | None = None

    @classmethod
    def of(cls, vm: bulk.Element) -> VmRow:
        return cls(
            **cls.fields(vm),
            affinity=bulk.affinity(vm),
            next_run=bulk.text(vm, "next_run_configuration_exists") == "true",
            properties=bulk.properties(vm),
            level=bulk.level(vm, "custom_compatibility_version"),
            started=bulk.moment(vm, "start_time"),
        )

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
            host_id=self.host_id,
            started=self.started,
            pins={},
        )
