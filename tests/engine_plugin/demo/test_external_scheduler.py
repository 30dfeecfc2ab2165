# SPDX-License-Identifier: Apache-2.0
"""The embedded engine and an external scheduler: asked, obeyed, and missed, as a real engine does.

The scheduler here is Python's own server of XML-RPC, which says what a test wants to be said.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xmlrpc.server import SimpleXMLRPCServer

import ovirtsdk4 as sdk
import pytest
from ovirtsdk4 import types

from engine_plugin.demo.scheduler import ENABLED, REPLY, URL
from engine_plugin.demo.settings import Settings

from .conftest import Served

UNITS: dict[str, Any] = {
    "filters": {"only": ["Lets the named ones through", ""]},
    "scores": {"by_name": ["Likes some more", "size=^[0-9]+$"]},
    "balance": {},
}


class Says:
    """An external scheduler."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, list[Any]]] = []
        self.filter: Callable[[list[str]], Any] = lambda hosts: _answer(hosts)
        self.score: Callable[[list[str]], Any] = lambda hosts: _answer([])
        self.units: Any = UNITS
        self.open()

    def open(self, port: int = 0) -> None:
        self._server = SimpleXMLRPCServer(("127.0.0.1", port), logRequests=False)
        self._server.register_function(self._discover, "discover")
        self._server.register_function(self._filters, "runFilters")
        self._server.register_function(self._scores, "runCostFunctions")
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        self.port = self._server.server_address[1]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _discover(self) -> Any:
        self.asked.append(("discover", []))
        return self.units

    def _filters(self, *arguments: Any) -> Any:
        self.asked.append(("runFilters", [*arguments]))
        return self.filter(arguments[1])

    def _scores(self, *arguments: Any) -> Any:
        self.asked.append(("runCostFunctions", [*arguments]))
        return self.score(arguments[1])

    def calls(self, method: str) -> list[list[Any]]:
        return [arguments for name, arguments in self.asked if name == method]


def _answer(result: Any, **errors: Any) -> dict[str, Any]:
    code = 1 if errors else 0
    return {"result_code": code, "result": result, "plugin_errors": {}, "errors": [], **errors}


@pytest.fixture
def says() -> Iterator[Says]:
    found = Says()
    yield found
    found.close()


def _served(folder: Path, says: Says, **more: str) -> Served:
    options = {ENABLED: "true", URL: f"http://127.0.0.1:{says.port}/", **more}
    served = Served(Settings(data=folder, fresh=True, boot="none", options=options))
    assert served.app.state.lifecycle.scheduler.discovered.wait(10)
    return served


@pytest.fixture
def asking(tmp_path: Path, says: Says) -> Iterator[Served]:
    """An engine whose cluster numa-lab has the units in its policy."""
    served = _served(tmp_path, says, **{REPLY: "700"})
    in_force(served)
    yield served
    served.close()


def in_force(served: Served) -> str:
    """A policy with both units, in the lab; its id."""
    system = served.sdk().system_service()
    units = {unit.name: unit for unit in system.scheduling_policy_units_service().list()}
    policies = system.scheduling_policies_service()
    policy = policies.add(types.SchedulingPolicy(name="numa"))
    own = policies.policy_service(policy.id)
    only = types.SchedulingPolicyUnit(id=units["only"].id)
    own.filters_service().add(types.Filter(scheduling_policy_unit=only, position=0))
    by_name = types.SchedulingPolicyUnit(id=units["by_name"].id)
    own.weights_service().add(types.Weight(scheduling_policy_unit=by_name, factor=3))
    lab = system.clusters_service().list(search="name=numa-lab")[0]
    system.clusters_service().cluster_service(lab.id).update(
        types.Cluster(scheduling_policy=types.SchedulingPolicy(id=policy.id))
    )
    return str(policy.id)


def hosts_of(served: Served) -> dict[str, str]:
    return {host.name: host.id for host in served.sdk().system_service().hosts_service().list()}


def started(served: Served, name: str) -> str:
    """The host on which it is up."""
    vms = served.sdk().system_service().vms_service()
    vm = vms.list(search=f"name={name}")[0]
    service = vms.vm_service(vm.id)
    service.start()
    deadline = time.monotonic() + 20
    while service.get().status != types.VmStatus.UP:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    found = {host_id: each for each, host_id in hosts_of(served).items()}
    return found[service.get().host.id]


def events(served: Served, *codes: int) -> list[str]:
    found = served.sdk().system_service().events_service().list(max=50)
    return [event.description for event in found if event.code in codes]


def test_units_are_discovered_at_the_start_and_are_no_ones_own(tmp_path: Path, says: Says) -> None:
    served = _served(tmp_path, says)
    units = served.sdk().system_service().scheduling_policy_units_service().list()
    found = {unit.name: (unit.type.value, unit.internal, unit.enabled) for unit in units[-2:]}
    assert found == {"only": ("filter", False, True), "by_name": ("weight", False, True)}
    assert [name for name, _ in says.asked] == ["discover"]
    served.close()


