# SPDX-License-Identifier: Apache-2.0
"""A real libvirtd of the test's own: a session daemon with its socket in the test's folder.

Decides how it is started, hung and killed, and what a small VM looks like. It runs without
root's rights where the tests have them, since Debian's libvirt wants a user that another package
makes. VMs outlive it, as they do on hosts, until `close`.

    with Daemon(tmp_path) as daemon:
        connection = daemon.connect()
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import libvirt

from tests.guard import Guard

NOBODY = 65534
_PATIENCE = 60

RECORD = """\
<numa:placement xmlns:numa="urn:ovirt-numa:1" version="1" migratable="no">
  <numa:request nodeset="0-1" topology="2"/>
  <numa:memory mode="strict" nodes="0-1"/>
  <numa:cell id="0" nodes="0" mode="strict"/>
  <numa:cell id="1" nodes="1" mode="strict"/>
  <numa:pin cpuset="0" vcpus="0-1,4-5"/>
  <numa:pin cpuset="1" vcpus="2-3,6-7"/>
</numa:placement>
"""


def vm_xml(
    name: str, policy: str = "none", *, record: str = RECORD, pins: Mapping[int, str] | None = None
) -> str:
    """Four of eight vCPUs in two cells, which a record puts on nodes 0 and 1. There is no
    numatune in it, since the machine may have one node: what is tested is where vCPUs run."""
    if pins is None:
        pins = {vcpu: "0" if vcpu in (0, 1, 4, 5) else "1" for vcpu in range(8)}
    vcpupins = "".join(f"<vcpupin vcpu='{vcpu}' cpuset='{text}'/>" for vcpu, text in pins.items())
    return f"""\
<domain type='qemu'>
  <name>{name}</name>
  <metadata xmlns:ovirt-vm="http://ovirt.org/vm/1.0">
    <ovirt-vm:vm><ovirt-vm:cpuPolicy>{policy}</ovirt-vm:cpuPolicy></ovirt-vm:vm>
    {record}
  </metadata>
  <memory unit='MiB'>64</memory>
  <vcpu current='4'>8</vcpu>
  <cputune>{vcpupins}</cputune>
  <os><type arch='x86_64' machine='q35'>hvm</type></os>
  <cpu mode='maximum'><numa>
    <cell id='0' cpus='0-1,4-5' memory='32768'/><cell id='1' cpus='2-3,6-7' memory='32768'/>
  </numa></cpu>
  <devices>
    <emulator>/usr/bin/qemu-system-x86_64</emulator>
    <controller type='usb' model='none'/><memballoon model='none'/>
  </devices>
</domain>
"""


MISSING = "libvirtd (.ci/deps daemon installs it)"


def program() -> str | None:
    """The program, which a user's PATH need not have."""
    return shutil.which("libvirtd", path=f"{os.environ['PATH']}:/usr/sbin")


class Daemon:
    """A libvirtd that can be ended and started again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.socket = folder / "run" / "libvirt" / "libvirt-sock"
        self.uri = f"qemu+unix:///session?socket={self.socket}"
        self._process: subprocess.Popen[bytes] | None = None
        for name in ("run", "config/libvirt"):
            (folder / name).mkdir(parents=True)
        (folder / "config/libvirt/qemu.conf").write_text(
            'stdio_handler = "file"\nsecurity_driver = "none"\nnamespaces = []\n'
        )
        # The daemon's keepalive would end the connection of a test that waits long, if another
        # test has begun libvirt's event loop, which then nobody runs
        (folder / "libvirtd.conf").write_text(
            f'log_outputs = "3:file:{folder}/libvirtd.log"\nkeepalive_interval = -1\n'
        )
        if os.geteuid() == 0:
            for path in [folder, *folder.rglob("*")]:
                os.chown(path, NOBODY, NOBODY)

    def __enter__(self) -> Daemon:
        self._guard = Guard(self.folder)
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self) -> None:
        """And wait until it answers."""
        environment = {
            "HOME": str(self.folder),
            "XDG_RUNTIME_DIR": str(self.folder / "run"),
            "XDG_CACHE_HOME": str(self.folder / "cache"),
            "XDG_CONFIG_HOME": str(self.folder / "config"),
            "PATH": os.environ["PATH"],
        }
        ids = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
        path = program()
        assert path is not None, MISSING
        self._process = subprocess.Popen(
            [path, "--config", str(self.folder / "libvirtd.conf"), "--timeout", "0"],
            env=environment,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **ids,  # type: ignore[arg-type]  # they are what Popen takes
        )
        until = time.monotonic() + _PATIENCE
        while True:
            try:
                self.connect().close()
                return
            except libvirt.libvirtError:
                assert self._process.poll() is None, (self.folder / "libvirtd.log").read_text()
                assert time.monotonic() < until
                time.sleep(0.1)

    def connect(self) -> Any:
        return libvirt.open(self.uri)

    def send(self, number: int) -> None:
        """STOP is a daemon that hangs, CONT one that goes on."""
        assert self._process is not None
        self._process.send_signal(number)

    def end(self, number: int = signal.SIGTERM) -> None:
        assert self._process is not None
        self._process.send_signal(number)
        self._process.wait(_PATIENCE)

    def close(self) -> None:
        """With the VMs."""
        assert self._process is not None
        self._guard.close()
        self._process.wait(_PATIENCE)


def start(connection: Any, xml: str) -> Any:
    """A VM that stays paused: its threads are there, and cost nothing."""
    return connection.createXML(xml, libvirt.VIR_DOMAIN_START_PAUSED)


def vcpu_threads(pid: int) -> dict[int, str]:
    """The CPUs that each vCPU's thread may run on, by the kernel."""
    found = {}
    for task in Path(f"/proc/{pid}/task").iterdir():
        name, _, rest = (task / "comm").read_text().partition("/")
        if name.startswith("CPU ") and rest:
            status = (task / "status").read_text()
            line = next(x for x in status.splitlines() if x.startswith("Cpus_allowed_list"))
            found[int(name[4:])] = line.split()[1]
    return dict(sorted(found.items()))
