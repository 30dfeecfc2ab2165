# SPDX-License-Identifier: Apache-2.0
"""A request as a value: what can be asked for, and its canonical texts."""

from __future__ import annotations

import pytest

from numa_domain.base.errors import NumaError, Problems
from numa_domain.base.idset import Cpuset, Nodeset
from numa_domain.request.model import NumaRequest
from numa_domain.request.parts import CellRequest, Target


@pytest.mark.parametrize(
    ("target", "text"),
    [
        (Target("nodes", Nodeset.of([0, 1, 3])), "0-1,3"),
        (Target("all"), "all"),
        (Target("except", Nodeset.of([3])), "^3"),
        (Target("except", Nodeset.of([1, 2])), "^1,^2"),
        (Target("auto"), "auto"),
        (Target("auto", count=2), "auto:2"),
    ],
)
def test_target_text_is_that_of_the_grammar(target: Target, text: str) -> None:
    assert str(target) == text
    assert NumaRequest.parse(nodeset=text).target == target


def test_cell_text_has_fields_in_one_order() -> None:
    cell = CellRequest(
        cpus=Cpuset.of(range(4)),
        memory_kib=8 << 20,
        nodes=Nodeset.of([1]),
        mode="preferred",
        page_kib=2048,
        distances=(10, 21),
        access="shared",
    )
    assert str(cell) == "cpus=0-3 mem=8G nodes=1 mode=preferred page=2M dist=10,21 access=shared"
    assert str(CellRequest(memory_kib=1536 * 1024)) == "mem=1536M"


def test_parse_of_both_inputs() -> None:
    request = NumaRequest.parse("interleave:0-3", "cpus=0-1 / cpus=2-3 mode=strict")
    assert request == NumaRequest(
        mode="interleave",
        target=Target("nodes", Nodeset.of(range(4))),
        cells=(
            CellRequest(cpus=Cpuset.of([0, 1])),
            CellRequest(cpus=Cpuset.of([2, 3]), mode="strict"),
        ),
    )
    assert request.to_properties() == {
        "numa_nodeset": "interleave:0-3",
        "numa_topology": "cpus=0-1 / cpus=2-3 mode=strict",
    }


@pytest.mark.parametrize(
    ("nodeset", "topology"), [(None, None), ("", ""), (" \t", "\n"), ("", None)]
)
def test_parse_of_blank_inputs_is_the_empty_request(
    nodeset: str | None, topology: str | None
) -> None:
    request = NumaRequest.parse(nodeset, topology)
    assert request == NumaRequest()
    assert request.empty
    assert request.to_properties() == {}


@pytest.mark.parametrize(
    ("nodeset", "topology", "properties"),
    [
        ("0", None, {"numa_nodeset": "0"}),
        (None, "2", {"numa_topology": "2"}),
        (None, "host", {"numa_topology": "host"}),
        ("strict:auto : 2", " 2 ", {"numa_nodeset": "auto:2", "numa_topology": "2"}),
    ],
)
def test_parse_of_either_input_alone(
    nodeset: str | None, topology: str | None, properties: dict[str, str]
) -> None:
    request = NumaRequest.parse(nodeset, topology)
    assert not request.empty
    assert request.to_properties() == properties


def test_parse_reports_mistakes_in_both_inputs() -> None:
    with pytest.raises(Problems) as caught:
        NumaRequest.parse("foo:0", "cpus=0 mem=x")
    assert [str(problem) for problem in caught.value.problems] == [
        "numa_nodeset: 'foo' is not a mode; write strict, preferred, interleave or restrictive "
        "before the colon",
        "numa_topology, cell 0, mem: 'x' is not an amount of memory; write MiB as a whole number, "
        "or a whole number with K, M, G or T: 8192, 8G",
    ]
    assert str(caught.value) == f"{caught.value.problems[0]} (and 1 more)"


def test_parse_of_one_mistake_is_that_error() -> None:
    with pytest.raises(NumaError) as caught:
        NumaRequest.parse("0", "nodes")
    assert caught.value.code == "TopologyMalformed"
