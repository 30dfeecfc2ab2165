# SPDX-License-Identifier: Apache-2.0
"""Errors: their one line, their JSON form, and the caret under a text."""

from __future__ import annotations

import json

import pytest

from numa_domain.base.errors import HostError, NumaError, Problems, TextError, XMLError, raise_any


class PageMissing(HostError):
    what = "node {node} has no {page} pages"
    todo = "reserve some"


class CellsShort(HostError):
    what = "{cells:cell} for {count:CPU} of {nodes:node}"


class WordUnknown(TextError):
    what = "in {text!r}, {piece!r} at character {place} is not known"
    todo = "leave out {piece!r}"


def test_text_is_where_what_and_what_to_do() -> None:
    error = PageMissing("cell 1", node=3, page="1 GiB").within("numa_topology")
    assert str(error) == "numa_topology, cell 1: node 3 has no 1 GiB pages; reserve some"
    assert (error.message, error.remedy) == ("node 3 has no 1 GiB pages", "reserve some")


def test_text_without_place_and_remedy_is_what() -> None:
    assert str(NumaError()) == "the NUMA settings cannot be used"
    assert str(NumaError().within("cell 0")) == "cell 0: the NUMA settings cannot be used"


@pytest.mark.parametrize(
    ("cells", "count", "nodes", "text"),
    [
        ("3", 1, "0", "cell 3 for 1 CPU of node 0"),
        ("0-2", 0, "1,4", "cells 0-2 for 0 CPUs of nodes 1,4"),
        ("0,3", 12, "250-255", "cells 0,3 for 12 CPUs of nodes 250-255"),
    ],
)
def test_templates_name_one_thing_and_many(cells: str, count: int, nodes: str, text: str) -> None:
    error = CellsShort(cells=cells, count=count, nodes=nodes)
    assert str(error) == text
    assert error.to_dict()["facts"] == {"cells": cells, "count": count, "nodes": nodes}


def test_facts_are_never_templates_themselves() -> None:
    assert PageMissing(node="{node}", page="%s{0}").message == "node {node} has no %s{0} pages"


def test_dict_is_json() -> None:
    error = PageMissing("cell 1", node=3, page="1 GiB")
    assert json.loads(json.dumps(error.to_dict())) == {
        "code": "PageMissing",
        "blames": "host",
        "where": "cell 1",
        "message": "node 3 has no 1 GiB pages",
        "remedy": "reserve some",
        "facts": {"node": 3, "page": "1 GiB"},
    }


def test_classes_say_who_must_act() -> None:
    assert NumaError.blames == WordUnknown.blames == "request"
    assert (HostError.blames, XMLError.blames) == ("host", "xml")


def test_text_error_points_at_its_place() -> None:
    error = WordUnknown(text="mem=8G nodse=1", at=7, length=5)
    assert str(error) == (
        "in 'mem=8G nodse=1', 'nodse' at character 8 is not known; leave out 'nodse'"
    )
    assert error.caret() == "mem=8G nodse=1\n       ^^^^^"


def test_text_error_moved_into_a_longer_text_keeps_its_words() -> None:
    error = WordUnknown(text="mem=8G nodse=1", at=7, length=5)
    words = str(error)
    moved = error.in_text("mem=8G / mem=8G nodse=1", 9)
    assert str(moved) == words
    assert moved.caret() == "mem=8G / mem=8G nodse=1\n                ^^^^^"
    assert moved.facts["at"] == 16


def test_text_error_at_the_end_has_a_caret_behind_it() -> None:
    assert WordUnknown(text="1-", at=2).caret() == "1-\n  ^"


def test_text_error_caret_shows_no_control_characters() -> None:
    assert WordUnknown(text="1\x1b[31m\n,x", at=8).caret() == "1?[31m?,x\n        ^"


@pytest.mark.parametrize(
    ("at", "shown"),
    [
        (0, "x" + "-" * 79 + "..."),
        (500, "..." + "-" * 40 + "x" + "-" * 39 + "..."),
        (999, "..." + "-" * 79 + "x"),
    ],
)
def test_text_error_shows_of_a_long_text_the_part_around_its_place(at: int, shown: str) -> None:
    text = "-" * at + "x" + "-" * (999 - at)
    assert WordUnknown(text=text, at=at).message == (
        f"in {shown!r}, 'x' at character {at + 1} is not known"
    )


def test_other_long_facts_are_cut() -> None:
    assert PageMissing(node="n" * 161, page=1).message == f"node {'n' * 80}... has no 1 pages"
    assert PageMissing(node="n" * 160, page=1).message == f"node {'n' * 160} has no 1 pages"


def test_problems_show_the_first_and_count_the_others() -> None:
    first, second = PageMissing("cell 0", node=1, page=2), WordUnknown(text="x", at=0)
    both = Problems([first, Problems([second])])
    assert both.problems == (first, second)
    assert both.blames == "host"
    assert str(both) == "cell 0: node 1 has no 2 pages; reserve some (and 1 more)"
    assert both.to_dict() == {
        **first.to_dict(),
        "problems": [first.to_dict(), second.to_dict()],
    }


def test_problems_within_put_the_key_before_each() -> None:
    first, second = PageMissing("cell 0", node=1, page=2), PageMissing(node=1, page=4)
    both = Problems([first, second]).within("vm1")
    assert [problem.where for problem in both.problems] == ["vm1, cell 0", "vm1"]


def test_raise_any_raises_the_one_or_all_or_nothing() -> None:
    one, other = PageMissing(node=1, page=2), PageMissing(node=2, page=2)
    raise_any([])
    with pytest.raises(PageMissing) as single:
        raise_any(iter([one]))
    assert single.value is one
    with pytest.raises(Problems) as several:
        raise_any([one, other])
    assert several.value.problems == (one, other)
