# SPDX-License-Identifier: Apache-2.0
"""The journal: what is remembered of a run, that it stays small, and that it never hurts."""

from __future__ import annotations

import json
import os
import time
from fcntl import LOCK_EX, flock
from multiprocessing import get_context
from pathlib import Path

import pytest

from tests.vdsm_hook.domains import engine_domain
from tests.vdsm_hook.machine import Machine
from tests.vdsm_hook.vdsm import VM_ID
from vdsm_hook import install, journal, journal_report
from vdsm_hook.config import Config
from vdsm_hook.contract import Call


def call(point: str = "before_vm_start", **more: str) -> Call:
    return Call(point, VM_ID, more.get("nodeset"), more.get("topology"), "")


def test_run_is_read_back_as_it_was(tmp_path: Path) -> None:
    config = Config(run_dir=str(tmp_path))
    journal.record(config, call(nodeset="0-1", topology="2"), "new", "placed on nodes 0-1")
    (run,) = journal.read(config).runs
    assert abs(run.at - time.time()) < 60
    assert run.replace(at=0, seconds=0.0) == journal.Run(
        at=0,
        point="before_vm_start",
        vm_id=VM_ID,
        outcome="new",
        seconds=0.0,
        nodeset="0-1",
        topology="2",
        said="placed on nodes 0-1",
    )


def test_texts_that_would_break_the_form_are_escaped_and_cut(tmp_path: Path) -> None:
    config = Config(run_dir=str(tmp_path))
    journal.record(config, call(nodeset="0\t1\n\N{SNOWMAN}" + "x" * 999), "new", "a\nb")
    (run,) = journal.read(config).runs
    assert run.nodeset.startswith("0\\t1\\n\\u2603xxx")
    assert len(run.nodeset) < 420
    assert run.said == "a\\nb"


def test_journal_stays_small_and_counts_every_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal, "LARGEST", 4000)
    config = Config(run_dir=str(tmp_path))
    for i in range(300):
        journal.record(config, call(), "new" if i % 3 else "NoRoom", f"run {i}")
    found = journal.read(config)
    assert (tmp_path / "journal").stat().st_size < 4500
    assert {key: count for key, (count, _) in found.totals.items()} == {
        ("before_vm_start", "new"): 200,
        ("before_vm_start", "NoRoom"): 100,
    }
    assert found.runs[-1].said == "run 299"
    assert 10 < len(found.runs) < 60


def _record_many(folder: str, count: int) -> None:
    journal.LARGEST = 3000
    for _ in range(count):
        journal.record(Config(run_dir=folder), call(), "new", "in parallel")


