# SPDX-License-Identifier: Apache-2.0
"""`ovirt-numa set` and `clear` of pools and searches, and what keeps two commands apart."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from ..engines import Engine

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    found = Engine(tmp_path_factory.mktemp("engine"))
    yield found
    found.close()


@pytest.fixture
def command(engine, tmp_path, monkeypatch):
    for name, value in (
        ("OVIRT_URL", engine.url),
        ("OVIRT_USERNAME", "admin@internal"),
        ("OVIRT_PASSWORD", "demo"),
        ("OVIRT_NUMA_LOCK_DIR", str(tmp_path / "locks")),
        ("HOME", str(tmp_path)),
    ):
        monkeypatch.setenv(name, value)

    def begin(*words: str) -> subprocess.Popen:
        return subprocess.Popen(
            [sys.executable, "-m", "engine_plugin.cli", *words],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    return begin


@pytest.fixture
def run(command):
    def found(*words: str) -> tuple[int, str, str]:
        process = command(*words)
        out, err = process.communicate(timeout=120)
        return process.returncode, out, err

    return found


def nodeset(engine, vm_id: str) -> str | None:
    vm = engine.vms.vm_service(vm_id).get()
    return {p.name: p.value for p in vm.custom_properties or []}.get("numa_nodeset")


def names(engine, *ids: str) -> str:
    return " or ".join(f"name={engine.vms.vm_service(each).get().name}" for each in ids)


def test_set_search_changes_all_and_shows_what_it_left(engine, run):
    new, same = engine.new_vm(), engine.new_vm(numa_nodeset="0", affinity="pinned")
    other = engine.new_vm(numa_nodeset="5", affinity="pinned")
    search = names(engine, new, same, other)
    code, out, err = run("set", "--search", search, "--nodeset", "0", "--json")
    assert code == 1, err
    found = json.loads(out)
    states = {vm["id"]: (vm["state"], vm["request"]["nodeset"]) for vm in found["vms"]}
    assert states == {new: ("done", "0"), same: ("unchanged", "0"), other: ("differs", "5")}
    assert [nodeset(engine, each) for each in (new, same, other)] == ["0", "0", "5"]
    code, out, err = run("set", "--search", search, "--nodeset", "0", "--overwrite")
    assert code == 0, err
    assert "1 done, 2 unchanged" in out
    code, out, err = run("clear", "--search", search)
    assert (code, [nodeset(engine, each) for each in (new, same, other)]) == (0, [None] * 3), err


def test_set_pool_changes_each_of_its_vms(engine, run):
    code, out, err = run("set", "desktops", "--kind", "pool", "--nodeset", "0", "--force")
    assert code == 0, err
    assert "2 done" in out
    members = engine.vms.list(search="pool=desktops")
    assert [nodeset(engine, vm.id) for vm in members] == ["0", "0"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "one of the arguments name --search is required"),
        (("web-01", "--search", "name=web*"), "not allowed with argument name"),
        (("--search", "x", "--kind", "pool"), "and --kind or --if-match is given beside it"),
    ],
)
def test_set_says_what_it_needs_to_know(run, words, said):
    code, out, err = run("set", *words, "--nodeset", "0")
    assert (code, out) == (2, "")
    assert said in err


def test_two_commands_that_replace_the_same_version_do_not_both(engine, command, run):
    """Each process has its own clients; the folder of locks is all that they share."""
    vm_id = engine.new_vm(numa_nodeset="7", affinity="pinned")
    _, out, _ = run("get", vm_id, "--json")
    etag = json.loads(out)["etag"]
    running = [
        command("set", vm_id, "--nodeset", str(number), "--if-match", etag) for number in range(4)
    ]
    ended = [(process.communicate(timeout=120), process.returncode) for process in running]
    codes = [code for _, code in ended]
    assert sorted(codes) == [0, 2, 2, 2], [err for (_, err), _ in ended]
    assert nodeset(engine, vm_id) == str(codes.index(0))


def test_folder_for_locks_that_cannot_be_used_is_told(engine, run, monkeypatch):
    monkeypatch.setenv("OVIRT_NUMA_LOCK_DIR", "/proc/nowhere")
    vm_id = engine.new_vm()
    code, out, err = run("set", vm_id, "--nodeset", "0")
    assert (code, out) == (2, "")
    assert err.startswith("ovirt-numa: lock: the folder for locks, /proc/nowhere, cannot be used: ")
    assert nodeset(engine, vm_id) is None


@pytest.mark.parametrize("search", ["", "  "])
@pytest.mark.parametrize("words", [("set", "--nodeset", "0"), ("clear",)])
def test_search_that_is_empty_changes_nothing(engine, run, words, search):
    """It would find every VM, and is more often a variable that was empty."""
    vm_id = engine.new_vm(numa_nodeset="5")
    code, _, error = run(*words, "--search", search)
    assert (code, error.count("\n")) == (2, 1)
    assert "cannot be searched for: it is empty, and would find every VM" in error
    assert nodeset(engine, vm_id) == "5"


def test_search_of_who_is_no_administrator_finds_what_it_says(engine, run, monkeypatch):
    """The engine ignores what they search for, where it is asked page by page."""
    monkeypatch.setenv("OVIRT_USERNAME", "oscar@internal")
    wanted, _ = (engine.new_vm(numa_nodeset="1", affinity="pinned") for _ in range(2))
    code, out, err = run("get", "--search", names(engine, wanted), "--json")
    assert code == 0, err
    assert [vm["id"] for vm in json.loads(out)["vms"]] == [wanted]
    code, _, err = run("get", "--kind", "pool", "--search", "name=nothing")
    assert code == 2, err
    assert "the engine searches no pools for who is no administrator" in err
