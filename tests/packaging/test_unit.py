# SPDX-License-Identifier: Apache-2.0
"""The systemd unit: systemd reads it without complaint, and finds little that it may do."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from tests.packaging.build import SOURCE
from tests.tools import need

UNIT = SOURCE / "engine_plugin/setup/files/ovirt-engine-numa.service"


def test_unit_is_understood(tmp_path: Path) -> None:
    """With a program that is there: the service's own is not on this machine."""
    unit = tmp_path / UNIT.name
    unit.write_text(UNIT.read_text().replace("/usr/bin/ovirt-numa", "/usr/bin/env"))
    command = [need("systemd-analyze"), "verify", str(unit)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert [line for line in done.stderr.splitlines() if UNIT.name in line] == []


def test_unit_is_confined() -> None:
    """systemd's own measure: from 0 to 10, where an unconfined service has 9.6."""
    command = [need("systemd-analyze"), "security", "--offline=true", "--no-pager", str(UNIT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    (level,) = re.findall(r"exposure level for \S+: ([\d.]+)", done.stdout)
    assert float(level) < 2
