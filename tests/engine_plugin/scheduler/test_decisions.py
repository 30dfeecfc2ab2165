# SPDX-License-Identifier: Apache-2.0
"""The file of the last decisions: whatever is in it, the next decision is taken and kept."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from engine_plugin.scheduler.decisions import Decisions, now
from engine_plugin.scheduler.record import Decided, document

VM = "0d5f3a52-6b1c-4f0e-9a43-1f2b6c7d8e90"


def decided(number: int) -> dict[str, Any]:
    return document(Decided(VM, "web1", "unseen"), number, now(), {})


def changed(**fields: Any) -> str:
    return json.dumps([[{**decided(1), **fields}]])


def less(name: str) -> str:
    found = decided(1)
    del found[name]
    return json.dumps([[found]])


@pytest.mark.parametrize(
    "text",
    [
        "", "{", "[]", "[[]]", "[[[]]]", "[[1]]", "{}", "7", "null", "[" * 100_000,
        changed(vm=7), changed(number="1"), changed(hosts=7), changed(hosts=[7]),
        changed(hosts=[{}]), changed(chosen="epyc"), changed(chosen={}), changed(vm=[]),
        less("number"), less("chosen"), less("hosts"), less("vm"), less("more_hosts"),
    ],
)  # fmt: skip
def test_file_with_anything_in_it_keeps_no_decision_from_being_kept(
    tmp_path: Path, text: str
) -> None:
    path = tmp_path / "decisions.json"
    path.write_text(text)
    decisions = Decisions(path)
    decisions.put(decided(2))
    decisions.went(VM, "8f0e", "epyc")
    assert decisions.of(VM)[0]["chosen"] == {"id": "8f0e", "name": "epyc"}
    decisions.write()
    assert [each["number"] for each in Decisions(path).of(VM)] == [2]


def test_file_of_bytes_that_are_no_text_is_begun_anew(tmp_path: Path) -> None:
    path = tmp_path / "decisions.json"
    path.write_bytes(b"\xff\xfe[")
    assert Decisions(path).of(VM) == []


def test_decisions_are_found_again_with_all_that_is_shown(tmp_path: Path) -> None:
    path = tmp_path / "decisions.json"
    decisions = Decisions(path)
    decisions.put(decided(1))
    decisions.put(decided(2))
    decisions.write()
    assert Decisions(path).of(VM) == decisions.of(VM)
