# SPDX-License-Identifier: Apache-2.0
"""Definitions and values of custom properties, by the engine's rules."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine_plugin.demo.rules.properties import Definitions, java_matches, joined, pairs

NAMES = st.from_regex(r"[a-z_A-Z0-9]+", fullmatch=True)
VALUES = st.text(st.characters(exclude_characters=";", exclude_categories=["Cs"]))


@pytest.mark.parametrize(
    ("expression", "value", "expected"),
    [
        ("[0-9]+", "12", True),
        ("[0-9]+", "12x", False),  # the whole value, anchors or not
        ("^[0-9]+$", "12", True),
        ("^[0-9]+$", "12\n", False),
        ("a|b", "b", True),
        (".*", "a\nb", False),
        (".*", "a\rb", False),  # Java's dot stops at a carriage return as well
        (".*", "a\u2028b", False),
        ("[.]", "x", False),
        (r"\.", ".", True),
        (r"[\].]", ".", True),
        (r"\d+", "٣", False),  # ASCII alone
        (r"\w+", "é", False),
        ("(on|off)?", "", True),
    ],
)
def test_value_is_matched_as_by_java(expression: str, value: str, expected: bool) -> None:
    assert java_matches(expression, value) is expected


def test_definition_without_expression_takes_any_value_but_semicolons() -> None:
    defined = Definitions.parse("note", "4.7")
    assert defined.problems("note=a=b {c} 'd'\n") == []


def test_last_definition_of_a_key_wins() -> None:
    defined = Definitions.parse("a=^1$;a=^2$", "4.7")
    assert (defined.problems("a=2"), len(defined.problems("a=1"))) == ([], 1)


@pytest.mark.parametrize(
    ("level", "known"),
    [
        ("4.3", {"sap_agent", "sndbuf", "vhost", "viodiskcache", "hugepages"}),
        ("4.5", {"scsi_hostdev", "nvram_template"}),
        ("4.7", {"extra_cpu_flags"}),
    ],
)
def test_predefined_keys_come_with_their_level(level: str, known: set[str]) -> None:
    assert known <= set(Definitions.parse("", level).predefined)
    assert ("extra_cpu_flags" in Definitions.parse("", level).predefined) == (level == "4.7")


def test_kept_properties_are_the_predefined_ones_first() -> None:
    defined = Definitions.parse("a;numa_nodeset", "4.7")
    kept = defined.taken("numa_nodeset=0;hugepages=2048;unknown=1;sndbuf=x;a=1")
    assert kept == (("hugepages", "2048"), ("a", "1"), ("numa_nodeset", "0"))


@pytest.mark.parametrize("text", ["=1", "a b=1", "a-b=1", "a=1;b", ";a=1"])
def test_bad_syntax_is_told_alone(text: str) -> None:
    assert Definitions.parse("a", "4.7").problems(text) == [
        "Cannot edit VM if custom properties are in invalid format. Please check the input."
    ]


@pytest.mark.parametrize("text", ["", "a=1;", "a="])
def test_good_syntax_has_no_problem(text: str) -> None:
    assert Definitions.parse("a", "4.7").problems(text) == []


@given(st.dictionaries(NAMES, VALUES))
def test_joined_properties_come_apart_again(properties: dict[str, str]) -> None:
    assert pairs(joined(tuple(properties.items()))) == properties
