# SPDX-License-Identifier: Apache-2.0
"""Values: made by place or name, never changed, equal by class and fields."""

from __future__ import annotations

from typing import Any

import pytest

from numa_domain.base.frozen import Value


class Page(Value):
    size_kib: int
    free: int = 0


class HugePage(Page):
    node: int = 0


def test_fields_are_given_by_place_or_name_or_default() -> None:
    assert Page(2048, 3) == Page(free=3, size_kib=2048)
    assert Page(2048).free == 0
    assert (HugePage(4, 5, 6).size_kib, HugePage(4, 5, 6).node) == (4, 6)


@pytest.mark.parametrize(
    ("args", "kwargs", "said"),
    [
        ((1, 2, 3), {}, "Page takes 2 fields, got 3"),
        ((), {}, "Page lacks field 'size_kib'"),
        ((1,), {"size_kib": 1}, "Page: field 'size_kib' is unknown or given twice"),
        ((1,), {"total": 1}, "Page: field 'total' is unknown or given twice"),
    ],
)
def test_wrong_fields_are_an_error(args: Any, kwargs: Any, said: str) -> None:
    with pytest.raises(TypeError) as caught:
        Page(*args, **kwargs)
    assert str(caught.value) == said


def test_fields_never_change() -> None:
    page: Any = Page(2048)
    with pytest.raises(AttributeError):
        page.free = 1
    with pytest.raises(AttributeError):
        page.other = 1
    with pytest.raises(AttributeError):
        del page.free
    assert page == Page(2048)


def test_replace_makes_a_copy() -> None:
    page = Page(2048)
    assert page.replace(free=3) == Page(2048, 3)
    assert page == Page(2048)
    with pytest.raises(TypeError):
        page.replace(total=3)


def test_equal_by_class_and_fields() -> None:
    assert Page(1) != Page(2)
    assert Page(1) != HugePage(1)
    assert Page(1) != 1
    assert len({Page(1), Page(1), Page(1, 2), HugePage(1)}) == 3


def test_hash_with_a_mapping_inside() -> None:
    class Host(Value):
        nodes: Any

    assert hash(Host({0: Page(1)})) == hash(Host({0: Page(1)}))
    assert hash(Host({0: {1: 2}})) == hash(Host({0: {1: 2}}))


def test_repr_shows_every_field() -> None:
    assert repr(HugePage(4)) == "HugePage(size_kib=4, free=0, node=0)"
