# SPDX-License-Identifier: Apache-2.0
"""Answers that are kept for seconds."""

from __future__ import annotations

from engine_plugin.engine_api.cache import IDLE_SECONDS, Cache


def test_cache_keeps_the_newest_until_their_time_is_over():
    now = [0.0]
    cache = Cache(2, clock=lambda: now[0])
    for name in ("a", "b", "c"):
        cache.put(("me", "nodes", name), name, seconds=5)
    assert [cache.get(("me", "nodes", name)) for name in ("a", "b", "c")] == [None, "b", "c"]
    assert cache.get(("you", "nodes", "c")) is None
    now[0] = 5.1
    assert cache.get(("me", "nodes", "c")) is None


def test_cache_lets_go_of_what_nobody_asks_for():
    now = [0.0]
    cache = Cache(100, clock=lambda: now[0])
    for name in ("asked for", "left"):
        cache.put((name,), object(), seconds=10 * IDLE_SECONDS)
    now[0] = IDLE_SECONDS - 1
    kept = cache.get(("asked for",))
    now[0] = IDLE_SECONDS + 1
    cache.put(("new",), object(), seconds=1)
    assert list(cache._kept) == [("asked for",), ("new",)]
    assert cache.get(("asked for",)) is kept
