# SPDX-License-Identifier: Apache-2.0
"""The embedded engine asks an external scheduler, obeys and misses it, as a real engine does."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import ovirtsdk4 as sdk
import pytest
from ovirtsdk4 import types

from engine_plugin.demo.scheduler import REPLY
from engine_plugin.demo.settings import Settings

from .conftest import Served
from .says import UNITS, Says, in_force, served_with, spoken


@pytest.fixture
def says() -> Iterator[Says]:
    found = Says()
    yield found
    found.close()


@pytest.fixture
def asking(tmp_path: Path, says: Says) -> Iterator[Served]:
    """An engine whose cluster numa-lab has the units in its policy."""
    served = served_with(tmp_path, says, **{REPLY: "700"})
    in_force(served)
    yield served
    served.close()


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
    served = served_with(tmp_path, says)
    units = served.sdk().system_service().scheduling_policy_units_service().list()
    found = {unit.name: (unit.type.value, unit.internal, unit.enabled) for unit in units[-2:]}
    assert found == {"only": ("filter", False, True), "by_name": ("weight", False, True)}
    assert [name for name, _ in says.asked] == ["discover"]
    served.close()


def test_units_are_disabled_where_nobody_answers_at_the_next_start(
    tmp_path: Path, says: Says
) -> None:
    served = served_with(tmp_path, says)
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
    served = served_with(tmp_path, says)
    units = served.sdk().system_service().scheduling_policy_units_service().list()
    assert all(unit.internal for unit in units)
    assert len(events(served, 9920)) == 1
    served.close()


def test_vm_starts_on_the_host_that_is_let_through(asking: Served, says: Says) -> None:
    hosts = hosts_of(asking)
    says.filter = lambda ids: spoken([hosts["xeon-cxl"]])
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
    says.filter = lambda ids: spoken([hosts["xeon-cxl"], hosts["epyc-2of8"], hosts["spr-snc4"]])
    says.score = lambda ids: spoken(
        [[host, 5 if host == hosts["epyc-2of8"] else 50, "by_name"] for host in ids]
    )
    assert started(asking, "web-small") == "epyc-2of8"
    ((units, asked, *_),) = says.calls("runCostFunctions")
    assert units == [["by_name", 3]]
    assert len(asked) == 3


def test_start_that_is_let_through_nowhere_says_nothing_but_the_event_does(
    asking: Served, says: Says
) -> None:
    says.filter = lambda ids: spoken([], plugin_errors={"only": ["it fits nowhere"]})
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
    says.filter = lambda ids: spoken([hosts["xeon-cxl"]], errors=["careful"])
    assert started(asking, "web-small") == "xeon-cxl"
    assert events(asking, 10501) == ["Running the external scheduler failed: 'careful'"]


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(lambda ids: time.sleep(1.5), id="too late"),
        pytest.param(lambda ids: 1 // 0, id="a fault"),
    ],
)
def test_engine_goes_on_without_anspoken(
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
    says.filter = lambda ids: spoken([hosts["xeon-cxl"]])
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
    says.filter = lambda ids: spoken([i for i in ids if i in with_hook])
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
    says.filter = lambda ids: spoken([])
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
        return spoken(ids)

    says.filter = slowly
    names = ("web-small", "batch-preferred", "db-auto")
    threads = [threading.Thread(target=started, args=(asking, name)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(says.calls("runFilters")) == 3
    assert most == [1]
