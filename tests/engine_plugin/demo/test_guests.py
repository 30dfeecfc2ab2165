# SPDX-License-Identifier: Apache-2.0
"""A started VM in a real libvirt, from the REST call to the guest's own report."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import Any

import pytest

from engine_plugin.demo import guest
from engine_plugin.demo.app import create_app
from engine_plugin.demo.guests import Guests, why_not_here
from engine_plugin.demo.search import Search
from engine_plugin.demo.settings import Settings

DOMAIN = """
<domain type='kvm'><name>a</name><uuid>0d5f0000-0000-4000-8000-000000000001</uuid>
<memory>{memory}</memory><vcpu>2</vcpu>
<numatune><memory mode='strict' nodeset='{nodeset}'/></numatune>
<cputune><emulatorpin cpuset='{cpus}'/></cputune>
<os><type arch='{arch}' machine='q35'>hvm</type></os>{more}</domain>
"""


def domain(nodeset: str = "0", cpus: str = "0", arch: str = "x86_64", more: str = "") -> str:
    return DOMAIN.format(memory=65536, nodeset=nodeset, cpus=cpus, arch=arch, more=more)


@pytest.fixture
def libvirt() -> None:
    lacks = guest.missing()
    if lacks:
        pytest.skip(f"missing: {', '.join(lacks)}")


@pytest.fixture
def sysfs(tmp_path: Path) -> Path:
    for name, text in (("node", "0\n"), ("cpu", "0-1\n")):
        folder = tmp_path / "devices/system" / name
        folder.mkdir(parents=True)
        (folder / "online").write_text(text)
    return tmp_path


def run(tmp_path: Path, boot: str, xml: str) -> dict[str, Any]:
    return Guests(Settings(data=tmp_path, boot=boot)).run(xml)


def test_domain_of_this_machines_nodes_and_cpus_is_at_home(sysfs: Path) -> None:
    assert why_not_here(domain(), sysfs) == []


def test_missing_nodes_and_cpus_are_named(sysfs: Path) -> None:
    assert why_not_here(domain("0-2", "1-3"), sysfs) == [
        "this machine has no node 1-2",
        "this machine has no CPU 2-3",
    ]


def test_vm_larger_than_this_machine_is_told(sysfs: Path) -> None:
    text = domain().replace("65536", str(1 << 40))
    (why,) = why_not_here(text, sysfs)
    assert why.startswith("the VM has 1073741824 MiB and ")


def test_nothing_is_done_where_it_is_switched_off(tmp_path: Path) -> None:
    found = run(tmp_path, "none", domain())
    assert found == {"how": "nothing", "why": "the demo was started with --boot none"}


def test_other_architecture_without_its_emulator_is_told(libvirt: None, tmp_path: Path) -> None:
    if shutil.which("qemu-system-s390x"):
        pytest.skip("qemu-system-s390x is here, so nothing is missing")
    found = run(tmp_path, "full", domain(arch="s390x"))
    assert found == {"how": "nothing", "why": "this machine has no qemu-system-s390x"}


def test_defined_domain_shows_what_qemu_is_told(libvirt: None, tmp_path: Path) -> None:
    found = run(tmp_path, "define", domain())
    assert found["how"] == "defined"
    assert "host-nodes" in found["qemu"]
    assert found["why"] == "the demo was started with --boot define"


def test_domain_for_other_nodes_is_only_defined_and_says_so(libvirt: None, tmp_path: Path) -> None:
    found = run(tmp_path, "full", domain("0,777"))
    assert (found["how"], "qemu" in found) == ("defined", False)
    assert found["why"] == "this machine has no node 777"


def test_domain_that_libvirt_refuses_is_refused_in_its_words(libvirt: None, tmp_path: Path) -> None:
    wrong = "<cpu><numa><cell id='0' cpus='0-9' memory='65536'/></numa></cpu>"
    with pytest.raises(guest.GuestFailed) as error:
        run(tmp_path, "define", domain(more=wrong))
    assert "Number of CPUs in <numa> exceeds the <vcpu> count" in str(error.value)


def test_started_vm_boots_and_reports_two_nodes(libvirt: None, tmp_path: Path) -> None:
    """hello-numa: two cells on node 0 of the machine that runs this."""
    state = create_app(Settings(data=tmp_path, boot="full", guest_seconds=240)).state
    store = state.engine.store
    vm = store.vm_named("hello-numa")
    if not store.hosts_in(vm.config.cluster_id):
        pytest.skip("this machine's sysfs shows no NUMA nodes")
    admin = next(u for u in store.users() if u.name == "admin@internal")
    state.lifecycle.start(admin, vm.id)
    deadline = time.monotonic() + 300
    while (vm := store.vm(vm.id)).state.status == "wait_for_launch":
        assert time.monotonic() < deadline
        time.sleep(0.1)
    state.close()
    assert vm.state.status == "up", [e.text for e in store.events(Search("event"), 5)]
    assert vm.state.report["how"] == "booted", vm.state.report
    nodes = vm.state.report["guest"]["nodes"]
    assert {i: n["cpus"] for i, n in nodes.items()} == {"0": "0", "1": "1"}
    assert all(n["memory_kib"] > 200_000 for n in nodes.values())
