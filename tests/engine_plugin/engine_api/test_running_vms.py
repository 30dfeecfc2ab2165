# SPDX-License-Identifier: Apache-2.0
"""VMs that run on hosts, as events move them."""

from __future__ import annotations

from dataclasses import replace

from engine_plugin.engine_api.running_vms import Happenings, RunningVms
from engine_plugin.engine_api.vm_config import VmConfig

NOW = [100.0]


def vm(name: str, host: str | None) -> VmConfig:
    return VmConfig("vms", name, name, "c", 1, 1, properties={}, pins={}, host_id=host)


def known(**hosts: tuple[VmConfig, ...]) -> RunningVms:
    found = RunningVms(lambda: NOW[0])
    found.begin(7)
    for host, vms in hosts.items():
        found.put(host, vms, 7, seconds=60)
    return found


def happened(*events: tuple[int, str | None, str | None], most: int = 10) -> Happenings:
    return Happenings.of(events, since=7, most=most)


def test_vm_that_migrates_moves_in_the_order_of_names():
    a, b, c = vm("a", "h1"), vm("b", "h1"), vm("c", "h2")
    running = known(h1=(a, b), h2=(c,))
    moved = replace(a, host_id="h2")
    running.apply(happened((8, "a", "h1")), {"a": moved})
    assert (running.get("h1"), running.get("h2")) == ((b,), (moved, c))
    assert running.index == 8


def test_vm_that_stops_is_gone_and_one_without_settings_never_comes():
    running = known(h1=(vm("a", "h1"),))
    running.apply(happened((8, "a", None), (9, "b", None)), {"a": None, "b": None})
    assert running.get("h1") == ()


def test_vm_on_a_host_that_was_not_read_does_not_make_it_known():
    running = known(h1=())
    running.apply(happened((8, "a", None)), {"a": vm("a", "h2")})
    assert running.get("h2") is None


def test_host_that_an_event_names_alone_is_read_again():
    running = known(h1=(), h2=())
    running.apply(happened((8, None, "h1"), (9, "a", "h2")), {"a": None})
    assert (running.get("h1"), running.get("h2")) == (None, ())


def test_answer_that_was_begun_before_the_last_event_is_not_kept():
    running = known(h1=())
    running.apply(happened((8, "a", None)), {"a": None})
    running.put("h1", (vm("a", "h1"),), 7, seconds=60)
    assert running.get("h1") == ()


def test_host_is_read_again_after_its_time():
    running = known(h1=())
    NOW[0] += 61
    assert running.get("h1") is None


def test_vm_is_read_with_the_next_look_too():
    running = known(h1=())
    running.apply(happened((8, "a", None)), {"a": None})
    assert running.changed(happened((9, "b", None))) == {"a", "b"}


def test_log_that_is_longer_than_what_is_read_is_told_so():
    assert not happened((8, "a", None), (9, "b", None), most=2).complete
    assert happened((8, "a", None), most=2).complete
    assert happened().index == 7
