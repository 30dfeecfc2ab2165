# SPDX-License-Identifier: Apache-2.0
"""The lab from within: libvirt's daemon, the hooks as an administrator installs them, commands.

Decides how a freshly booted kernel becomes a host that VDSM could run on. Never knows a case.
Everything that it changes is in the lab's memory: the root file system is read only, with
overlays on it.

    lab = Lab(Path("/build/lab")); lab.prepare(); lab.run("virsh", "list")
"""

from __future__ import annotations

import os
import pickle
import re
import shlex
import shutil
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine_plugin.demo.initramfs import initramfs

from .login import log_in

if TYPE_CHECKING:
    from .vm import Vm

Done = subprocess.CompletedProcess[str]
ROOT = Path(__file__).parent.parent.parent
INSTALLED = Path("/opt/ovirt-numa")
HOOKS = Path("/usr/libexec/vdsm/hooks")
UNITS = Path("/run/units")
"""Where numa-hook puts the service's unit: there is no systemd in the lab."""
PYTHON = "/usr/bin/python3"
QEMU = Path("/usr/bin/qemu-system-x86_64")
NODES = Path("/sys/devices/system/node")
URI = "qemu:///system"
VDSM, KVM = 36, 36
"""The ids of vdsm:kvm on every oVirt host."""

_QEMU_CONF = """\
user = "root"
group = "root"
security_driver = "none"
namespaces = []
stdio_handler = "file"
"""

_LIBVIRTD_CONF = """\
log_outputs = "2:file:/var/log/libvirt/libvirtd.log"
auth_unix_ro = "none"
auth_unix_rw = "sasl"
"""
"""polkit, which would say yes to a reader, is not in the lab. Who wants to change something logs
in, as VDSM has it (lib/vdsm/tool/configurators)."""


_HOOK_CONF = Path("/etc/ovirt-numa/hook.conf")
_OPTIONS = "time_limit = 9\nlog_level = debug\n"


class CommandFailed(Exception):
    """A command of the lab ended with another code than 0."""


