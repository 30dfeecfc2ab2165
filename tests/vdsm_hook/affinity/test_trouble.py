# SPDX-License-Identifier: Apache-2.0
"""The service beside what goes wrong around it: a VM that libvirt cannot show, a daemon that
refuses, a systemd or a log that is gone, VMs with very many vCPUs. None of that may keep it from
other VMs.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest

libvirt_qemu = pytest.importorskip("libvirt_qemu")

import libvirt  # noqa: E402  # after the skip

from tests.vdsm_hook.affinity.daemon import RECORD, start, vm_xml  # noqa: E402
from tests.vdsm_hook.affinity.world import AT_HOME, ROOT, Vm, World  # noqa: E402

LONGEST = 4 * 1024 * 1024
"""What libvirt's protocol takes as one text (REMOTE_STRING_MAX)."""
OTHER = "<other:x xmlns:other='urn:other'>{}</other:x>"


def test_vm_whose_xml_libvirt_cannot_send_does_not_keep_others_from_being_held(
    world: World,
) -> None:
    """What libvirt adds to a running VM's XML makes it longer than its protocol takes."""
    bare = len(vm_xml("huge", record=RECORD + OTHER.format("")))
    xml = vm_xml("huge", record=RECORD + OTHER.format("x" * (LONGEST - bare - 100)))
    world.vms.append("huge")
    huge = start(world.connection, xml)
    with pytest.raises(libvirt.libvirtError, match="Unable to encode message payload"):
        huge.XMLDesc(0)
    vm = world.vm("small")
    world.vdsm.started("small")
    world.serve()
    world.expect(vm, AT_HOME)
    world.vdsm.started("small")
    world.expect(vm, AT_HOME)
    time.sleep(1.5)  # it is tried again meanwhile
    assert world.state()["passes"] == 1
    assert world.log().count("huge: Unable to encode message payload") == 1


def test_connection_that_is_of_no_use_is_not_opened_again_at_once(world: World) -> None:
    """As where libvirt's access control lets nobody list VMs."""
    refusing = world.folder / "refusing.py"
    refusing.write_text(
        "import libvirt, sys\n"
        "from vdsm_hook.affinity import command, connection\n"
        "class Refusing(connection.Connection):\n"
        "    def domains(self):\n"
        "        return [self.libvirt.lookupByName('absent')]\n"
        "connection.Connection = Refusing\n"
        f"sys.exit(command.main(['--config', {str(world.config)!r}]))\n"
    )
    with open(world.folder / "log", "a", encoding="utf-8") as log:
        world.service = subprocess.Popen(
            [sys.executable, str(refusing)],
            stderr=log,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
    assert world.wait(lambda: world.log().count("is lost: ") == 4, 20)
    time.sleep(0.5)
    assert world.log().count("is lost: ") <= 5


@pytest.mark.parametrize("socket", ["{0}/absent", "{0}", "@absent-ovirt-numa-test"])
def test_systemd_that_does_not_listen_does_not_end_the_service(world: World, socket: str) -> None:
    vm = world.vm("unheard")
    world.vdsm.started("unheard")
    world.launch(NOTIFY_SOCKET=socket.format(world.folder))
    assert world.wait(lambda: vm.threads() == AT_HOME, 30), world.log()


def test_log_that_is_full_does_not_end_the_service(world: World) -> None:
    vm = world.vm("unsaid")
    world.vdsm.started("unsaid")
    with open("/dev/full", "a", encoding="utf-8") as log:
        world.service = subprocess.Popen(
            [sys.executable, "-m", "vdsm_hook.affinity", "--config", str(world.config)],
            cwd=ROOT,
            stderr=log,
            text=True,
        )
    assert world.wait(lambda: vm.threads() == AT_HOME, 30)
    world.vdsm.started("unsaid")
    world.expect(vm, AT_HOME)


def test_reader_of_its_log_that_ends_does_not_end_the_service(world: World) -> None:
    vm = world.vm("unread")
    world.vdsm.started("unread")
    world.service = subprocess.Popen(
        [sys.executable, "-m", "vdsm_hook.affinity", "--config", str(world.config)],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert world.service.stderr is not None
    world.service.stderr.readline()
    world.service.stderr.close()
    assert world.wait(lambda: vm.threads() == AT_HOME, 30)
    world.vm("another")
    world.vdsm.started("unread")
    world.expect(vm, AT_HOME)


def test_vm_that_failed_and_had_an_event_while_nodes_were_unreadable_ends_nothing(
    world: World,
) -> None:
    no_cpu, nodes = "500", world.sysfs / "devices/system/node"
    (nodes / "node1/cpulist").write_text(f"{no_cpu}\n")
    (world.sysfs / "devices/system/cpu/online").write_text(f"0,{no_cpu}\n")
    world.serve()
    vm = world.vm("refused", pins={2: f"0,{no_cpu}"})
    line = f"refused: vCPUs 2-3 not on {no_cpu}: "
    assert world.wait(lambda: world.log().count(line) == 2, 10)
    nodes.rename(world.sysfs / "away")
    vm.domain.pinVcpu(0, (True, True))
    assert world.wait(lambda: "error: " in world.log(), 5)
    time.sleep(3)  # the next attempt comes meanwhile
    (world.sysfs / "away").rename(nodes)
    assert world.service is not None
    assert world.service.poll() is None, world.log()
    assert world.wait(lambda: world.log().count(line) > 2, 30)


def many_vcpus(count: int) -> tuple[str, dict[int, str]]:
    """A VM with its vCPUs in two cells, and where they belong."""
    half = count // 2
    cells = f"0-{half - 1}", f"{half}-{count - 1}"
    home = {vcpu: "0" if vcpu < half else "1" for vcpu in range(count)}
    xml = vm_xml("many", pins=home)
    for old, new in zip(("0-1,4-5", "2-3,6-7"), cells):
        xml = xml.replace(old, new)
    xml = xml.replace("current='4'>8<", f"current='{count}'>{count}<")
    return xml.replace("<devices>", "<features><apic/></features><devices>"), home


def test_vm_with_240_vcpus_is_held_as_a_whole_and_told_in_a_line(
    world: World,
) -> None:
    xml, home = many_vcpus(240)
    world.serve()
    world.vms.append("many")
    domain = start(world.connection, xml)
    pid = int((world.daemon.folder / "run/libvirt/qemu/run/many.pid").read_text())
    vm = Vm("many", domain, pid)
    for vcpu in home:
        domain.pinVcpu(vcpu, (True, True))
    assert world.wait(lambda: vm.threads() == home, 20)
    assert "many: vCPUs 0-119 held on CPUs 0 of 0-1, vCPUs 120-239 held" in world.log()


def test_vcpus_that_libvirt_refuses_alike_are_told_in_a_line(world: World) -> None:
    no_cpu = "500"
    (world.sysfs / "devices/system/node/node1/cpulist").write_text(f"{no_cpu}\n")
    (world.sysfs / "devices/system/cpu/online").write_text(f"0,{no_cpu}\n")
    world.vm("refused", pins=dict.fromkeys((2, 3), f"0,{no_cpu}"))
    world.serve()
    line = f"refused: vCPUs 2-3 not on {no_cpu}: "
    assert world.wait(lambda: world.log().count(line) == 1, 10), world.log()
    assert world.wait(lambda: world.state()["failures"] == 2)
