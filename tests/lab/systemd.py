# SPDX-License-Identifier: Apache-2.0
"""The real systemd, as the first process of namespaces of its own in the lab, for one unit.

Decides what it is kept from: the host's own units, and the directory by which others see that
systemd runs. The unit, its user and all that it is confined by are as on a host. libvirt is the
lab's, since /run is.

    Systemd(lab, UNITS / "ovirt-numa-affinity.service").start()
"""

from __future__ import annotations

import os
import pty
import shlex
import shutil
import subprocess
import threading
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .lab import Lab

PROGRAM = Path("/lib/systemd/systemd")
_TARGETS = ("basic", "sysinit", "shutdown", "umount", "multi-user")
_FOLDER = Path("/run/one-unit")
_CGROUP = Path("/sys/fs/cgroup/one-unit")


class Systemd:
    """It ends with the case."""

    def __init__(self, lab: Lab, unit: Path) -> None:
        self.lab, self.unit = lab, unit
        self.log = lab.shared / "systemd.log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """And the unit with it."""
        for name in ("units", "generators"):
            (_FOLDER / name).mkdir(parents=True, exist_ok=True)
        shutil.copy(self.unit, _FOLDER / "units")
        for name in _TARGETS:
            (_FOLDER / "units" / f"{name}.target").write_text("[Unit]\n")
        _CGROUP.mkdir(exist_ok=True)
        ours, console = pty.openpty()  # systemd writes to terminals alone
        where = "console --default-standard-output=tty --default-standard-error=tty"
        program = f"{PROGRAM} --system --unit={self.unit.name} --log-target={where}"
        within = [
            "umount -l /sys/fs/cgroup",
            "mount -t cgroup2 none /sys/fs/cgroup",
            "mkdir -p /run/systemd",
            "mount -t tmpfs none /run/systemd",
            f"mount --bind {os.ttyname(console)} /dev/console",
            f"exec {program}",
        ]
        namespaces = "--mount --pid --cgroup --uts --fork --mount-proc --kill-child"
        command = f"unshare {namespaces} sh -c {shlex.quote(' && '.join(within))}"
        environ = {
            **os.environ,
            "container": "lab",
            "SYSTEMD_UNIT_PATH": str(_FOLDER / "units"),
            "SYSTEMD_GENERATOR_PATH": str(_FOLDER / "generators"),
        }
        self._process = subprocess.Popen(
            ["sh", "-c", f"echo $$ > {_CGROUP}/cgroup.procs && exec {command}"],
            stdin=subprocess.DEVNULL,
            stdout=console,
            stderr=console,
            env=environ,
            cwd="/",
        )
        os.close(console)
        threading.Thread(target=self._keep, args=(ours,), daemon=True).start()
        self.lab.undo.append(self.end)

    def _keep(self, terminal: int) -> None:
        with open(self.log, "ab", buffering=0) as log:
            while True:
                try:
                    log.write(os.read(terminal, 4096))
                except OSError:  # nobody has it open any more
                    return

    def end(self) -> None:
        assert self._process is not None
        self._process.kill()
        self._process.wait()
