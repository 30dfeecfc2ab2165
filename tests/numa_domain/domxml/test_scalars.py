# SPDX-License-Identifier: Apache-2.0
"""What libvirt itself says to such values is asked in tests/oracles/test_rewrite_libvirt.py."""

from __future__ import annotations

import pytest

from numa_domain.base.errors import XMLError
from numa_domain.base.idset import Cpuset
from numa_domain.domxml import scalars
from numa_domain.domxml.tree import Element, parse


def element(xml: str) -> Element:
    return parse(f"<domain>\n{xml}</domain>").root.children[0]


@pytest.mark.parametrize(
    ("unit", "kib"),
    [
        ("", 3),
        ("b", 1),
        ("bytes", 1),
        ("KB", 3),
        ("k", 3),
        ("KiB", 3),
        ("MB", 2930),
        ("mib", 3072),
        ("GB", 2929688),
        ("G", 3 << 20),
        ("TiB", 3 << 30),
        ("P", 3 << 40),
        ("EiB", 3 << 50),
    ],
)
def test_memory_of_a_unit_is_rounded_up_to_kib(unit: str, kib: int) -> None:
    assert scalars.memory_kib(element(f"<memory unit='{unit}'>3</memory>")) == kib
    assert scalars.memory_kib(element(f"<memory size='3' unit='{unit}'/>"), "size") == kib


@pytest.mark.parametrize(
    ("xml", "message"),
    [
        (
            "<memory unit='KIB2'>1</memory>",
            "/domain/memory/@unit: 'KIB2' is not a unit of memory such as KiB or GiB",
        ),
        (
            "<memory>1.5</memory>",
            "/domain/memory: '1.5' is not a whole number from 0 to 9007199254740991",
        ),
        (
            "<memory unit='EiB'>9</memory>",
            "/domain/memory: '9 EiB' is not memory of at most 9007199254740991 KiB",
        ),
        (
            "<memory>" + "9" * 100 + "</memory>",
            f"/domain/memory: '{'9' * 60}' is not a whole number from 0 to 9007199254740991",
        ),
        (
            "<memory>\u0661</memory>",
            "/domain/memory: '\u0661' is not a whole number from 0 to 9007199254740991",
        ),
    ],
)
def test_memory_that_is_none_is_refused(xml: str, message: str) -> None:
    with pytest.raises(XMLError) as caught:
        scalars.memory_kib(element(xml))
    assert str(caught.value) == (
        f"domain XML line 2, {message}; correct it: libvirt would refuse it too"
    )


def test_attribute_that_is_missing_is_named() -> None:
    with pytest.raises(XMLError) as caught:
        scalars.attribute_number(element("<cell/>"), "memory")
    assert str(caught.value) == (
        "domain XML line 2, /domain/cell: attribute memory is missing;"
        " add it: libvirt would refuse the domain too"
    )


def test_set_is_read_in_libvirts_grammar() -> None:
    assert str(scalars.attribute_set(element("<a cpus=' 0-3,^1'/>"), "cpus", Cpuset)) == "0,2-3"


def test_set_that_is_none_blames_the_xml() -> None:
    with pytest.raises(XMLError) as caught:
        scalars.attribute_set(element("<a cpus='3-1'/>"), "cpus", Cpuset)
    assert caught.value.blames == "xml"
    assert str(caught.value) == (
        "domain XML line 2, /domain/a/@cpus: '3-1' is not a set of ids such as 0-3,8;"
        " correct it: libvirt would refuse it too"
    )
