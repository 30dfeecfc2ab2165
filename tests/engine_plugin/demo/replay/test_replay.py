# SPDX-License-Identifier: Apache-2.0
"""The embedded engine answers what a real one answered, but for what `limits.json` excuses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from engine_plugin.demo.limits import limits
from engine_plugin.demo.store import Store

from .compare import Difference
from .replay import Replayed, replay, replay_conversation
from .report import Report
from .world import conversing_engine, recorded_engine

RECORDED, STEPS = 75, 145


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    app = recorded_engine(tmp_path_factory.mktemp("world") / "engine")
    yield app
    app.state.close()


@pytest.fixture(scope="module")
def replayed(app: Any, tmp_path_factory: pytest.TempPathFactory) -> list[Replayed]:
    other = conversing_engine(tmp_path_factory.mktemp("other") / "engine")
    try:
        return [*replay(app), *replay_conversation(other)]
    finally:
        other.state.close()


def test_all_that_differs_is_excused_and_every_excuse_is_needed(replayed: Any) -> None:
    report = Report.of(replayed)
    assert report.requests == RECORDED + STEPS
    assert report.good, "\n".join(report.lines())


def test_difference_that_nothing_excuses_is_shown(replayed: Any) -> None:
    strange = Difference("vms/vm/name", "text", "db1", "db2")
    bad = [replace(replayed[0], differences=(strange,)), *replayed[1:]]
    report = Report.of(bad)
    assert not report.good
    assert f"    {bad[0].name}: vms/vm/name: text: 'db1' is 'db2'" in list(report.lines())


def test_excuse_that_is_needed_no_longer_is_shown(replayed: Any) -> None:
    report = Report.of([replace(each, differences=()) for each in replayed])
    patterns = [pattern for limit in limits() for pattern in limit.answers]
    assert patterns
    assert not report.good
    assert [pattern for _, pattern in report.unneeded] == patterns


def test_another_world_is_another_answer(app: Any) -> None:
    """The comparison sees what is kept."""
    store: Store = app.state.engine.store
    vm = store.vm_named("sap-hana")
    assert vm is not None
    wrong = replace(vm, config=replace(vm.config, cores=vm.config.cores + 1))
    try:
        store.save_vm(wrong)
        found = Report.of(replay(app)).unexplained
    finally:
        store.save_vm(vm)
    assert {difference.path for _, difference in found} >= {"vms/vm/cpu/topology/cores"}
