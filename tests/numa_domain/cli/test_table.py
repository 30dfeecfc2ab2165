# SPDX-License-Identifier: Apache-2.0
"""What a terminal gets, and what a file."""

from __future__ import annotations

import io

import pytest

from numa_domain.cli.table import colours, difference, table


def test_table_columns_are_as_wide_as_they_need() -> None:
    assert table("<node >free_now", [("0", "8 GiB"), ("250", "512 MiB and more")]) == (
        "node           free now\n"
        "0                 8 GiB\n"
        "250    512 MiB and more"
    )  # fmt: skip


def test_table_without_rows_is_its_heads() -> None:
    assert table("<a >b", []) == "a   b"


def test_difference_of_equal_texts_is_nothing() -> None:
    assert list(difference("a\n", "a\n", colour=True)) == []


def test_difference_in_colour_paints_only_what_changes() -> None:
    assert list(difference("a\nb\n", "a\nc\n", colour=True))[3:] == [
        " a",
        "\033[31m-b\033[0m",
        "\033[32m+c\033[0m",
    ]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("no_color", "wanted"), [("", True), ("1", False)])
def test_colours_are_for_terminals_that_want_them(
    monkeypatch: pytest.MonkeyPatch, no_color: str, wanted: bool
) -> None:
    monkeypatch.setenv("NO_COLOR", no_color)
    assert colours(Terminal()) is wanted
    assert colours(io.StringIO()) is False
