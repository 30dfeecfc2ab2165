# SPDX-License-Identifier: Apache-2.0
"""The order of Java's HashMap, by what Java says of its hashes."""

from __future__ import annotations

import itertools

import pytest

from engine_plugin.demo.rules import hashmap


@pytest.mark.parametrize(
    ("text", "code"),
    [("", 0), ("a", 97), ("hello", 99162322), ("polygenelubricants", 0x80000000), ("ü", 0xFC)],
)
def test_text_has_the_hash_code_of_a_java_string(text: str, code: int) -> None:
    assert hashmap.of_text(text) == code


def test_character_beyond_the_basic_plane_is_two_units() -> None:
    assert hashmap.of_text("\U0001f600") == 31 * 0xD83D + 0xDE00


def test_id_has_the_hash_code_of_a_java_uuid() -> None:
    assert hashmap.of_id("00000000-0000-0001-0000-000000000002") == 3
    assert hashmap.of_id("00000001-0000-0002-0000-000400000008") == 1 ^ 2 ^ 4 ^ 8


def test_order_is_the_same_however_the_keys_came() -> None:
    keys = ("numa_nodeset", "numa_restore", "numa_topology")
    for given in itertools.permutations(keys):
        assert hashmap.in_order(given) == ["numa_restore", "numa_topology", "numa_nodeset"]


def test_keys_that_fall_together_come_as_they_went_in() -> None:
    assert hashmap.of_text("Aa") == hashmap.of_text("BB")
    assert hashmap.in_order(["BB", "Aa", "BB"]) == ["BB", "Aa"]
    assert hashmap.in_order(["Aa", "BB"]) == ["Aa", "BB"]


def test_table_grows_beyond_three_quarters() -> None:
    """Thirteen keys need 32 buckets; with 16 the seventeenth would come first."""
    keys = [str(number) for number in range(13)]
    by_number = hashmap.in_order(keys, int)
    assert by_number == keys
    assert hashmap.in_order(["16", "1", "2"], int) == ["16", "1", "2"]
    assert hashmap.in_order([*keys, "16"], int)[-1] == "16"
