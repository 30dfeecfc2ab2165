# SPDX-License-Identifier: Apache-2.0
"""The service as a process before a real libvirtd, while VDSM's calls pin vCPUs everywhere.

What is compared is what the kernel says of each vCPU's thread.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time

import pytest

libvirt_qemu = pytest.importorskip("libvirt_qemu")

from tests.vdsm_hook.affinity.world import (  # noqa: E402  # after the skip
    AT_HOME,
    EVERYWHERE,
    ROOT,
    World,
    switches,
)


def test_without_the_service_vcpus_stay_where_vdsm_pins_them(world: World) -> None:
    """The fault. If this fails, the others prove nothing."""
    vm = world.vm("fault")
    assert vm.threads() == AT_HOME
    world.vdsm.started("fault")
    time.sleep(1)
    assert vm.threads() == EVERYWHERE


def test_vcpus_are_back_after_the_start_and_whenever_vdsm_pins(world: World) -> None:
    world.serve()
    vm = world.vm("back")
    world.vdsm.started("back")
    world.expect(vm, AT_HOME)
    for _ in range(3):
        world.vdsm.recovered()
        world.expect(vm, AT_HOME)
    world.wait(lambda: world.state()["pins"] == 16)
    assert world.wait(lambda: world.told("back") == ["0-1 held 0 of 0-1", "2-3 held 1 of 0-1"]), (
        world.told("back")
    )
    assert "back: vCPUs 0-1 held on CPUs 0 of 0-1, vCPUs 2-3 held on CPUs 1 of 0-1" in world.log()


def test_vms_that_run_already_are_looked_at_when_it_starts(world: World) -> None:
    vm = world.vm("early")
    world.vdsm.started("early")
    world.serve()
    world.expect(vm, AT_HOME)


def test_cpus_of_a_dedicated_vm_stay_away_and_come_back(world: World) -> None:
    world.serve()
    vm = world.vm("poor")
    world.vdsm.started("poor")
    world.expect(vm, AT_HOME)
    world.vm("rich", "dedicated", pins=dict.fromkeys(range(4), "1"), record="")
    world.vdsm.started("rich")
    assert world.wait(lambda: "far from" in world.log()), world.log()
    assert vm.threads() == dict.fromkeys(range(4), "0")
    away = ["0-1 held 0 of 0", "2-3 away 0 of 0"]
    assert world.wait(lambda: world.told("poor") == away), world.told("poor")
    assert (
        "poor: vCPUs 2-3 may run on CPU 0 alone, and their memory is beside CPU 1; VMs with CPUs "
        "of their own have these: move one of them, or this VM, to another host" in world.log()
    )
    world.vdsm.ended("rich")
    world.expect(vm, AT_HOME)
    assert "poor: all is well again" in world.log()


def test_vcpus_that_are_plugged_in_belong_to_their_cells(world: World) -> None:
    world.serve()
    vm = world.vm("grows")
    world.vdsm.started("grows")
    world.expect(vm, AT_HOME)
    vm.domain.setVcpusFlags(7, 1)
    world.vdsm.changed("grows")
    world.expect(vm, {**AT_HOME, 4: "0", 5: "0", 6: "1"})


@pytest.mark.parametrize("policy", ["dedicated", "isolate-threads", "siblings"])
def test_vms_of_other_policies_are_not_touched(world: World, policy: str) -> None:
    world.serve()
    vm = world.vm(policy, policy, pins=dict.fromkeys(range(4), "0-1"))
    world.vdsm.started(policy)
    vm.domain.pinVcpu(0, (False, True))
    world.wait(lambda: bool(world.state()["vms"]))
    time.sleep(0.3)
    assert vm.threads() == {**EVERYWHERE, 0: "1"}
    assert world.state()["pins"] == 0


def test_vcpus_pinned_by_hand_are_not_touched(world: World) -> None:
    """The pins that are in the XML of a VM with policy manual are by hand."""
    world.serve()
    vm = world.vm("manual", "manual", pins={0: "1", 3: "0"})
    world.vdsm.started("manual")
    world.expect(vm, {0: "1", 1: "0", 2: "1", 3: "0"})


def test_vm_without_a_record_is_not_touched(world: World) -> None:
    world.serve()
    vm = world.vm("plain", record="")
    world.vdsm.started("plain")
    time.sleep(0.3)
    assert vm.threads() == EVERYWHERE
    assert world.state()["vms"] == []


def test_service_that_was_killed_goes_on_where_it_was(world: World) -> None:
    """What VDSM had allowed is no longer in libvirt, and still known."""
    world.serve()
    vm = world.vm("killed")
    world.vdsm.started("killed")
    world.expect(vm, AT_HOME)
    world.end_service(signal.SIGKILL)
    world.vdsm.recovered()
    assert vm.threads() == EVERYWHERE
    world.serve()
    world.expect(vm, AT_HOME)
    world.end_service(signal.SIGKILL)
    world.serve()
    assert world.wait(lambda: world.told("killed") == ["0-1 held 0 of 0-1", "2-3 held 1 of 0-1"]), (
        world.told("killed")
    )


@pytest.mark.parametrize("how", ["gone", "damaged"])
def test_service_that_has_lost_its_memory_computes_what_vdsm_allows(world: World, how: str) -> None:
    """As VDSM does: all that is online, less what VMs of other policies are pinned to."""
    world.serve()
    vm = world.vm("forgot")
    world.vdsm.started("forgot")
    world.expect(vm, AT_HOME)
    world.end_service(signal.SIGKILL)
    path = world.run_dir / "affinity.json"
    path.unlink()
    if how == "damaged":
        path.write_text("{")
    world.serve()
    assert world.wait(lambda: world.told("forgot") == ["0-1 held 0 of 0-1", "2-3 held 1 of 0-1"]), (
        world.told("forgot")
    )
    world.end_service(signal.SIGKILL)
    path.unlink()
    world.vm("owner", "dedicated", pins=dict.fromkeys(range(4), "1"), record="")
    world.serve()  # VDSM has not come to pin: the pins of vCPUs 2 and 3 are not of its pool
    assert world.wait(lambda: world.told("forgot") == ["0-1 held 0 of 0", "2-3 held 1 of 1"]), (
        world.told("forgot")
    )


@pytest.mark.parametrize("how", ["damaged", "no directory", "not ours"])
def test_state_that_cannot_be_read_is_told_and_vcpus_are_held_all_the_same(
    world: World, how: str
) -> None:
    vm = world.vm("damaged")
    world.vdsm.started("damaged")
    path = world.run_dir / "affinity.json"
    if how == "no directory":
        world.run_dir.write_text("")
    else:
        world.run_dir.mkdir()
        (path.mkdir if how == "not ours" else path.touch)()
    world.launch()
    world.wait(lambda: vm.threads() == AT_HOME, 30)
    assert vm.threads() == AT_HOME
    assert f"warning: {path}: what numa-affinity holds cannot be read: " in world.log()
    assert f"error: {world.run_dir}" not in world.log()  # what was in the way was taken away
    world.vdsm.recovered()
    world.expect(vm, AT_HOME)


def test_systemd_is_told_when_its_file_tells_of_it(world: World) -> None:
    """Type=notify in the unit: systemctl start ends, and numa-hook status finds the service."""
    path = str(world.folder / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(path)
        systemd.settimeout(30)
        world.launch(NOTIFY_SOCKET=path)
        assert systemd.recv(100) == b"READY=1"
        assert world.service is not None
        assert world.state()["pid"] == world.service.pid
        assert world.state()["connected"]
        world.daemon.end()
        world.wait(lambda: not world.state()["connected"], 30)
        world.daemon.start()
        world.connection = world.daemon.connect()
        assert world.wait(lambda: world.state()["connected"], 30)
        systemd.setblocking(False)
        with pytest.raises(BlockingIOError):
            systemd.recv(100)


def test_systemd_is_told_without_libvirt_too(world: World) -> None:
    """It is there and tells why it holds nothing; a unit that does not start tells less."""
    world.daemon.end()
    try:
        path = str(world.folder / "notify")
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
            systemd.bind(path)
            systemd.settimeout(30)
            world.launch(NOTIFY_SOCKET=path)
            assert systemd.recv(100) == b"READY=1"
        assert "libvirt cannot be reached at" in world.state()["problem"]
    finally:
        world.daemon.start()
        world.connection = world.daemon.connect()


def test_daemon_that_hangs_from_the_first_is_told(world: World) -> None:
    """It takes the connection, and does not answer. systemctl start does not wait for it."""
    vm = world.vm("slow")
    world.vdsm.started("slow")
    path = str(world.folder / "notify")
    world.daemon.send(signal.SIGSTOP)
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
            systemd.bind(path)
            systemd.settimeout(60)
            world.launch(NOTIFY_SOCKET=path)
            assert systemd.recv(100) == b"READY=1"
        uri = world.daemon.uri
        assert world.state()["problem"] == f"waits for an answer of libvirt at {uri}"
        assert not world.state()["connected"]
    finally:
        world.daemon.send(signal.SIGCONT)
    world.expect(vm, AT_HOME)


def test_daemon_that_is_started_anew_is_found_again(world: World) -> None:
    world.serve()
    vm = world.vm("survivor")
    world.vdsm.started("survivor")
    world.expect(vm, AT_HOME)
    for number in (signal.SIGTERM, signal.SIGKILL):
        passes = world.state()["passes"]
        world.daemon.end(number)
        world.wait(lambda: not world.state()["connected"], 30)
        assert world.state()["problem"] != ""
        world.daemon.start()
        world.connection = world.daemon.connect()
        world.vdsm.connection = world.connection
        world.vdsm.recovered()
        assert world.wait(lambda before=passes: world.state()["passes"] > before, 30)
        world.expect(vm, AT_HOME)
    assert world.state()["problem"] == ""
    assert world.service is not None
    assert world.service.poll() is None


def test_daemon_that_hangs_is_given_up_and_found_again(world: World) -> None:
    world.serve()
    vm = world.vm("hung")
    world.vdsm.started("hung")
    world.expect(vm, AT_HOME)
    assert world.wait(lambda: world.state()["events"] == 8, 10)  # it is in no call of libvirt
    passes = world.state()["passes"]
    world.daemon.send(signal.SIGSTOP)
    try:
        assert world.wait(lambda: not world.state()["connected"], 40)
        assert "the connection to libvirt is lost: the daemon does not answer" in world.log()
    finally:
        world.daemon.send(signal.SIGCONT)
    assert world.wait(lambda: world.state()["passes"] > passes, 30)
    world.vdsm.recovered()
    world.expect(vm, AT_HOME)


def test_vm_that_is_destroyed_in_the_burst_hurts_nobody(world: World) -> None:
    world.serve()
    vm, mortal = world.vm("immortal"), world.vm("mortal")
    for each in (vm, mortal):
        world.vdsm.started(each.name)
    world.expect(mortal, AT_HOME)
    world.vdsm.pause = 0.01
    ender = threading.Timer(0.045, mortal.domain.destroy)
    ender.start()
    world.vdsm.recovered_at_once()
    ender.join()
    world.expect(vm, AT_HOME)
    assert world.wait(lambda: [x["name"] for x in world.state()["vms"]] == ["immortal"], 5)
    assert world.service is not None
    assert world.service.poll() is None


def test_vm_that_cannot_be_pinned_and_ends_hurts_nobody(world: World) -> None:
    """It is to be tried again, and is not there any more by then."""
    no_cpu = "500"
    (world.sysfs / "devices/system/node/node1/cpulist").write_text(f"{no_cpu}\n")
    (world.sysfs / "devices/system/cpu/online").write_text(f"0,{no_cpu}\n")
    world.serve()
    vm = world.vm("refused", pins={2: f"0,{no_cpu}"})
    line = f"refused: vCPUs 2-3 not on {no_cpu}: "
    assert world.wait(lambda: world.log().count(line) == 3, 10)
    os.kill(vm.pid, signal.SIGKILL)
    time.sleep(5)  # the next attempt was to come after four seconds
    assert world.service is not None
    assert world.service.poll() is None, world.log()
    assert world.state()["vms"] == []


def test_nodes_that_cannot_be_read_for_a_while_are_read_again(world: World) -> None:
    nodes = world.sysfs / "devices/system/node"
    vm = world.vm("blind")
    world.vdsm.started("blind")
    nodes.rename(world.sysfs / "away")
    world.launch()
    assert world.wait(lambda: "error: " in world.log(), 30)
    assert world.state()["connected"]
    assert world.state()["problem"] != ""
    (world.sysfs / "away").rename(nodes)
    assert world.wait(lambda: vm.threads() == AT_HOME, 5), world.log()
    assert world.wait(lambda: world.state()["problem"] == "")


def test_vm_whose_qemu_hangs_keeps_others_waiting_once_alone(world: World) -> None:
    """libvirt waits 30 s for another call on that VM, and then refuses ours."""
    hung, well = world.vm("hung"), world.vm("well")
    for vm in (hung, well):
        world.vdsm.started(vm.name)
    os.kill(hung.pid, signal.SIGSTOP)
    other = world.daemon.connect().lookupByName("hung")
    asking = threading.Thread(
        target=libvirt_qemu.qemuMonitorCommand, args=(other, "info status", 1)
    )
    asking.start()
    try:
        world.launch()
        assert world.wait(lambda: "hung: vCPU 0 not on 0: Timed out" in world.log(), 60)
        world.vdsm.started("well")
        world.expect(well, AT_HOME)
    finally:
        os.kill(hung.pid, signal.SIGCONT)
        asking.join(30)
    world.vdsm.started("hung")
    world.expect(hung, AT_HOME)
    assert world.state()["failures"] == 1, world.log()


def test_nothing_wakes_it_but_keepalive(world: World) -> None:
    """No loop: our own pins are events too, and once they are over it sleeps."""
    world.serve()
    vm = world.vm("quiet")
    world.vdsm.started("quiet")
    world.expect(vm, AT_HOME)
    time.sleep(1.5)
    events, before = world.state()["events"], switches(world)
    time.sleep(6)
    assert world.state()["events"] == events == 8
    assert switches(world) - before <= 6  # keepalive: every 5 s, sent and answered


def test_second_service_is_refused(world: World) -> None:
    world.serve()
    assert world.service is not None
    done = subprocess.run(
        [sys.executable, "-m", "vdsm_hook.affinity", "--config", str(world.config)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (
        2,
        f"numa-affinity: process {world.service.pid} does this already; "
        "see systemctl status ovirt-numa-affinity.service\n",
    )
