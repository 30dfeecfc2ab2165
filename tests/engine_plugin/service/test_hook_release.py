# SPDX-License-Identifier: Apache-2.0
"""Hooks that are older than the settings need, and scripts that only have their name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from numa_domain import __version__
from numa_domain.release import DIRECTORY, Release
from numa_domain.request import grammar_level as grammar

HOST = "xeon-cxl"
OTHER = "epyc-nps4"


@pytest.fixture
def hooks_dir(engine) -> Iterator[Path]:
    """VDSM's directory on one host, put back afterwards."""
    state = engine.app.state
    host = next(h for h in state.engine.store.hosts() if h.name == HOST)
    path = state.machines.of(host).hooks_dir
    label = path / DIRECTORY / Release().name
    text = label.read_bytes()
    yield path
    for each in (path / DIRECTORY).glob("hooks-*"):
        each.unlink()
    label.write_bytes(text)
    label.chmod(0o755)
    refresh(engine)


def refresh(engine) -> None:
    """As an admin does after an update: the engine asks VDSM what is there."""
    hosts = engine.sdk.system_service().hosts_service()
    hosts.host_service(engine.host(HOST).id).refresh()


def relabel(engine, hooks_dir: Path, *releases: Release) -> None:
    label = hooks_dir / DIRECTORY / Release().name
    for release in releases:
        copy = hooks_dir / DIRECTORY / release.name
        copy.write_bytes(label.read_bytes())
        copy.chmod(0o755)
    label.unlink()
    refresh(engine)


@pytest.fixture
def newer_grammar(monkeypatch: pytest.MonkeyPatch) -> None:
    """A later release of the service, in whose grammar `interleave` is new."""
    monkeypatch.setitem(grammar.SINCE, "mode: interleave", 2)
    monkeypatch.setattr("engine_plugin.settings.health.LEVEL", 2)
    monkeypatch.setattr("engine_plugin.documents.health.LEVEL", 2)


def seen(client, engine) -> dict:
    clusters = engine.sdk.system_service().clusters_service().list(search="name=numa-lab")
    found = client.get(f"/api/v1/clusters/{clusters[0].id}/numa").json()
    return {**found, "hosts": {host["name"]: host for host in found["hosts"]}}


def fit(client, vm_id: str, nodeset: str) -> dict:
    answer = client.post(f"/api/v1/vms/{vm_id}/numa/preview", json={"nodeset": nodeset})
    assert answer.status_code == 200, answer.text
    return {host["name"]: host for host in answer.json()["hosts"]}


def put(client, vm_id: str, nodeset: str, **params: str):
    return client.put(f"/api/v1/vms/{vm_id}/numa", json={"nodeset": nodeset}, params=params)


def test_health_tells_the_release_of_every_hook(client, engine):
    found = seen(client, engine)
    host = found["hosts"][OTHER]
    assert (host["hook"], host["version"], host["grammar"]) == ("ok", __version__, grammar.LEVEL)
    assert found["grammar"] == grammar.LEVEL
    shown = client.get(f"/api/v1/hosts/{engine.host(OTHER).id}/numa").json()
    assert (shown["hook"], shown["version"]) == ("ok", __version__)


def test_script_without_our_label_is_foreign_and_counts_as_none(client, engine, hooks_dir):
    relabel(engine, hooks_dir)
    host = seen(client, engine)["hosts"][HOST]
    assert (host["hook"], host["version"], host["grammar"]) == ("foreign", None, None)
    vm_id = engine.new_vm(hosts=(HOST, OTHER))
    found = fit(client, vm_id, "0")
    assert found[HOST]["hook"] is False
    assert [w["code"] for w in found[HOST]["warnings"]] == ["HookForeign"]
    answer = put(client, vm_id, "0")
    assert (answer.status_code, answer.json()["code"]) == (409, "HooksMissing")
    assert f"on {HOST}: no before_vm_start/50_numa of ours there" in answer.json()["detail"]


def test_old_hook_takes_what_it_can_read_and_is_told_of(client, engine, hooks_dir, newer_grammar):
    relabel(engine, hooks_dir, Release("0.0.9", 1))
    found = seen(client, engine)
    host = found["hosts"][HOST]
    assert (host["hook"], host["version"], host["grammar"]) == ("old", "0.0.9", 1)
    assert (host["differs"], found["ok"], found["grammar"]) == (True, False, 2)
    vm_id = engine.new_vm(hosts=(HOST,))
    assert fit(client, vm_id, "0")[HOST]["fits"]
    assert put(client, vm_id, "0").status_code == 200


def test_old_hook_fits_nothing_that_it_cannot_read(client, engine, hooks_dir, newer_grammar):
    relabel(engine, hooks_dir, Release("0.0.9", 1))
    vm_id = engine.new_vm(hosts=(HOST,))
    found = fit(client, vm_id, "interleave:0-1")[HOST]
    assert (found["fits"], found["hook"]) == (False, True)
    assert found["problems"][0]["code"] == "HookOld"
    assert found["problems"][0]["message"] == (
        "the hook on this host is release 0.0.9, which reads settings up to level 1, and these are"
        " of level 2: it would refuse to start the VM"
    )


def test_store_where_no_hook_can_read_it_is_refused_and_forced(
    client, engine, hooks_dir, newer_grammar
):
    relabel(engine, hooks_dir, Release("0.0.9", 1))
    vm_id = engine.new_vm(hosts=(HOST,))
    answer = put(client, vm_id, "interleave:0-1")
    assert (answer.status_code, answer.json()["code"]) == (409, "HooksOld")
    assert answer.json()["blames"] == "setup"
    assert "update vdsm-hook-numa there" in answer.json()["detail"]
    answer = put(client, vm_id, "interleave:0-1", force="true")
    assert answer.status_code == 200, answer.text
    assert answer.json()["notes"][0].startswith("stored all the same, though ")


def test_store_where_one_hook_can_read_it_is_taken(client, engine, hooks_dir, newer_grammar):
    """Another host has the release that reads it; the fit says where it may start."""
    relabel(engine, hooks_dir, Release("0.0.9", 1))
    state = engine.app.state
    host = next(h for h in state.engine.store.hosts() if h.name == OTHER)
    label = state.machines.of(host).hooks_dir / DIRECTORY
    newer = label / Release("0.2.0", 2).name
    (label / Release().name).rename(newer)
    hosts = engine.sdk.system_service().hosts_service()
    service = hosts.host_service(engine.host(OTHER).id)
    service.refresh()
    try:
        vm_id = engine.new_vm(hosts=(HOST, OTHER))
        answer = put(client, vm_id, "interleave:0-1")
    finally:
        newer.rename(label / Release().name)
        service.refresh()
    assert answer.status_code == 200, answer.text
    fits = {host["name"]: host["fits"] for host in answer.json()["fit"]["hosts"]}
    assert fits == {HOST: False, OTHER: True}


def test_of_two_labels_the_lower_is_believed(client, engine, hooks_dir):
    relabel(engine, hooks_dir, Release("0.0.9", 1), Release("0.2.0", 2))
    host = seen(client, engine)["hosts"][HOST]
    assert (host["version"], host["grammar"]) == ("0.0.9", 1)


def test_newer_hook_reads_what_this_service_stores(client, engine, hooks_dir):
    relabel(engine, hooks_dir, Release("0.2.0", 2))
    host = seen(client, engine)["hosts"][HOST]
    assert (host["hook"], host["version"], host["differs"]) == ("ok", "0.2.0", True)
    assert fit(client, engine.new_vm(hosts=(HOST,)), "0")[HOST]["fits"]
