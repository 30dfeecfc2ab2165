# SPDX-License-Identifier: Apache-2.0
"""What VDSM hands over: which properties count, which files are read, how one is replaced."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from numa_domain.base.errors import NumaError
from vdsm_hook.contract import LARGEST, Call, read_handed, write_new


def called(**environ: str) -> Call:
    env = {name.encode(): os.fsencode(value) for name, value in environ.items()}
    return Call.from_environment("before_vm_start", env)


@pytest.mark.parametrize(
    ("environ", "nodeset"),
    [
        ({"numa_nodeset": "0-1"}, "0-1"),
        ({"numa_nodeset": " 0-1 "}, "0-1"),
        ({"numa_nodeset": "0-1", "numa": "strict:2"}, "0-1"),
        ({"numa": "strict:1-4"}, "strict:1-4"),
        ({"numaset": "preferred:2"}, "preferred:2"),
        ({"numa": "0", "numaset": "1"}, "0"),
        ({"numa_nodeset": "", "numaset": "1"}, "1"),
        ({"numa_nodeset": "null", "numa": "1"}, "1"),
        ({"numa_nodeset": "null"}, None),
        ({"numa_nodeset": " \t"}, None),
        ({}, None),
    ],
)
def test_call_nodeset_is_ours_else_that_of_the_former_hook(
    environ: dict[str, str], nodeset: str | None
) -> None:
    assert called(**environ).nodeset == nodeset


def test_call_bytes_that_are_no_utf8_come_through() -> None:
    assert called(numa_topology="\udcff2").topology == "\udcff2"


def test_call_vm_id_is_lower_case_or_empty() -> None:
    assert called(vmId="0D5F-3A52").vm_id == "0d5f-3a52"
    assert called().vm_id == ""


@pytest.mark.parametrize("vm_id", ["a b", "a\nb", "../a", "a" * 65, "\u00e9", "a=b"])
def test_call_vm_id_that_could_break_the_ledger_is_refused(vm_id: str) -> None:
    with pytest.raises(NumaError) as caught:
        called(vmId=vm_id)
    assert str(caught.value) == (
        f"{vm_id!r} is not the id of a VM; this program is run by VDSM, which names the VM in vmId"
    )


def test_read_handed_without_a_path_says_who_runs_this() -> None:
    with pytest.raises(NumaError) as caught:
        read_handed("")
    assert str(caught.value) == (
        "the environment has no _hook_domxml, the file with the domain XML, nor _hook_json; "
        "this program is run by VDSM; to try settings by hand use numa-domain rewrite"
    )


def test_read_handed_reads_up_to_its_limit(tmp_path: Path) -> None:
    path = tmp_path / "d.xml"
    path.write_bytes(b"x" * LARGEST)
    assert read_handed(str(path)) == b"x" * LARGEST
    path.write_bytes(b"x" * (LARGEST + 1))
    with pytest.raises(NumaError) as caught:
        read_handed(str(path))
    assert str(caught.value) == (
        f"{path}: the domain XML has 8388609 bytes, more than 8388608; "
        "check what the engine or another hook put into it"
    )


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("missing", "No such file or directory"),
        ("fifo", "not a regular file"),
        ("directory", "not a regular file"),
        ("link", "Too many levels of symbolic links"),
    ],
)
def test_read_handed_what_is_no_file_is_refused(tmp_path: Path, kind: str, reason: str) -> None:
    path = tmp_path / "d.xml"
    if kind == "fifo":
        os.mkfifo(path)
    elif kind == "directory":
        path.mkdir()
    elif kind == "link":
        path.symlink_to("/etc/passwd")
    with pytest.raises(NumaError) as caught:
        read_handed(str(path))
    assert str(caught.value) == (
        f"{path}: the domain XML cannot be read: {reason}; check the file that VDSM hands over"
    )


def test_write_new_has_mode_and_owner_of_the_old(tmp_path: Path) -> None:
    path = tmp_path / "d.xml"
    path.write_bytes(b"old")
    path.chmod(0o640)
    if os.geteuid() == 0:
        os.chown(path, 65534, 65534)
    call = called(_hook_domxml=str(path))
    write_new(call, b"new")
    old, new = path.stat(), os.stat(call.new_path)
    assert (new.st_mode, new.st_uid, new.st_gid) == (old.st_mode, old.st_uid, old.st_gid)
    assert Path(call.new_path).read_bytes() == b"new"
    assert path.read_bytes() == b"old"
