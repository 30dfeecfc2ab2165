# SPDX-License-Identifier: Apache-2.0
"""The engine as a whole: what outlives a restart, locks, size, and its command."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import httpx
import ovirtsdk4 as sdk
import pytest
from ovirtsdk4 import types

from engine_plugin.demo.app import create_app
from engine_plugin.demo.faults import Fault
from engine_plugin.demo.main import main, parser, settings_of
from engine_plugin.demo.search import Search
from engine_plugin.demo.settings import Settings


def settings(folder: Path, **more: Any) -> Settings:
    return Settings(data=folder, boot="none", **more)


def test_vms_outlive_a_restart(tmp_path: Path) -> None:
    first = create_app(settings(tmp_path)).state
    admin = next(u for u in first.engine.store.users() if u.name == "admin@internal")
    vm = first.engine.store.vm_named("web-small")
    first.lifecycle.start(admin, vm.id)
    first.close()
    second = create_app(settings(tmp_path)).state
    assert second.engine.store.vm(vm.id).state.status == "up"
    assert second.engine.store.events(Search("event"), 1)[0].text.startswith("VM web-small started")


def test_vm_whose_start_was_cut_off_is_down_after_a_restart(tmp_path: Path) -> None:
    store = create_app(settings(tmp_path)).state.engine.store
    vm = store.vm_named("web-small")
    store.save_vm(vm.with_state(status="wait_for_launch", host_id=store.hosts()[0].id))
    again = create_app(settings(tmp_path)).state.engine.store.vm(vm.id)
    assert (again.state.status, again.state.host_id) == ("down", None)


def test_fresh_forgets_and_leaves_other_files_alone(tmp_path: Path) -> None:
    store = create_app(settings(tmp_path)).state.engine.store
    store.delete_vm(store.vm_named("web-small").id)
    (tmp_path / "mine.txt").write_text("x")
    fresh = create_app(settings(tmp_path, fresh=True)).state.engine.store
    assert fresh.vm_named("web-small") is not None
    assert (tmp_path / "mine.txt").exists()


def test_fresh_engines_have_the_same_ids(tmp_path: Path) -> None:
    one = create_app(settings(tmp_path / "a")).state.engine.store
    two = create_app(settings(tmp_path / "b")).state.engine.store
    assert [h.id for h in one.hosts()] == [h.id for h in two.hosts()]
    assert one.vm_named("db-auto").id == two.vm_named("db-auto").id


def test_definitions_of_the_settings_replace_the_seeds(tmp_path: Path) -> None:
    engine = create_app(settings(tmp_path, definitions={"4.7": "color"})).state.engine
    vm = engine.store.vm_named("web-small")
    assert engine.definitions(vm.config).problems("color=red") == []


def test_two_at_once_on_one_vm_is_409(served: Any, vms: Any) -> None:
    service = vms()
    engine = served.app.state.engine
    vm = engine.store.vm(service.get().id)
    with engine.locked(vm), pytest.raises(sdk.Error) as error:
        service.update(types.Vm(description="x"))
    assert (error.value.code, error.value.fault.detail) == (
        409,
        "[Cannot edit VM. VM is being updated.]",
    )


def test_writers_of_different_vms_do_not_lose_a_change(served: Any, vms: Any) -> None:
    services = [vms() for _ in range(4)]
    ids = [service.get().id for service in services]

    def write(vm_id: str) -> None:
        connection = served.sdk()
        mine = connection.system_service().vms_service().vm_service(vm_id)
        for i in range(10):
            mine.update(types.Vm(description=f"change {i}"))

    threads = [threading.Thread(target=write, args=(vm_id,)) for vm_id in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [service.get().description for service in services] == ["change 9"] * 4


def test_large_engine_has_that_many_and_pages_quickly(tmp_path: Path) -> None:
    store = create_app(settings(tmp_path, vms=10_000, hosts=500)).state.engine.store
    assert (store.count("vm"), store.count("host")) == (10_002, 501)
    begun = time.perf_counter()
    found = store.vms(Search.parse("vm", "sortby name asc page 60"), 100)
    assert len(found) == 100
    assert time.perf_counter() - begun < 0.5
    nodes = [len(h.nodes) for h in store.hosts_in(found[0].config.cluster_id)]
    assert nodes.count(8) == 497


def test_command_serves_and_ends_on_a_signal(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "engine_plugin.demo", "--port", "0", "--boot", "none"]
    root = Path(__file__).parents[3]
    with subprocess.Popen(
        [*command, "--data", str(tmp_path)], cwd=root, stdout=subprocess.PIPE, text=True
    ) as server:
        try:
            assert server.stdout is not None
            line = server.stdout.readline()
            url = line.split(": ", 1)[1].strip()
            assert line.startswith("embedded engine (a stand-in, not oVirt): http://127.0.0.1:")
            answer = httpx.get(url.replace("/demo", "/ovirt-engine/api/vms?max=1"), timeout=20)
            assert answer.status_code == 401
        finally:
            server.terminate()
            assert server.wait(20) == 0


def test_port_in_use_is_told_in_one_line(tmp_path: Path, capsys: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["--port", str(port), "--data", str(tmp_path)]) == 2
    assert capsys.readouterr().err == f"demo: 127.0.0.1:{port}: Address already in use\n"


def test_options_of_the_command_are_the_settings(tmp_path: Path) -> None:
    args = parser().parse_args(["--data", str(tmp_path), "--vms", "9", "--boot", "define"])
    assert settings_of(args) == Settings(tmp_path, vms=9, boot="define")


def test_hook_that_hangs_is_ended_and_told(tmp_path: Path) -> None:
    state = create_app(settings(tmp_path, hook_seconds=0.3)).state
    store = state.engine.store
    host = next(h for h in store.hosts() if h.name == "xeon-full")
    script = state.machines.of(host).hooks_dir / "before_vm_start/99_hang"
    script.parent.mkdir()
    script.write_text("#!/bin/sh\nexec sleep 60\n")
    script.chmod(0o755)
    admin = next(u for u in store.users() if u.name == "admin@internal")
    vm = store.vm_named("no-hook")
    state.lifecycle.start(admin, vm.id)
    state.close()
    assert store.vm(vm.id).state.status == "down"
    assert store.events(Search.parse("event", "severity=error"), 2)[1].text == (
        "VM no-hook is down with error. Exit message: a hook did not end within 0.3 s"
        " (VDSM would wait for ever)."
    )


def test_vm_whose_property_is_no_longer_defined_neither_changes_nor_starts(tmp_path: Path) -> None:
    create_app(settings(tmp_path)).state.close()
    state = create_app(settings(tmp_path, definitions={"4.7": "numa_topology"})).state
    admin = next(u for u in state.engine.store.users() if u.name == "admin@internal")
    vm = state.engine.store.vm_named("db-strict")
    assert vm.config.properties["numa_nodeset"] == "0-1"
    for action, attempt in (
        ("edit", lambda: state.engine.update_vm(admin, vm.id, lambda c: c, next_run=True)),
        ("run", lambda: state.lifecycle.start(admin, vm.id)),
    ):
        with pytest.raises(Fault) as refused:
            attempt()
        assert (refused.value.status, refused.value.detail) == (
            400,
            f"[Cannot {action} VM if some of the specified custom properties are not configured"
            " by the system. The keys are: numa_nodeset]",
        )
    state.close()
