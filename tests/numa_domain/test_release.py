# SPDX-License-Identifier: Apache-2.0
"""The name by which the engine learns of a host's hooks."""

from __future__ import annotations

import pytest

from numa_domain import __version__
from numa_domain.release import Release
from numa_domain.request.grammar_level import LEVEL


def test_name_of_this_release_is_read_back() -> None:
    assert Release() == Release(__version__, LEVEL)
    assert Release.of_name(Release().name) == Release()


def test_name_has_nothing_at_which_the_engine_cuts() -> None:
    # VdsHooksParser reads Java's Map.toString(): {point={script={checksum=...}}, ...}
    assert not set("{}=, ") & set(Release("1.2.0~rc1", 3).name)


@pytest.mark.parametrize(
    ("name", "release"),
    [
        ("hooks-1.12.3-grammar-4", Release("1.12.3", 4)),
        ("hooks-1.2.0~rc1-grammar-10", Release("1.2.0~rc1", 10)),
        ("hooks-1.2.0-grammar-", None),
        ("hooks--grammar-1", None),
        ("hooks-1.2.0-grammar-1.rpmsave", None),
        ("hooks-1.2.0-grammar-99999", None),
        ("50_numa", None),
        ("", None),
    ],
)
def test_name_of_another_release(name: str, release: Release | None) -> None:
    assert Release.of_name(name) == release
