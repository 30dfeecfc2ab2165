# SPDX-License-Identifier: Apache-2.0
"""Rights and tokens that end in the middle of a change: what was done is told, nobody is held."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import httpx
import pytest
from ovirtsdk4 import types

from engine_plugin.demo.model import User

from ..between import Between
from ..engines import Engine
from .conftest import Start, bearer
from .somebody import affinity, path, put, stands


@dataclass
class Passing:
    """An administrator for a while."""

    engine: Engine
    user: User
    connection: Any
    token: str

    def lose_role(self) -> None:
        self.engine.app.state.engine.store.save_user(
            replace(self.user, roles=(("UserRole", "system"),))
        )
        self.engine.app.state.sessions._users.clear()  # it reads users once

    def lose_token(self) -> None:
        self.connection.close()  # the SDK revokes it


@pytest.fixture
def passing(engine: Engine) -> Passing:
    name = f"p{uuid.uuid4().hex[:8]}"
    user = User(str(uuid.uuid4()), f"{name}@internal", "demo", (("SuperUser", "system"),))
    engine.app.state.engine.store.save_user(user)
    connection = engine.login(name)
    return Passing(engine, user, connection, str(connection.authenticate()))


@pytest.fixture
def theirs(between: Between, start_service: Start, passing: Passing) -> Iterator[httpx.Client]:
    """Their client of a service that asks the engine through `between`."""
    service = start_service(between.url)
    with httpx.Client(base_url=service.base, headers=bearer(passing.token), timeout=60) as found:
        yield found


ANY = {"If-Match": "*"}
LOSSES = {"role": Passing.lose_role, "token": Passing.lose_token}
REFUSED = {"role": (403, "EngineForbids"), "token": (401, "TokenRejected")}


def write(client: httpx.Client, action: str, vm_id: str) -> httpx.Response:
    if action == "store":
        return put(client, vm_id, {"nodeset": "0"}, headers=ANY)
    return client.delete(path(vm_id), headers=ANY)


def admin_stores(client: httpx.Client, engine: Engine, vm_id: str) -> None:
    """Nobody is held by what was broken off."""
    with admin_client(client, engine) as admin:
        answer = put(admin, vm_id, {"nodeset": "3"}, headers=ANY)
    assert answer.status_code == 200, answer.text
    assert stands(engine, vm_id)["numa_nodeset"] == "3"


def admin_client(client: httpx.Client, engine: Engine) -> httpx.Client:
    return httpx.Client(base_url=client.base_url, headers=bearer(engine.token()), timeout=60)


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("action", ["store", "remove"])
def test_what_is_lost_before_the_write_lets_nothing_through(
    engine: Engine, between: Between, theirs: httpx.Client, passing: Passing, loss: str, action: str
) -> None:
    vm_id = engine.new_vm(affinity="pinned", numa_nodeset="5")
    between.at("PUT", f"/vms/{vm_id}", before=lambda: LOSSES[loss](passing))
    answer = write(theirs, action, vm_id)
    assert (answer.status_code, answer.json()["code"]) == REFUSED[loss]
    assert stands(engine, vm_id)["numa_nodeset"] == "5"
    assert affinity(engine, vm_id) == "pinned"
    admin_stores(theirs, engine, vm_id)


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("action", ["store", "remove"])
def test_what_is_lost_after_the_write_says_that_it_was_done(
    engine: Engine, between: Between, theirs: httpx.Client, passing: Passing, loss: str, action: str
) -> None:
    vm_id = engine.new_vm(affinity="pinned", numa_nodeset="5")
    between.at("PUT", f"/vms/{vm_id}", after=lambda: LOSSES[loss](passing))
    answer = write(theirs, action, vm_id)
    found = answer.json()
    assert (answer.status_code, found["code"]) == (REFUSED[loss][0], "StoredUnread")
    assert found["stored"] is True
    if loss == "role":  # who may still see the VM is not shown all of it
        assert "the migration mode" in found["detail"]
    assert stands(engine, vm_id).get("numa_nodeset") == {"store": "0", "remove": None}[action]
    admin_stores(theirs, engine, vm_id)


@pytest.mark.parametrize("loss", LOSSES)
def test_adopt_that_may_not_go_on_says_what_is_left(
    engine: Engine, between: Between, theirs: httpx.Client, passing: Passing, loss: str
) -> None:
    vm_id = engine.new_vm(cores=4)
    service = engine.vms.vm_service(vm_id).numa_nodes_service()
    for index in (0, 1):
        cores = [types.Core(index=2 * index), types.Core(index=2 * index + 1)]
        service.add(types.VirtualNumaNode(index=index, memory=4096, cpu=types.Cpu(cores=cores)))
    between.at("DELETE", "/numanodes/", before=lambda: LOSSES[loss](passing))
    answer = theirs.post(path(vm_id, "/adopt"))
    found = answer.json()
    assert (found["code"], found["stored"], found["left"]) == ("AdoptPartly", True, [0, 1])
    with admin_client(theirs, engine) as admin:
        again = admin.post(path(vm_id, "/adopt"))
    assert (again.status_code, service.list()) == (200, [])


@pytest.mark.parametrize("loss", LOSSES)
def test_job_ends_with_its_token_and_goes_on_with_another(
    engine: Engine, between: Between, theirs: httpx.Client, passing: Passing, loss: str
) -> None:
    """Whose right to edit was taken away is refused at each VM that is left."""
    ids = [engine.new_vm() for _ in range(5)]
    search = " or ".join(f"name={engine.vms.vm_service(each).get().name}" for each in ids)
    between.at("PUT", "/vms/", skip=2, before=lambda: LOSSES[loss](passing))
    began = theirs.post("/api/v1/jobs", json={"search": search, "nodeset": "0"})
    assert began.status_code == 202
    href = began.json()["href"]
    if loss == "token":
        passing.token = engine.token(passing.user.name.partition("@")[0])
        theirs.headers.update(bearer(passing.token))
    found = ended(theirs, href)
    counts, lost = found["counts"], sum("numa_nodeset" in stands(engine, each) for each in ids)
    assert (counts["done"], lost) == (2, 2)
    if loss == "token":
        assert (found["state"], counts["waiting"]) == ("stopped", 3)
        assert found["problem"]["code"] == "TokenRejected"
    else:
        assert (found["state"], counts["failed"]) == ("done", 3)
        engine.app.state.engine.store.save_user(passing.user)
        engine.app.state.sessions._users.clear()
    again = theirs.post(f"{href}/resume")
    assert again.status_code == 202, again.text
    assert ended(theirs, href)["counts"]["done"] == 5


def ended(client: httpx.Client, href: str) -> dict[str, Any]:
    deadline = time.monotonic() + 60
    while (found := client.get(href).json()).get("state") == "running":
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return dict(found)


@pytest.mark.parametrize("ask", ["stop", "resume", "list", "show", "forget"])
def test_job_obeys_no_token_that_has_ended(
    engine: Engine, theirs: httpx.Client, passing: Passing, ask: str
) -> None:
    vm_id = engine.new_vm()
    search = f"name={engine.vms.vm_service(vm_id).get().name}"
    href = theirs.post("/api/v1/jobs", json={"search": search, "nodeset": "0"}).json()["href"]
    ended(theirs, href)
    passing.lose_token()
    time.sleep(1.1)
    asks: dict[str, Callable[[], httpx.Response]] = {
        "stop": lambda: theirs.post(f"{href}/stop"),
        "resume": lambda: theirs.post(f"{href}/resume"),
        "list": lambda: theirs.get("/api/v1/jobs"),
        "show": lambda: theirs.get(href),
        "forget": lambda: theirs.delete(href),
    }
    answer = asks[ask]()
    assert (answer.status_code, answer.json()["code"]) == (401, "TokenRejected")
