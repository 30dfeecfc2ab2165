# SPDX-License-Identifier: Apache-2.0
"""What an engine calls until a data centre is up, in its order, and after a restart."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.engine_plugin.demo.vdsm_host.client import Answered, Client

POOL = "bd781568-eab9-11f1-a1ca-02fc00000001"
DOMAIN = "7d2ee073-f117-45c3-bc87-8afd27127067"
BOTH = {"storagedomainID": DOMAIN, "storagepoolID": POOL}


def connect(client: Client, host_id: int, **more: Any) -> None:
    assert client.call(
        "StoragePool.connect",
        storagepoolID=POOL,
        hostID=host_id,
        scsiKey=POOL,
        masterSdUUID=DOMAIN,
        masterVersion=1,
        **more,
    )


def spm(client: Client) -> dict[str, Any]:
    found: dict[str, Any] = client.call("StoragePool.getSpmStatus", storagepoolID=POOL)
    return found


@pytest.fixture(scope="module")
def pool(hosts: Any) -> Callable[[str], Client]:
    """A data centre with one domain, active, and its manager on xeon-cxl."""
    with hosts.engine("xeon-cxl") as client:
        server = [{"id": "s-1", "connection": "server:/data"}]
        answer = client.call(
            "StoragePool.connectStorageServer",
            storagepoolID=POOL,
            domainType=1,
            connectionParams=server,
        )
        assert answer == [{"id": "s-1", "status": 0}]
        client.call(
            "StorageDomain.create",
            storagedomainID=DOMAIN,
            domainType=1,
            typeArgs="server:/data",
            name="data1",
            domainClass=1,
            version="5",
        )
        client.call(
            "StoragePool.create",
            storagepoolID=POOL,
            name="Default",
            masterSdUUID=DOMAIN,
            masterVersion=1,
            domainList=[DOMAIN],
        )
        connect(client, 1)
        task = client.call("StoragePool.spmStart", storagepoolID=POOL, prevID=-1, prevLver="-1")
        assert client.call("Task.getStatus", taskID=task)["taskState"] == "finished"
        client.call("Task.clear", taskID=task)
        client.call("StorageDomain.activate", **BOTH)
    engine: Callable[[str], Client] = hosts.engine
    return engine


def test_the_manager_is_the_host_that_was_started(pool: Callable[[str], Client]) -> None:
    with pool("xeon-cxl") as manager, pool("epyc-nps4") as other:
        connect(other, 2)
        assert spm(manager) == {"spmStatus": "SPM", "spmId": 1, "spmLver": 1}
        assert spm(other) == {"spmStatus": "Free", "spmId": 1, "spmLver": 1}


def test_a_host_that_is_not_connected_knows_no_pool(pool: Callable[[str], Client]) -> None:
    with pool("power9") as client, pytest.raises(Answered) as caught:
        spm(client)
    text = f"Unknown pool id, pool not connected: ('{POOL}',)"
    assert (caught.value.code, caught.value.message) == (309, text)


def test_a_connected_host_watches_the_active_domain(pool: Callable[[str], Client]) -> None:
    with pool("xeon-cxl") as client, pool("power9") as stranger:
        found = client.call("Host.getStats")["storageDomains"][DOMAIN]
        assert (found["code"], found["valid"], found["acquired"]) == (0, True, True)
        assert stranger.call("Host.getStats")["storageDomains"] == {}
        assert client.call("Host.getStorageRepoStats") == {DOMAIN: found}


def test_the_domain_as_it_was_made(pool: Callable[[str], Client]) -> None:
    with pool("xeon-cxl") as client:
        found = client.call("StorageDomain.getInfo", storagedomainID=DOMAIN)
        assert (found["name"], found["type"], found["class"]) == ("data1", "NFS", "Data")
        assert (found["role"], found["pool"], found["remotePath"]) == (
            "Master",
            [POOL],
            "server:/data",
        )
        assert int(client.call("StorageDomain.getStats", storagedomainID=DOMAIN)["diskfree"]) > 0
        assert client.call("StorageDomain.getImages", storagedomainID=DOMAIN) == []
        pool_info = client.call("StoragePool.getInfo", storagepoolID=POOL)
        assert pool_info["info"]["master_uuid"] == DOMAIN
        assert pool_info["dominfo"][DOMAIN]["status"] == "Active"


def test_what_the_engine_connects_is_learned(pool: Callable[[str], Client]) -> None:
    """After a restart nothing is known: the engine says which domains are active."""
    other = "11111111-2222-3333-4444-555555555555"
    with pool("spr-snc4") as client:
        connect(client, 5, domainDict={DOMAIN: "active", other: "attached"})
        assert list(client.call("Host.getStats")["storageDomains"]) == [DOMAIN]
        found = client.call("StorageDomain.getInfo", storagedomainID=other)
        assert found["pool"] == [POOL]


def test_a_manager_that_leaves_is_none(pool: Callable[[str], Client]) -> None:
    with pool("epyc-2of8") as client:
        connect(client, 6)
        client.call("StoragePool.spmStart", storagepoolID=POOL)
        assert spm(client)["spmStatus"] == "SPM"
        client.call("StoragePool.spmStop", storagepoolID=POOL)
        assert spm(client)["spmId"] == -1
        client.call("StoragePool.spmStart", storagepoolID=POOL)
        client.call("StoragePool.disconnect", storagepoolID=POOL, hostID=6, scsiKey=POOL)
        connect(client, 6)
        assert spm(client)["spmStatus"] == "Free"


def test_domains_and_tasks_that_are_not_there(pool: Callable[[str], Client]) -> None:
    with pool("xeon-cxl") as client:
        with pytest.raises(Answered) as caught:
            client.call("StorageDomain.getInfo", storagedomainID="x")
        assert (caught.value.code, caught.value.message) == (
            358,
            "Storage domain does not exist: x",
        )
        with pytest.raises(Answered) as caught:
            client.call("Task.getStatus", taskID="x")
        assert (caught.value.code, caught.value.message) == (401, "Task id unknown: ('x',)")


def test_a_domain_goes_the_way_it_came(pool: Callable[[str], Client]) -> None:
    domain = "99999999-2222-3333-4444-555555555555"
    both = {"storagedomainID": domain, "storagepoolID": POOL}
    with pool("xeon-cxl") as client:
        facts = {"domainType": 4, "typeArgs": "/data", "name": "more", "domainClass": 1}
        client.call("StorageDomain.create", storagedomainID=domain, **facts)
        assert domain in client.call("Host.getStorageDomains")
        client.call("StorageDomain.attach", **both)
        client.call("StorageDomain.activate", **both)
        assert domain in client.call("Host.getStats")["storageDomains"]
        client.call("StorageDomain.deactivate", **both)
        client.call("StorageDomain.detach", **both)
        client.call("StorageDomain.format", storagedomainID=domain)
        assert domain not in client.call("Host.getStorageDomains")
