# SPDX-License-Identifier: Apache-2.0
"""Laws of sets of ids: text and set are one another's inverse, and sets are Python's sets."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from numa_domain.base.errors import TextError
from numa_domain.base.idset import MAX_ID, Nodeset

ids = st.frozensets(st.integers(0, MAX_ID), max_size=60) | st.frozensets(
    st.integers(0, 70), max_size=60
)
texts = st.text(alphabet="0123456789,-^ +\tx", max_size=30) | st.text(max_size=12)


@given(ids.filter(bool))
def test_canonical_text_reads_back_as_the_same_set(members: frozenset[int]) -> None:
    nodes = Nodeset.of(members)
    assert Nodeset.parse(str(nodes)) == nodes


@given(ids)
def test_a_set_is_its_members_in_rising_order(members: frozenset[int]) -> None:
    nodes = Nodeset.of(members)
    assert list(nodes) == sorted(members)
    assert len(nodes) == len(members)
    assert bool(nodes) == bool(members)


@given(ids, ids)
def test_algebra_is_that_of_python_sets(a: frozenset[int], b: frozenset[int]) -> None:
    x, y = Nodeset.of(a), Nodeset.of(b)
    assert set(x | y) == a | b
    assert set(x & y) == a & b
    assert set(x - y) == a - b
    assert (x <= y) == (a <= b)
    assert all((i in x) == (i in a) for i in a | b)


@given(ids)
def test_ranges_are_the_longest_runs(members: frozenset[int]) -> None:
    nodes = Nodeset.of(members)
    for low, high in nodes.ranges():
        assert low <= high
        assert low - 1 not in nodes
        assert high + 1 not in nodes


@given(texts)
def test_any_text_is_a_set_or_a_refusal_at_a_place_in_it(text: str) -> None:
    answer = _answer(text)
    if isinstance(answer, Nodeset):
        assert answer
        assert str(Nodeset.parse(str(answer))) == str(answer)
    else:
        assert 0 <= answer.at <= len(text)
        assert str(answer).isprintable()


@given(texts)
def test_an_id_left_out_of_nothing_changes_nothing(text: str) -> None:
    # and the reader of plain texts, which takes no ^, agrees with the careful one
    plain, careful = _answer(text), _answer("^16383," + text)
    if isinstance(plain, Nodeset):
        assert plain == careful
    else:
        assert type(plain) is type(careful)


def _answer(text: str) -> Nodeset | TextError:
    try:
        return Nodeset.parse(text)
    except TextError as e:
        return e
