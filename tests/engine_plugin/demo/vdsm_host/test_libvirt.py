# SPDX-License-Identifier: Apache-2.0
"""Domains handed over to a real libvirt: the test driver, and a QEMU that really runs."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine_plugin.demo.vdsm_host.libvirt_domain import Libvirt, LibvirtRefused
from tests.engine_plugin.demo.vdsm_host.domain import domain
from tests.engine_plugin.demo.vdsm_host.hosts import Hosts
from tests.engine_plugin.demo.vdsm_host.pki import Pki
from tests.tools import need

NOBODY = 65534


def test_the_test_driver_takes_an_engines_xml_as_it_is() -> None:
    libvirt = Libvirt("test:///default")
    vm_id, xml = domain("taken", uefi=True, numa_nodeset="0")
    libvirt.start(xml)
    assert "<name>taken</name>" in libvirt.xml(vm_id)
    libvirt.destroy(vm_id)
    with pytest.raises(LibvirtRefused) as caught:
        libvirt.xml(vm_id)
    assert str(caught.value) == "Domain not found"
    libvirt.destroy(vm_id)
    libvirt.close()


def test_a_uri_that_leads_nowhere_is_told() -> None:
    with pytest.raises(LibvirtRefused) as caught:
        Libvirt("test:///nowhere/at-all")
    assert str(caught.value).startswith("test:///nowhere/at-all: ")


def test_what_libvirt_refuses_is_why_the_vm_is_down(tmp_path: Path, pki: Pki) -> None:
    options = ("--libvirt", "test:///default")
    with (
        Hosts.started(tmp_path / "hosts", pki, "epyc-nps4", options=options) as hosts,
        hosts.engine("epyc-nps4") as client,
    ):
        vm_id, xml = domain("good", numa_nodeset="0-1", numa_topology="2")
        client.call("VM.create", vmParams={"xml": xml})
        assert client.status(vm_id)["status"] == "Up"
        again, same_name = domain("good")
        client.call("VM.create", vmParams={"xml": same_name})
        found = client.status(again)
        assert (found["status"], found["exitReason"]) == ("Down", 1)
        text = f"operation failed: domain 'good' already exists with uuid {vm_id}"
        assert found["exitMessage"] == text
        client.call("VM.destroy", vmID=vm_id)
        client.status(vm_id)
        third, xml = domain("good")
        client.call("VM.create", vmParams={"xml": xml})
        assert client.status(third)["status"] == "Up"


@pytest.fixture
def folder() -> Iterator[Path]:
    """One that an ordinary user can reach and write."""
    found = Path(tempfile.mkdtemp(prefix="numa-hosts-"))
    yield found
    shutil.rmtree(found)


def test_a_real_qemu_runs_an_engines_vm(folder: Path) -> None:
    need("qemu-system-x86_64")
    pki = Pki.make(folder)
    user = NOBODY if os.geteuid() == 0 else None
    options = ("--libvirt", f"qemu:///embed?root={folder}/libvirt")
    with (
        Hosts.started(folder / "hosts", pki, "xeon-cxl", options=options, user=user) as hosts,
        hosts.engine("xeon-cxl") as client,
    ):
        vm_id, xml = domain("real", memory_mb=256, numa_nodeset="0", numa_topology="2")
        client.call("VM.create", vmParams={"xml": xml})
        found = client.status(vm_id)
        assert found["status"] == "Up", found
        process = next(p for p in Path("/proc").glob("[0-9]*") if _is(p, vm_id))
        assert b'"host-nodes":[0],"policy":"bind"' in (process / "cmdline").read_bytes()
        client.call("VM.destroy", vmID=vm_id)
        assert not _is(process, vm_id)
        away, xml = domain("away", memory_mb=256, numa_nodeset="3")
        client.call("VM.create", vmParams={"xml": xml})
        client.status(vm_id)
        found = client.status(away)
        text = "unsupported configuration: NUMA node 3 is unavailable"
        assert (found["status"], found["exitMessage"]) == ("Down", text)


def _is(process: Path, vm_id: str) -> bool:
    try:
        return vm_id.encode() in (process / "cmdline").read_bytes()
    except OSError:
        return False
