# SPDX-License-Identifier: Apache-2.0
"""Which CPUs are threads of one core.

/sys/devices/system/cpu/cpu3/topology/thread_siblings_list      1,3
"""

from __future__ import annotations

from ..base.idset import Cpuset
from .sysfs import cpu_list


def read_cores(cpus: Cpuset, root: str = "/sys") -> frozenset[Cpuset]:
    """The cores of these CPUs; a CPU of which the kernel says nothing is one by itself.

    Raises `HostError` with the path of what cannot be read.
    """
    folder = f"{root}/devices/system/cpu"
    found = ((cpu, cpu_list(f"{folder}/cpu{cpu}/topology/thread_siblings_list")) for cpu in cpus)
    return frozenset(Cpuset.of([cpu]) if core is None else core for cpu, core in found)
