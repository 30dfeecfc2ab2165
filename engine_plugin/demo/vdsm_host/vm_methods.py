# SPDX-License-Identifier: Apache-2.0
"""What the engine calls of one VM.

Decides names and shapes, after VDSM's schema. A start is answered before it is tried: how it
ended is told by a notification, and by the statistics.
"""

from __future__ import annotations

from typing import Any

from . import life
from .host import VdsmHost
from .methods import Methods
from .rpc import Params

METHODS = Methods()


@METHODS.add("VM.create")
def create(host: VdsmHost, params: Params) -> dict[str, Any]:
    wanted = Params(params["vmParams"])
    vm = life.create(host, wanted["xml"], wanted)
    return {**vm.short(), "xml": vm.xml}


@METHODS.add("VM.destroy")
def destroy(host: VdsmHost, params: Params) -> None:
    life.destroy(host, params["vmID"])


@METHODS.add("VM.shutdown")
def shutdown(host: VdsmHost, params: Params) -> None:
    if params.get("reboot"):
        life.reboot(host, params["vmID"])
    else:
        life.shutdown(host, params["vmID"])


@METHODS.add("VM.reset")
def reset(host: VdsmHost, params: Params) -> None:
    life.reboot(host, params["vmID"])


@METHODS.add("VM.setDestroyOnReboot")
def destroy_on_reboot(host: VdsmHost, params: Params) -> None:
    host.change(host.vm(params["vmID"]), destroy_on_reboot=True)


@METHODS.add("VM.pause")
def pause(host: VdsmHost, params: Params) -> dict[str, Any]:
    life.pause(host, params["vmID"])
    return {"vmList": {}}


@METHODS.add("VM.cont")
def resume(host: VdsmHost, params: Params) -> dict[str, Any]:
    life.resume(host, params["vmID"])
    return {"vmList": {}}


@METHODS.add("VM.migrate")
def migrate(host: VdsmHost, params: Params) -> None:
    life.migrate(host, params["vmID"], Params(params["params"])["dst"])


@METHODS.add("VM.getMigrationStatus")
def migration_status(host: VdsmHost, params: Params) -> dict[str, Any]:
    return dict(host.vm(params["vmID"]).migration)


@METHODS.add("VM.migrateCancel")
def cancel(host: VdsmHost, params: Params) -> None:
    """A migration here is over before it can be cancelled."""
    host.vm(params["vmID"])


@METHODS.add("VM.getStats")
def stats(host: VdsmHost, params: Params) -> list[dict[str, Any]]:
    vm = host.vm(params["vmID"])
    return host.told("vm_stats", lambda: [vm.stats()])


@METHODS.add("VM.getExternalData")
def external_data(host: VdsmHost, params: Params) -> dict[str, str]:
    return host.vm(params["vmID"]).external_data(params["kind"])


@METHODS.add("VM.getInfo")
def info(host: VdsmHost, params: Params) -> dict[str, Any]:
    vm = host.vm(params["vmID"])
    return {**vm.short(), "vmName": vm.name, "xml": vm.xml}


@METHODS.add("VM.updateVmPolicy", "VM.setBalloonTarget", "VM.setCpuTuneQuota")
def policy(host: VdsmHost, params: Params) -> dict[str, Any]:
    """The engine's wishes for a VM that does nothing."""
    host.vm(params["vmID"])
    return {"code": 0, "message": "Done"}