def test_units_are_disabled_where_nobody_answers_at_the_next_start(
    tmp_path: Path, says: Says
) -> None:
    served = _served(tmp_path, says)
    served.close()
    says.close()
    again = Served(Settings(data=tmp_path, boot="none"))
    assert again.app.state.lifecycle.scheduler.discovered.wait(10)
    units = again.sdk().system_service().scheduling_policy_units_service().list()
    assert [unit.enabled for unit in units if not unit.internal] == [False, False]
    assert events(again, 9920) == [
        "Failed to connect to external scheduler proxy. External filters, scoring functions and"
        " load balancing will not be performed."
    ]
    again.close()
    says.open()


def test_answer_with_an_unknown_kind_is_void(tmp_path: Path, says: Says) -> None:
    says.units = {**UNITS, "wishes": {}}
    served = _served(tmp_path, says)
    units = served.sdk().system_service().scheduling_policy_units_service().list()
    assert all(unit.internal for unit in units)
    assert len(events(served, 9920)) == 1
    served.close()


def test_vm_starts_on_the_host_that_is_let_through(asking: Served, says: Says) -> None:
    hosts = hosts_of(asking)
    says.filter = lambda ids: _answer([hosts["xeon-cxl"]])
    assert started(asking, "web-small") == "xeon-cxl"
    ((names, asked, vm_id, properties),) = says.calls("runFilters")
    assert names == ["only"]
    lab = ("epyc-2of8", "epyc-nps4", "spr-snc4", "xeon-cxl")  # the fifth is full
    assert set(asked) == {hosts[name] for name in lab}
    assert len(vm_id) == 36
    assert properties == {}
    assert says.calls("runCostFunctions") == []  # the only one is not weighed


def test_of_several_the_one_with_the_lowest_score_is_chosen(asking: Served, says: Says) -> None:
    hosts = hosts_of(asking)
    says.filter = lambda ids: _answer([hosts["xeon-cxl"], hosts["epyc-2of8"], hosts["spr-snc4"]])
    says.score = lambda ids: _answer(
        [[host, 5 if host == hosts["epyc-2of8"] else 50, "by_name"] for host in ids]
    )
    assert started(asking, "web-small") == "epyc-2of8"
    ((units, asked, *_),) = says.calls("runCostFunctions")
    assert units == [["by_name", 3]]
    assert len(asked) == 3


def test_start_that_is_let_through_nowhere_says_nothing_but_the_event_does(
    asking: Served, says: Says
) -> None:
    says.filter = lambda ids: _answer([], plugin_errors={"only": ["it fits nowhere"]})
    vms = asking.sdk().system_service().vms_service()
    with pytest.raises(sdk.Error) as caught:
        vms.vm_service(vms.list(search="name=web-small")[0].id).start()
    assert caught.value.code == 400
    assert caught.value.fault.detail == "[]"
    assert events(asking, 54, 10500) == [
        "Failed to run VM web-small  (User: admin@internal-authz).",
        "Running the external scheduler plugin 'only' failed: 'it fits nowhere'",
    ]


def test_errors_of_an_answer_are_events_and_its_result_counts(asking: Served, says: Says) -> None:
    hosts = hosts_of(asking)
    says.filter = lambda ids: _answer([hosts["xeon-cxl"]], errors=["careful"])
    assert started(asking, "web-small") == "xeon-cxl"
    assert events(asking, 10501) == ["Running the external scheduler failed: 'careful'"]


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(lambda ids: time.sleep(1.5), id="too late"),
        pytest.param(lambda ids: 1 // 0, id="a fault"),
    ],
)
def test_engine_goes_on_without_an_answer(
    asking: Served, says: Says, answer: Callable[[list[str]], Any]
) -> None:
    says.filter = answer
    assert started(asking, "web-small") == "spr-snc4"  # the emptiest, as without any scheduler
    assert len(events(asking, 9920)) == 1


def test_engine_goes_on_where_nobody_listens_and_comes_back(asking: Served, says: Says) -> None:
    hosts = hosts_of(asking)
    port = says.port
    says.close()
    assert started(asking, "web-small") == "spr-snc4"
    assert len(events(asking, 9920)) == 1
    says.open(port)
    says.filter = lambda ids: _answer([hosts["xeon-cxl"]])
    assert started(asking, "batch-preferred") == "xeon-cxl"
    assert len(events(asking, 9920)) == 1  # once a minute at most


def test_old_form_of_an_answer_is_a_bare_list(asking: Served, says: Says) -> None:
    hosts = hosts_of(asking)
    says.filter = lambda ids: [hosts["epyc-nps4"]]
    assert started(asking, "web-small") == "epyc-nps4"


def test_host_that_refused_is_not_asked_about_again(asking: Served, says: Says) -> None:
    """wrong-host asks for a node that no host has: three hosts refuse it, one after another."""
    vms = asking.sdk().system_service().vms_service()
    service = vms.vm_service(vms.list(search="name=wrong-host")[0].id)
    with_hook = [i for n, i in hosts_of(asking).items() if n not in ("xeon-full", "power9")]
    says.filter = lambda ids: _answer([i for i in ids if i in with_hook])
    service.start()
    deadline = time.monotonic() + 30
    while service.get().status != types.VmStatus.DOWN:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    counts = [len(asked[1]) for asked in says.calls("runFilters")]
    assert counts == [4, 3, 2]


