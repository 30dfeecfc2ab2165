# SPDX-License-Identifier: Apache-2.0
"""A VM's or template's configuration as elements, in the engine's order.

Decides after VmBaseMapper and VmMapper what is shown of a configuration and of a state. What
this engine does not keep (display, migration options, time zone...) it shows as a new VM has
it. Knows no HTTP, and no request.

    vm_element(vm, vm.config, cluster)
"""

from __future__ import annotations

from functools import lru_cache

from ..model import DATA_CENTER, Cluster, Vm, VmConfig
from ..rules import cpu_tune
from ..topologies import identity
from . import devices
from .devices import with_devices
from .element import Content, Element, moment, reference, texts
from .links import resource
from .places import BASE

MIB = 1 << 20
QUOTA = identity("quota", DATA_CENTER)
_INHERIT = ("auto_converge", "compressed", "encrypted", "parallel_migrations_policy")


def vm_element(
    vm: Vm,
    config: VmConfig,
    cluster: Cluster,
    *,
    filtered: bool = False,
    tune_mode: str | None = None,
    more: list[Element] | None = None,
) -> Element:
    """What `GET /vms/{id}` shows of a VM in one of its configurations; PUT shows `more`."""
    content = base_elements(vm, config, cluster, filtered=filtered)
    if more:
        content = with_devices(content, more)
    content += _state(vm, config, tune_mode)
    content += _references(vm, config, filtered=filtered)
    about = {"name": config.name, "description": config.description, "comment": config.comment}
    return resource("vm", f"{BASE}/vms/{vm.id}", vm.id, content, about=about)


def pool_vm_element(vm: Vm, cluster: Cluster, *, whole: bool = False) -> Element:
    """A pool's VM within its pool: without links, and with references that lead nowhere."""
    config = vm.config
    base = base_elements(vm, config, cluster, alone=False)
    content: list[Element] = [
        ("name", config.name),
        ("description", config.description),
        ("comment", config.comment),
        *(with_devices(base, devices.OF_ALL) if whole else base),
        *_state(vm, config),
        ("original_template", None, {"id": config.template_id}),
    ]
    return reference("vm", f"{BASE}/vms/{vm.id}", vm.id, content)


def base_elements(
    vm: Vm | None,
    config: VmConfig,
    cluster: Cluster | None,
    *,
    filtered: bool = False,
    alone: bool = True,
) -> list[Element]:
    """What VMs and templates share (VmBase). `alone` has references to other entities."""
    found: list[Element] = [
        ("auto_pinning_policy", "disabled"),
        ("bios", _bios(cluster)),
        ("cpu", _cpu(config, cluster)),
        ("cpu_pinning_policy", config.cpu_pinning_policy),
        ("cpu_shares", 0),
        ("creation_time", moment(config.created)),
        *_custom(config),
        ("delete_protected", config.delete_protected),
        ("display", _display(shown_running=vm is not None and vm.running)),
        ("high_availability", _high_availability(config)),
        ("io", [("threads", config.iothreads)]),
        _icon_element("large_icon", config.os + "/large", alone),
        ("memory", config.memory_mb * MIB),
        ("memory_policy", _memory_policy(config)),
        ("migration", [(name, "inherit") for name in _INHERIT]),
        ("migration_downtime", -1),
        ("multi_queues_enabled", True),
        ("origin", config.origin),
        ("os", _os(config)),
    ]
    if not filtered:
        found.append(("placement_policy", _placement(config)))
    if alone:
        found.append(_icon_element("small_icon", config.os + "/small", alone))
    found += _habits(config, cluster)
    if alone and cluster is not None:
        found += _cluster(config, cluster)
    return found


def _high_availability(config: VmConfig) -> list[Element]:
    return [("enabled", config.high_availability), ("priority", config.priority)]


def _os(config: VmConfig) -> list[Element]:
    devices = [("device", each) for each in config.boot]
    return [("boot", [("devices", devices)]), ("type", config.os)]


def _bios(cluster: Cluster | None) -> list[Element]:
    menu: Element = ("boot_menu", [("enabled", False)])
    return [menu] if cluster is None else [menu, ("type", cluster.bios)]


