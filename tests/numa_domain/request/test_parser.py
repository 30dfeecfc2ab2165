# SPDX-License-Identifier: Apache-2.0
"""The grammar of the two inputs: the table that the browser passes too, and what is said."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from numa_domain.base.errors import NumaError, RequestError, TextError
from numa_domain.request.model import NumaRequest
from numa_domain.request.parser import MAX_CELLS, MAX_TEXT

TABLE = json.loads((Path(__file__).parents[2] / "data" / "requests.json").read_text())


def _read(row: dict[str, Any]) -> dict[str, Any]:
    try:
        request = NumaRequest.parse(**{row["input"]: row["text"]})
    except NumaError as error:
        return {"problems": [_found(problem) for problem in error.problems]}
    return {"canonical": request.to_properties()[f"numa_{row['input']}"]}


def _found(problem: NumaError) -> dict[str, Any]:
    assert isinstance(problem, TextError)
    found = {"code": problem.code, "at": problem.at}
    if isinstance(problem.__cause__, NumaError):
        found["cause"] = problem.__cause__.code
    return found


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row['input']} {row['text']!a}")
def test_parse_table_same_as_the_browser(row: dict[str, Any]) -> None:
    expected = {key: row[key] for key in ("canonical", "problems") if key in row}
    assert _read(row) == expected


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row['input']} {row['text']!a}")
def test_parse_table_canonical_text_is_fixed(row: dict[str, Any]) -> None:
    if "canonical" in row:
        assert _read({**row, "text": row["canonical"]}) == {"canonical": row["canonical"]}


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row['input']} {row['text']!a}")
def test_parse_table_carets_are_under_the_text(row: dict[str, Any]) -> None:
    try:
        NumaRequest.parse(**{row["input"]: row["text"]})
    except NumaError as error:
        for problem in error.problems:
            assert isinstance(problem, TextError)
            assert problem.text == row["text"]
            text, marks = problem.caret().split("\n")
            assert len(marks) <= len(text) + 1
            assert marks.strip() == "^" * max(1, problem.length)


NODES = "write a nodeset such as 0-1 or 0-3,^1, or all, ^3, auto, auto:2"
FIELDS = "fields are cpus, mem, nodes, mode, page, dist, access"


@pytest.mark.parametrize(
    ("text", "code", "at", "length", "said"),
    [
        (
            "bind:0",
            "ModeUnknown",
            0,
            4,
            "'bind' is not a mode; write strict, preferred, interleave or restrictive before the "
            "colon",
        ),
        (
            "strict:",
            "TargetMissing",
            6,
            1,
            "no nodes follow 'strict:'; write a nodeset such as 0-1, or all, or auto",
        ),
        (
            "preferred:0-1,x",
            "NodesetTextMalformed",
            14,
            1,
            f"in '0-1,x', an id is expected at character 5, not 'x'; {NODES}",
        ),
        (
            "interleave:" + "0-1," * 100 + "x",
            "NodesetTextMalformed",
            411,
            1,
            f"in '...{'-1,' + '0-1,' * 19}x', an id is expected at character 401, not 'x'; {NODES}",
        ),
        ("3-1", "NodesetTextMalformed", 2, 1, f"the range 3-1 in '3-1' runs backwards; {NODES}"),
        ("0,^0", "NodesetTextMalformed", 0, 4, f"'0,^0' selects nothing; {NODES}"),
        (
            "^99999",
            "NodesetTextMalformed",
            1,
            5,
            f"99999 in '^99999' is larger than 16383, the largest id that libvirt takes; {NODES}",
        ),
        (
            "auto:none",
            "CountMalformed",
            5,
            4,
            "'none' is not a count of nodes; write a whole number from 1 to 16384",
        ),
    ],
)
def test_nodeset_mistake_says_what_where_and_what_to_do(
    text: str, code: str, at: int, length: int, said: str
) -> None:
    with pytest.raises(TextError) as caught:
        NumaRequest.parse(nodeset=text)
    error = caught.value
    assert (error.code, error.at, error.length) == (code, at, length)
    assert str(error) == f"numa_nodeset: {said}"


@pytest.mark.parametrize(
    ("text", "code", "at", "length", "said"),
    [
        (
            "two",
            "TopologyMalformed",
            0,
            3,
            ": 'two' is neither a count, nor `host`, nor a cell; write a count such as 2, or host, "
            "or cells such as cpus=0-3 mem=8G / cpus=4-7 mem=8G",
        ),
        (
            "0",
            "CountMalformed",
            0,
            1,
            ": '0' is not a count of cells; write a whole number from 1 to 128",
        ),
        (
            "cpus=0 /",
            "CellEmpty",
            7,
            1,
            ", cell 1: nothing says what this cell has; describe it, such as cpus=0-3 mem=8G, or "
            "remove a slash",
        ),
        (
            "cpus=0 8G",
            "FieldMalformed",
            7,
            2,
            ", cell 0: '8G' is not a field; write name=value without spaces; fields are cpus, mem, "
            "nodes, mode, page, dist, access",
        ),
        ("cpus=0 / ram=8G", "FieldUnknown", 9, 3, f", cell 1: there is no field 'ram'; {FIELDS}"),
        (
            "cpus=0 cpus=1",
            "FieldTwice",
            7,
            6,
            ", cell 0: the field 'cpus' stands twice in one cell; remove one, or put a slash "
            "between two cells",
        ),
        (
            "mode=bind",
            "FieldWordUnknown",
            5,
            4,
            ", cell 0, mode: 'bind' is no mode of a cell; write one of strict, preferred, "
            "interleave, restrictive",
        ),
        (
            "access=",
            "FieldWordUnknown",
            7,
            1,
            ", cell 0, access: '' is no access of a cell; write one of shared, private",
        ),
        (
            "dist=10,9",
            "DistanceMalformed",
            8,
            1,
            ", cell 0, dist: '9' is not a distance; write whole numbers from 10 to 255 with "
            "commas, one for each cell: dist=10,21",
        ),
        (
            "page=3M",
            "PageMalformed",
            5,
            2,
            ", cell 0, page: '3M' is not a page size, which is a power of two from 4K up; write a "
            "size that the hosts have, such as 2M or 1G",
        ),
        (
            "cpus=0 / cpus=3-1",
            "NodesetReversed",
            16,
            1,
            ", cell 1, cpus: the range 3-1 in '3-1' runs backwards; write the smaller id first: "
            "1-3",
        ),
        (
            "mem=99999999T",
            "MemoryTooLarge",
            4,
            9,
            ", cell 0, mem: '99999999T' is more memory than any host has; check the unit: a number "
            "alone is MiB",
        ),
    ],
)
def test_topology_mistake_says_what_where_and_what_to_do(
    text: str, code: str, at: int, length: int, said: str
) -> None:
    with pytest.raises(TextError) as caught:
        NumaRequest.parse(topology=text)
    error = caught.value
    assert (error.code, error.at, error.length) == (code, at, length)
    assert str(error) == f"numa_topology{said}"


@pytest.mark.parametrize(
    ("name", "text"), [("nodeset", "0," * 2001), ("topology", "cpus=0 / " * 450)]
)
def test_input_longer_than_the_engine_stores_is_refused(name: str, text: str) -> None:
    assert len(text) > MAX_TEXT
    with pytest.raises(RequestError) as caught:
        NumaRequest.parse(**{name: text})
    assert caught.value.code == "InputTooLong"
    assert str(caught.value) == (
        f"numa_{name}: {len(text)} characters are more than the 4000 that the engine can store; "
        "write ranges such as 0-3, and cells by a count or `host` instead of one by one"
    )


def test_input_as_long_as_the_engine_stores_is_read() -> None:
    text = "0," * 1999 + "10"
    assert len(text) == MAX_TEXT
    assert NumaRequest.parse(nodeset=text).to_properties() == {"numa_nodeset": "0,10"}


def test_topology_of_more_cells_than_qemu_takes_is_refused_at_the_first_too_many() -> None:
    text = "/".join(["mem=1"] * (MAX_CELLS + 1))
    with pytest.raises(TextError) as caught:
        NumaRequest.parse(topology=text)
    assert caught.value.at == len("mem=1/") * MAX_CELLS - 1
    assert str(caught.value) == (
        "numa_topology: '129' is not a count of cells; write a whole number from 1 to 128"
    )
    most = "/".join(["mem=1"] * MAX_CELLS)
    assert len(NumaRequest.parse(topology=most).cells) == MAX_CELLS  # type: ignore[arg-type]


def test_topology_of_many_mistakes_reports_each() -> None:
    with pytest.raises(NumaError) as caught:
        NumaRequest.parse(topology="cpus=x mem=y / nodes=z page=q")
    assert [problem.where for problem in caught.value.problems] == [
        "numa_topology, cell 0, cpus",
        "numa_topology, cell 0, mem",
        "numa_topology, cell 1, nodes",
        "numa_topology, cell 1, page",
    ]