def test_units_count_only_where_the_clusters_policy_has_them(asking: Served, says: Says) -> None:
    system = asking.sdk().system_service()
    lab = system.clusters_service().list(search="name=numa-lab")[0]
    none = next(p for p in system.scheduling_policies_service().list() if p.default_policy)
    system.clusters_service().cluster_service(lab.id).update(
        types.Cluster(scheduling_policy=types.SchedulingPolicy(id=none.id))
    )
    says.filter = lambda ids: _answer([])
    assert started(asking, "web-small") == "spr-snc4"
    assert says.calls("runFilters") == []


def test_one_vm_of_a_cluster_is_scheduled_at_a_time(asking: Served, says: Says) -> None:
    inside, most, guard = [0], [0], threading.Lock()

    def slowly(ids: list[str]) -> Any:
        with guard:
            inside[0] += 1
            most[0] = max(most[0], inside[0])
        time.sleep(0.1)
        with guard:
            inside[0] -= 1
        return _answer(ids)

    says.filter = slowly
    names = ("web-small", "batch-preferred", "db-auto")
    threads = [threading.Thread(target=started, args=(asking, name)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(says.calls("runFilters")) == 3
    assert most == [1]


def test_policies_are_made_changed_and_removed(asking: Served) -> None:
    policies = asking.sdk().system_service().scheduling_policies_service()
    unit = types.SchedulingPolicyUnit
    made = policies.add(types.SchedulingPolicy(name="own", description="mine"))
    own = policies.policy_service(made.id)
    memory = unit(id="c9ddbb34-0e1d-4061-a8d7-b0893fa80932")
    own.filters_service().add(types.Filter(scheduling_policy_unit=memory, position=-1))
    none = unit(id="38440000-8cf0-14bd-c43e-10b96e4ef00a")
    own.balances_service().add(types.Balance(scheduling_policy_unit=none))
    own.update(types.SchedulingPolicy(properties=[types.Property(name="a", value="1")]))
    found = own.get()
    assert (found.name, found.description, found.locked) == ("own", "mine", False)
    assert [(p.name, p.value) for p in found.properties] == [("a", "1")]
    filters = own.filters_service().list()
    assert [(f.scheduling_policy_unit.id, f.position) for f in filters] == [(memory.id, -1)]
    assert [b.scheduling_policy_unit.id for b in own.balances_service().list()] == [none.id]
    own.remove()
    assert "own" not in [policy.name for policy in policies.list()]


@pytest.mark.parametrize(
    ("ask", "detail"),
    [
        (
            lambda p, unit: p.add(types.SchedulingPolicy(name="none")),
            "[Cannot add Scheduling Policy. Name is in use.]",
        ),
        (
            lambda p, unit: p.policy_service("b4ed2332-a7ac-4d5f-9596-99a439cb2812").remove(),
            "[Cannot remove Scheduling Policy. Parameters are invalid.]",
        ),
        (
            lambda p, unit: (
                p.policy_service("b4ed2332-a7ac-4d5f-9596-99a439cb2812")
                .filters_service()
                .add(types.Filter(scheduling_policy_unit=unit))
            ),
            "[Cannot update Scheduling Policy. Parameters are invalid.]",
        ),
        (
            lambda p, unit: (
                p.policy_service(_numa(p))
                .filters_service()
                .add(types.Filter(scheduling_policy_unit=unit))
            ),
            "[Cannot update Scheduling Policy. policy unit already exists in Scheduling Policy.]",
        ),
        (
            lambda p, unit: (
                p.policy_service(_numa(p))
                .weights_service()
                .add(types.Weight(scheduling_policy_unit=unit))
            ),
            "[Cannot update Scheduling Policy. Policy unit doesn't implement score function.]",
        ),
        (
            lambda p, unit: p.policy_service(_numa(p)).remove(),
            "[Cannot remove Scheduling Policy. Scheduling Policy is attached to cluster(s):"
            " numa-lab, please unassign cluster(s).]",
        ),
    ],
)
def test_policy_that_is_not_allowed_is_refused(
    asking: Served, ask: Callable[[Any, Any], Any], detail: str
) -> None:
    system = asking.sdk().system_service()
    units = system.scheduling_policy_units_service().list()
    only = next(unit for unit in units if unit.name == "only")
    with pytest.raises(sdk.Error) as caught:
        ask(system.scheduling_policies_service(), types.SchedulingPolicyUnit(id=only.id))
    assert (caught.value.code, caught.value.fault.detail) == (400, detail)


def _numa(policies: Any) -> str:
    return str(next(policy.id for policy in policies.list() if policy.name == "numa"))


def test_only_who_administers_everything_changes_policies(asking: Served) -> None:
    policies = asking.sdk("rita").system_service().scheduling_policies_service()
    with pytest.raises(sdk.Error) as caught:
        policies.add(types.SchedulingPolicy(name="mine"))
    assert caught.value.code == 403
