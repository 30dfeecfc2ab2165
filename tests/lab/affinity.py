# SPDX-License-Identifier: Apache-2.0
"""The service numa-affinity in the lab: run by its unit, as the user vdsm, and ended at will.

Decides when it counts as started. Never compares anything.

    service = Affinity(lab); service.start(); service.kill(); service.state()["pins"]
"""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .lab import KVM, UNITS, VDSM

if TYPE_CHECKING:
    from .lab import Lab

STATE = Path("/run/vdsm/ovirt-numa/affinity.json")
_STARTS_IN = 60


class Affinity:
    """The service, for one case."""

    def __init__(self, lab: Lab) -> None:
        self.lab, self.log = lab, lab.shared / "affinity.log"
        self._process: subprocess.Popen[bytes] | None = None
        lab.undo.append(self.kill)

    def start(self) -> None:
        """And wait until it has looked at all VMs."""
        unit = (UNITS / "ovirt-numa-affinity.service").read_text()
        (command,) = re.findall("^ExecStart=(.*)$", unit, re.M)
        settings = dict(re.findall("^Environment=([^=]*)=(.*)$", unit, re.M))
        with open(self.log, "ab") as log:
            self._process = subprocess.Popen(
                shlex.split(command),
                stdin=subprocess.DEVNULL,
                stderr=log,
                env={**os.environ, **settings},
                cwd="/",
                user=VDSM,
                group=KVM,
                extra_groups=[KVM],
            )
        self.wait_for_pass(0)

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def wait_for_pass(self, passes: int) -> None:
        """Until it has looked at all VMs more often than that."""
        until = time.monotonic() + _STARTS_IN
        while not (self.state().get("pid") == self.pid and self.state()["passes"] > passes):
            if time.monotonic() > until:
                raise TimeoutError(f"the service does not come: {self.log.read_text()[-500:]}")
            time.sleep(0.02)

    def state(self) -> dict[str, Any]:
        """What it tells of itself."""
        try:
            found: dict[str, Any] = json.loads(STATE.read_text())
        except FileNotFoundError:
            return {}
        return found

    def kill(self) -> None:
        """SIGKILL: it has no time to tidy up."""
        if self._process is not None and self._process.poll() is None:
            os.kill(self.pid, signal.SIGKILL)
            self._process.wait()
