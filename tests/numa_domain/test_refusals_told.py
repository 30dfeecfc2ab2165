# SPDX-License-Identifier: Apache-2.0
"""Every kind of refusal in the core is one of its own, and is raised by a test."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections import Counter
from pathlib import Path

import pytest

import numa_domain
from numa_domain.base import errors
from numa_domain.base.errors import NumaError

TESTS = Path(__file__).parent
BASES = {value for value in vars(errors).values() if isinstance(value, type)}


def _kinds() -> list[type[NumaError]]:
    found = []
    for module in pkgutil.walk_packages(numa_domain.__path__, "numa_domain."):
        if module.name == "numa_domain.__main__":
            continue
        for value in vars(importlib.import_module(module.name)).values():
            own = isinstance(value, type) and value.__module__ == module.name
            if own and issubclass(value, NumaError) and value not in BASES:
                found.append(value)
    return found


KINDS = _kinds()
PLACED = ("request", "topology", "placement")
"""The folders whose messages are about a request that cannot be met."""


def test_codes_are_unique() -> None:
    assert [
        code for code, count in Counter(kind.__name__ for kind in KINDS).items() if count > 1
    ] == []


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_kind_says_what_and_what_to_do(kind: type[NumaError]) -> None:
    if not kind.what or kind.what == NumaError.what:
        assert kind.__subclasses__(), "only a base may leave the words to others"
        return
    for words in (kind.what, kind.todo):
        assert words == words.strip()
        assert not words.endswith((".", ";")) or words.endswith("...")
        assert not re.search(r"\(s\)", words), "one thing or many: {count:thing}"
        assert words.isascii()


@pytest.mark.parametrize(
    "kind",
    [kind for kind in KINDS if kind.__module__.split(".")[1] in PLACED],
    ids=lambda kind: kind.__name__,
)
def test_kind_is_told_whole_by_a_test_of_its_folder(kind: type[NumaError]) -> None:
    """Its remedy stands in the test's source, at the end of a whole text."""
    if kind.__subclasses__() or kind.todo.startswith("{"):
        return
    folder = TESTS.joinpath(*kind.__module__.split(".")[1:-1])
    source = "\n".join(path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*.py")))
    told = re.sub(r'"\s*f?"', "", source)  # texts that are written in several pieces
    remedy = max(re.split(r"\{[^}]*\}", kind.todo), key=len).strip(" ,:;`")
    assert remedy in told
