# SPDX-License-Identifier: Apache-2.0
"""The simulated hosts' own disks: sysfs, hooks, what runs there.

Decides where a simulated host keeps what the hook reads and writes, and installs the hook as
an admin would: with numa-hook. Knows no VM beyond its id, and no engine.

    machine = Machines(settings).of(host)
    run_hooks(machine.hooks_dir, "before_vm_start", xml, vm_id=vm.id)
"""

from __future__ import annotations

import ast
import hashlib
import json
import re
import shutil
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import topologies
from .model import Host
from .settings import Settings
from .vdsm import run_hooks

HERE = "this-machine"
"""The topology of a host that is no captured one, but the machine that runs the demo."""
_INSTALL = (sys.executable, "-m", "vdsm_hook.install", "install", "--json")
_REPOSITORY = Path(__file__).resolve().parents[2]
_CONFIG = re.compile(rb"^CONFIG = (['\"].*['\"])$", re.MULTILINE)
"""The line of an installed hook that names its configuration."""
_AFFINITY_PID = 2
"""The smallest but one: `running` counts the VMs' processes."""
_OWN_KEYS = ("sysfs", "proc", "cgroup", "run_dir", "log_file")
"""What is each host's own in a hook's configuration."""


_MERGING = "epyc-2of8"
"""The captured host that has KSM on, so that there is advice to see."""


@dataclass(frozen=True)
class Machine:
    """One simulated host's folder."""

    folder: Path
    pattern: Path
    """The folder of which this one's hooks are a copy."""

    @property
    def hooks_dir(self) -> Path:
        return self.folder / "hooks"

    @property
    def proc(self) -> Path:
        return self.folder / "proc"

    def hooks(self) -> dict[str, dict[str, str]]:
        """Point -> script -> checksum.

        A script names its host's own configuration; for the checksum it is named alike on all
        hosts, as it would be where every host is a machine of its own.
        """
        return _scan(self.hooks_dir, str(self.folder), str(self.pattern))

    def vm_runs(self, vm_id: str) -> None:
        """Show the VM's process, by which the hook sees that a reservation is still used."""
        process = self.proc / str(_pid(vm_id))
        (process / "task/1").mkdir(parents=True, exist_ok=True)
        (process / "task/1/comm").write_text("CPU 0/TCG\n")
        (process / "cmdline").write_bytes(b"qemu\0-uuid\0" + vm_id.encode() + b"\0")

    def vm_gone(self, vm_id: str) -> None:
        shutil.rmtree(self.proc / str(_pid(vm_id)), ignore_errors=True)


class Machines:
    """All simulated hosts. A host's folder is made when it is first needed."""

    def __init__(self, settings: Settings, hooks: Path | None = None) -> None:
        """`hooks` is a folder that hooks are installed in; this checkout's own otherwise."""
        self._root = settings.data / "hosts"
        self._pattern = settings.data / "hook"
        self._hooks = hooks
        self._lock = threading.Lock()

    def of(self, host: Host) -> Machine:
        """The host's folder, complete."""
        machine = Machine(self._root / host.name, self._pattern)
        with self._lock:
            if not (machine.folder / "hook.conf").exists():
                self._make(machine, host)
        return machine

    def running(self, host: Host) -> int:
        """How many VMs VDSM would count there."""
        proc = Machine(self._root / host.name, self._pattern).proc
        return sum(
            1 for process in proc.glob("[0-9]*") if process.name not in ("1", str(_AFFINITY_PID))
        )

    def hooks(self, host: Host) -> dict[str, dict[str, str]]:
        """What VDSM reports of the host's hooks, with what those at after_get_caps add to it, which
        VDSM runs whenever the engine asks.
        """
        if not host.has_hook and not (self._root / host.name / "hook.conf").exists():
            return {}
        machine = self.of(host)
        return _after_get_caps(machine, machine.hooks())

    def _make(self, machine: Machine, host: Host) -> None:
        folder = machine.folder
        folder.mkdir(parents=True, exist_ok=True)
        if host.has_hook:
            self._install_pattern()
            shutil.copytree(self._pattern / "hooks", machine.hooks_dir, dirs_exist_ok=True)
            for script in machine.hooks_dir.glob("*/*"):
                text = script.read_bytes()
                mine = text.replace(str(self._pattern).encode(), str(folder).encode())
                script.write_bytes(mine)
        machine.hooks_dir.mkdir(exist_ok=True)
        common = (self._pattern / "hook.conf").read_text() if host.has_hook else ""
        (folder / "hook.conf").write_text(_make_host(folder, host) + common)

    def _install_pattern(self) -> None:
        """numa-hook, run once; the hosts get copies."""
        if (self._pattern / "hooks").exists():
            return
        self._pattern.mkdir(parents=True, exist_ok=True)
        config = self._pattern / "hook.conf"
        config.write_text("")
        if self._hooks is not None:
            config.write_text(_copy_hooks(self._hooks, self._pattern / "hooks", config))
            return
        where = ("--hooks-dir", str(self._pattern / "hooks"), "--config", str(config))
        subprocess.run(
            [*_INSTALL, *where], cwd=_REPOSITORY, check=True, capture_output=True, timeout=120
        )


