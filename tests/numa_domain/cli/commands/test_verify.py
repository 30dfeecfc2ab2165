# SPDX-License-Identifier: Apache-2.0
"""numa-domain verify: what it prints, and with which code it ends."""

from __future__ import annotations

import json
import shutil
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from benchmarks.verify import LIMIT, host, measure
from tests.captures import Capture


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A host on which two captured VMs run."""
    Capture("strict").write(tmp_path)
    return Capture("cells").write(tmp_path)


def drift(capture: Capture) -> Capture:
    return capture.change("/numa_maps", "N0=32768", "N3=32768")


def test_verify_shows_cells_nodes_and_threads(numa_domain: Any, root: Path) -> None:
    said = numa_domain("verify", "cells", "--root", str(root))
    assert (said.code, said.err) == (0, "")
    lines = said.out.splitlines()
    assert lines[0] == f"cells: good (process {Capture('cells').pid}, by its numa_maps)"
    assert [line.split() for line in lines[1:4]] == [
        [
            "memory",
            "mode",
            "asked",
            "size",
            "node",
            "0",
            "node",
            "1",
            "node",
            "2",
            "elsewhere",
            "is",
        ],
        ["cell", "0", "strict", "0", "128", "MiB", "128", "MiB", "-", "-", "-", "good"],
        ["cell", "1", "strict", "1", "112", "MiB", "-", "112", "MiB", "-", "-", "good"],
    ]
    assert lines[4].split()[:5] == ["QEMU's", "own", "-", "-", "-"]
    assert lines[8].split()[:4] == ["vcpu", "0", "0-1", "0-1"]


def test_verify_names_a_vm_by_its_id_too(numa_domain: Any, root: Path) -> None:
    by_name = json.loads(numa_domain("verify", "strict", "--root", str(root), "--json").out)
    by_id = numa_domain("verify", by_name["uuid"].upper(), "--root", str(root), "--json")
    assert json.loads(by_id.out) == by_name


def test_verify_json_has_all_figures(numa_domain: Any, root: Path) -> None:
    found = json.loads(numa_domain("verify", "cells", "--root", str(root), "--json").out)
    assert (found["verdict"], found["source"], found["recorded"]) == ("good", "numa_maps", True)
    assert found["memory"][1] == {
        "what": "cell 1",
        "mode": "strict",
        "asked": "1",
        "size_kib": 114688,
        "resident_kib": {"1": 114688},
        "elsewhere_kib": 0,
        "state": "good",
    }
    assert {"what", "asked", "allowed", "last_cpu", "state"} == set(found["threads"][0])


def test_verify_drifted_vm_ends_with_1(numa_domain: Any, root: Path) -> None:
    drift(Capture("cells")).write(root)
    said = numa_domain("verify", "--all", "--root", str(root))
    assert said.code == 1
    assert "cells: drifted" in said.out
    assert "strict: good" in said.out
    assert "problem: 128 MiB of cell 0 are on node 3, not on node 0; " in said.out


def test_verify_tolerance_is_an_amount_of_memory(numa_domain: Any, root: Path) -> None:
    drift(Capture("cells")).write(root)
    assert numa_domain("verify", "cells", "--root", str(root), "--tolerance", "1G").code == 0
    said = numa_domain("verify", "cells", "--root", str(root), "--tolerance", "much")
    assert (said.code, said.out) == (2, "")
    assert "'much' is not an amount of memory" in said.err


def test_verify_watch_ends_when_the_vm_drifts(numa_domain: Any, root: Path) -> None:
    later = threading.Timer(0.5, lambda: drift(Capture("cells")).write(root))
    later.start()
    started = time.monotonic()
    said = numa_domain("verify", "cells", "--root", str(root), "--watch", "0.05")
    assert said.code == 1
    assert time.monotonic() - started >= 0.4
    assert said.out.count("cells: good") == 1, "what has not changed is not said again"
    assert said.out.count("cells: drifted") == 1


def test_verify_watch_stops_after_so_many_times(numa_domain: Any, root: Path) -> None:
    argv = ("verify", "cells", "--root", str(root), "--watch", "0.01", "--times", "3")
    assert numa_domain(*argv).code == 0


@pytest.mark.parametrize(
    ("argv", "line"),
    [
        (
            ("nobody",),
            "no VM nobody runs here; give the name or the id of one that does: cells, strict",
        ),
    ],
)
def test_verify_bad_input_is_one_line(
    numa_domain: Any, root: Path, argv: tuple[str, ...], line: str
) -> None:
    said = numa_domain("verify", *argv, "--root", str(root))
    assert said == (2, "", f"numa-domain verify: {line}\n")


def test_verify_vm_without_libvirts_state_says_what_to_try(numa_domain: Any, root: Path) -> None:
    path = root / "run/libvirt/qemu/cells.xml"
    path.unlink()
    said = numa_domain("verify", "cells", "--root", str(root))
    assert said.err == (
        f"numa-domain verify: VM cells: libvirt does not give its XML: {path}: "
        "No such file or directory; try virsh -r -c qemu:///system dumpxml cells\n"
    )


def test_verify_all_shows_the_others_of_a_vm_that_cannot_be_looked_at(
    numa_domain: Any, root: Path
) -> None:
    path = root / "run/libvirt/qemu/cells.xml"
    path.unlink()
    said = numa_domain("verify", "--all", "--root", str(root), "--json")
    assert said.code == 2
    assert json.loads(said.err)["error"]["text"] == (
        f"VM cells: libvirt does not give its XML: {path}: "
        "No such file or directory; try virsh -r -c qemu:///system dumpxml cells"
    )
    cells, strict = json.loads(said.out)["vms"]
    assert (cells["vm"], cells["verdict"], cells["memory"]) == ("cells", "unknown", [])
    assert [problem["code"] for problem in cells["problems"]] == ["LiveXmlUnreadable"]
    assert (strict["vm"], strict["verdict"]) == ("strict", "good")
    assert set(cells) == set(strict)
    text = numa_domain("verify", "--all", "--root", str(root)).out
    pid = Capture("cells").pid
    assert text.startswith(
        f"cells: unknown (process {pid})\nproblem: libvirt does not give its XML"
    )
    assert "strict: good" in text


def test_verify_all_with_drift_ends_with_1_whatever_cannot_be_looked_at(
    numa_domain: Any, root: Path
) -> None:
    drift(Capture("cells")).write(root)
    (root / "run/libvirt/qemu/strict.xml").unlink()
    said = numa_domain("verify", "--all", "--root", str(root))
    assert (said.code, said.err) == (1, "")


def test_verify_vm_that_ends_meanwhile_is_left_out_unless_it_was_named(
    numa_domain: Any, root: Path
) -> None:
    """Its command line was read, and then nothing of it is there."""
    pid = Capture("cells").pid
    shutil.rmtree(root / f"proc/{pid}/task")
    (root / "run/libvirt/qemu/cells.xml").unlink()
    said = numa_domain("verify", "--all", "--root", str(root), "--json")
    assert (said.code, [vm["vm"] for vm in json.loads(said.out)["vms"]]) == (0, ["strict"])
    assert numa_domain("verify", "cells", "--root", str(root)) == (
        2,
        "",
        f"numa-domain verify: VM cells: process {pid} of the VM has ended; "
        "look whether the VM is still up\n",
    )


@pytest.mark.parametrize(
    ("argv", "line"),
    [
        (("--watch", "-1"), "--watch: '-1' is not a time: write seconds, up to a day (86400)"),
        (("--watch", "0"), "--watch: '0' is not a time: write seconds, up to a day (86400)"),
        (("--watch", "nan"), "--watch: 'nan' is not a time: write seconds, up to a day (86400)"),
        (("--watch", "inf"), "--watch: 'inf' is not a time: write seconds, up to a day (86400)"),
        (("--times", "0"), "--times: '0' is not a count: write a whole number from 1 up"),
        (("--times", "-3"), "--times: '-3' is not a count: write a whole number from 1 up"),
    ],
)
def test_verify_watch_takes_times_that_there_are(
    numa_domain: Any, root: Path, argv: tuple[str, ...], line: str
) -> None:
    said = numa_domain("verify", "cells", "--root", str(root), *argv)
    assert said == (
        2,
        "",
        f"numa-domain verify: argument {line}; see numa-domain verify --help\n",
    )


def test_verify_host_without_vms(numa_domain: Any, tmp_path: Path) -> None:
    (tmp_path / "proc").mkdir()
    said = numa_domain("verify", "--all", "--root", str(tmp_path))
    assert said == (0, "no VM runs here\n", "")


def test_verify_of_200_vms_takes_less_than_2_seconds(tmp_path: Path) -> None:
    """Of CPU: the clock is the business of whoever else is on this machine."""
    host(tmp_path, 1500)
    _, cpu = measure(tmp_path)
    assert cpu < LIMIT


def test_verify_without_a_name_shows_every_vm(numa_domain: Any, root: Path) -> None:
    said = numa_domain("verify", "--root", str(root))
    assert said == numa_domain("verify", "--all", "--root", str(root))
    assert "strict: good" in said.out
    assert "cells: good" in said.out
