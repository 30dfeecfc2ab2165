# SPDX-License-Identifier: Apache-2.0
"""What becomes of answers when the engine, the token or the scheduler itself goes away."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine_plugin.scheduler.model.account import AccountUnreadable
from engine_plugin.scheduler.settings import Settings, VariableWrong
from tests.engine_plugin.engines import GIB, Engine

from .conftest import Asking, account_file, until


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Engine]:
    """An engine that a test may bring down."""
    found = Engine(tmp_path / "engine")
    yield found
    found.close()


def lab(engine: Engine) -> list[str]:
    names = ("epyc-nps4", "spr-snc4", "xeon-cxl", "epyc-2of8", "xeon-full")
    return [engine.host(name).id for name in names]


def hung(engine: Engine, stage: str) -> None:
    engine.app.state.outage.to(stage)


def test_known_vm_is_answered_while_the_engine_hangs(own: Engine, tmp_path: Path) -> None:
    hosts = lab(own)
    bound = own.new_vm(hosts=(), numa_nodeset="1")
    plain = own.new_vm(hosts=())
    asking = Asking(own.url, tmp_path)
    hung(own, "hanging")
    began = time.monotonic()
    assert len(asking.filter(hosts, bound)[0]) == 4
    assert asking.filter(hosts, plain)[0] == hosts
    assert time.monotonic() - began < 0.5
    hung(own, "up")
    asking.close()


def test_new_vm_passes_everywhere_while_the_engine_hangs(
    own: Engine, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """It cannot be read, so nobody knows whether it has settings; the engine does not wait long."""
    hosts = lab(own)
    asking = Asking(own.url, tmp_path)
    asking.running.watcher.close()
    vm_id = own.new_vm(hosts=(), numa_nodeset="1")
    hung(own, "hanging")
    began = time.monotonic()
    assert asking.filter(hosts, vm_id) == (hosts, {})
    assert time.monotonic() - began < 3
    assert asking.running.counters.document()["unseen"] == 1
    assert f"VM {vm_id} cannot be read: " in caplog.text
    assert "the 1 s that a request may take were over" in caplog.text
    hung(own, "up")
    asking.close()


def test_token_that_expired_is_renewed(own: Engine, tmp_path: Path) -> None:
    hosts = lab(own)
    asking = Asking(own.url, tmp_path)
    own.app.state.outage.to("stopped")
    own.app.state.outage.to("starting")
    own.app.state.outage.to("up")  # and all tokens of before are of no use
    own.sdk = own.login("admin")
    vm_id = own.new_vm(hosts=(), numa_nodeset="1")
    found = asking.filter(hosts, vm_id)[0]
    assert len(found) == 4
    until(lambda: asking.running.watcher.state.error is None)
    asking.close()


def test_wrong_password_leaves_all_hosts_and_says_so(own: Engine, tmp_path: Path) -> None:
    hosts = lab(own)
    account = account_file(tmp_path, password="wrong")
    asking = Asking(own.url, tmp_path, warm=False, account=account)
    vm_id = own.new_vm(hosts=(), numa_nodeset="1")
    assert asking.filter(hosts, vm_id) == (hosts, {})
    error = until(lambda: asking.running.watcher.state.error)
    assert error.startswith("engine: the engine refuses the login of rita@internal")
    asking.close()


def test_decisions_survive_a_restart(own: Engine, tmp_path: Path) -> None:
    hosts = lab(own)
    vm_id = own.new_vm(hosts=(), numa_nodeset="1", memory=900 * GIB)
    asking = Asking(own.url, tmp_path)
    assert asking.filter(hosts, vm_id)[0] == []
    asking.close()
    again = Asking(own.url, tmp_path)
    (found,) = again.running.decisions.of(vm_id)
    assert found["outcome"] == "refused"
    assert [host["state"] for host in found["hosts"]] == ["refused"] * 5
    assert all(host["problem"]["message"] for host in found["hosts"])
    again.close()


def test_running_vms_count_after_a_restart_too(own: Engine, tmp_path: Path) -> None:
    """VM after VM on one node until it is full, with a new scheduler each time."""
    nps4 = own.host("epyc-nps4").id
    for _ in range(2):
        vm_id = own.new_vm(memory=28 * GIB, numa_nodeset="2", affinity="pinned")
        asking = Asking(own.url, tmp_path)
        assert asking.filter([nps4], vm_id)[0] == [nps4]
        asking.close()
        own.started(vm_id)
    vm_id = own.new_vm(memory=28 * GIB, numa_nodeset="2", affinity="pinned")
    asking = Asking(own.url, tmp_path)
    passed, errors = asking.filter([nps4], vm_id)
    assert passed == []
    line = errors["numa_fit"][0]
    assert "epyc-nps4: the VM needs 28.23 GiB (232 MiB of them for QEMU) on node 2, where " in line
    asking.close()


def test_settings_that_were_stored_just_now_count(own: Engine, tmp_path: Path) -> None:
    hosts = lab(own)
    asking = Asking(own.url, tmp_path)
    vm_id = own.new_vm(hosts=(), numa_nodeset="1")
    assert len(asking.filter(hosts, vm_id)[0]) == 4  # read, since the model has never seen it
    plain = own.new_vm(hosts=())
    until(lambda: asking.running.world.known(plain))
    _store(own, plain, "9")
    until(lambda: asking.filter(hosts, plain)[0] == [], 5)
    asking.close()


def _store(engine: Engine, vm_id: str, nodeset: str) -> None:
    from ovirtsdk4 import types

    given = [types.CustomProperty(name="numa_nodeset", value=nodeset)]
    engine.vms.vm_service(vm_id).update(types.Vm(custom_properties=given))


def test_start_that_nobody_asked_about_is_told(own: Engine, tmp_path: Path) -> None:
    asking = Asking(own.url, tmp_path)
    vm_id = own.new_vm(memory=8 * GIB, numa_nodeset="2", affinity="pinned")
    own.started(vm_id)
    (start,) = until(lambda: asking.running.state()["unasked"])
    assert (start["vm"], start["host"]) == (vm_id, "epyc-nps4")
    (found,) = until(lambda: asking.running.decisions.of(vm_id))
    assert (found["outcome"], found["chosen"]["name"]) == ("unasked", "epyc-nps4")
    asking.close()


@pytest.mark.parametrize(
    ("text", "mode", "reason"),
    [
        ("username=a@internal\npassword=b\n", 0o644, "others may read it (chmod 600)"),
        ("username=a@internal\n", 0o600, "it has no username= and password="),
        (None, 0o600, "[Errno 2] No such file or directory"),
    ],
)
def test_file_with_the_user_is_roots_alone(
    own: Engine, tmp_path: Path, text: str | None, mode: int, reason: str
) -> None:
    path = tmp_path / "account"
    if text is not None:
        path.write_text(text)
        path.chmod(mode)
    with pytest.raises(AccountUnreadable) as caught:
        Asking(own.url, tmp_path, account=path)
    assert reason in caught.value.message


@pytest.mark.parametrize(
    "environ",
    [
        {},
        {"OVIRT_NUMA_ENGINE_URL": "ftp://e.example.org"},
        {"OVIRT_NUMA_ENGINE_URL": "http://e.example.org"},
        {"OVIRT_NUMA_ENGINE_URL": "https://e.example.org", "NUMA_SCHEDULER_PORT": "70000"},
        {"OVIRT_NUMA_ENGINE_URL": "https://e.example.org", "NUMA_SCHEDULER_PORT": "x"},
    ],
)
def test_environment_that_is_wrong_is_told(environ: dict[str, Any]) -> None:
    with pytest.raises(VariableWrong):
        Settings.from_environment(environ)


def test_environment_of_systemd_names_the_copy_of_the_account() -> None:
    environ = {
        "OVIRT_NUMA_ENGINE_URL": "https://e.example.org",
        "CREDENTIALS_DIRECTORY": "/run/credentials/x",
        "STATE_DIRECTORY": "/var/lib/x",
    }
    found = Settings.from_environment(environ)
    assert found.account == Path("/run/credentials/x/account")
    assert found.state == Path("/var/lib/x")
