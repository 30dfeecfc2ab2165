# SPDX-License-Identifier: Apache-2.0
"""Our definitions among others' in one option: none is lost, none is moved, ours count."""

from __future__ import annotations

import re
import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine_plugin.properties import DEFINITIONS, OPTION, command, merged, parse, replaced
from numa_domain.request.model import NumaRequest

names = st.sampled_from(["a", "b_2", "numa", "hugepages", *DEFINITIONS])
expressions = st.text(st.characters(exclude_characters=";", exclude_categories=["Cs"]), max_size=12)
options = st.lists(st.tuples(names, expressions), max_size=8).map(
    lambda pairs: ";".join(f"{name}={expression}" for name, expression in pairs)
)


def others(option: str) -> list[str]:
    return [p for p in option.split(";") if p and p.partition("=")[0] not in DEFINITIONS]


@given(options)
def test_merged_keeps_the_others_as_they_are(option: str) -> None:
    assert others(merged(option)) == others(option)


@given(options)
def test_merged_defines_ours_once(option: str) -> None:
    found = [p for p in merged(option).split(";") if p.partition("=")[0] in DEFINITIONS]
    assert sorted(found) == sorted(f"{n}={e}" for n, e in DEFINITIONS.items())
    assert DEFINITIONS.items() <= parse(merged(option)).items()


@given(options)
def test_merged_twice_is_merged_once(option: str) -> None:
    assert merged(merged(option)) == merged(option)


@given(options)
def test_taken_out_again_leaves_the_others(option: str) -> None:
    assert replaced(merged(option), dict.fromkeys(DEFINITIONS)) == ";".join(others(option))


@given(options)
def test_command_is_read_by_a_shell_as_it_is_meant(option: str) -> None:
    assert shlex.split(command(option, "4.7"))[:4] == [
        "engine-config",
        "-s",
        f"{OPTION}={merged(option)}",
        "--cver=4.7",
    ]


def test_definitions_hold_no_delimiter_and_are_merged_beside_others():
    assert all(";" not in expression for expression in DEFINITIONS.values())
    joined = merged("color=^(a|b)$;numa_nodeset=^old$;note")
    found = parse(joined)
    assert found == {"color": "^(a|b)$", "note": None, **DEFINITIONS}
    assert merged(joined) == joined


@pytest.mark.parametrize(
    ("nodeset", "topology"),
    [
        ("0-1", None),
        ("preferred:2", "2"),
        ("auto:16", "host"),
        ("all", None),
        ("^3,^5", None),
        ("restrictive:0,8-9", "cpus=0-3,8 mem=8G nodes=0,3 mode=preferred page=1G dist=10,21"),
        (None, "mem=4097M / cpus=0-16383 mem=1T access=shared"),
    ],
)
def test_definitions_take_whatever_is_stored(nodeset, topology):
    stored = NumaRequest.parse(nodeset, topology).to_properties()
    for name, value in stored.items():
        assert re.fullmatch(DEFINITIONS[name], value), (name, value)