def test_parallel_runs_are_all_counted(tmp_path: Path) -> None:
    """Each waits for the lock 0.1 s at most, which four writers of 60 never need."""
    processes = [
        get_context("fork").Process(target=_record_many, args=(str(tmp_path), 60)) for _ in range(4)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    totals = journal.read(Config(run_dir=str(tmp_path))).totals
    lost = 240 - totals["before_vm_start", "new"][0]
    assert lost <= 5, "an entry may be lost, a journal may not"
    assert journal.from_text((tmp_path / "journal").read_text()).totals == totals


def test_lock_that_is_held_costs_a_moment_and_the_entry(tmp_path: Path) -> None:
    config = Config(run_dir=str(tmp_path))
    journal.record(config, call(), "new", "first")
    with open(tmp_path / "journal", encoding="ascii") as holder:
        flock(holder, LOCK_EX)
        started = time.monotonic()
        journal.record(config, call(), "new", "second")
        assert time.monotonic() - started < 2
    assert [run.said for run in journal.read(config).runs] == ["first"]


def test_journal_without_its_directory_is_left(tmp_path: Path) -> None:
    config = Config(run_dir=str(tmp_path / "none"))
    journal.record(config, call(), "new", "")
    assert journal.read(config).runs == ()


@pytest.mark.parametrize("kind", ["directory", "fifo"])
def test_journal_in_whose_way_something_is_is_made_anew(tmp_path: Path, kind: str) -> None:
    (Path.mkdir if kind == "directory" else os.mkfifo)(tmp_path / "journal")
    config = Config(run_dir=str(tmp_path))
    journal.record(config, call(), "new", "said")
    assert [run.said for run in journal.read(config).runs] == ["said"]


@pytest.mark.parametrize("kind", ["directory", "fifo", "link"])
def test_journal_is_shortened_whatever_is_at_its_new_file(tmp_path: Path, kind: str) -> None:
    new = tmp_path / "journal.new"
    {"directory": Path.mkdir, "fifo": os.mkfifo, "link": lambda p: p.symlink_to("x")}[kind](new)
    runs = [journal.Run(i, "p", "v", "new", 0.1, said="x" * 300) for i in range(1000)]
    (tmp_path / "journal").write_text(journal.to_text(runs, {}))
    config = Config(run_dir=str(tmp_path))
    journal.record(config, call(), "new", "said")
    found = journal.read(config)
    assert found.runs[-1].said == "said"
    assert (tmp_path / "journal").stat().st_size < journal.LARGEST
    assert sum(count for count, _ in found.totals.values()) == 1001


@pytest.mark.parametrize(
    "line",
    [
        "total\tp\tnew\t0\t1.0",
        "total\tp\tnew\t-1\t1.0",
        "total\tp\tnew\t1\tnan",
        "total\tp\tnew\t1\tinf",
        "total\tp\tnew\t1\t1e400",
        "99999999999999999999\tp\tv\tnew\t0.1\t\t\t",
        "1\t\x1b[2J\tv\tnew\t0.1\t\t\t",
    ],
)
def test_figures_that_nobody_wrote_are_left_out(line: str) -> None:
    assert journal.from_text(f"{line}\n") == journal.Journal()


def test_damaged_lines_are_left_out() -> None:
    good = journal.to_text([journal.Run(1, "p", "v", "new", 0.1)], {("p", "new"): (2, 0.5)})
    found = journal.from_text("total\tp\tnew\tmany\t1\nnonsense\n" + good + "1\tp\tv\tnew")
    assert [run.at for run in found.runs] == [1]
    assert found.totals == {("p", "new"): (3, pytest.approx(0.6))}


def test_hooks_leave_inputs_outcome_and_duration(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    assert machine.start(engine_domain(), "0-1").rc == 0
    refused = machine.start(engine_domain(), "7")
    machine.destroy()
    runs = journal.read(machine.config).runs
    assert [(run.point, run.outcome) for run in runs] == [
        ("before_vm_start", "new"),
        ("before_vm_start", "NodeUnknown"),
        ("after_vm_destroy", "unchanged"),
    ]
    assert runs[0].said.startswith("placed on nodes 0-1")
    assert f"numa: {runs[1].said}\n" == refused.line
    assert all(0 < run.seconds < 9 for run in runs)


def test_run_without_answer_in_time_is_remembered(tmp_path: Path) -> None:
    machine = Machine(tmp_path, time_limit=0.5)
    machine.start(engine_domain(), "0")
    with open(machine.run_dir / "lock", "rb") as lock:
        flock(lock, LOCK_EX)
        answer = machine.start(engine_domain(), "0")
    assert answer.rc == 2
    assert journal.read(machine.config).runs[-1].outcome == "TookTooLong"


def test_numa_hook_journal_tells_runs_and_reservations(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    machine = Machine(tmp_path)
    machine.start(engine_domain(), "0-1")
    assert install.main(["journal", "--hooks-dir", str(machine.hooks), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [total["count"] for total in found["totals"]] == [1]
    (reservation,) = found["reservations"]
    assert reservation["vm"] == VM_ID
    (claim,) = reservation["claims"]
    assert claim == {"nodes": "0-1", "kib": claim["kib"], "page_kib": 0}
    half = {"0": claim["kib"] // 2}
    assert reservation["owed"] == {"0": half, "1": half}
    assert install.main(["journal", "--hooks-dir", str(machine.hooks)]) == 0
    assert "before_vm_start" in capsys.readouterr().out


def test_journal_of_a_host_where_nothing_ran_says_so(tmp_path: Path) -> None:
    found = journal_report.answer(Config(run_dir=str(tmp_path)), "")
    assert journal_report.text(found) == (
        "no hook has run for a VM with NUMA settings since this host's boot"
    )
