# SPDX-License-Identifier: Apache-2.0
"""The service's file in the run directory: what it holds, for others and for itself after a
restart.

`numa-hook status`, the hook after_get_caps and the metrics read it, without libvirt.

    /run/vdsm/ovirt-numa/affinity.json
        {"version": 1, "pid": 4711, "started": 1772355302, "connected": true, "pins": 128,
         "vms": [{"id": "0d5f...", "name": "web1", "run": 3, "problem": "", "vcpus":
             [{"vcpus": "0-1", "state": "held", "allowed": "0-5", "pinned": "0-1"}]}], ...}

It is replaced as a whole. If it is damaged or of another release, that is said and it is ignored:
what VDSM allows is then computed from the VMs that run (`numa_domain/affinity/shared_pool.py`).
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from typing import Any

from numa_domain.affinity.holding import AWAY, HELD, Held
from numa_domain.base.errors import HostError, TextError
from numa_domain.base.frozen import Value
from numa_domain.base.idset import Cpuset

from ..contract import read_all
from ..kept_file import replace, usable_directory

VERSION = 1
_LARGEST = 8 * 1024 * 1024
_NAME = "affinity.json"
_MOST = 1 << 37
"""No count and no time is larger; times beyond cannot be shown."""
_STARTED_AT = 19
"""Of the fields of /proc/PID/stat after the name in brackets: when it began, in ticks."""


_DAMAGED = (ValueError, TypeError, KeyError, AttributeError, RecursionError, TextError)
"""What reading JSON that is none of ours raises."""


class StateUnreadable(HostError):
    what = "what numa-affinity holds cannot be read: {reason}"
    todo = "let the user vdsm own the directory: the service goes on, and computes what VDSM allows"


class VcpuGroup(Value):
    """vCPUs of one VM of which the same is to be said."""

    vcpus: Cpuset
    state: str
    allowed: Cpuset
    pinned: Cpuset


class VmState(Value):
    """One VM with our record."""

    id: str
    name: str
    run: int
    """libvirt's number of this run of the VM."""
    groups: tuple[VcpuGroup, ...] = ()
    problem: str = ""

    def count(self, *states: str) -> int:
        return sum(len(group.vcpus) for group in self.groups if group.state in states)

    @property
    def held(self) -> dict[int, Held]:
        """What is remembered of each vCPU."""
        return {
            vcpu: Held(group.allowed, group.pinned)
            for group in self.groups
            if group.state in (HELD, AWAY)
            for vcpu in group.vcpus
        }


class State(Value):
    """All that is told."""

    pid: int = 0
    ticks: int = 0
    """When the process began, by the kernel: ids are given again."""
    started: int = 0
    """Seconds since 1970, as all times here."""
    connected: bool = False
    problem: str = ""
    """Why it is not connected, or what it cannot read."""
    passes: int = 0
    """How often all VMs were looked at."""
    last_pass: int = 0
    events: int = 0
    """Changes of pins that libvirt told of, our own among them."""
    pins: int = 0
    """Pins that were put right."""
    last_pin: int = 0
    failures: int = 0
    """Pins that libvirt refused."""
    written: int = 0
    vms: tuple[VmState, ...] = ()

    def count(self, *states: str) -> int:
        return sum(vm.count(*states) for vm in self.vms)


def write(state: State, run_dir: str) -> None:
    """Replace the file, and whatever is in its way. Raises `OSError`."""
    usable_directory(run_dir)
    replace(f"{run_dir}/{_NAME}", json.dumps(to_json(state)).encode("ascii"), 0o644)


def read(run_dir: str) -> State | None:
    """What is told; None where nothing is. Raises `StateUnreadable`."""
    path = f"{run_dir}/{_NAME}"
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StateUnreadable(path, reason=error.strerror) from None
    try:
        return from_json(json.loads(read_all(fd, _LARGEST)))
    except OSError as error:
        raise StateUnreadable(path, reason=error.strerror) from None
    except _DAMAGED as error:
        reason = f"{type(error).__name__}: {error}"
        raise StateUnreadable(path, reason=reason) from None
    finally:
        os.close(fd)


def running(state: State | None, proc: str = "/proc") -> bool:
    """Whether the process that told it is there."""
    return state is not None and state.ticks > 0 and process_ticks(state.pid, proc) == state.ticks


def process_ticks(pid: int, proc: str = "/proc") -> int:
    """When a process began, in ticks since the boot; 0 where there is none."""
    try:
        with open(f"{proc}/{pid}/stat", encoding="ascii", errors="replace") as file:
            return int(file.read().rpartition(")")[2].split()[_STARTED_AT])
    except (OSError, ValueError, IndexError):
        return 0


def to_json(state: State) -> dict[str, Any]:
    """As it stands in the file."""
    plain = {name: getattr(state, name) for name in State._fields if name != "vms"}
    return {"version": VERSION, **plain, "vms": [_vm_to_json(vm) for vm in state.vms]}


def _vm_to_json(vm: VmState) -> dict[str, Any]:
    groups = [{name: getattr(group, name) for name in VcpuGroup._fields} for group in vm.groups]
    texts = [{name: str(value) for name, value in group.items()} for group in groups]
    return {"id": vm.id, "name": vm.name, "run": vm.run, "problem": vm.problem, "vcpus": texts}


def from_json(data: Mapping[str, Any]) -> State:
    """Raises what a dictionary raises that is none of ours."""
    if data["version"] != VERSION:
        raise ValueError(f"version {data['version']}")
    plain = {name: _plain(name, data[name]) for name in State._fields if name != "vms"}
    return State(**plain, vms=tuple(_vms(data["vms"])))


def _plain(name: str, value: Any) -> Any:
    if type(value) is not type(getattr(State, name)):
        raise TypeError(name)
    if isinstance(value, int) and not 0 <= value < _MOST:
        raise ValueError(name)
    return value


def _vms(found: Any) -> Iterator[VmState]:
    for vm in found:
        groups = tuple(
            VcpuGroup(
                Cpuset.parse(group["vcpus"]),
                str(group["state"]),
                Cpuset.parse(group["allowed"]),
                Cpuset.parse(group["pinned"]),
            )
            for group in vm["vcpus"]
        )
        if not all(isinstance(vm[name], str) for name in ("id", "name", "problem")):
            raise TypeError("vms")
        if type(vm["run"]) is not int:
            raise TypeError("run")
        yield VmState(vm["id"], vm["name"], vm["run"], groups, vm["problem"])
