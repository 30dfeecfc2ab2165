# SPDX-License-Identifier: Apache-2.0
"""The service's own environment: made from wheels without a network, and mended."""

from __future__ import annotations

import subprocess
import zipfile
from pathlib import Path

import pytest

from engine_plugin.setup.environment import Environment, LibrariesUnavailable
from engine_plugin.setup.places import Places
from engine_plugin.setup.record import Record


def wheel(folder: Path, name: str, version: str) -> None:
    """The smallest wheel that pip takes."""
    info = f"{name}-{version}.dist-info"
    with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as file:
        file.writestr(f"{name}.py", f"VERSION = {version!r}\n")
        file.writestr(
            f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        )
        file.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        file.writestr(f"{info}/RECORD", "")


@pytest.fixture
def places(tmp_path: Path) -> Places:
    """As the RPM leaves them, with two small libraries in place of the service's."""
    found = Places(tmp_path)
    (found.packaged / "wheels").mkdir(parents=True)
    (found.packaged / "python").mkdir()
    (found.packaged / "python" / "ours.py").write_text("import smalllib\nprint(smalllib.VERSION)\n")
    (found.packaged / "requirements.txt").write_text("smalllib==1.0\n")
    wheel(found.packaged / "wheels", "smalllib", "1.0")
    wheel(found.packaged / "wheels", "smalllib", "2.0")
    return found


def made(places: Places) -> Environment:
    return Environment(places, Record(places.record))


def run_ours(places: Places) -> str:
    command = [str(places.environment / "bin/python"), "-sP", "-m", "ours"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_environment_is_made_follows_the_package_and_goes(places: Places) -> None:
    step = made(places)
    assert step.missing() == [str(places.environment)]
    step.apply()
    assert step.missing() == []
    assert run_ours(places) == "1.0\n"

    (places.packaged / "requirements.txt").write_text("smalllib==2.0\n")
    assert step.missing() == [f"{places.environment} is of an older version"]
    step.apply()
    assert run_ours(places) == "2.0\n"

    assert step.undo() == [str(places.environment.parent)]
    assert not places.environment.parent.exists()


def test_environment_that_cannot_be_made_is_told_and_not_taken_for_one(places: Places) -> None:
    (places.packaged / "requirements.txt").write_text("smalllib==3.0\n")
    with pytest.raises(LibrariesUnavailable) as caught:
        made(places).apply()
    assert str(caught.value) == (
        f"{places.environment}: the service's libraries cannot be installed: ERROR: No matching"
        " distribution found for smalllib==3.0; let pip reach an index, or put wheels"
        f" (make wheels) into {places.packaged}/wheels"
    )
    assert made(places).missing() == [str(places.environment)]


def test_environment_that_cannot_be_renewed_leaves_the_former_at_work(places: Places) -> None:
    made(places).apply()
    (places.packaged / "requirements.txt").write_text("smalllib==3.0\n")
    with pytest.raises(LibrariesUnavailable):
        made(places).apply()
    assert made(places).missing() == [f"{places.environment} is of an older version"]
    assert run_ours(places) == "1.0\n"


def test_renewed_environment_is_the_only_one_and_the_service_has_to_restart(places: Places) -> None:
    made(places).apply()
    Record(places.record).settle("ovirt-engine-numa")
    (places.packaged / "requirements.txt").write_text("smalllib==2.0\n")
    made(places).apply()
    assert Record(places.record).due == {"ovirt-engine-numa"}
    names = sorted(path.name for path in places.environment.parent.iterdir())
    assert names == ["environment", places.environment.resolve().name]
