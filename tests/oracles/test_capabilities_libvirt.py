# SPDX-License-Identifier: Apache-2.0
"""Hosts as the installed libvirt tells them: its test driver's, and this machine itself."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from numa_domain.host.capabilities import read_capabilities
from numa_domain.host.model import HostTopology, PagePool
from numa_domain.host.sysfs import read_sysfs
from tests.tools import missing, need


def capabilities(uri: str, home: Path, user: str | None = None) -> str:
    ran = subprocess.run(
        [need("virsh"), "-q", "-c", uri, "capabilities"],
        capture_output=True,
        text=True,
        timeout=60,
        env={"PATH": os.environ["PATH"], "HOME": str(home), "LC_ALL": "C.UTF-8"},
        cwd=home,
        user=user,
        group=pwd.getpwnam(user).pw_gid if user else None,
        extra_groups=[] if user else None,
    )
    if "no connection driver available" in ran.stderr or "Failed to find module" in ran.stderr:
        missing("libvirt's QEMU driver (Debian: libvirt-daemon-driver-qemu)")
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


@pytest.fixture
def home() -> Iterator[Path]:
    """A folder that the user nobody may use: root's embedded libvirt wants a user of its own."""
    folder = Path(tempfile.mkdtemp(prefix="numa-caps-"))
    (folder / "etc").mkdir()
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        os.chown(folder / "etc", nobody.pw_uid, nobody.pw_gid)
    yield folder
    shutil.rmtree(folder)


def test_test_driver_has_two_nodes(tmp_path: Path) -> None:
    host = read_capabilities(capabilities("test:///default", tmp_path))
    assert {i: str(node.cpus) for i, node in host.nodes.items()} == {0: "0-7", 1: "8-15"}
    assert [node.memory_kib for node in host.nodes.values()] == [2097152, 4194304]
    # Its node 1 has ordinary pages of 8 KiB
    pools = {2048: PagePool(0, 0), 1048576: PagePool(0, 0)}
    assert [node.pages for node in host.nodes.values()] == [pools, pools]
    assert host.distance(0, 1) == 20


def test_this_machine_is_the_same_to_libvirt_and_to_sysfs(home: Path) -> None:
    if not os.path.isdir("/sys/devices/system/node/node0"):
        pytest.skip("this machine has no /sys/devices/system/node/node0")
    user = "nobody" if os.geteuid() == 0 else None
    for _ in range(5):  # the memory of a virtual machine may grow in between
        before = _lasting(read_sysfs(pci=()))
        told = capabilities(f"qemu:///embed?root={home}", home, user)
        if before == _lasting(read_sysfs(pci=())):
            break
    assert _lasting(read_capabilities(told)) == before


def _lasting(host: HostTopology) -> HostTopology:
    """What does not change from one moment to the next."""
    return HostTopology.of(n.replace(free_kib=0, reclaimable_kib=0) for n in host.nodes.values())
