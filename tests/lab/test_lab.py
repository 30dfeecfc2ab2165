# SPDX-License-Identifier: Apache-2.0
"""The lab's own parts, without booting it: what it would boot, and that its cases can fail."""

from __future__ import annotations

import importlib
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from engine_plugin.demo.guest import GuestFailed
from numa_domain.observed.numa_maps import read_areas, total
from tests.captures import Capture
from tests.lab import __main__, inside, machine, numa_maps
from tests.lab.case import CASES, Case, Result, read_results, write_result
from tests.lab.inside import FILES
from tests.lab.table import row, summary


class NoLab:
    """A lab that has nothing to clean."""

    slowness = 1.0

    def clean(self) -> None:
        return

    def say(self, text: str) -> None:
        return


def run(body: Any, limit: int = 5) -> Result:
    return Case("name", "title", limit, body).run(NoLab())  # type: ignore[arg-type]


def test_case_passes_when_all_is_as_expected() -> None:
    assert run(lambda lab, result: result.expect("x", 1, 1)).passed


@pytest.mark.parametrize(
    "body",
    [
        lambda lab, result: None,
        lambda lab, result: result.expect("x", 1, 2),
        lambda lab, result: result.expect_near("x", 10, 20, 9),
        lambda lab, result: result.expect_that("x", False, ""),
        lambda lab, result: [result.expect("x", 1, 1), 1 / 0],
    ],
    ids=["shows nothing", "differs", "is far", "does not hold", "breaks"],
)
def test_case_fails(body: Any) -> None:
    result = run(body)
    assert not result.passed
    assert row(result.to_dict()).startswith("FAILED name: title")
    assert "1 failed" in summary([result.to_dict()], 1)


@pytest.mark.parametrize(("failures", "passed"), [(1, True), (2, False)])
def test_case_whose_guest_does_not_come_up_is_tried_twice(failures: int, passed: bool) -> None:
    tries = []

    def body(lab: Any, result: Result) -> None:
        tries.append(result)
        if len(tries) <= failures:
            raise GuestFailed("the guest did not report")
        result.expect("x", 1, 1)

    case = Case("name", "title", 5, body)
    result = inside._run(case, NoLab(), time.monotonic() + 60)  # type: ignore[arg-type]
    assert (len(tries), result.passed) == (2, passed)
    assert result.note == ["the guest of a first try did not come up"]


def test_case_that_takes_too_long_fails() -> None:
    started = time.monotonic()
    result = run(lambda lab, result: time.sleep(30), limit=1)
    assert time.monotonic() - started < 10
    assert result.error.startswith("TimeoutError: the case took more than 1 s")


def test_cases_are_those_that_are_promised() -> None:
    for file in FILES:
        importlib.import_module(f"tests.lab.cases.{file}")
    assert set(CASES) == {
        *("strict-one-node", "two-cells", "memory-only", "interleave", "preferred-overflows"),
        *("restrictive-live", "huge-pages", "auto-filled", "except-one", "dimm"),
        *("suspend-resume", "destroy-releases", "agrees-with-numastat", "told-to-others"),
        *("bound-wrongly", "moved-away", "thread-elsewhere"),
        *("node-unknown", "too-large", "node-taken-away"),
        *("vcpus-without-service", "vcpus-held", "vcpus-follow-cpus"),
        "unit-under-systemd",
        *("cells-follow-sockets", "socket-in-two-cells", "dimm-of-its-own"),
        *("virtio-mem-requested", "bus-in-a-cell"),
        *("within-the-margin", "owed-by-several-nodes"),
        *("isolated-cpus", "slice-limit", "node-without-memory", "node-beyond-qemu"),
    }


def test_node_goes_when_all_other_cases_are_over() -> None:
    for file in FILES:
        importlib.import_module(f"tests.lab.cases.{file}")
    assert inside.in_order()[-1].name == "node-taken-away"


def test_command_boots_four_nodes_and_one_that_can_go() -> None:
    words = machine.command("/bin/vng", "/boot/vmlinuz-1", Path("/tmp/x"), "true")
    assert words.count("--numa") == 4
    assert words.count("--numa-distance") == 6
    assert words[words.index("--memory") + 1] == "6144M"
    assert words[words.index("--append") + 1] == "isolcpus=6"
    options = next(word for word in words if word.startswith("--qemu-opts="))
    assert "-numa node,nodeid=4 " in options
    assert options.count("dist,src=") == 4


def test_distances_have_three_classes_beyond_the_node_itself() -> None:
    assert len(set(machine.DISTANCES.values())) >= 3
    assert machine.distance(3, 0) == machine.distance(0, 3) == 17


@pytest.mark.parametrize("name", ["cells", "strict"])
def test_labs_reader_and_the_products_agree(name: str) -> None:
    """Two readers that share no line."""
    files = Capture(name).files
    maps = next(text for path, text in files.items() if path.endswith("/maps"))
    numa = next(text for path, text in files.items() if path.endswith("/numa_maps"))
    assert numa_maps.total(numa_maps.parse(maps, numa)) == dict(
        sorted(total(read_areas(numa, maps)).items())
    )


def test_lab_that_hangs_is_booted_again_and_its_case_fails_the_second_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(__main__, "_SILENCE", 1)
    __main__._note_stall(tmp_path)  # it never came up
    assert "in prepare: it is booted again" in capsys.readouterr().out
    transcript = tmp_path / "transcript.txt"
    transcript.write_text("05:14:45 === two-cells: two cells on two nodes\n")
    silent = [sys.executable, "-c", f"import time; time.sleep(600)  # {tmp_path}"]
    assert __main__._boot(silent, tmp_path, 60) is None
    __main__._note_stall(tmp_path)
    assert read_results(tmp_path) == []
    transcript.write_text(transcript.read_text() * 2)
    __main__._note_stall(tmp_path)
    (result,) = read_results(tmp_path)
    assert (result["name"], result["passed"]) == ("two-cells", False)
    assert capsys.readouterr().out.count("in two-cells: it is booted again") == 2


def test_lab_again_leaves_out_what_has_passed(tmp_path: Path) -> None:
    for name, error in (("two-cells", ""), ("holding", "it hung")):
        result = Result(name, "title", error=error)
        result.expect("x", 1, 1)
        write_result(tmp_path, result)
    (tmp_path / "done").write_text("")
    __main__._begin(tmp_path, again=True)
    assert [result["name"] for result in read_results(tmp_path)] == ["two-cells"]
    assert not (tmp_path / "done").exists()
    __main__._begin(tmp_path, again=False)
    assert read_results(tmp_path) == []
