# SPDX-License-Identifier: Apache-2.0
"""What users are told: the last decisions of a VM, how a cluster's hosts are chosen, and `why`."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import ovirtsdk4 as sdk
import pytest
from ovirtsdk4 import types

from engine_plugin.demo.seed import LAB
from engine_plugin.service.app import create_app
from engine_plugin.service.settings import Settings
from tests.engine_plugin.engines import GIB, Served

from .conftest import until
from .whole import Whole


class Told:
    """An engine that asks, and the service."""

    def __init__(self, folder: Path) -> None:
        self.engine = Whole(folder)
        assert self.engine.asking is not None  # it was asked for
        url = f"http://127.0.0.1:{self.engine.asking.port}"
        settings = Settings(self.engine.url, plain_http=True, scheduler_url=url, warm_seconds=0)
        self.service = Served(create_app(settings))

    def get(self, path: str, user: str = "admin") -> Any:
        headers = {"Authorization": f"Bearer {self.engine.token(user)}"}
        answer = httpx.get(f"{self.service.base}/api/v1{path}", headers=headers, timeout=30)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def put(self, path: str, body: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.engine.token()}", "If-Match": "*"}
        url = f"{self.service.base}/api/v1{path}"
        return httpx.put(url, headers=headers, json=body, timeout=30)

    def close(self) -> None:
        self.service.close()
        self.engine.close()


@pytest.fixture
def told(tmp_path: Path) -> Iterator[Told]:
    found = Told(tmp_path)
    yield found
    found.close()


def states(decision: Any) -> dict[str, str]:
    return {host["name"]: host["state"] for host in decision["hosts"]}


def test_start_that_went_well_tells_where_and_why_not_elsewhere(told: Told) -> None:
    vm_id = told.engine.new_vm(hosts=(), memory=96 * GIB, numa_nodeset="3")
    told.engine.started(vm_id)

    def chosen() -> Any:
        found = told.get(f"/vms/{vm_id}/numa/decisions")["decisions"]
        return found[0] if found and found[0]["chosen"] else None

    decision = until(chosen)
    assert decision["chosen"]["name"] == "xeon-cxl"
    assert states(decision) == {
        "xeon-cxl": "chosen",
        "epyc-nps4": "refused",
        "spr-snc4": "refused",
        "epyc-2of8": "not_asked",
        "xeon-full": "not_asked",
    }
    assert all(host["problem"]["message"] for host in decision["hosts"][1:])


def test_start_that_was_let_through_nowhere_tells_why(told: Told) -> None:
    vm_id = told.engine.new_vm(hosts=(), memory=100 * GIB, numa_nodeset="1")
    with pytest.raises(sdk.Error):
        told.engine.vms.vm_service(vm_id).start()
    found = told.get(f"/vms/{vm_id}/numa/decisions")
    assert found["answers"] is True
    (decision,) = found["decisions"]
    assert (decision["outcome"], decision["chosen"]) == ("refused", None)


def test_user_sees_decisions_of_his_vms_only(told: Told) -> None:
    vm_id = told.engine.new_vm(hosts=(), numa_nodeset="1")
    told.engine.started(vm_id)
    assert told.get(f"/vms/{vm_id}/numa/decisions", "oscar")["answers"] is True
    other = until(lambda: told.engine.vm("power-db").id)
    headers = {"Authorization": f"Bearer {told.engine.token('oscar')}"}
    url = f"{told.service.base}/api/v1/vms/{other}/numa/decisions"
    assert httpx.get(url, headers=headers, timeout=30).status_code == 404


def test_cluster_tells_that_the_engine_asks(told: Told) -> None:
    vm_id = told.engine.new_vm(hosts=(), numa_nodeset="1")
    told.engine.started(vm_id)
    found = told.get(f"/clusters/{LAB}/numa")["scheduling"]
    assert (found["mode"], found["policy"], found["problem"]) == ("filter", "numa", None)
    assert found["units"] == {"numa_fit": "in force", "numa_room": "in force"}
    assert found["answers"] is True
    assert found["ready"] is True
    assert found["last_asked"]
    assert 0 < found["median_ms"] <= found["longest_ms"]


def test_cluster_tells_that_the_scheduler_is_away_and_what_started_then(told: Told) -> None:
    asking = told.engine.asking
    assert asking is not None
    asking.running.server.shutdown()
    asking.running.server.server_close()  # the watching goes on
    vm_id = told.engine.new_vm(hosts=(), numa_nodeset="1")
    told.engine.started(vm_id)
    assert len(told.engine.events(9920)) == 1
    found = told.get(f"/clusters/{LAB}/numa")["scheduling"]
    assert (found["mode"], found["answers"], found["ready"]) == ("filter", False, False)
    assert found["problem"] == (
        "the scheduler does not answer: the engine starts VMs on any host, also where they do not"
        " fit or the hook is not there; see systemctl status ovirt-engine-numa-scheduler"
    )
    state = until(lambda: asking.running.state()["failed_open"] and asking.running.state())
    (start,) = until(lambda: asking.running.state()["unasked"])
    assert start["vm"] == vm_id
    assert len(state["failed_open"]) == 1


def test_who_may_not_see_policies_is_told_nothing(told: Told) -> None:
    found = told.get(f"/clusters/{LAB}/numa", "oscar")["scheduling"]
    assert (found["mode"], found["policy"], found["answers"]) == ("unknown", None, False)


def test_cluster_without_the_policy_is_of_named_hosts(told: Told) -> None:
    clusters = told.engine.sdk.system_service().clusters_service()
    none = types.SchedulingPolicy(id="b4ed2332-a7ac-4d5f-9596-99a439cb2812")
    clusters.cluster_service(LAB).update(types.Cluster(scheduling_policy=none))
    found = told.get(f"/clusters/{LAB}/numa")["scheduling"]
    assert found["mode"] == "hosts"
    assert found["units"] == {"numa_fit": "unused", "numa_room": "unused"}
    vm_id = told.engine.new_vm(hosts=())
    answer = told.put(f"/vms/{vm_id}/numa", {"nodeset": "1"})
    assert (answer.status_code, answer.json()["code"]) == (409, "HooksMissing")


def test_settings_are_stored_though_a_host_lacks_the_hook(told: Told) -> None:
    vm_id = told.engine.new_vm(hosts=())
    answer = told.put(f"/vms/{vm_id}/numa", {"nodeset": "1"})
    assert answer.status_code == 200, answer.text
    assert "xeon-full will be passed over: the hook 50_numa is not there" in answer.json()["notes"]


def test_host_without_the_hook_is_merely_not_chosen(told: Told) -> None:
    """With the filter; without an answer of it the engine may choose it."""
    found = told.get(f"/clusters/{LAB}/numa")
    hooks = {host["name"]: (host["hook"], host["passed_over"]) for host in found["hosts"]}
    assert hooks["xeon-full"] == ("missing", True)
    assert hooks["epyc-nps4"] == ("ok", False)
    assert found["ok"] is True
    assert told.engine.asking is not None
    told.engine.asking.running.server.shutdown()
    told.engine.asking.running.server.server_close()
    found = told.get(f"/clusters/{LAB}/numa")
    assert found["ok"] is False
    assert not any(host["passed_over"] for host in found["hosts"])


def test_hosts_that_all_lack_the_hook_are_still_a_problem(told: Told) -> None:
    vm_id = told.engine.new_vm(hosts=("xeon-full",))
    answer = told.put(f"/vms/{vm_id}/numa", {"nodeset": "1"})
    assert (answer.status_code, answer.json()["code"]) == (409, "HooksMissing")


def test_why_is_told_on_the_command_line(demo: str) -> None:
    """The service is behind the same address as the engine, as on an engine's machine."""
    url = f"{demo}/ovirt-engine/api"
    admin = sdk.Connection(url=url, username="admin@internal", password="demo", timeout=30)
    system = admin.system_service()
    policies = system.scheduling_policies_service().list()
    policy = next(each for each in policies if each.name == "none_numa")
    system.clusters_service().cluster_service(LAB).update(
        types.Cluster(scheduling_policy=types.SchedulingPolicy(id=policy.id))
    )
    headers = {"Authorization": f"Bearer {admin.authenticate()}"}
    cluster = f"{demo}/ovirt-engine-numa/api/v1/clusters/{LAB}/numa"
    until(lambda: httpx.get(cluster, headers=headers).json()["scheduling"]["ready"], 60)
    vms = system.vms_service()
    vm = vms.list(search="name=db-auto")[0]
    vms.vm_service(vm.id).start()
    done = _why("db-auto", url)
    assert done.returncode == 0, done.stderr
    head, *rows = done.stdout.splitlines()
    assert head.startswith("db-auto, start of ")
    assert any(row.split()[:1] == ["xeon-full"] and "not asked" in row for row in rows)
    nothing = _why("web-small", url)
    assert nothing.stdout.startswith("the engine has not asked about it")


def _why(name: str, url: str) -> subprocess.CompletedProcess[str]:
    environ = {**os.environ, "OVIRT_URL": url, "OVIRT_USERNAME": "admin@internal"}
    environ["OVIRT_PASSWORD"] = "demo"
    command = [sys.executable, "-m", "engine_plugin.cli", "why", name]
    return subprocess.run(
        command, env=environ, capture_output=True, text=True, timeout=120, check=False
    )
