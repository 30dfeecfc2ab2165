# SPDX-License-Identifier: Apache-2.0
"""What is written to the engine.

The engine replaces the whole set of custom properties, and forgets hosts that are not sent
again, so both are always sent; whatever else is absent stays as it is.

    send(session, vm, tunes=False, correlation=session.write_id())
"""

from __future__ import annotations

import contextlib
from typing import Any

from ovirtsdk4 import types

from .connection import SafeConnection
from .errors import EntityUnknown
from .hosts import HostRecord
from .native_node import NativeNode
from .session import Session
from .vm_config import VmConfig

_WAY_OUT = "see what the engine says; permission CHANGE_VM_CUSTOM_PROPERTIES is needed too"


def send(session: Session, vm: VmConfig, *, tunes: bool, correlation: str) -> None:
    """Properties, migration mode and hosts as `vm` has them; `tunes`: its CPU pins, too.

    Never sent again by itself: what stands there may be another by then.
    """
    template = vm.kind == "templates"
    sent = body(vm, types.Template if template else types.Vm, tunes=tunes)

    def ask(connection: SafeConnection) -> None:
        system = connection.system_service()
        if template:
            system.templates_service().template_service(vm.id).update(sent)
        else:
            system.vms_service().vm_service(vm.id).update(sent, next_run=True)

    entity = f"template {vm.name}" if template else f"VM {vm.name}"
    action = f"store the settings of {vm.name}"
    session.call(action, entity, ask, way_out=_WAY_OUT, correlation=correlation)


def body(vm: VmConfig, kind: Any, *, tunes: bool) -> Any:
    """The smallest entity of the SDK that says it."""
    properties = [
        types.CustomProperty(name=name, value=value) for name, value in vm.properties.items()
    ]
    policy = types.VmPlacementPolicy(
        affinity=types.VmAffinity(vm.affinity),
        hosts=[types.Host(id=host_id) for host_id in vm.host_ids],
    )
    sent = kind(custom_properties=properties, placement_policy=policy)
    if tunes:
        pins = [types.VcpuPin(vcpu=vcpu, cpu_set=cpus) for vcpu, cpus in sorted(vm.pins.items())]
        sent.cpu = types.Cpu(cpu_tune=types.CpuTune(vcpu_pins=pins))
    return sent


def remove_native_node(session: Session, vm: VmConfig, node: NativeNode) -> None:
    """The highest index first: the engine wants the rest to begin at 0 without a gap. One that is
    gone already is no error."""

    def ask(connection: SafeConnection) -> None:
        service = connection.system_service().vms_service().vm_service(vm.id)
        service.numa_nodes_service().node_service(node.id).remove()

    action = f"remove virtual NUMA node {node.index} of {vm.name}"
    with contextlib.suppress(EntityUnknown):
        session.change(action, f"virtual NUMA node {node.index} of {vm.name}", ask)


def refresh_host(session: Session, host: HostRecord) -> None:
    """Have the engine read a host's capabilities again, and with them all that its hooks tell. It
    takes as long as the host does."""

    def ask(connection: SafeConnection) -> None:
        connection.system_service().hosts_service().host_service(host.id).refresh()

    action, way_out = (
        f"refresh the capabilities of {host.name}",
        "permission MANIPULATE_HOST is needed",
    )
    session.change(action, f"host {host.name}", ask, way_out=way_out)
