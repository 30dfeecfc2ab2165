# SPDX-License-Identifier: Apache-2.0
"""What the engine calls of storage: servers, domains, pools, the manager's tasks.

Decides names and shapes of parameters and answers, after VDSM's schema. Domains are empty, and
stay so: what makes an image or a volume is answered as a method that does not exist.
"""

from __future__ import annotations

from typing import Any

from .host import VdsmHost
from .methods import Methods
from .rpc import Params
from .storage import CLASSES, TYPES, Domain, Pool, sizes

METHODS = Methods()


@METHODS.add("StoragePool.connectStorageServer", "StoragePool.disconnectStorageServer")
def connect_server(host: VdsmHost, params: Params) -> list[dict[str, Any]]:
    return [{"id": each.get("id", ""), "status": 0} for each in params["connectionParams"]]


@METHODS.add("StoragePool.connect")
def connect(host: VdsmHost, params: Params) -> None:
    host.storage.connect(
        host.name,
        params["storagepoolID"],
        int(params["hostID"]),
        params["masterSdUUID"],
        int(params["masterVersion"]),
        params.get("domainDict"),
    )


@METHODS.add("StoragePool.disconnect")
def disconnect(host: VdsmHost, params: Params) -> None:
    host.storage.disconnect(host.name, params["storagepoolID"])


@METHODS.add("StoragePool.create", "StoragePool.reconstructMaster")
def create_pool(host: VdsmHost, params: Params) -> None:
    pool = Pool(
        params["storagepoolID"], params["name"], params["masterSdUUID"], params["masterVersion"]
    )
    domains = params.get("domainList") or list(params.get("domainDict") or {})
    host.storage.create_pool(pool, domains)


@METHODS.add("StoragePool.destroy")
def destroy_pool(host: VdsmHost, params: Params) -> None:
    host.storage.forget_pool(params["storagepoolID"])


@METHODS.add("StoragePool.getSpmStatus")
def spm_status(host: VdsmHost, params: Params) -> dict[str, Any]:
    pool = host.storage.pool(params["storagepoolID"], host.name)
    return {
        "spmStatus": "SPM" if pool.manager == host.name else "Free",
        "spmId": pool.hosts.get(pool.manager, -1),
        "spmLver": pool.starts,
    }


@METHODS.add("StoragePool.spmStart")
def spm_start(host: VdsmHost, params: Params) -> str:
    return host.storage.manage(host.name, params["storagepoolID"])


@METHODS.add("StoragePool.spmStop")
def spm_stop(host: VdsmHost, params: Params) -> None:
    pool = host.storage.pool(params["storagepoolID"], host.name)
    if pool.manager == host.name:
        host.storage.set_pool(pool.id, manager="")


@METHODS.add("StoragePool.getInfo")
def pool_info(host: VdsmHost, params: Params) -> dict[str, Any]:
    pool = host.storage.pool(params["storagepoolID"], host.name)
    domains = host.storage.domains(pool.id)
    return {
        "info": {
            "name": pool.name,
            "type": domains[0].type if domains else "NFS",
            "domains": ",".join(f"{domain.id}:{domain.status}" for domain in domains),
            "master_uuid": pool.master,
            "master_ver": pool.master_version,
            "lver": pool.starts,
            "spm_id": pool.hosts.get(pool.manager, -1),
            "pool_status": "connected",
            "version": "5",
            "isoprefix": "",
        },
        "dominfo": {
            domain.id: {"status": domain.status, "version": domain.version, **sizes()}
            for domain in domains
        },
    }


@METHODS.add("StorageDomain.create")
def create_domain(host: VdsmHost, params: Params) -> None:
    domain = Domain(
        id=params["storagedomainID"],
        name=params["name"],
        type=TYPES.get(int(params["domainType"]), "NFS"),
        kind=CLASSES.get(int(params["domainClass"]), "Data"),
        path=str(params["typeArgs"]),
        version=int(params.get("version") or 0),
    )
    host.storage.create_domain(domain)


@METHODS.add("StorageDomain.getInfo")
def domain_info(host: VdsmHost, params: Params) -> dict[str, Any]:
    return host.storage.info(params["storagedomainID"])


@METHODS.add("StorageDomain.getStats")
def domain_stats(host: VdsmHost, params: Params) -> dict[str, Any]:
    host.storage.domain(params["storagedomainID"])
    return sizes()


@METHODS.add("StorageDomain.attach")
def attach(host: VdsmHost, params: Params) -> None:
    pool_id = params["storagepoolID"]
    host.storage.set_domain(params["storagedomainID"], pool_id=pool_id, status="Attached")


@METHODS.add("StorageDomain.activate")
def activate(host: VdsmHost, params: Params) -> None:
    host.storage.set_domain(params["storagedomainID"], status="Active")


@METHODS.add("StorageDomain.deactivate")
def deactivate(host: VdsmHost, params: Params) -> None:
    host.storage.set_domain(params["storagedomainID"], status="Attached")


@METHODS.add("StorageDomain.detach")
def detach(host: VdsmHost, params: Params) -> None:
    host.storage.set_domain(params["storagedomainID"], pool_id="", status="Unattached")


@METHODS.add("StorageDomain.format")
def format_domain(host: VdsmHost, params: Params) -> None:
    host.storage.format(params["storagedomainID"])


@METHODS.add("StorageDomain.setDescription")
def describe(host: VdsmHost, params: Params) -> None:
    host.storage.set_domain(params["storagedomainID"], name=params["description"])


@METHODS.add("StorageDomain.getImages", "StorageDomain.getVolumes")
def no_images(host: VdsmHost, params: Params) -> list[str]:
    host.storage.domain(params["storagedomainID"])
    return []


@METHODS.add("StorageDomain.getFileStats")
def no_files(host: VdsmHost, params: Params) -> dict[str, Any]:
    host.storage.domain(params["storagedomainID"])
    return {}


@METHODS.add("Host.getStorageDomains")
def domain_list(host: VdsmHost, params: Params) -> list[str]:
    return [domain.id for domain in host.storage.domains()]


@METHODS.add("Host.getStorageRepoStats")
def repository(host: VdsmHost, params: Params) -> dict[str, Any]:
    return host.storage.watched(host.name)


@METHODS.add("Task.getStatus")
def task_status(host: VdsmHost, params: Params) -> dict[str, Any]:
    host.storage.check_task(params["taskID"])
    return {
        "taskID": params["taskID"],
        "taskState": "finished",
        "taskResult": "success",
        "code": 0,
        "message": "1 jobs completed successfully",
    }


@METHODS.add("Task.clear", "Task.stop", "Task.revert")
def task_clear(host: VdsmHost, params: Params) -> None:
    host.storage.clear_task(params["taskID"])


@METHODS.add("Host.getAllTasksStatuses", "Host.getAllTasksInfo")
def tasks(host: VdsmHost, params: Params) -> dict[str, Any]:
    return {}