def _run_affinity(folder: Path) -> None:
    """The service numa-affinity, as its process and its file show it: it runs and holds nothing."""
    now, ticks = int(time.time()), 4711
    (folder / f"proc/{_AFFINITY_PID}").mkdir(exist_ok=True)
    fields = " ".join(["0"] * 18)
    stat = f"{_AFFINITY_PID} (numa-affinity) S {fields} {ticks} 0\n"
    (folder / f"proc/{_AFFINITY_PID}/stat").write_text(stat)
    counts = ("passes", "last_pass", "events", "pins", "last_pin", "failures", "written")
    state: dict[str, Any] = {"version": 1, "pid": _AFFINITY_PID, "ticks": ticks, "started": now}
    state.update(connected=True, problem="", vms=[], **dict.fromkeys(counts, 0))
    (folder / "run/affinity.json").write_text(json.dumps(state))


def _write_settings(folder: Path, *, across: bool) -> None:
    """The host's settings as EL 9 has them; KSM merges pages of all nodes where `across`."""
    files = {
        "proc/sys/kernel/numa_balancing": "1",
        "proc/sys/vm/zone_reclaim_mode": "0",
        "sys/kernel/mm/ksm/run": str(int(across)),
        "sys/kernel/mm/ksm/merge_across_nodes": "1",
        "sys/kernel/mm/ksm/pages_sharing": "48231" if across else "0",
        "sys/kernel/mm/transparent_hugepage/enabled": "always [madvise] never",
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(f"{text}\n")


def _make_host(folder: Path, host: Host) -> str:
    """The hook's configuration on this host, and the files that it names."""
    (folder / "run").mkdir(exist_ok=True)
    if host.topology == HERE:
        return f"run_dir = {folder}/run\nlog_file = {folder}/hook.log\n"
    topologies.write_sysfs(topologies.load(host.topology), folder / "sys")
    _write_settings(folder, across=host.topology == _MERGING)
    boot_id = folder / "proc/sys/kernel/random/boot_id"
    boot_id.parent.mkdir(parents=True, exist_ok=True)
    boot_id.write_bytes(Path("/proc/sys/kernel/random/boot_id").read_bytes())
    (folder / "proc/1").mkdir(exist_ok=True)
    (folder / "proc/1/cmdline").write_bytes(b"/sbin/init\0")
    _run_affinity(folder)
    keys = {"sysfs": "sys", "proc": "proc", "cgroup": "cgroup", "run_dir": "run"}
    lines = [f"{key} = {folder}/{name}" for key, name in keys.items()]
    return "\n".join([*lines, f"log_file = {folder}/hook.log", ""])


def _copy_hooks(hooks_dir: Path, to: Path, config: Path) -> str:
    """Installed hooks, reading another configuration; what theirs says for any host."""
    shutil.copytree(hooks_dir, to)
    said = ""
    for script in to.glob("*/[!.]*"):
        text = script.read_bytes()
        line = _CONFIG.search(text)
        if line is not None:
            said = _for_any_host(Path(ast.literal_eval(line[1].decode())))
            script.write_bytes(text.replace(line[0], f"CONFIG = {str(config)!r}".encode()))
    return said


def _for_any_host(config: Path) -> str:
    lines = config.read_text().splitlines() if config.exists() else []
    kept = [line for line in lines if line.partition("=")[0].strip() not in _OWN_KEYS]
    return "".join(f"{line}\n" for line in kept)


def _after_get_caps(
    machine: Machine, hooks: dict[str, dict[str, str]]
) -> dict[str, dict[str, str]]:
    """The list of hooks in the capabilities, once the hooks for these have run."""
    told = {
        point: {name: {"checksum": checksum} for name, checksum in scripts.items()}
        for point, scripts in hooks.items()
    }
    after = run_hooks(machine.hooks_dir, "after_get_caps", json.dumps({"hooks": told})).data
    return {
        point: {name: script["checksum"] for name, script in scripts.items()}
        for point, scripts in json.loads(after)["hooks"].items()
    }


def _scan(hooks_dir: Path, folder: str, pattern: str) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for script in sorted(hooks_dir.glob("*/[!.]*")):
        if script.is_file() and script.stat().st_mode & 0o111:
            text = script.read_bytes()
            if folder:
                text = text.replace(folder.encode(), pattern.encode())
            checksum = hashlib.sha256(text).hexdigest()
            found.setdefault(script.parent.name, {})[script.name] = checksum
    return found


def _pid(vm_id: str) -> int:
    return 1000 + int(vm_id[:6], 16)
