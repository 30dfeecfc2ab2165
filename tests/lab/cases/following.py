# SPDX-License-Identifier: Apache-2.0
"""A case about CPUs that come and go, or are not for VMs, while vCPUs are held on them."""

from __future__ import annotations

import time
from pathlib import Path
from xml.etree import ElementTree

from ..affinity import Affinity
from ..case import Result, case
from ..lab import Lab
from .holding import PATIENCE, Host, lab_connection


@case("vCPUs follow CPUs that go offline, and leave those that are not for VMs", limit=400)
def vcpus_follow_cpus(lab: Lab, result: Result) -> None:
    host, service = Host(lab, result), Affinity(lab)
    service.start()
    host.vdsm.started("held")
    host.check("after its start", set())
    online = Path("/sys/devices/system/cpu/cpu3/online")
    lab.undo.append(lambda: online.write_text("1"))
    for text, pins in (("0", {"2"}), ("1", {"2-3"})):
        online.write_text(text)
        result.expect(f"libvirt's pins with CPU 3 = {text}", pins_of(lab, pins), pins)
    _restrict_machine_slice(lab, "0-2,4-5")
    host.vdsm.recovered_at_once()
    host.check("CPU 3 is not in machine.slice", {3})
    host.vdsm.started("rich")
    until = time.monotonic() + PATIENCE
    while "away" not in str(service.state()["vms"]) and time.monotonic() < until:
        time.sleep(0.01)
    told = [g for vm in service.state()["vms"] for g in vm["vcpus"] if g["state"] == "away"]
    result.expect("vCPUs that are away", [group["vcpus"] for group in told], ["2-3"])
    result.expect("where VDSM has them", host.threads()[2], "0-1,3-6")
    result.note = [vm["problem"] for vm in service.state()["vms"]]
    host.vdsm.ended("rich")
    host.check("a dedicated VM ends", {3})


def pins_of(lab: Lab, wanted: set[str]) -> set[str]:
    """libvirt's pins of vCPUs 2 and 3, once they are these."""
    until = time.monotonic() + PATIENCE
    connection = lab_connection()
    while True:
        tree = ElementTree.fromstring(connection.lookupByName("held").XMLDesc(0))
        pins = {p.attrib["vcpu"]: p.attrib["cpuset"] for p in tree.iterfind("cputune/vcpupin")}
        found = {pins["2"], pins["3"]}
        if found == wanted or time.monotonic() > until:
            return found
        time.sleep(0.01)


def _restrict_machine_slice(lab: Lab, cpus: str) -> None:
    """The group of all VMs where systemd is; here it is empty, and read all the same."""
    root = Path("/sys/fs/cgroup")
    (root / "cgroup.subtree_control").write_text("+cpuset")
    (root / "machine.slice").mkdir(exist_ok=True)
    lab.undo.append((root / "machine.slice").rmdir)
    (root / "machine.slice/cpuset.cpus").write_text(cpus)
    lab.say((root / "machine.slice/cpuset.cpus.effective").read_text())
