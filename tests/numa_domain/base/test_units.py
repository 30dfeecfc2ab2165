# SPDX-License-Identifier: Apache-2.0
"""Amounts of memory: what the inputs may say, and how messages show them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from numa_domain.base.errors import TextError
from numa_domain.base.units import MAX_KIB, memory_text, parse_memory, show_exact, show_memory


@pytest.mark.parametrize(
    ("text", "kib"),
    [
        ("0", 0),
        ("512", 524288),
        ("8192M", 8388608),
        ("8G", 8388608),
        ("8g", 8388608),
        ("4k", 4),
        ("1T", 1 << 30),
        ("008", 8192),
        ("8388608T", MAX_KIB),
    ],
)
def test_parse_amount_is_kib(text: str, kib: int) -> None:
    assert parse_memory(text) == kib


@pytest.mark.parametrize(
    "text",
    ["", "G", "-1", "+1", "1.5G", "8 G", " 8", "8GB", "8Gi", "0x8", "1_0", "\u0661", "8\u00b2"],
)
def test_parse_no_amount_is_refused(text: str) -> None:
    with pytest.raises(TextError) as caught:
        parse_memory(text)
    assert str(caught.value) == (
        f"{text!r} is not an amount of memory; "
        "write MiB as a whole number, or a whole number with K, M, G or T: 8192, 8G"
    )
    assert (caught.value.at, caught.value.length) == (0, len(text))


@pytest.mark.parametrize("text", ["8388609T", "9" * 20, "9" * 100_000 + "K"])
def test_parse_more_than_any_host_has_is_refused(text: str) -> None:
    with pytest.raises(TextError) as caught:
        parse_memory(text)
    shown = text if len(text) < 160 else "9" * 80 + "..."
    assert str(caught.value) == (
        f"{shown!r} is more memory than any host has; check the unit: a number alone is MiB"
    )


@given(st.integers(0, MAX_KIB))
def test_canonical_text_reads_back_the_same(kib: int) -> None:
    assert parse_memory(memory_text(kib)) == kib


@pytest.mark.parametrize(
    ("kib", "text"),
    [(0, "0K"), (1, "1K"), (1024, "1M"), (1536, "1536K"), (8388608, "8G"), (1 << 30, "1T")],
)
def test_canonical_text_has_the_largest_unit_that_is_exact(kib: int, text: str) -> None:
    assert memory_text(kib) == text


@pytest.mark.parametrize(
    ("kib", "text"),
    [
        (0, "0 KiB"),
        (1023, "1023 KiB"),
        (1500, "1.46 MiB"),
        (16777216, "16 GiB"),
        (9961472, "9.5 GiB"),
        (-2048, "-2 MiB"),
        (3 << 30, "3 TiB"),
    ],
)
def test_shown_amount_is_short(kib: int, text: str) -> None:
    assert show_memory(kib) == text


@pytest.mark.parametrize(
    ("kib", "text"), [(1500, "1.47 MiB"), (16777216, "16 GiB"), (1048577, "1.01 GiB"), (3, "3 KiB")]
)
def test_shown_amount_that_must_not_be_less_is_rounded_up(kib: int, text: str) -> None:
    assert show_memory(kib, up=True) == text


@pytest.mark.parametrize(
    ("kib", "text"), [(8388608, "8 GiB"), (5199872, "5078 MiB"), (1025, "1025 KiB")]
)
def test_amount_to_be_typed_in_is_exact(kib: int, text: str) -> None:
    assert show_exact(kib) == text
