# SPDX-License-Identifier: Apache-2.0
"""Sets of ids: which texts are sets, what their canonical text is, and what refusals say."""

from __future__ import annotations

import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from numa_domain.base.errors import TextError
from numa_domain.base.idset import MAX_ID, Cpuset, Nodeset, NodesetEmpty

TABLE = json.loads((Path(__file__).parents[2] / "data" / "nodesets.json").read_text())

SYNTAX = "write ids and ranges with commas, ^ before one to leave out: 0-3,^1,8"


@pytest.mark.parametrize("row", TABLE, ids=lambda row: ascii(row["text"]))
def test_parse_shared_table_same_as_libvirt(row: dict[str, Any]) -> None:
    if row["result"] is None:
        with pytest.raises(TextError):
            Nodeset.parse(row["text"])
    else:
        assert str(Nodeset.parse(row["text"])) == row["result"]


@pytest.mark.parametrize(
    ("text", "at", "length", "said"),
    [
        ("1,x", 2, 1, f"in '1,x', an id is expected at character 3, not 'x'; {SYNTAX}"),
        ("1,,2", 2, 1, f"in '1,,2', an id is expected at character 3, not ','; {SYNTAX}"),
        ("1-", 2, 1, f"in '1-', an id is expected at character 3, not the end; {SYNTAX}"),
        ("1 2", 2, 1, f"in '1 2', a comma is expected at character 3, not '2'; {SYNTAX}"),
        ("1--3", 2, 1, f"in '1--3', an id is expected at character 3, not '-'; {SYNTAX}"),
        (
            "0-3,^1-2",
            6,
            1,
            "in '0-3,^1-2', a comma (^ takes one id) is expected at character 7, not '-'; "
            + SYNTAX,
        ),
        ("0,3-1", 4, 1, "the range 3-1 in '0,3-1' runs backwards; write the smaller id first: 1-3"),
        (
            "0-4294967295",
            2,
            10,
            "4294967295 in '0-4294967295' is larger than 16383, the largest id that libvirt "
            "takes; check the id",
        ),
        (
            "^3",
            0,
            2,
            "'^3' selects nothing; name at least one id; ^ only takes from what stands before "
            "it: 0-3,^1",
        ),
        (
            "",
            0,
            0,
            "'' selects nothing; name at least one id; ^ only takes from what stands before "
            "it: 0-3,^1",
        ),
    ],
)
def test_parse_no_set_says_what_and_where(text: str, at: int, length: int, said: str) -> None:
    with pytest.raises(TextError) as caught:
        Nodeset.parse(text)
    assert (caught.value.at, caught.value.length) == (at, length)
    assert str(caught.value) == said


def test_parse_long_text_says_the_part_around_the_mistake() -> None:
    text = ",".join(str(i) for i in range(200)) + ",x," + ",".join(str(i) for i in range(200))
    with pytest.raises(TextError) as caught:
        Nodeset.parse(text)
    assert caught.value.at == 690
    assert str(caught.value) == (
        "in '...190,191,192,193,194,195,196,197,198,199,x,0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,"
        f"15,...', an id is expected at character 691, not 'x'; {SYNTAX}"
    )


def test_parse_hostile_ranges_take_no_memory() -> None:
    tracemalloc.start()
    for text in ("0-4294967295", "0-" + "9" * 100_000, "9" * 100_000, "0-0x" + "9" * 100_000):
        with pytest.raises(TextError):
            Nodeset.parse(text)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 4 << 20


def test_parse_every_id_in_a_long_text_is_read() -> None:
    text = ",".join(str(i) for i in range(0, MAX_ID + 1, 2))
    assert str(Nodeset.parse(text)) == text
    assert len(Nodeset.parse(text)) == 8192


def test_set_is_read_like_a_collection() -> None:
    nodes = Nodeset.parse("0-1,8,250-255")
    assert list(nodes) == [0, 1, 8, 250, 251, 252, 253, 254, 255]
    assert list(nodes.ranges()) == [(0, 1), (8, 8), (250, 255)]
    assert len(nodes) == 9
    assert 8 in nodes
    assert 7 not in nodes
    assert -1 not in nodes
    assert nodes


def test_empty_set_is_false_and_has_no_text() -> None:
    assert not Nodeset()
    assert str(Nodeset()) == ""
    assert list(Nodeset()) == []
    with pytest.raises(NodesetEmpty):
        Nodeset.parse(str(Nodeset()))


def test_algebra_of_sets() -> None:
    a, b = Nodeset.parse("0-3"), Nodeset.parse("2-5")
    assert str(a | b) == "0-5"
    assert str(a & b) == "2-3"
    assert str(a - b) == "0-1"
    assert Nodeset.parse("2-3") <= a
    assert not b <= a
    assert Nodeset.of([3, 1, 1]) == Nodeset.parse("1,3")
    assert hash(Nodeset.of([1])) == hash(Nodeset.parse("1"))


def test_nodes_and_cpus_do_not_mix() -> None:
    nodes: Any = Nodeset.parse("0")
    cpus: Any = Cpuset.parse("0")
    assert nodes != cpus
    for operation in ("__or__", "__and__", "__sub__", "__le__"):
        assert getattr(nodes, operation)(cpus) is NotImplemented
    with pytest.raises(TypeError):
        nodes | cpus
    assert type(Cpuset.parse("0-3") - Cpuset.parse("1")) is Cpuset
