# SPDX-License-Identifier: Apache-2.0
"""The systemd units: systemd reads them without complaint, and finds little that they may do."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.packaging.build import SOURCE
from tests.tools import need

FILES = SOURCE / "engine_plugin/setup/files"
UNITS = [FILES / f"ovirt-engine-numa{name}.service" for name in ("", "-scheduler")]


@pytest.mark.parametrize("source", UNITS, ids=lambda path: path.stem)
def test_unit_is_understood(tmp_path: Path, source: Path) -> None:
    """With a program that is there: the service's own is not on this machine."""
    unit = tmp_path / source.name
    unit.write_text(source.read_text().replace("/usr/bin/ovirt-numa", "/usr/bin/env"))
    command = [need("systemd-analyze"), "verify", str(unit)]
    (tmp_path / "man").mkdir()
    (tmp_path / "man" / "man1").symlink_to(SOURCE / "packaging" / "man")  # which systemd looks up
    environ = {**os.environ, "MANPATH": str(tmp_path / "man")}
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=60, env=environ
    )
    assert [line for line in done.stderr.splitlines() if source.name in line] == []


@pytest.mark.parametrize("source", UNITS, ids=lambda path: path.stem)
def test_unit_is_confined(source: Path) -> None:
    """systemd's own measure: from 0 to 10, where an unconfined service has 9.6."""
    command = [need("systemd-analyze"), "security", "--offline=true", "--no-pager", str(source)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    (level,) = re.findall(r"exposure level for \S+: ([\d.]+)", done.stdout)
    assert float(level) < 2
