# SPDX-License-Identifier: Apache-2.0
"""This host as a VM that starts may use it: its nodes now, what the kernel and QEMU need, the CPUs
on which VMs run, and what other VMs were promised.

    this_host(Config(), reservations, vms)
"""

from __future__ import annotations

import os

from numa_domain.host.default_page import default_page_kib
from numa_domain.host.margins import with_margins
from numa_domain.host.sysfs import read_sysfs
from numa_domain.host.usable_cpus import with_unusable
from numa_domain.observed.cgroup import read_file

from .reservations import with_promises

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from numa_domain.host.model import HostTopology

    from .config import Config
    from .reservations import Reservation
    from .running_vms import Survey

_LARGEST = 1 << 24
"""/proc/zoneinfo has some lines for each CPU in each zone: 2 MiB with 8 nodes and 512 CPUs."""


def this_host(
    config: Config,
    reservations: Iterable[Reservation],
    vms: Survey,
    pci: Iterable[str] | None = (),
) -> HostTopology:
    """The host, less what is reserved. Raises `HostError` with what cannot be read."""
    bare = bare_host(config, pci)
    return with_promises(bare, reservations, vms.residents)


def bare_host(config: Config, pci: Iterable[str] | None = ()) -> HostTopology:
    """The same without what is reserved."""
    host = with_unusable(read_sysfs(config.sysfs, pci), config.sysfs)
    zones = read_file(f"{config.proc}/zoneinfo", _LARGEST) if config.kernel_percent else ""
    page_kib = os.sysconf("SC_PAGE_SIZE") // 1024
    host = host.replace(default_page_kib=default_page_kib(config.proc))
    return with_margins(host, zones, page_kib, config.kernel_percent, config.qemu_percent)
