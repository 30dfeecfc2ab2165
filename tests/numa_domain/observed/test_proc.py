# SPDX-License-Identifier: Apache-2.0
"""VMs, their threads and their memory, from captured files."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from numa_domain.observed.proc import ProcessGone, Vm, sample, vms
from tests.captures import Capture

UUID = "ab000000-0000-4000-8000-000000000001"


def test_vms_are_known_by_their_command_lines(tmp_path: Path) -> None:
    first = Capture("cells")
    first.write(tmp_path)
    Capture("strict").write(tmp_path)
    other = tmp_path / "proc" / "1"
    other.mkdir()
    (other / "cmdline").write_bytes(b"/usr/bin/qemu-img\0-name\0x\0")
    found = vms(f"{tmp_path}/proc")
    assert list(found) == ["cells", "strict"]
    assert found["cells"].pid == first.pid


@pytest.mark.parametrize(
    ("command", "vm"),
    [
        (f"qemu\0-name\0guest=a,,b,debug-threads=on\0-uuid\0{UUID.upper()}\0", Vm("a,b", UUID, 7)),
        (f"qemu\0-name\0web1\0-uuid\0{UUID}\0", Vm("web1", UUID, 7)),
        (f"qemu\0-uuid\0{UUID}\0-name", None),
        (f"qemu\0-name\0../../tmp/x\0-uuid\0{UUID}\0", None),
        (f"qemu\0-name\0\x1b[2J\0-uuid\0{UUID}\0", None),
        (f"qemu\0-name\0guest=\0-uuid\0{UUID}\0", None),
        ("qemu\0-name\0x\0-uuid\0x; connect qemu:///system; destroy web1\0", None),
        ("grep\0-uuid\0", None),
        ("", None),
    ],
)
def test_command_line(tmp_path: Path, command: str, vm: Vm | None) -> None:
    (tmp_path / "7").mkdir()
    (tmp_path / "7" / "cmdline").write_text(command)
    assert vms(str(tmp_path)) == ({} if vm is None else {vm.name: vm})


def test_threads_have_their_kinds_and_cpus(tmp_path: Path) -> None:
    capture = Capture("cells")
    root = capture.write(tmp_path)
    threads = sample(capture.pid, f"{root}/proc", f"{root}/sys/fs/cgroup").threads
    shown = {(t.kind, t.number): str(t.allowed) for t in threads if t.kind != "other"}
    assert shown == {
        ("emulator", 0): "0-3",
        ("iothread", 1): "0-3",
        ("vcpu", 0): "0-1",
        ("vcpu", 1): "0-1",
        ("vcpu", 2): "2-3",
        ("vcpu", 3): "2-3",
    }
    assert all(0 <= thread.last < 6 for thread in threads)


def test_cgroup_is_found_above_libvirts_own_group(tmp_path: Path) -> None:
    capture = Capture("cells")
    root = capture.write(tmp_path)
    found = sample(capture.pid, f"{root}/proc", f"{root}/sys/fs/cgroup").cgroup
    assert found[0] > 131072
    assert found[1] > 114688
    capture.change("/cgroup", "0::", "0::/nowhere")
    capture.write(tmp_path)
    assert sample(capture.pid, f"{root}/proc", f"{root}/sys/fs/cgroup").cgroup == {}


def test_process_that_has_ended_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ProcessGone) as caught:
        sample(4711, str(tmp_path))
    assert str(caught.value) == (
        "process 4711 of the VM has ended; look whether the VM is still up"
    )


def test_numa_maps_of_this_process_are_read() -> None:
    """The real thing: this Python's own memory."""
    if not os.path.exists("/proc/self/numa_maps"):
        pytest.skip("this kernel has no numa_maps")
    areas = sample(os.getpid()).areas
    assert areas is not None
    assert sum(kib for area in areas for kib in area.nodes.values()) > 1024


def test_numa_maps_that_may_not_be_read_leave_the_cgroup(tmp_path: Path) -> None:
    if os.geteuid() != 0 or not os.path.exists("/proc/1/numa_maps"):
        pytest.skip("root is needed to become another user")
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.setgid(65534)
        os.setuid(65534)
        found = sample(os.getppid())
        os.write(write, repr((found.areas, bool(found.threads))).encode())
        os._exit(0)
    os.waitpid(child, 0)
    assert os.read(read, 100) == b"(None, True)"
