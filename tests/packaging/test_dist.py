# SPDX-License-Identifier: Apache-2.0
"""Wheel and sdist: everything is inside, the built tab too, so that nobody needs Node."""

from __future__ import annotations

import re
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
from packaging.version import Version

from numa_domain import __version__
from tests.packaging.build import Checkout, rpms

Packages = dict[str, Path]

DATA = (
    "engine_plugin/setup/files/httpd.conf",
    "engine_plugin/setup/files/ovirt-engine-numa.service",
    "engine_plugin/demo/vms.json",
    "engine_plugin/demo/vm.xml",
    "engine_plugin/demo/initramfs/init",
    "engine_plugin/demo/hosts/power9.json",
    "engine_plugin/demo/shell/static/index.html",
    "engine_plugin/demo/shell/static/dialog/popup.js",
    "vdsm_hook/hooks/before_vm_start",
)


def wheel_names(dist: Path) -> set[str]:
    (path,) = dist.glob("*.whl")
    with zipfile.ZipFile(path) as wheel:
        return set(wheel.namelist())


def test_wheel_has_every_module_and_its_data_and_no_more(dist: Path, checkout: Checkout) -> None:
    names = wheel_names(dist)
    tracked = checkout.tracked("numa_domain", "vdsm_hook", "engine_plugin")
    wanted = {name for name in tracked if not name.startswith("engine_plugin/ui/")}
    assert set(DATA) <= wanted
    others = {name for name in names - wanted if ".dist-info/" not in name}
    assert wanted <= names
    assert {name for name in others if not name.startswith("engine_plugin/ui/dist/")} == set()


def test_wheel_has_the_built_tab(dist: Path) -> None:
    names = {name.removeprefix("engine_plugin/ui/dist/") for name in wheel_names(dist)}
    assert {"ovirt-numa.json", "ovirt-numa-config.json", "bundled.json"} <= names
    assert {f"ovirt-numa-resources/{page}.html" for page in ("app", "plugin")} <= names


def test_archive_has_all_that_git_tracks(dist: Path, checkout: Checkout) -> None:
    """And the built tab, and what setuptools adds; nothing that lies about."""
    (path,) = dist.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        entries = [entry for entry in archive.getmembers() if entry.isfile()]
    names = {entry.name.partition("/")[2] for entry in entries}
    more = re.compile(r"PKG-INFO|setup\.cfg|ovirt_numa\.egg-info/.*|engine_plugin/ui/dist/.*")
    tracked = set(checkout.tracked())
    assert tracked <= names
    others = {name for name in names - tracked if not more.fullmatch(name)}
    assert others == {"packaging/snapshot.json"}
    assert {(entry.uid, entry.gid, entry.mode & 0o044) for entry in entries} == {(0, 0, 0o044)}


def test_archive_makes_the_same_packages_without_git_and_without_node(
    archive: Checkout, packages: Packages, tmp_path: Path
) -> None:
    """By its own Makefile."""
    archive.make(tmp_path, "rpm", "EL=9")
    assert not (archive.path / "engine_plugin/ui/node_modules").exists()
    assert not (archive.path / ".git").exists()
    assert {name: made.read_bytes() for name, made in rpms(tmp_path).items()} == {
        name: made.read_bytes() for name, made in packages.items()
    }


def test_wheel_of_another_commit_is_another_version_to_pip(dist: Path, checkout: Checkout) -> None:
    """pip leaves what it has where the version is the same, whatever is inside."""
    (path,) = dist.glob("*.whl")
    found = re.fullmatch(r"ovirt_numa-([\d.]+)\+(\d{14}\.\d+\.g[0-9a-f]{8})-.*", path.name)
    assert found is not None
    assert found[1] == __version__
    assert Version(f"{found[1]}+{found[2]}") > Version(__version__)


def test_wheel_runs_where_nothing_else_is(dist: Path, tmp_path: Path) -> None:
    """The core and the hook need no library at all."""
    (path,) = dist.glob("*.whl")
    command = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-index"]
    subprocess.run([*command, "--target", str(tmp_path), str(path)], check=True, timeout=120)
    program = (
        "import sys; sys.path[:0] = [sys.argv.pop(1)]; import vdsm_hook.points.before_vm_start;"
        "from numa_domain.cli.main import main; sys.exit(main())"
    )
    done = subprocess.run(
        [sys.executable, "-IS", "-c", program, str(tmp_path), "nodeset", "0-3,^2"],
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "0-1,3\n", "")


@pytest.mark.parametrize("name", ["numa-domain", "numa-hook", "numa-affinity", "ovirt-numa"])
def test_wheel_installs_command(dist: Path, name: str) -> None:
    (path,) = dist.glob("*.whl")
    with zipfile.ZipFile(path) as wheel:
        (entries,) = [n for n in wheel.namelist() if n.endswith("entry_points.txt")]
        assert f"{name} = " in wheel.read(entries).decode()


def test_wheel_brings_the_licences_of_what_is_in_it(dist: Path) -> None:
    (path,) = dist.glob("*.whl")
    with zipfile.ZipFile(path) as wheel:
        (name,) = [n for n in wheel.namelist() if n.endswith(".dist-info/METADATA")]
        metadata = wheel.read(name).decode()
        texts = [n for n in wheel.namelist() if re.search(r"\.dist-info/.*licenses", n)]
        (third,) = [n for n in texts if n.endswith("third-party-licenses.txt")]
        text = wheel.read(third).decode()
    assert "License: Apache-2.0 AND 0BSD AND MIT AND OFL-1.1\n" in metadata
    assert "License-File: LICENSE\n" in metadata
    for line in (
        "Copyright (c) Meta Platforms",
        "SIL OPEN FONT LICENSE Version 1.1",
        "2019 Red Hat",
    ):
        assert line in text
