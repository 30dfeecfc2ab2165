# SPDX-License-Identifier: Apache-2.0
"""Whose an update in the engine's log is."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from engine_plugin.engine_api.update_events import Update
from engine_plugin.engine_api.vm_config import VmConfig
from engine_plugin.settings.foreign_writes import foreign

AT = datetime(2026, 11, 27, 22, 20, 54, tzinfo=timezone.utc)


def update(index: int, correlation: str, seconds: float = 0) -> Update:
    return Update(index, correlation, "bob@internal", AT + timedelta(seconds=seconds))


def vm(pool_id: str | None = None) -> VmConfig:
    return VmConfig("vms", "1", "db1", "c", 1, 1, properties={}, pins={}, pool_id=pool_id)


def test_our_own_update_is_none_however_often_it_is_logged() -> None:
    after = [update(1401, "ours", 1.2), update(1398, "ours")]
    assert foreign([], after, vm(), "ours") == []
    assert foreign([], after, vm("pool"), "ours") == []


def test_update_of_another_request_is_foreign() -> None:
    theirs = update(12, "theirs")
    assert foreign([update(10, "old")], [theirs, update(11, "ours")], vm(), "ours") == [theirs]


def test_what_was_there_before_we_read_is_not_new() -> None:
    before = [update(10, "old")]
    assert foreign(before, [update(11, "ours"), *before], vm(), "ours") == []


def test_second_line_of_an_update_of_a_pools_vm_is_not_new() -> None:
    """Seen on 4.5: 79b6be5a1873ed08 at 22:20:55.127 and again at 22:20:56.243."""
    before = [update(1399, "79b6be5a1873ed08")]
    echo = update(1401, "79b6be5a1873ed08", 1.1)
    assert foreign(before, [echo, *before], vm("pool"), "ours") == []


def test_same_correlation_id_again_is_foreign_where_no_second_line_is_due() -> None:
    """Somebody's program may give each of its requests the same."""
    before = [update(10, "ansible")]
    again = update(11, "ansible", 1.1)
    assert foreign(before, [again, *before], vm(), "ours") == [again]
    late = update(12, "ansible", 60)
    assert foreign(before, [late, *before], vm("pool"), "ours") == [late]


def test_updates_without_correlation_ids_are_foreign() -> None:
    found = [update(11, ""), update(12, "")]
    assert foreign([update(10, "")], found, vm("pool"), "ours") == found
