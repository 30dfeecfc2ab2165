# SPDX-License-Identifier: Apache-2.0
"""The one line of a refusal: what it keeps, where it cuts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from numa_domain.base.errors import HostError, NumaError, Problems
from numa_domain.base.idset import Nodeset
from numa_domain.request.model import NumaRequest
from vdsm_hook.refusal_line import LIMIT, printable, refusal


class PoolMissing(HostError):
    what = "node {node} has no pool of {page} pages"
    todo = "reserve one, or ask for another page size"


def refused(nodeset: str | None = None, topology: str | None = None) -> NumaError:
    with pytest.raises(NumaError) as caught:
        NumaRequest.parse(nodeset=nodeset, topology=topology)
    return caught.value


def test_line_error_says_where_what_and_what_to_do() -> None:
    error = PoolMissing("numa_topology, cell 1", node=3, page="1 GiB")
    assert refusal(error) == (
        b"numa: numa_topology, cell 1: node 3 has no pool of 1 GiB pages; "
        b"reserve one, or ask for another page size\n"
    )


def test_line_several_problems_shows_first_and_number_of_others() -> None:
    problems = Problems([PoolMissing("cell 1", node=i, page="2 MiB") for i in range(3)])
    assert refusal(problems) == (
        b"numa: cell 1: node 0 has no pool of 2 MiB pages; "
        b"reserve one, or ask for another page size (and 2 more: see numa-domain check)\n"
    )


def test_line_other_characters_are_escaped() -> None:
    error = PoolMissing("numa_nodeset", node="\u00e9\n\x1b[31m\udc80\U0001f600", page="2 MiB")
    assert refusal(error) == (
        b"numa: numa_nodeset: node \\xe9\\n\\x1b[31m\\udc80\\U0001f600 has no pool of 2 MiB pages; "
        b"reserve one, or ask for another page size\n"
    )


def test_line_long_value_is_cut_and_the_remedy_stays() -> None:
    error = PoolMissing("cell 1", node="a" * 2000 + "z" * 2000, page="2 MiB")
    line = refusal(error).decode()
    assert line.startswith("numa: cell 1: node aaaa")
    assert line.endswith(
        "aaa... has no pool of 2 MiB pages; reserve one, or ask for another page size\n"
    )
    assert len(line) <= LIMIT


def test_line_long_input_shows_the_place_that_is_wrong() -> None:
    line = refusal(refused(nodeset="0," * 1000 + "1-x," + "2," * 900)).decode()
    assert "1-x" in line
    assert len(line) <= LIMIT


def test_line_long_place_is_cut_too() -> None:
    line = refusal(PoolMissing("/" + "d" * 4000, node=1, page="2 MiB"))
    assert len(line) <= LIMIT
    assert line.endswith(b"reserve one, or ask for another page size\n")


def test_line_long_set_is_cut_like_a_text() -> None:
    line = refusal(PoolMissing("cell 1", node=Nodeset.of(range(0, 2000, 2)), page="2 MiB"))
    assert line.startswith(b"numa: cell 1: node 0,2,4,6")
    assert len(line) <= LIMIT


def test_line_wording_that_is_too_long_is_cut_at_its_end() -> None:
    class Verbose(HostError):
        what = "w" * 500

    assert refusal(Verbose()) == b"numa: " + b"w" * 290 + b"...\n"


@given(st.text(max_size=500), st.text(max_size=500))
def test_line_any_request_is_short_printable_ascii(nodeset: str, topology: str) -> None:
    try:
        NumaRequest.parse(nodeset=nodeset, topology=topology)
    except NumaError as error:
        line = refusal(error)
        assert len(line) <= LIMIT
        assert line.endswith(b"\n")
        assert line[:-1].decode("ascii").isprintable()


@given(st.text(st.characters()))
def test_printable_any_text_is_printable_ascii(text: str) -> None:
    assert printable(text).isascii()
    assert printable(text).isprintable()
