# SPDX-License-Identifier: Apache-2.0
"""What the hooks' tests share: a machine with two nodes and installed hooks."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.vdsm_hook.machine import Machine


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)
