# SPDX-License-Identifier: Apache-2.0
"""Laws of requests: text and value are one another's inverse, and any text is one or the other:
a request, or mistakes that each have their place in it.
"""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from numa_domain.base.errors import NumaError, TextError
from numa_domain.base.idset import Cpuset, Nodeset
from numa_domain.request.model import NumaRequest
from numa_domain.request.parser import ACCESSES, MAX_CELLS
from numa_domain.request.parts import MODES, CellRequest, Target

ids = st.frozensets(st.integers(0, 70) | st.integers(0, 16383), min_size=1, max_size=8)
nodesets, cpusets = ids.map(Nodeset.of), ids.map(Cpuset.of)
memory = st.integers(0, 1 << 44)

targets = st.one_of(
    nodesets.map(lambda nodes: Target("nodes", nodes)),
    nodesets.map(lambda nodes: Target("except", nodes)),
    st.just(Target("all")),
    st.none().map(lambda _: Target("auto")),
    st.integers(1, 16384).map(lambda count: Target("auto", count=count)),
)
some_cells = st.builds(
    CellRequest,
    cpus=st.none() | cpusets,
    memory_kib=st.none() | memory,
    nodes=st.none() | nodesets,
    mode=st.none() | st.sampled_from(MODES),
    page_kib=st.none() | st.integers(2, 30).map(lambda power: 1 << power),
    distances=st.none() | st.lists(st.integers(10, 255), min_size=1, max_size=4).map(tuple),
    access=st.none() | st.sampled_from(ACCESSES),
).filter(lambda cell: cell != CellRequest())
cells = st.lists(some_cells, min_size=1, max_size=4).map(tuple)
topologies = st.one_of(st.integers(1, MAX_CELLS), st.just("host"), cells)


@st.composite
def requests(draw: st.DrawFn) -> NumaRequest:
    target = draw(st.none() | targets)
    mode = draw(st.sampled_from(MODES)) if target is not None else "strict"
    return NumaRequest(mode, target, draw(st.none() | topologies))


grammar = st.text(alphabet="0123456789,-^: autohsiepr=/cmndg GMK\t", max_size=40)
texts = grammar | st.text(max_size=20)


@given(requests())
def test_properties_read_back_as_the_same_request(request: NumaRequest) -> None:
    properties = request.to_properties()
    texts = properties.get("numa_nodeset"), properties.get("numa_topology")
    assert NumaRequest.parse(*texts) == request
    assert request.empty == (not properties)


@given(requests())
def test_properties_hold_nothing_that_the_engine_cannot_store(request: NumaRequest) -> None:
    # custom properties are "name=value;name=value" in its database
    for text in request.to_properties().values():
        assert ";" not in text
        assert text.isascii()
        assert text.isprintable()
        assert text == text.strip()


@given(st.none() | texts, st.none() | texts)
def test_any_texts_are_a_request_or_mistakes_with_their_places(
    nodeset: str | None, topology: str | None
) -> None:
    try:
        request = NumaRequest.parse(nodeset, topology)
    except NumaError as error:
        for problem in error.problems:
            assert isinstance(problem, TextError)
            given_text = nodeset if problem.where.startswith("numa_nodeset") else topology
            assert problem.text == given_text
            assert 0 <= problem.at <= len(problem.text)
            assert problem.length >= 1 or problem.at == len(problem.text)
            assert str(problem).isprintable()
    else:
        properties = request.to_properties()
        again = NumaRequest.parse(properties.get("numa_nodeset"), properties.get("numa_topology"))
        assert again == request


@given(texts, texts)
def test_each_input_is_read_without_the_other(nodeset: str, topology: str) -> None:
    assert _problems(nodeset, topology) == _problems(nodeset, None) + _problems(None, topology)


def _problems(nodeset: str | None, topology: str | None) -> list[str]:
    try:
        NumaRequest.parse(nodeset, topology)
    except NumaError as error:
        return [str(problem) for problem in error.problems]
    return []
