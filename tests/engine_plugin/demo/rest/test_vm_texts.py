# SPDX-License-Identifier: Apache-2.0
"""What is kept of VMs that were shown is never older than they are."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from engine_plugin.demo.app import create_app
from engine_plugin.demo.rest import vm_texts
from engine_plugin.demo.rest.element import xml
from engine_plugin.demo.rest.vm_texts import VmTexts
from engine_plugin.demo.settings import Settings


@pytest.fixture
def state(tmp_path: Any) -> Any:
    app = create_app(Settings(tmp_path, boot="none"))
    yield app.state
    app.state.close()


def named(state: Any, name: str) -> Any:
    return state.engine.store.vm_named(name)


def changed(state: Any, name: str, **fields: Any) -> Any:
    vm = named(state, name)
    state.engine.store.save_vm(replace(vm, config=replace(vm.config, **fields)))
    return named(state, name)


def test_vm_that_is_the_same_is_made_once(state: Any) -> None:
    texts = VmTexts(state.engine)
    first = texts.element(named(state, "db-auto"))
    assert texts.element(named(state, "db-auto")) is first


def test_vm_that_has_changed_is_made_anew_and_back_again(state: Any) -> None:
    texts = VmTexts(state.engine)
    before = xml(texts.element(named(state, "db-auto")))
    other = changed(state, "db-auto", comment="other")
    assert "<comment>other</comment>" in xml(texts.element(other))
    assert xml(texts.element(changed(state, "db-auto", comment=""))) == before


def test_change_that_was_rolled_back_is_not_shown(state: Any) -> None:
    texts = VmTexts(state.engine)
    before = xml(texts.element(named(state, "db-auto")))

    def failing() -> None:
        with state.engine.store.transaction():
            other = changed(state, "db-auto", comment="other")
            assert "<comment>other</comment>" in xml(texts.element(other))
            raise KeyError

    with pytest.raises(KeyError):
        failing()
    assert xml(texts.element(named(state, "db-auto"))) == before


def test_views_of_a_vm_are_kept_apart(state: Any) -> None:
    texts = VmTexts(state.engine)
    vm = named(state, "native-vnuma")
    alone, listed = xml(texts.element(vm)), xml(texts.element(vm, alone=False))
    assert "<numa_tune_mode>" in alone
    assert "<numa_tune_mode>" not in listed
    assert xml(texts.element(vm, filtered=True)) != alone


def test_no_more_are_kept_than_allowed(state: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vm_texts, "_MOST", 2)
    texts = VmTexts(state.engine)
    vms = [named(state, name) for name in ("db-auto", "db-strict", "sap-hana")]
    first, second, _ = (texts.element(vm) for vm in vms)
    assert texts.element(vms[1]) is second
    assert texts.element(vms[0]) is not first