def _cpu(config: VmConfig, cluster: Cluster | None) -> list[Element]:
    tune = cpu_tune.parse(config.cpu_pinning)
    pins: list[Element] = [
        ("vcpu_pin", [("cpu_set", cpus), ("vcpu", vcpu)]) for vcpu, cpus in tune.items()
    ]
    shape: list[Element] = [
        ("cores", config.cores),
        ("sockets", config.sockets),
        ("threads", config.threads),
    ]
    return texts(
        ("architecture", cluster.architecture if cluster else "undefined"),
        ("cpu_tune", [("vcpu_pins", pins)] if pins else None),
        ("topology", shape),
    )


def _custom(config: VmConfig) -> list[Element]:
    level = config.compatibility
    version: Content = None
    if level:
        major, minor = level.split(".")
        version = [("major", major), ("minor", minor)]
    properties: list[Element] = [
        ("custom_property", [("name", name), ("value", value)])
        for name, value in config.custom_properties
    ]
    return texts(
        ("custom_compatibility_version", version), ("custom_properties", properties or None)
    )


def _display(*, shown_running: bool) -> list[Element]:
    certificate: list[Element] = [("certificate", None)] if shown_running else []
    return [
        ("allow_override", False),
        *certificate,
        ("copy_paste_enabled", True),
        ("disconnect_action", "LOCK_SCREEN"),
        ("disconnect_action_delay", 0),
        ("file_transfer_enabled", True),
        ("monitors", 1),
        ("smartcard_enabled", False),
        ("type", "vnc"),
        ("video_type", "vga"),
    ]


def _memory_policy(config: VmConfig) -> list[Element]:
    return [
        ("ballooning", config.ballooning),
        ("guaranteed", config.guaranteed_mb * MIB),
        ("max", config.max_memory_mb * MIB),
    ]


def _placement(config: VmConfig) -> list[Element]:
    hosts = [reference("host", f"{BASE}/hosts/{key}", key) for key in config.host_ids]
    return texts(("affinity", config.affinity), ("hosts", hosts or None))


def _habits(config: VmConfig, cluster: Cluster | None) -> list[Element]:
    zone: Content = [("name", "Etc/GMT")] if cluster else None
    return texts(
        ("sso", [("methods", [("method", None, {"id": "guest_agent"})])]),
        ("start_paused", False),
        ("stateless", config.stateless),
        ("storage_error_resume_behaviour", "auto_resume"),
        ("time_zone", zone),
        ("type", config.kind),
        ("usb", [("enabled", False)]),
        ("virtio_scsi_multi_queues_enabled", False),
    )


def _cluster(config: VmConfig, cluster: Cluster) -> list[Element]:
    profile = cpu_profile(cluster.id)
    found = [
        reference("cluster", f"{BASE}/clusters/{cluster.id}", cluster.id),
        reference("cpu_profile", f"{BASE}/cpuprofiles/{profile}", profile),
    ]
    return [*found, ("quota", None, {"id": QUOTA})] if config.quota else found


def _state(vm: Vm, config: VmConfig, tune_mode: str | None = None) -> list[Element]:
    """What it does now; `run_once` and the start only of a VM that is not off."""
    state = vm.state
    on = state.status not in ("down", "suspended")
    return texts(
        ("next_run_configuration_exists", vm.pending is not None),
        ("numa_tune_mode", tune_mode),
        ("run_once", state.run_once if on else None),
        ("start_time", moment(state.started) if on else None),
        ("status", state.status),
        ("stop_reason", state.stop_reason),
        ("stop_time", moment(state.stopped or config.created)),
        ("use_latest_template_version", False if config.stateless else None),
    )


def _references(vm: Vm, config: VmConfig, *, filtered: bool) -> list[Element]:
    """The host only for those who see hosts."""
    found: list[Element] = []
    if vm.state.host_id and vm.running and not filtered:
        found.append(reference("host", f"{BASE}/hosts/{vm.state.host_id}", vm.state.host_id))
    template = config.template_id
    for tag in ("original_template", "template"):
        found.append(reference(tag, f"{BASE}/templates/{template}", template))
    if vm.pool_id:
        found.append(reference("vm_pool", f"{BASE}/vmpools/{vm.pool_id}", vm.pool_id))
    return found


def _icon_element(tag: str, name: str, alone: bool) -> Element:
    key = _key("icon", name)
    return reference(tag, f"{BASE}/icons/{key}", key) if alone else (tag, None, {"id": key})


def cpu_profile(cluster_id: str) -> str:
    return _key("cpu-profile", cluster_id)


@lru_cache(maxsize=1024)
def _key(kind: str, name: str) -> str:
    return identity(kind, name)
