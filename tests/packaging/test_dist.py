# SPDX-License-Identifier: Apache-2.0
"""Wheel and sdist: everything is inside, the built tab too, so that nobody needs Node."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from tests.packaging.build import SOURCE
from tests.tools import missing

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


def test_wheel_has_every_module_and_its_data(dist: Path) -> None:
    names = wheel_names(dist)
    modules = {
        str(path.relative_to(SOURCE))
        for package in ("numa_domain", "vdsm_hook", "engine_plugin")
        for path in (SOURCE / package).rglob("*.py")
        if "ui" not in path.relative_to(SOURCE).parts
    }
    assert modules | set(DATA) <= names


def test_wheel_has_the_built_tab(dist: Path) -> None:
    built = SOURCE / "engine_plugin/ui/dist"
    if not (built / "ovirt-numa.json").exists():
        missing("the built tab (npm run build in engine_plugin/ui)")
    files = {str(path.relative_to(SOURCE)) for path in built.rglob("*") if path.is_file()}
    assert files <= wheel_names(dist)


def test_sdist_builds_packages_again(dist: Path) -> None:
    """It holds what the RPMs are made from."""
    (path,) = dist.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    for name in ("packaging/rpm/ovirt-numa.spec.in", "packaging/requirements.txt", *DATA):
        assert name in names


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


@pytest.mark.parametrize("name", ["numa-domain", "numa-hook", "ovirt-numa"])
def test_wheel_installs_command(dist: Path, name: str) -> None:
    (path,) = dist.glob("*.whl")
    with zipfile.ZipFile(path) as wheel:
        (entries,) = [n for n in wheel.namelist() if n.endswith("entry_points.txt")]
        assert f"{name} = " in wheel.read(entries).decode()
