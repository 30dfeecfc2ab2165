# SPDX-License-Identifier: Apache-2.0
"""docs/3am.md has every message of the hosts' part, with its words of today and its meaning."""

from __future__ import annotations

from collections import Counter

from tests import guide


def test_guide_has_every_message_as_it_is() -> None:
    text = guide.GUIDE.read_text(encoding="utf-8")
    assert guide.current(text) == text, "run: python -m tests.guide"


def test_guide_says_what_each_message_means() -> None:
    known = guide.meanings(guide.GUIDE.read_text(encoding="utf-8"))
    assert {code for code, means in known.items() if len(means) < 10} == set()
    assert set(known) == {message.__name__ for message in guide.messages()}


def test_codes_are_names_of_one_message_each() -> None:
    """A code is all that a dashboard and a bug report have."""
    counts = Counter(message.__name__ for message in guide.messages())
    assert [code for code, count in counts.items() if count > 1] == []


def test_guide_without_a_row_is_not_in_step() -> None:
    """The test can fail."""
    text = guide.GUIDE.read_text(encoding="utf-8")
    row = next(line for line in text.splitlines() if line.startswith("| `NoRoom`"))
    broken = guide.current(text.replace(f"{row}\n", ""))
    assert guide.meanings(broken)["NoRoom"] == ""


def test_guide_names_files_that_there_are() -> None:
    assert (guide.GUIDE.parent / "grafana/ovirt-numa.json").exists()
