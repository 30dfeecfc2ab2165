# SPDX-License-Identifier: Apache-2.0
"""numa-affinity as systemd runs it: confined as its unit says, and able to do its work so."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import Any

from ..affinity import STATE, Affinity
from ..case import Result, case
from ..lab import UNITS, VDSM, Lab
from ..systemd import Systemd
from .following import pins_of
from .holding import Host

_UNIT = "ovirt-numa-affinity.service"
_STARTS_IN = 90


def service_process() -> int | None:
    """Of the user vdsm, seen from outside of systemd's namespaces."""
    for path in Path("/proc").glob("[0-9]*"):
        try:
            command = (path / "cmdline").read_bytes().split(b"\0")
            if b"vdsm_hook.affinity" in command and path.stat().st_uid == VDSM:
                return int(path.name)
        except FileNotFoundError:
            continue
    return None


def wait(until: Any, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while not until():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


@case("the unit as systemd runs it, and runs it again", limit=300)
def unit_under_systemd(lab: Lab, result: Result) -> None:
    host, service = Host(lab, result), Affinity(lab)
    STATE.unlink(missing_ok=True)
    Systemd(lab, UNITS / _UNIT).start()
    good = wait(lambda: service.state().get("passes", 0) > 0, _STARTS_IN)
    result.expect_that("the service is connected to libvirt", good, service.state())
    host.vdsm.started("held")
    host.check("after its start", set())
    pid = service_process()
    assert pid is not None
    status = dict(
        line.split(":\t", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines()
    )
    kept = {name: status[name].split()[0] for name in ("Uid", "Gid", "NoNewPrivs", "Seccomp")}
    result.expect("confined", kept, {"Uid": "36", "Gid": "36", "NoNewPrivs": "1", "Seccomp": "2"})
    result.expect("its capabilities", int(status["CapBnd"], 16), 0)
    before = service.state()["started"], service.state()["pid"]
    os.kill(pid, signal.SIGKILL)
    host.vdsm.recovered_at_once()
    again = wait(lambda: (service.state()["started"], service.state()["pid"]) != before, _STARTS_IN)
    result.expect_that("systemd has started it again", again, service.state())
    wait(lambda: service.state()["passes"] > 0, _STARTS_IN)
    host.check("the service was killed", set(), since=time.monotonic())
    online = Path("/sys/devices/system/cpu/cpu3/online")
    lab.undo.append(lambda: online.write_text("1"))
    online.write_text("0")
    result.expect("libvirt's pins without CPU 3", pins_of(lab, {"2"}), {"2"})
    result.expect("times that vCPUs were not back", host.wrong, 0)
    result.host = [f"vCPU {vcpu}: CPUs {cpus}" for vcpu, cpus in host.threads().items()]
