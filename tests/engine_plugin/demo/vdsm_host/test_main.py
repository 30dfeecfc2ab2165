# SPDX-License-Identifier: Apache-2.0
"""The command: its options, what is wrong with them, and the hooks of a folder."""

from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from engine_plugin.demo.vdsm_host.options import parsed
from tests.engine_plugin.demo.vdsm_host.domain import domain
from tests.engine_plugin.demo.vdsm_host.hosts import COMMAND, ROOT, Hosts
from tests.engine_plugin.demo.vdsm_host.pki import Pki


def run(*options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *options], cwd=ROOT, capture_output=True, text=True, timeout=60
    )


def install(hooks: Path, config: Path) -> None:
    words = ("install", "--hooks-dir", str(hooks), "--config", str(config), "--json")
    command = [sys.executable, "-m", "vdsm_hook.install", *words]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)


@pytest.mark.parametrize(
    ("host", "why"),
    [
        (
            "epyc-nps4",
            "'epyc-nps4' is not [NAME/]TOPOLOGY=ADDRESS[:PORT]; write epyc-nps4=127.0.0.2",
        ),
        (
            "sparc=127.0.0.2",
            "there is no topology 'sparc'; "
            "epyc-2of8, epyc-nps4, power9, spr-snc4, xeon-cxl, xeon-full",
        ),
    ],
)
def test_a_host_that_cannot_be_read_is_told(host: str, why: str) -> None:
    done = run("--host", host, "--key", "a", "--cert", "b", "--ca", "c")
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].endswith(f"error: argument --host: {why}")


def test_two_hosts_of_one_name_are_told() -> None:
    done = run(
        *("--host", "xeon-cxl=127.0.0.2", "--host", "xeon-cxl=127.0.0.3"),
        *("--key", "a", "--cert", "b", "--ca", "c"),
    )
    why = "error: two hosts are called xeon-cxl; write left/xeon-cxl=ADDRESS"
    assert (done.returncode, done.stderr.splitlines()[-1][-len(why) :]) == (2, why)


def test_the_documented_command_is_understood() -> None:
    page = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    line = next(line for line in page.splitlines() if "-m engine_plugin.demo.vdsm_host" in line)
    found = parsed(shlex.split(line)[3:])
    assert [(host.name, host.address, host.port) for host in found.host] == [
        ("epyc-nps4", "127.0.0.2", 54321),
        ("xeon-cxl", "127.0.0.3", 54321),
    ]
    assert str(found.data / "hosts/HOST/vms/VM.xml") in page


def test_a_file_that_is_not_there_is_named(pki: Pki) -> None:
    done = run("--host", "epyc-nps4=127.0.0.1:0", *pki.options(), "--ca", "/nowhere/ca.pem")
    assert (done.returncode, done.stderr) == (
        2,
        "vdsm_host: /nowhere/ca.pem: No such file or directory\n",
    )


def test_a_key_of_another_certificate_is_told(pki: Pki) -> None:
    key = str(pki.path("engine.key"))
    done = run("--host", "epyc-nps4=127.0.0.1:0", *pki.options(), "--key", key)
    assert done.returncode == 2
    assert done.stderr.startswith("vdsm_host: key and certificates cannot be used together: ")


def test_hooks_that_are_not_there_are_told(pki: Pki, tmp_path: Path) -> None:
    options = ("--hooks", "/nowhere/hooks", "--data", str(tmp_path))
    done = run("--host", "epyc-nps4=127.0.0.1:0", *pki.options(), *options)
    assert (done.returncode, done.stderr) == (
        2,
        "vdsm_host: /nowhere/hooks: No such file or directory\n",
    )


def test_an_address_in_use_is_told(pki: Pki, tmp_path: Path) -> None:
    with Hosts.started(tmp_path / "one", pki, "epyc-nps4") as hosts:
        address, port = hosts.address("epyc-nps4")
        where = f"epyc-nps4={address}:{port}"
        done = run("--host", where, *pki.options(), "--data", str(tmp_path / "two"))
    assert done.returncode == 2
    assert "address already in use" in done.stderr.splitlines()[-1]


def test_sigterm_is_a_normal_end(pki: Pki, tmp_path: Path) -> None:
    with Hosts.started(tmp_path / "hosts", pki, "epyc-nps4") as hosts, hosts.engine("epyc-nps4"):
        assert hosts.stop() == 0


def test_two_hosts_of_one_topology(pki: Pki, tmp_path: Path) -> None:
    with (
        Hosts.started(tmp_path / "hosts", pki, "left/xeon-cxl", "right/xeon-cxl") as hosts,
        hosts.engine("left") as left,
        hosts.engine("right") as right,
    ):
        one, two = left.call("Host.getCapabilities"), right.call("Host.getCapabilities")
        assert one["numaNodes"] == two["numaNodes"]
        assert one["uuid"] != two["uuid"]


def test_another_name_of_the_network(pki: Pki, tmp_path: Path) -> None:
    options = ("--network", "management")
    with (
        Hosts.started(tmp_path / "hosts", pki, "xeon-cxl", options=options) as hosts,
        hosts.engine("xeon-cxl") as client,
    ):
        assert list(client.call("Host.getCapabilities")["networks"]) == ["management"]


def test_hooks_of_a_folder_read_each_hosts_own_nodes(pki: Pki, tmp_path: Path) -> None:
    config, hooks = tmp_path / "hook.conf", tmp_path / "hooks"
    config.write_text("sysfs = /nowhere\ntime_limit = 7\n")
    install(hooks, config)
    other = hooks / "before_vm_start/40_other"
    other.write_text('#!/bin/sh\nsed -i s/hvm/xvm/ "$_hook_domxml"\n')
    other.chmod(0o755)
    before = {path: path.read_bytes() for path in hooks.rglob("*") if path.is_file()}
    with (
        Hosts.started(
            tmp_path / "data", pki, "xeon-cxl", "epyc-nps4", options=("--hooks", str(hooks))
        ) as hosts,
        hosts.engine("xeon-cxl") as small,
        hosts.engine("epyc-nps4") as large,
    ):
        for client, status in ((small, "Down"), (large, "Up")):
            vm_id, xml = domain("six", numa_nodeset="6")
            client.call("VM.create", vmParams={"xml": xml})
            assert client.status(vm_id)["status"] == status
        kept = (hosts.data / "hosts/epyc-nps4/vms/six.xml").read_text()
        assert ">xvm<" in kept
        assert "time_limit = 7\n" in (hosts.data / "hosts/xeon-cxl/hook.conf").read_text()
    assert {path: path.read_bytes() for path in hooks.rglob("*") if path.is_file()} == before


def test_a_restart_is_like_a_boot(pki: Pki, tmp_path: Path) -> None:
    """VMs are gone, and so is what they had reserved."""
    for _ in range(2):
        with (
            Hosts.started(tmp_path / "hosts", pki, "xeon-cxl") as hosts,
            hosts.engine("xeon-cxl") as client,
        ):
            assert client.call("Host.getAllVmStats") == []
            vm_id, xml = domain("filling", numa_nodeset="0", memory_mb=60000)
            client.call("VM.create", vmParams={"xml": xml})
            assert client.status(vm_id)["status"] == "Up"
