# SPDX-License-Identifier: Apache-2.0
"""Verdicts: every one of them proved able to fail, on a captured VM that is changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from numa_domain.host.usable_cpus import HostCpus
from numa_domain.observed.proc import Sample, sample
from numa_domain.observed.requested import Requested
from numa_domain.observed.verdict import Verdict, judge
from tests.captures import Capture


def look(capture: Capture, root: Path, *, root_user: bool = True) -> tuple[Requested, Sample]:
    capture.write(root)
    seen = sample(capture.pid, f"{root}/proc", f"{root}/sys/fs/cgroup")
    return Requested.from_domain(capture.xml), seen if root_user else seen.replace(areas=None)


def cpus(root: Path) -> HostCpus:
    return HostCpus.from_sysfs(root / "sys")


def verdict(capture: Capture, root: Path, **how: bool) -> Verdict:
    return judge(*look(capture, root, **how), cpus(root))


def pages(capture: Capture, size_kib: int) -> str:
    """The words of a large mapping in numa_maps."""
    text = next(t for path, t in capture.files.items() if path.endswith("/numa_maps"))
    return next(line for line in text.splitlines() if f"={size_kib // 4} kernel" in line)


def move(capture: Capture, size_kib: int, old: str, new: str) -> Capture:
    line = pages(capture, size_kib)
    return capture.change("/numa_maps", line, line.replace(old, new))


def test_vm_as_it_was_captured_is_good(tmp_path: Path) -> None:
    found = verdict(Capture("cells"), tmp_path)
    assert (found.state, found.source, found.problems) == ("good", "numa_maps", ())
    assert [(row.what, dict(row.resident), row.state) for row in found.rows] == [
        ("cell 0", {0: 131072}, "good"),
        ("cell 1", {1: 114688}, "good"),
    ]
    assert {row.state for row in found.threads} == {"good"}


def test_own_and_cells_add_up_to_the_process(tmp_path: Path) -> None:
    found = verdict(Capture("cells"), tmp_path)
    for node, kib in found.process.items():
        cells = sum(row.resident.get(node, 0) for row in found.rows)
        assert cells + found.own.get(node, 0) == kib


def test_cell_on_another_node_has_drifted(tmp_path: Path) -> None:
    found = verdict(move(Capture("cells"), 131072, "N0=", "N3="), tmp_path)
    assert (found.state, found.misplaced_kib) == ("drifted", 131072)
    assert [str(problem) for problem in found.problems] == [
        "128 MiB of cell 0 are on node 3, not on node 0; "
        "shut the VM down and start it to bind it anew; docs/3am.md lists what moves memory"
    ]


@pytest.mark.parametrize(("stray_kib", "state"), [(2048, "good"), (2052, "drifted")])
def test_one_huge_page_in_flight_is_tolerated(tmp_path: Path, stray_kib: int, state: str) -> None:
    stray = stray_kib // 4
    changed = move(Capture("cells"), 131072, "N0=32768", f"N0={32768 - stray} N1={stray}")
    found = verdict(changed, tmp_path)
    assert found.state == state
    assert found.rows[0].elsewhere_kib == stray_kib


def test_tolerance_can_be_nothing(tmp_path: Path) -> None:
    changed = move(Capture("cells"), 131072, "N0=32768", "N0=32767 N1=1")
    asked, seen = look(changed, tmp_path)
    assert judge(asked, seen, cpus(tmp_path)).state == "good"
    assert judge(asked, seen, cpus(tmp_path), 0).state == "drifted"


def test_preferred_memory_elsewhere_is_told_and_no_drift(tmp_path: Path) -> None:
    capture = move(Capture("cells"), 131072, "N0=", "N3=")
    capture.change("cells.xml", 'nodes="0" mode="strict"', 'nodes="0" mode="preferred"')
    found = verdict(capture, tmp_path)
    assert (found.state, found.misplaced_kib) == ("good", 0)
    assert [problem.code for problem in found.problems] == ["MemoryOverflowed"]


def test_numatune_that_someone_changed_is_told(tmp_path: Path) -> None:
    capture = Capture("cells").change("cells.xml", "nodeset='1'", "nodeset='2'")
    found = verdict(capture, tmp_path)
    assert str(found.problems[0]) == (
        "cell 1 was placed on node 1 and libvirt has it on node 2; someone used virsh numatune: "
        "change it back, or put the new nodes into numa_nodeset"
    )


def test_cell_whose_mapping_is_not_there_is_unknown(tmp_path: Path) -> None:
    capture = Capture("cells")
    found = verdict(capture.change("/numa_maps", f"{pages(capture, 131072)}\n", ""), tmp_path)
    assert (found.state, found.rows[0].state) == ("unknown", "unseen")
    assert [problem.code for problem in found.problems] == ["MemoryUnseen"]


def test_cell_that_the_guest_has_not_touched_is_good(tmp_path: Path) -> None:
    """A VM that was started paused; also one that was swapped out whole."""
    capture = Capture("cells")
    line = pages(capture, 131072)
    found = verdict(capture.change("/numa_maps", line, " ".join(line.split()[:2])), tmp_path)
    assert (found.state, found.problems) == ("good", ())
    assert (dict(found.rows[0].resident), found.rows[0].state) == ({}, "good")


def test_cells_of_restrictive_are_told_apart_by_their_order(tmp_path: Path) -> None:
    """Alike in size and policy; as the lab has seen them, cell 0 has the higher address."""
    capture = Capture("cells")
    first, second = pages(capture, 131072), pages(capture, 114688)
    assert int(first.split()[0], 16) > int(second.split()[0], 16)
    for cell, line in enumerate((first, second)):
        capture.change("/numa_maps", line, line.replace(f"bind:{cell}", "default"))
    capture.change("cells.xml", 'mode="strict"', 'mode="restrictive"')
    capture.change("cells.xml", "mode='strict'", "mode='restrictive'")
    capture.change("cells.xml", "114688", "131072")
    start = second.split()[0]
    end = f"{int(start, 16) + (114688 << 10):x}"
    capture.change("/maps", f"{start}-{end}", f"{start}-{int(start, 16) + (131072 << 10):x}")
    found = verdict(capture, tmp_path)
    assert [(row.what, dict(row.resident), row.state) for row in found.rows] == [
        ("cell 0", {0: 131072}, "good"),
        ("cell 1", {1: 114688}, "good"),
    ]


def test_without_root_the_vm_is_judged_as_a_whole(tmp_path: Path) -> None:
    found = verdict(Capture("cells"), tmp_path, root_user=False)
    assert (found.state, found.source) == ("good", "cgroup")
    assert [(row.what, str(row.asked)) for row in found.rows] == [("VM", "0-1")]
    assert [str(problem) for problem in found.problems] == [
        "only the VM as a whole was checked, without huge pages and with a tolerance of 128 MiB; "
        "run it as root: only root may read numa_maps, which tells the cells apart"
    ]


@pytest.mark.parametrize(("mib", "state"), [(128, "good"), (129, "drifted")])
def test_without_root_qemus_own_memory_is_tolerated(tmp_path: Path, mib: int, state: str) -> None:
    capture = Capture("cells")
    path = next(p for p in capture.files if p.endswith("memory.numa_stat"))
    capture.files[path] = f"anon N0=134217728 N1=117440512 N2={mib << 20} N3=0\n"
    assert verdict(capture, tmp_path, root_user=False).state == state


def test_without_root_huge_pages_are_unknown(tmp_path: Path) -> None:
    """Their absence from the cgroup must not look like a good placement."""
    pages = "<memoryBacking><hugepages/></memoryBacking><numatune>"
    capture = Capture("cells").change("cells.xml", "<numatune>", pages)
    assert verdict(capture, tmp_path, root_user=False).state == "unknown"
    assert verdict(capture, tmp_path).state == "good"


def test_nothing_to_see_is_unknown(tmp_path: Path) -> None:
    capture = Capture("cells").change("/cgroup", "0::", "0::/nowhere")
    found = verdict(capture, tmp_path, root_user=False)
    assert (found.state, found.source) == ("unknown", "nothing")
    assert [problem.code for problem in found.problems] == ["NothingSeen"]


def test_vm_without_a_record_is_held_to_its_numatune(tmp_path: Path) -> None:
    capture = move(Capture("cells"), 131072, "N0=", "N3=")
    capture.change("cells.xml", "urn:ovirt-numa:1", "urn:another")
    asked, seen = look(capture, tmp_path)
    assert not asked.recorded
    assert judge(asked, seen, cpus(tmp_path)).state == "drifted"


def test_vm_with_nothing_asked_is_good_wherever_it_is(tmp_path: Path) -> None:
    capture = move(Capture("cells"), 131072, "N0=", "N3=")
    capture.change("cells.xml", "urn:ovirt-numa:1", "urn:another")
    capture.change("cells.xml", "<numatune>", "<title>")
    capture.change("cells.xml", "</numatune>", "</title>")
    asked, seen = look(capture, tmp_path)
    assert not asked.bound
    assert {row.state for row in judge(asked, seen, cpus(tmp_path)).rows} == {"unbound"}
    assert judge(asked, seen, cpus(tmp_path)).state == "good"