class Lab:
    """The booted host."""

    def __init__(self, shared: Path, kernel: str, rounds: int = 5) -> None:
        self.shared, self.kernel, self.rounds = shared, kernel, rounds
        self.slowness = 1.0
        """How many times as long as on two quiet cores things take."""
        self.vms: list[Vm] = []
        self.undo: list[Callable[[], object]] = []
        """What a case has changed in the host, to be changed back."""
        self._transcript = open(shared / "transcript.txt", "a", encoding="utf-8")  # noqa: SIM115

    def say(self, text: str) -> None:
        """Into the transcript."""
        self._transcript.write(f"{time.strftime('%H:%M:%S')} {text.rstrip()}\n")
        self._transcript.flush()

    def run(self, *command: str, check: bool = True, **more: Any) -> Done:
        """A command, with all that it says in the transcript."""
        started = time.monotonic()
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, **more
        )
        seconds = time.monotonic() - started
        self.say(f"$ {shlex.join(command)}  [{done.returncode}, {seconds:.1f} s]")
        for line in (done.stdout + done.stderr).splitlines():
            self._transcript.write(f"    {line}\n")
        self._transcript.flush()
        if check and done.returncode:
            raise CommandFailed(f"{shlex.join(command)}: {done.stderr.strip() or done.stdout}")
        return done

    def virsh(self, *words: str, check: bool = True) -> Done:
        """virsh, on the system's libvirt."""
        return self.run("virsh", "-c", URI, *words, check=check)

    def numa_domain(self, *words: str, check: bool = False) -> Done:
        """The command line, installed as on a host, run as root."""
        command = (PYTHON, "-m", "numa_domain", *words)
        return self.run(*command, check=check, env=environment(), cwd="/")

    def as_vdsm(self, work: Callable[[], Any]) -> Any:
        """Do something as the user vdsm, in a process of its own, and give what came of it."""
        read, write = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                os.setgroups([KVM])
                os.setgid(KVM)
                os.setuid(VDSM)
                answer = pickle.dumps((True, work()))
            except BaseException as error:
                answer = pickle.dumps((False, repr(error)))
            with open(write, "wb") as pipe:
                pipe.write(answer)
            os._exit(0)
        os.close(write)
        with open(read, "rb") as pipe:
            good, value = pickle.loads(pipe.read())
        os.waitpid(child, 0)
        if not good:
            raise CommandFailed(value)
        return value

    def prepare(self) -> None:
        """libvirtd and the hooks, in about a minute."""
        self.say(f"kernel {os.uname().release}, {Path('/proc/cmdline').read_text()}")
        _add_users()
        for name in ("lib", "log", "cache"):
            _mount(f"/var/{name}/libvirt", "tmpfs")
        for path in ("/etc/libvirt", "/var/log/vdsm", "/run/vdsm", "/etc/ovirt-numa"):
            _mount(path, "tmpfs")
        for path in ("/etc/sasl2", "/etc/pki/vdsm"):
            _mount(path, "tmpfs")
        for path in ("/var/log/vdsm", "/run/vdsm"):
            os.chown(path, VDSM, KVM)
        _mount("/dev/hugepages", "hugetlbfs")
        Path("/etc/libvirt/qemu").mkdir()
        Path("/etc/libvirt/qemu.conf").write_text(_QEMU_CONF)
        self.take_away_node(4)
        for path in set(Path("/usr/bin").glob("qemu-system-*")) - {QEMU}:
            path.chmod(0o644)  # libvirt starts each that is executable, to ask what it can
        self.run("modprobe", "kvm_amd", check=False)
        self._install()
        shutil.copy(self.kernel, "/run/vmlinuz")
        Path("/run/initramfs").write_bytes(initramfs())
        Path("/etc/libvirt/libvirtd.conf").write_text(_LIBVIRTD_CONF)
        log_in(KVM)
        self.run("libvirtd", "-d")
        self.run("numactl", "-H")
        done = self.virsh("version", check=False)  # waits until it has asked QEMU what it can
        if done.returncode:
            raise CommandFailed(Path("/var/log/libvirt/libvirtd.log").read_text())

    def _install(self) -> None:
        """The packages where every user can read them, then numa-hook, as an RPM's %post."""
        import lxml

        sources = [ROOT / "numa_domain", ROOT / "vdsm_hook", Path(lxml.__file__).parent]
        for source in sources:
            shutil.copytree(
                source,
                INSTALLED / source.name,
                ignore=shutil.ignore_patterns("__pycache__", "includes", "isoschematron"),
            )
        _HOOK_CONF.write_text(_OPTIONS)
        config = ("--config", str(_HOOK_CONF))
        self.numa_hook("install", *config, "--units", str(UNITS), check=True)
        self.numa_hook("status", check=True)

    def numa_hook(self, *words: str, check: bool = False) -> Done:
        """numa-hook, as an administrator runs it."""
        command = (PYTHON, "-m", "vdsm_hook.install", *words)
        return self.run(*command, check=check, env=environment(), cwd="/")

    def hook_log(self) -> str:
        """What the hooks have logged."""
        return Path("/var/log/vdsm/numa-hook.log").read_text()

    def clean(self) -> None:
        """End every VM, and change the host back."""
        for vm in self.vms:
            vm.end()
        self.vms.clear()
        while self.undo:
            self.undo.pop()()

    # What cases do to the host.

    def configure(self, **options: object) -> None:
        """Options of the hooks, until the case is over."""
        lines = [f"{name} = {value}\n" for name, value in options.items()]
        _HOOK_CONF.write_text(_OPTIONS + "".join(lines))
        self.undo.append(lambda: _HOOK_CONF.write_text(_OPTIONS))

    def leave_free(self, node: int, mib: int) -> None:
        """So much of a node's memory, without page cache; a pool of huge pages has the rest."""
        Path("/proc/sys/vm/drop_caches").write_text("3")
        self.reserve_pages(node, (self.free_kib(node) // 1024 - mib) // 2)
        self.say(f"node {node}: {self.free_kib(node)} KiB are free")

    def kills(self) -> list[str]:
        """What the kernel's log has of processes that were killed for want of memory."""
        return re.findall(r"oom-kill:constraint=(\w+)", self.run("dmesg").stdout)

    def fill(self, node: int, mib: int) -> None:
        """A process that has so much of a node's memory, until the case is over."""
        code = f"b = bytearray(b'x') * ({mib} << 20); print('filled', flush=True); input()"
        filler = subprocess.Popen(
            ["numactl", f"--membind={node}", PYTHON, "-c", code],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.undo.append(lambda: (filler.kill(), filler.wait()))
        assert filler.stdout is not None
        self.say(f"node {node}: {mib} MiB {filler.stdout.readline().strip()}")

    def reserve_pages(self, node: int, pages: int, size_kib: int = 2048) -> None:
        """Huge pages in a node's pool, until the case is over."""
        path = NODES / f"node{node}/hugepages/hugepages-{size_kib}kB/nr_hugepages"
        path.write_text(str(pages))
        self.undo.append(lambda: path.write_text("0"))
        self.say(f"{path} = {path.read_text()}")

    def take_away_node(self, node: int) -> None:
        """Take its memory offline, all of it."""
        self._switch(node, "offline")

    def bring_node(self, node: int) -> None:
        """Bring its memory online, in a way that it can be taken away again."""
        self._switch(node, "online_movable")

    def unplug_node(self, node: int) -> None:
        """Pull the DIMM that is this node; there is no way back before the next boot."""
        self.take_away_node(node)
        for device in Path("/sys/bus/acpi/devices").glob("PNP0C80:*/eject"):
            device.write_text("1")
        until = time.monotonic() + 10
        while (NODES / f"node{node}").exists() and time.monotonic() < until:
            time.sleep(0.2)
        self.say(f"online nodes are now {(NODES / 'online').read_text().strip()}")

    def _switch(self, node: int, state: str) -> None:
        after = state.partition("_")[0]  # "online_movable" is a way to be "online"
        for block in sorted((NODES / f"node{node}").glob("memory[0-9]*")):
            if (block / "state").read_text().strip() != after:
                (block / "state").write_text(state)
        has = (NODES / "has_memory").read_text().strip()
        self.say(f"node {node}: {state}; nodes with memory are now {has}")

    def free_kib(self, node: int) -> int:
        """MemFree."""
        for line in (NODES / f"node{node}/meminfo").read_text().splitlines():
            if "MemFree:" in line:
                return int(line.split()[3])
        raise CommandFailed(f"node {node} has no MemFree")


def environment() -> Mapping[str, str]:
    """For what is installed in the lab."""
    return {**os.environ, "PYTHONPATH": str(INSTALLED), "LC_ALL": "C.UTF-8"}


def _mount(path: str, kind: str) -> None:
    os.makedirs(path, exist_ok=True)
    subprocess.run(["mount", "-t", kind, "lab", path], check=True)


def _add_users() -> None:
    """libvirt wants its user even where it never uses it; the hooks run as vdsm, whose group is
    kvm with oVirt's number."""
    users, groups = Path("/etc/passwd"), Path("/etc/group")
    added = f"libvirt-qemu:x:64055:64055::/:/bin/sh\nvdsm:x:{VDSM}:{KVM}::/:/bin/sh\n"
    users.write_text(users.read_text() + added)
    others = [line for line in groups.read_text().splitlines() if not line.startswith("kvm:")]
    groups.write_text("\n".join([*others, "libvirt-qemu:x:64055:", f"kvm:x:{KVM}:", ""]))
