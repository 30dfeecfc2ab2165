# SPDX-License-Identifier: Apache-2.0
"""A VM has started: checks whether its memory and threads are where they were placed.

What is wrong goes into our log and vdsm.log; the VM keeps running. At this time the guest has
touched little of its memory, unless it has huge pages or is allocated at once, and the user vdsm
only sees the VM as a whole. `numa-domain verify` sees more as root, at any time.

    2026-03-01 09:15:04 info after_vm_start 0d5f...: good, by its cgroup: node 0 212 MiB
"""

from __future__ import annotations

from numa_domain.base.errors import HostError
from numa_domain.base.units import show_memory
from numa_domain.host.usable_cpus import HostCpus
from numa_domain.observed.proc import sample, vms
from numa_domain.observed.requested import Requested
from numa_domain.observed.threads import DRIFTED
from numa_domain.observed.verdict import CellsUnseen, judge

from ..contract import read_handed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..config import Config
    from ..contract import Call
    from ..report import Report


class ProcessNotFound(HostError):
    what = "there is no QEMU process of the VM that has started"
    todo = "look in /var/log/libvirt/qemu for what became of it"


def after_vm_start(call: Call, config: Config, report: Report) -> bool:
    """Compare and log. Raises what is wrong, so that it is in vdsm.log too."""
    report.doing(f"reading the domain XML {call.path}", "check what is in it")
    requested = Requested.from_domain(read_handed(call.path))
    report.doing(f"looking for the VM in {config.proc}", "check the load of this host")
    uuid = call.vm_id or requested.uuid
    vm = next((vm for vm in vms(config.proc).values() if vm.uuid == uuid), None)
    if vm is None:
        raise ProcessNotFound()
    where = sample(vm.pid, config.proc, config.cgroup)
    verdict = judge(requested, where, HostCpus.from_sysfs(config.sysfs))
    nodes = ", ".join(
        f"node {node} {show_memory(kib)}" for node, kib in sorted(verdict.process.items()) if kib
    )
    report.log.write("info", f"{verdict.state}, by its {verdict.source}: {nodes or 'no memory'}")
    problems = [p for p in verdict.problems if not isinstance(p, CellsUnseen)]
    for problem in problems:
        report.log.write("warning", str(problem))
    if verdict.state == DRIFTED:
        raise problems[0]
    return False
