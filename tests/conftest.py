# SPDX-License-Identifier: Apache-2.0
"""What holds for every test: Hypothesis's manner, and an environment like a fresh login's."""

from __future__ import annotations

import os
from collections.abc import Iterator

import hypothesis
import pytest

hypothesis.settings.register_profile("default", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "default")
# No deadline per example: on a busy machine it measures the machine.


@pytest.fixture(autouse=True)
def same_umask() -> Iterator[None]:
    """Commands that are called in this process set their own."""
    umask = os.umask(0o022)
    os.umask(umask)
    yield
    os.umask(umask)


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Texts of tools in English, no colours; our own inputs absent."""
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    for name in ("numa_nodeset", "numa_topology", "numa", "numaset", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
