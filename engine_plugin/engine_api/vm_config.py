# SPDX-License-Identifier: Apache-2.0
"""The configuration of a VM: those of the engine's many fields that count for NUMA.

A template or a pool has the same settings as a VM, so all three are a `VmConfig`.

    vm = queries.vm(session, "0d5f...", next_run=True)
    vm.request_texts                        ("0-1", None)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any

from ovirtsdk4 import Struct, types

from numa_domain.request.model import NumaRequest
from numa_domain.request.parts import NODESET, TOPOLOGY

from .cluster import architecture
from .sdk_types import expect

RESTORE = "numa_restore"
"""Our third property: what removal gives back. It is in the engine like the other two, so
that it travels with clones and backups, and the service stays without a store of its own."""

FORMER = ("numa", "numaset")
"""Names of `numa_nodeset` in the hook that VDSM shipped until 2019."""

OURS = (NODESET, TOPOLOGY, RESTORE)
_MODES = tuple(mode.value for mode in types.VmAffinity)


@dataclass(frozen=True)
class VmConfig:
    """Of a VM, a template or a pool, made from the SDK's types. Memory in KiB."""

    kind: str
    """"vms", "templates" or "vmpools": the first step of its path."""
    id: str
    name: str
    cluster_id: str | None
    memory_kib: int
    max_memory_kib: int
    sockets: int = 1
    cores: int = 1
    threads: int = 1
    arch: str = "x86_64"
    level: str | None = None
    """Its own compatibility level, where that is not its cluster's."""
    iothreads: int = 0
    properties: Mapping[str, str] = ()  # type: ignore[assignment]  # always given
    affinity: str = "migratable"
    """"unknown" where the engine hides it: from users that are no administrators."""
    host_ids: tuple[str, ...] = ()
    pins: Mapping[int, str] = ()  # type: ignore[assignment]  # always given
    pinning_policy: str = "none"
    status: str = "down"
    host_id: str | None = None
    """Where it runs."""
    started: datetime | None = None
    """When it began to run, by the engine's clock."""
    next_run: bool = False
    """Whether the engine keeps another configuration for its next start."""
    pool_id: str | None = None
    origin: str = "ovirt"
    others: Mapping[str, object] = field(default_factory=dict)
    """More that somebody may set, by the engine's names: to see that it has changed."""

    @classmethod
    def of_vm(cls, vm: Any) -> VmConfig:
        """Of the SDK's Vm: `GET /vms/{id}`, with or without next_run."""
        expect(types.Vm, vm)
        return cls(
            kind="vms",
            status=vm.status.value if vm.status else "unknown",
            host_id=vm.host.id if vm.host else None,
            started=vm.start_time,
            next_run=bool(vm.next_run_configuration_exists),
            pool_id=vm.vm_pool.id if vm.vm_pool else None,
            origin=str(vm.origin or "ovirt"),
            **_common(vm),
        )

    @classmethod
    def of_template(cls, template: Any) -> VmConfig:
        expect(types.Template, template)
        return cls(kind="templates", **_common(template))

    @classmethod
    def of_pool(cls, pool: Any) -> VmConfig:
        """A pool's settings are those of the VM that the engine shows inside it."""
        expect(types.VmPool, pool)
        inside = pool.vm if pool.vm is not None else types.Vm()
        common = _common(inside)
        cluster = pool.cluster or inside.cluster
        common.update(id=str(pool.id), name=str(pool.name))
        common["cluster_id"] = cluster.id if cluster else None
        return cls(kind="vmpools", **common)

    @property
    def vcpus(self) -> int:
        """With which it starts."""
        return self.sockets * self.cores * self.threads

    @property
    def down(self) -> bool:
        """Whether a change counts at once. A suspended VM goes on with what it began with."""
        return self.status in ("down", "image_locked", "unknown")

    @property
    def hosted_engine(self) -> bool:
        """Whether the engine itself runs in it."""
        return self.origin.endswith("hosted_engine")

    @property
    def nodeset_name(self) -> str | None:
        """The property that `numa_nodeset` is read from; None where there is none."""
        names = (NODESET, *FORMER)
        return next((n for n in names if self.properties.get(n, "").strip()), None)

    @property
    def request_texts(self) -> tuple[str | None, str | None]:
        """Nodeset and topology as they are stored."""
        name = self.nodeset_name
        nodeset = self.properties[name] if name else None
        return nodeset, self.properties.get(TOPOLOGY) or None

    @property
    def has_settings(self) -> bool:
        return any(text is not None for text in self.request_texts)

    def request(self) -> NumaRequest:
        """Raises the core's errors where what is stored cannot be read."""
        return NumaRequest.parse(*self.request_texts)

    @property
    def restores(self) -> tuple[str | None, bool]:
        """The migration mode to give back, and whether the CPU pins are ours."""
        mode, _, rest = self.properties.get(RESTORE, "").partition(",")
        return mode if mode in _MODES else None, rest == "cpu_tune"


_OTHERS = (
    *("description", "comment", "high_availability", "delete_protected", "os", "bios", "console"),
    *("memory_policy", "migration", "lease", "rng_device", "serial_number", "soundcard_enabled"),
    *("start_paused", "stateless", "storage_error_resume_behaviour", "time_zone", "type", "usb"),
    *("tpm_enabled", "virtio_scsi", "multi_queues_enabled", "cpu_shares", "custom_cpu_model"),
)


def _plain(value: Any) -> Any:
    """A value of the SDK without its class's name and address."""
    if isinstance(value, (Struct, list)):
        parts = vars(value).items() if isinstance(value, Struct) else enumerate(value)
        return [(name, _plain(each)) for name, each in parts if each is not None]
    return value.value if isinstance(value, Enum) else value


def _common(vm: Any) -> dict[str, Any]:
    """The fields that VMs and templates share."""
    topology = vm.cpu.topology if vm.cpu and vm.cpu.topology else types.CpuTopology()
    memory = int(vm.memory or 0) // 1024
    most = vm.memory_policy.max if vm.memory_policy else None
    policy = vm.placement_policy
    level = vm.custom_compatibility_version
    return {
        "id": str(vm.id),
        "name": str(vm.name),
        "cluster_id": vm.cluster.id if vm.cluster else None,
        "memory_kib": memory,
        "max_memory_kib": max(memory, int(most or 0) // 1024),
        "sockets": int(topology.sockets or 1),
        "cores": int(topology.cores or 1),
        "threads": int(topology.threads or 1),
        "arch": architecture(vm.cpu),
        "level": f"{level.major}.{level.minor}" if level and level.major else None,
        "iothreads": int(vm.io.threads or 0) if vm.io else 0,
        "properties": {str(p.name): p.value or "" for p in vm.custom_properties or []},
        "affinity": _affinity(policy),
        "host_ids": tuple(h.id for h in (policy.hosts if policy else None) or []),
        "pins": _pins(vm),
        "others": {name: _plain(getattr(vm, name, None)) for name in _OTHERS},
        "pinning_policy": vm.cpu_pinning_policy.value if vm.cpu_pinning_policy else "none",
    }


def _affinity(policy: Any) -> str:
    if policy is None:
        return "unknown"
    return str(policy.affinity.value) if policy.affinity else "migratable"


def _pins(vm: Any) -> dict[int, str]:
    tune = vm.cpu.cpu_tune if vm.cpu else None
    return {int(p.vcpu): str(p.cpu_set) for p in (tune.vcpu_pins if tune else None) or []}
