# SPDX-License-Identifier: Apache-2.0
"""Packages are built once for a run of the tests, for EL 9 and for this machine's own Python."""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.packaging import build
from tests.tools import missing, need

FLAGS = f"RPMFLAGS=--define 'python3_version {build.PYTHON_TAG}'"


TAB = build.SOURCE / "engine_plugin/ui/dist/ovirt-numa.json"


def _tools() -> None:
    need("rpmbuild")
    if not TAB.exists():
        missing("the built tab, which the engine's package has inside (make tab; Node 20.19)")


def _once(factory: pytest.TempPathFactory, name: str, work: Callable[[Path], object]) -> Path:
    """A directory that all processes of this run share; the first one does the work."""
    base = factory.getbasetemp()
    if base.name.startswith("popen-"):
        base = base.parent
    path = base / name
    with open(base / "packages.lock", "w") as lock:  # setup.py sdist works in the checkout
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            try:
                work(path)
            except BaseException:
                shutil.rmtree(path, ignore_errors=True)
                raise
    return path


@pytest.fixture(scope="session")
def packages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """As for EL 9."""
    _tools()
    return build.rpms(_once(tmp_path_factory, "el9", lambda p: build.make(p, "rpm", "EL=9")))


@pytest.fixture(scope="session")
def dist(tmp_path_factory: pytest.TempPathFactory, packages: dict[str, Path]) -> Path:
    """Wheel and sdist."""
    return packages["vdsm-hook-numa"].parents[3] / "dist"


@pytest.fixture(scope="session")
def local_packages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """As they would be built where /usr/bin/python3 is this machine's."""
    _tools()
    return build.rpms(_once(tmp_path_factory, "local", lambda p: build.make(p, "rpm", FLAGS)))


@pytest.fixture(scope="session")
def newer_packages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The same as the next release."""
    _tools()
    flags = f"{FLAGS} --define 'release_number 2'"
    return build.rpms(_once(tmp_path_factory, "newer", lambda p: build.make(p, "rpm", flags)))


@pytest.fixture
def root(tmp_path: Path) -> build.Root:
    if build.no_root():
        missing("the right to chroot, which only root has")
    need("rpm")
    return build.Root(tmp_path / "root")
