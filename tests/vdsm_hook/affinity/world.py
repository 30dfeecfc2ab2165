# SPDX-License-Identifier: Apache-2.0
"""A host for the service: a real libvirtd, the service as a process, and VDSM's calls.

Decides how the service is started and asked, and how long is waited. The machine's CPUs 0 and 1
are told to the service as two nodes, which the machine need not have.

    world.serve(); vm = world.vm("a"); world.vdsm.started("a"); world.expect(vm, at_home)
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.guard import Guard
from tests.makers import host
from tests.sysfs_tree import write_sysfs
from tests.vdsm_hook.affinity.daemon import Daemon, start, vcpu_threads, vm_xml
from tests.vdsm_pins import VdsmPins

ROOT = Path(__file__).parent.parent.parent.parent
WITHIN = 1.0
"""Seconds from VDSM's last pin to ours; on a machine that is busy with other tests it may be the
tests that are late, so twice as long is waited before one fails."""
AT_HOME = {0: "0", 1: "0", 2: "1", 3: "1"}
EVERYWHERE = dict.fromkeys(range(4), "0-1")


class Vm:
    """A running VM."""

    def __init__(self, name: str, domain: Any, pid: int) -> None:
        self.name, self.domain, self.pid = name, domain, pid

    def threads(self) -> Mapping[int, str]:
        return vcpu_threads(self.pid)


class World:
    """One test's host."""

    def __init__(self, folder: Path, daemon: Daemon) -> None:
        self.folder, self.daemon = folder, daemon
        self._guard = Guard(folder)
        self.sysfs = write_sysfs(host(16, 16, cpus=1), folder / "sys")
        self.run_dir = folder / "run"
        self.config = folder / "hook.conf"
        self.config.write_text(
            f"sysfs = {self.sysfs}\nrun_dir = {self.run_dir}\nlibvirt_uri = {daemon.uri}\n"
        )
        self.connection = daemon.connect()
        self.vdsm = VdsmPins(self.connection)
        self.service: subprocess.Popen[str] | None = None
        self.vms: list[str] = []

    def serve(self) -> None:
        """Start the service, and wait until it has looked at all VMs."""
        self.launch()
        assert self.service is not None
        pid = self.service.pid
        self.wait(lambda: self.state().get("pid") == pid and self.state()["passes"] > 0, 30)

    def launch(self, **environ: str) -> None:
        """Start the service."""
        with open(self.folder / "log", "a", encoding="utf-8") as log:
            self.service = subprocess.Popen(
                [sys.executable, "-m", "vdsm_hook.affinity", "--config", str(self.config)],
                cwd=ROOT,
                stderr=log,
                text=True,
                env={**os.environ, **environ},
            )

    def end_service(self, number: int = signal.SIGTERM) -> int:
        assert self.service is not None
        self.service.send_signal(number)
        return self.service.wait(30)

    def vm(self, name: str, policy: str = "none", **how: Any) -> Vm:
        """Start a VM, as libvirt has it when VDSM goes on."""
        domain = start(self.connection, vm_xml(name, policy, **how))
        self.vms.append(name)
        pid = self.daemon.folder / f"run/libvirt/qemu/run/{name}.pid"
        return Vm(name, domain, int(pid.read_text()))

    def log(self) -> str:
        return (self.folder / "log").read_text()

    def state(self) -> dict[str, Any]:
        """What the service tells; empty while it tells nothing, or the file is damaged."""
        try:
            found: dict[str, Any] = json.loads((self.run_dir / "affinity.json").read_text())
        except (FileNotFoundError, ValueError):
            return {}
        return found

    def told(self, name: str) -> list[str]:
        """What it tells of a VM's vCPUs."""
        vm = next(vm for vm in self.state()["vms"] if vm["name"] == name)
        return [
            f"{group['vcpus']} {group['state']} {group['pinned']} of {group['allowed']}"
            for group in vm["vcpus"]
        ]

    @staticmethod
    def wait(until: Any, seconds: float = 2 * WITHIN) -> bool:
        """Whether it comes true in time."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if until():
                return True
            time.sleep(0.005)
        return bool(until())

    def expect(self, vm: Vm, threads: Mapping[int, str]) -> None:
        """The kernel has the vCPUs there, soon."""
        self.wait(lambda: vm.threads() == threads)
        assert vm.threads() == threads, self.log()

    def close(self) -> None:
        if self.service is not None and self.service.poll() is None:
            self.end_service(signal.SIGKILL)
        for name in self.vms:
            for domain in self.connection.listAllDomains():
                if domain.name() == name:
                    domain.destroy()
        self.connection.close()
        self._guard.close()


def enough_cpus() -> bool:
    return {0, 1} <= os.sched_getaffinity(0)


def switches(world: World) -> int:
    """How often its threads went to sleep."""
    assert world.service is not None
    count = 0
    for task in Path(f"/proc/{world.service.pid}/task").iterdir():
        lines = (task / "status").read_text().splitlines()
        count += int(next(x for x in lines if x.startswith("voluntary")).split()[1])
    return count
