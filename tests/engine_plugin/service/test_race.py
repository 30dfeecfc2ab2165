# SPDX-License-Identifier: Apache-2.0
"""Two who write at the same time: no update is lost without a word."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from typing import Any

import httpx
import ovirtsdk4 as sdk
import pytest
from ovirtsdk4 import types

from ..engines import Engine
from .conftest import bearer

ROUNDS = int(os.environ.get("NUMA_RACE_ROUNDS", "60"))
"""1,000 by hand (NUMA_RACE_ROUNDS=1000), which takes minutes."""


def properties(vm: Any) -> dict[str, str]:
    return {p.name: p.value for p in vm.custom_properties or []}


def test_two_services_one_version_exactly_one_wins(engine, start_service, admin_token):
    """Two processes' worth of the service, which share only the folder of locks."""
    vm_id = engine.new_vm()
    path = f"/api/v1/vms/{vm_id}/numa"
    services = [start_service(engine.url) for _ in range(2)]
    clients = [
        httpx.Client(base_url=service.base, headers=bearer(admin_token), timeout=30)
        for service in services
    ]
    lost = 0
    for turn in range(ROUNDS):
        etag = clients[0].get(path).headers["ETag"]
        barrier, answers = threading.Barrier(2), {}

        def write(who: int, turn: int = turn, etag: str = etag) -> None:
            barrier.wait()  # noqa: B023  # joined within the round
            body = {"nodeset": str((2 * turn + who) % 8)}
            answers[who] = clients[who].put(path, json=body, headers={"If-Match": etag})  # noqa: B023

        threads = [threading.Thread(target=write, args=(who,)) for who in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        codes = sorted(answer.status_code for answer in answers.values())
        assert codes == [200, 412], (turn, [a.text for a in answers.values()])
        winner = next(who for who, answer in answers.items() if answer.status_code == 200)
        loser = answers[1 - winner].json()
        stored = properties(engine.vms.vm_service(vm_id).get())["numa_nodeset"]
        assert stored == str((2 * turn + winner) % 8)
        assert loser["current"]["request"]["nodeset"] == stored
        assert loser["etag"] == answers[winner].headers["ETag"]
        lost += 1
    assert lost == ROUNDS


@pytest.fixture
def slow_engine(tmp_path):
    """One that holds its lock before an update counts, as real ones do: 90 ms there."""
    found = Engine(tmp_path / "engine", update_seconds=0.05)
    yield found
    found.close()


def test_writer_behind_our_back_loses_nothing_and_is_told_of(slow_engine, start_service):
    """Somebody with the SDK reads, waits and writes another property, round after round."""
    engine = slow_engine
    vm_id = engine.new_vm()
    service = start_service(engine.url)
    headers = bearer(engine.token())
    client = httpx.Client(base_url=service.base, headers=headers, timeout=30)
    other = engine.login("admin").system_service().vms_service().vm_service(vm_id)
    crossed = acknowledged = 0
    for turn in range(ROUNDS):
        barrier, done = threading.Barrier(2), {}
        ours, theirs = str(turn % 8), "true" if turn % 2 else "false"

        def meddle(theirs: str = theirs, pause: float = turn % 11 / 100) -> None:
            barrier.wait()  # noqa: B023  # joined within the round
            time.sleep(pause)
            kept = properties(other.get(next_run=True)) | {"sap_agent": theirs}
            sent = [types.CustomProperty(name=n, value=v) for n, v in kept.items()]
            with contextlib.suppress(sdk.Error):  # the engine refuses two updates at a time
                other.update(types.Vm(custom_properties=sent), next_run=True)
                done["written"] = True  # noqa: B023

        thread = threading.Thread(target=meddle)
        thread.start()
        barrier.wait()
        answer = _patient_put(client, vm_id, ours)
        thread.join()
        found = properties(engine.vms.vm_service(vm_id).get())
        code = answer.json().get("code", "stored")
        acknowledged += "written" in done
        crossed += code == "WriteCrossed"
        if "written" in done:
            assert found.get("sap_agent") == theirs, f"round {turn}: theirs is gone, {answer.text}"
        if found.get("numa_nodeset") != ours and code == "stored":
            # They wrote after our last look; our answer's version is void, as its user learns.
            etag = client.get(f"/api/v1/vms/{vm_id}/numa").headers["ETag"]
            assert etag != answer.headers["ETag"]
    print(f"{ROUNDS} rounds, {acknowledged} of theirs, {crossed} put back")


def _patient_put(client: httpx.Client, vm_id: str, nodeset: str) -> httpx.Response:
    """The engine itself refuses a second update while one is under way."""
    while True:
        answer = client.put(
            f"/api/v1/vms/{vm_id}/numa", json={"nodeset": nodeset}, headers={"If-Match": "*"}
        )
        if answer.status_code != 409 or answer.json()["code"] != "EngineRefused":
            return answer
