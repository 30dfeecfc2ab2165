# SPDX-License-Identifier: Apache-2.0
"""The answers on the captured hosts are those that somebody has read and found right."""

from __future__ import annotations

import pytest

from tests.golden_placements.table import FOLDER, path, text
from tests.hosts import load_hosts

HOSTS = load_hosts()


@pytest.mark.parametrize("name", HOSTS)
def test_placements_are_as_last_read(name: str) -> None:
    """After a change: `table.py --update-golden`, and read the difference."""
    found, golden = text(name, HOSTS[name]), path(name).read_text(encoding="utf-8")
    assert found.splitlines() == golden.splitlines()


def test_every_text_has_its_host() -> None:
    assert {file.name for file in FOLDER.glob("*.txt")} == {path(name).name for name in HOSTS}
    assert len(HOSTS) == 19
