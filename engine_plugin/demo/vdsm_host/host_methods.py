# SPDX-License-Identifier: Apache-2.0
"""What the engine calls of a host as such, and of all its VMs at once.

Decides names and shapes, after VDSM's schema (lib/vdsm/api/vdsm-api.yml).
"""

from __future__ import annotations

from typing import Any

from .. import topologies
from .host import VdsmHost
from .methods import Methods
from .network import network
from .rpc import Params

METHODS = Methods()


@METHODS.add("Host.getCapabilities")
def capabilities(host: VdsmHost, params: Params) -> dict[str, Any]:
    return host.told("caps", host.capabilities)


@METHODS.add("Host.getStats")
def statistics(host: VdsmHost, params: Params) -> dict[str, Any]:
    return host.told("stats", host.statistics)


@METHODS.add("Host.getHardwareInfo")
def hardware(host: VdsmHost, params: Params) -> dict[str, str]:
    return {
        "systemManufacturer": "ovirt-numa",
        "systemProductName": f"captured {host.topology.name}",
        "systemVersion": "1",
        "systemSerialNumber": host.name,
        "systemUUID": topologies.identity("host", host.name),
        "systemFamily": "stand-in",
    }


@METHODS.add("Host.getNetworkCapabilities")
def network_capabilities(host: VdsmHost, params: Params) -> dict[str, Any]:
    return network(host.place)


@METHODS.add("Host.getAllVmStats")
def all_stats(host: VdsmHost, params: Params) -> list[dict[str, Any]]:
    return host.told("all_vm_stats", lambda: [vm.stats() for vm in host.vms()])


@METHODS.add("Host.getVMList")
def vm_list(host: VdsmHost, params: Params) -> list[Any]:
    wanted = set(params.get("vmList") or ())
    found = [vm for vm in host.vms() if not wanted or vm.id in wanted]
    return [vm.id if params.get("onlyUUID") else vm.short() for vm in found]


@METHODS.add("Host.getVMFullList")
def full_list(host: VdsmHost, params: Params) -> list[dict[str, Any]]:
    wanted = set(params.get("vmList") or ())
    found = [vm for vm in host.vms() if not wanted or vm.id in wanted]
    return [{**vm.short(), "vmName": vm.name, "xml": vm.xml, "devices": []} for vm in found]


@METHODS.add("Host.dumpxmls")
def dump(host: VdsmHost, params: Params) -> dict[str, str]:
    return {vm_id: host.vm(vm_id).xml for vm_id in params.get("vmList") or ()}


@METHODS.add("Host.hostdevListByCaps")
def devices(host: VdsmHost, params: Params) -> dict[str, Any]:
    """The machine itself: a host without it has a device list that the engine cannot keep."""
    product = f"captured {host.topology.name}"
    return {"computer": {"params": {"capability": "system", "product": product}}}


@METHODS.add("Host.getAllVmIoTunePolicies", "Host.getJobs")
def nothing(host: VdsmHost, params: Params) -> dict[str, Any]:
    return {}


@METHODS.add("Host.getDeviceList", "Host.getConnectedStoragePools")
def none(host: VdsmHost, params: Params) -> list[Any]:
    return []


@METHODS.add(
    *("Host.ping", "Host.ping2", "Host.confirmConnectivity", "Host.setMOMPolicyParameters"),
    *("Host.setSafeNetworkConfig", "Host.setKsmTune", "Host.setLogLevel"),
)
def done(host: VdsmHost, params: Params) -> None:
    """Heard, and nothing to be done here."""
