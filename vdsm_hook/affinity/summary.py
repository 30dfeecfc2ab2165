# SPDX-License-Identifier: Apache-2.0
"""A summary of the service's file, for `numa-hook`, the metrics and the engine.

{"running": true, "connected": true, "since": 1772355302, "vms": 3,
 "vcpus": {"held": 12, "away": 0, "free": 0, "left": 4}, "pins": 128, ...}
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from numa_domain.affinity.holding import AWAY, FREE, HELD, LEFT
from numa_domain.host.told_affinity import ToldAffinity

from ..config import Config
from . import state

STATES = (HELD, AWAY, FREE, LEFT)


def summary(config: Config) -> dict[str, Any]:
    """As JSON; all is 0 where it does not run, or cannot say so."""
    problem = ""
    try:
        found = state.read(config.run_dir)
    except state.StateUnreadable as error:
        found, problem = None, str(error)
    runs = state.running(found, config.proc)
    told = found if found is not None and runs else state.State()
    return {
        "running": runs,
        "connected": told.connected,
        "since": told.started,
        "problem": problem or told.problem,
        "vms": len(told.vms),
        "vcpus": {name: told.count(name) for name in STATES},
        "pins": told.pins,
        "last_pin": told.last_pin,
        "events": told.events,
        "failures": told.failures,
        "passes": told.passes,
        "last_pass": told.last_pass,
        "problems": [
            {"vm": vm.id, "name": vm.name, "problem": vm.problem} for vm in told.vms if vm.problem
        ],
    }


def told(config: Config, now: float) -> ToldAffinity:
    """For the engine."""
    found = summary(config)
    holds = bool(found["running"] and found["connected"])
    return ToldAffinity(holds, found["since"], int(now))


def text(found: Mapping[str, Any], unit: str) -> list[str]:
    """For people. `unit` is the file of its unit, empty where there is none."""
    if not found["running"]:
        lacks = "numa-affinity does not run" if unit else "numa-affinity is not installed"
        said = [f"{lacks}: vCPUs of VMs without a CPU policy are pinned to all nodes by VDSM"]
        return [found["problem"]] if found["problem"] else said
    vcpus = found["vcpus"]
    last = f", the last {_time(found['last_pin'])}" if found["last_pin"] else ""
    held = f"{_many(vcpus[HELD], 'vCPU')} of {_many(found['vms'], 'VM')} held"
    lines = [
        f"numa-affinity runs since {_time(found['since'])}: {held}, {vcpus[AWAY]} away,"
        f" {vcpus[LEFT]} left to their pinning",
        f"it has put {_many(found['pins'], 'pin')} right{last}",
    ]
    lines += [f"{each['name']}: {each['problem']}" for each in found["problems"]]
    return lines


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _time(seconds: int) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(seconds))
