# SPDX-License-Identifier: Apache-2.0
"""Packages are built once for a run of the tests, for EL 9 and for this machine's own Python."""

from __future__ import annotations

import fcntl
import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.packaging import build
from tests.tools import missing, need

FLAGS = f"RPMFLAGS=--define 'host_python {build.PYTHON_TAG}'"
STRAY = ("numa_domain/stray.py", "engine_plugin/ui/dist/ovirt-numa-resources/stale.js")
"""What lies about in the checkout and is not tracked by git."""


def _once(factory: pytest.TempPathFactory, name: str, work: Callable[[Path], object]) -> Path:
    """A directory that all processes of this run share; the first one does the work."""
    base = factory.getbasetemp()
    if base.name.startswith("popen-"):
        base = base.parent
    path = base / name
    with open(base / f"{name}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            try:
                work(path)
            except BaseException:
                shutil.rmtree(path, ignore_errors=True)
                raise
    return path


def _checkout(path: Path) -> None:
    """In a folder with a blank in its name; beside it is one that bad quoting would hit."""
    (path / "a").mkdir(parents=True)
    (path / "a" / "kept").touch()
    made = build.Checkout(path / "a b" / "ovirt-numa")
    for name in STRAY:
        (made.path / name).parent.mkdir(parents=True, exist_ok=True)
        (made.path / name).write_text("stray = 1\n")


@pytest.fixture(scope="session")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> build.Checkout:
    need("rpmbuild")
    need("npm")
    if not (build.SOURCE / "engine_plugin/ui/node_modules").exists():
        missing("what the tab in WebAdmin is built with (make ui-modules; Node 20.19)")
    base = _once(tmp_path_factory, "checkout", _checkout)
    return build.Checkout(base / "a b" / "ovirt-numa")


@pytest.fixture(scope="session")
def packages(tmp_path_factory: pytest.TempPathFactory, checkout: build.Checkout) -> dict[str, Path]:
    """As for EL 9."""
    made = _once(tmp_path_factory, "el9 of it", lambda p: checkout.make(p, "rpm", "EL=9"))
    return build.rpms(made)


@pytest.fixture(scope="session")
def dist(tmp_path_factory: pytest.TempPathFactory, checkout: build.Checkout) -> Path:
    """Wheel and source archive."""
    return _once(tmp_path_factory, "dist of it", checkout.dist) / "dist"


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory, dist: Path) -> build.Checkout:
    """The source archive unpacked: packages come of it without another build of the tab."""

    def unpack(path: Path) -> None:
        (packed,) = dist.glob("*.tar.gz")
        with tarfile.open(packed) as file:
            file.extractall(path)

    (folder,) = _once(tmp_path_factory, "x y", unpack).iterdir()
    return build.Checkout(folder)


@pytest.fixture(scope="session")
def local_packages(
    tmp_path_factory: pytest.TempPathFactory, archive: build.Checkout
) -> dict[str, Path]:
    """As they would be built where /usr/bin/python3 is this machine's."""
    return build.rpms(_once(tmp_path_factory, "local", lambda p: archive.make(p, "rpm", FLAGS)))


@pytest.fixture(scope="session")
def newer_packages(
    tmp_path_factory: pytest.TempPathFactory, archive: build.Checkout
) -> dict[str, Path]:
    """The same as the next release."""
    flags = f"{FLAGS} --define 'release_number 2'"
    return build.rpms(_once(tmp_path_factory, "newer", lambda p: archive.make(p, "rpm", flags)))


@pytest.fixture
def root(tmp_path: Path) -> build.Root:
    if build.no_root():
        missing("the right to chroot, which only root has")
    need("rpm")
    return build.Root(tmp_path / "root")
