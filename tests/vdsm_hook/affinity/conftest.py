# SPDX-License-Identifier: Apache-2.0
"""One libvirtd for all tests of the service; a service and VMs for each."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tools import missing, need


@pytest.fixture(scope="session")
def daemon() -> Iterator[object]:
    need("qemu-system-x86_64")
    from tests.vdsm_hook.affinity.daemon import MISSING, Daemon, program

    if program() is None:
        missing(MISSING)
    # Not pytest's folder, which only its owner can reach: the daemon is another user's
    with tempfile.TemporaryDirectory(prefix="numa-libvirtd-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        with Daemon(folder / "d") as found:
            yield found


@pytest.fixture
def world(tmp_path: Path, daemon: object) -> Iterator[object]:
    from tests.vdsm_hook.affinity.daemon import Daemon
    from tests.vdsm_hook.affinity.world import World, enough_cpus

    if not enough_cpus():
        pytest.skip("CPUs 0 and 1 of this machine are not both there for tests")
    assert isinstance(daemon, Daemon)
    found = World(tmp_path, daemon)
    yield found
    found.close()
