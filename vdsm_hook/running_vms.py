# SPDX-License-Identifier: Apache-2.0
"""Which VMs run here, and how much memory they have touched on which node.

All of this an ordinary user can read: QEMU's command line, its cgroup's memory.numa_stat, and the
names of its threads.

    survey(Config(), {"0d5f...": 0}, now).residents
    -> {"0d5f...": RunningVm(pid=4711, touched={0: 2097152}, runs=True)}

If no cgroup of the VM's own tells, the process's numa_maps does, where its user may read that. What
cannot be seen counts as untouched, so that too much stays reserved rather than too little. The
cgroup's figure includes QEMU's own memory (about 100 MiB) and that of virtiofs and vhost users; by
that much a VM seems to have touched more than it has.
"""

from __future__ import annotations

import os

from numa_domain.base.frozen import Value
from numa_domain.observed.cgroup import node_memory, read_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from .config import Config

_LARGEST_MAPS = 1 << 24
_SMALLEST_HUGE_KIB = 1024
"""Pages of a pool have at least this size; ordinary ones at most 64 KiB."""


class RunningVm(Value):
    """A VM with a QEMU process here."""

    pid: int
    touched: Mapping[int, int] = {}
    """Node id -> KiB of ordinary pages."""
    runs: bool = False
    """Whether QEMU has its vCPUs. Then all huge pages are taken, since they are
    allocated before.
    """

    @property
    def unseen(self) -> bool:
        """Whether it cannot be seen what it has touched: QEMU itself has touched some."""
        return self.runs and not self.touched


class Survey(Value):
    """The VMs that were found, of those that were looked for."""

    residents: Mapping[str, RunningVm]
    at: int
    """When, in seconds since boot."""
    complete: bool
    """Whether a VM that was not found does not run here. If /proc is mounted with hidepid=2, only
    our own processes are visible, and that cannot be concluded.
    """


def survey(config: Config, sought: Mapping[str, int], now: int) -> Survey:
    """Look for these VMs: VM id -> the pid it was last seen with, or 0."""
    pids = {
        vm_id: pid for vm_id, pid in sought.items() if pid and _vm_of(config.proc, pid) == vm_id
    }
    lost = set(sought) - set(pids)
    if lost:
        pids.update(_search(config.proc, lost))
    residents = {vm_id: _resident(config, pid) for vm_id, pid in pids.items()}
    return Survey(residents, now, bool(read_file(f"{config.proc}/1/cmdline")))


def _search(proc: str, vm_ids: set[str]) -> dict[str, int]:
    try:
        names = os.listdir(proc)
    except OSError:
        return {}
    found = {_vm_of(proc, int(name)): int(name) for name in names if name.isdigit()}
    return {vm_id: pid for vm_id, pid in found.items() if vm_id in vm_ids}


def _vm_of(proc: str, pid: int) -> str:
    """The VM of a QEMU process; "" for any other process."""
    _, _, rest = read_file(f"{proc}/{pid}/cmdline").partition("\0-uuid\0")
    return rest.partition("\0")[0].lower()


def _resident(config: Config, pid: int) -> RunningVm:
    touched = node_memory(pid, config.proc, config.cgroup) or _by_its_maps(config.proc, pid)
    return RunningVm(pid, touched, _has_vcpus(config.proc, pid))


def _by_its_maps(proc: str, pid: int) -> dict[int, int]:
    """By /proc/PID/numa_maps, which only root and the process's own user may read."""
    text = read_file(f"{proc}/{pid}/numa_maps", _LARGEST_MAPS)
    if not text:
        return {}
    from numa_domain.observed.numa_maps import read_areas, total  # here: 3 ms, and seldom

    areas = read_areas(text, read_file(f"{proc}/{pid}/maps", _LARGEST_MAPS))
    return total(area for area in areas if area.page_kib < _SMALLEST_HUGE_KIB)


def _has_vcpus(proc: str, pid: int) -> bool:
    """QEMU names the threads of vCPUs "CPU 0/KVM" and the like."""
    try:
        threads = os.listdir(f"{proc}/{pid}/task")
    except OSError:
        return False
    return any(read_file(f"{proc}/{pid}/task/{t}/comm").startswith("CPU ") for t in threads)
