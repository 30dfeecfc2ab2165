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
from tests.engine_plugin.setup.engine import Engine
from tests.engine_plugin.setup.rows import ROWS


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
    return packaged(tmp_path)


def packaged(root: Path) -> Places:
    """As the RPM leaves them, with two small libraries in place of the service's."""
    found = Places(root)
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


def closed(root: Path) -> list[Path]:
    """What others than the owner cannot read or enter."""
    found = []
    for path in sorted(root.rglob("*")):
        needed = 0o005 if path.is_dir() else 0o004
        if not path.is_symlink() and path.stat().st_mode & needed != needed:
            found.append(path)
    return found


def test_setup_under_a_narrow_umask_leaves_all_of_it_open_to_the_services_user(
    tmp_path: Path,
) -> None:
    """systemd runs the service as a user of its own, and the engine reads the tab as ovirt."""
    engine = Engine(tmp_path, ROWS)
    places = packaged(engine.root)
    before = set(engine.root.rglob("*"))
    done = engine.setup("--yes", umask=0o077)
    assert (done.returncode, done.stderr) == (0, "")
    assert run_ours(places) == "1.0\n"
    assert [path for path in closed(engine.root) if path not in before] == []


def test_environment_that_others_cannot_read_is_opened_as_it_stands(places: Places) -> None:
    """As a release before made it, or a chmod."""
    step = made(places)
    step.apply()
    script, folder = places.environment.resolve() / "bin/pip", places.environment.parent
    module = next(places.environment.resolve().rglob("smalllib.py"))
    for path, mode in ((script, 0o700), (module, 0o600), (folder, 0o700)):
        path.chmod(mode)
    built = script.stat().st_ino
    assert step.missing() == [f"{folder} may not be read by the service's user"]
    step.apply()
    assert step.missing() == closed(folder) == []
    assert [oct(path.stat().st_mode)[-3:] for path in (script, module, folder)] == [
        "755", "644", "755",
    ]  # fmt: skip
    assert script.stat().st_ino == built
