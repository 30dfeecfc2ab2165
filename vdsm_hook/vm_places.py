# SPDX-License-Identifier: Apache-2.0
"""Where the VMs that the hook has placed on this host lie, for the engine's side.

Decides which are told: those with a reservation whose QEMU process is found. The reservations say
on which nodes a VM's memory may be, its control group on which it is.
"""

from __future__ import annotations

from numa_domain.base.idset import Nodeset
from numa_domain.host.told_vms import ToldVm

from .reservation_file import peek, uptime
from .running_vms import survey

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .config import Config
    from .reservations import Reservation


def places(config: Config, at: int) -> list[ToldVm]:
    """By the VM's id; `at` is the time that is told with them. The lock is not taken: nothing is
    decided by this, and VDSM would wait for a VM that starts.
    """
    reserved = {each.vm_id: each for each in peek(config)}
    if not reserved:
        return []
    seen = survey(config, {vm_id: each.pid for vm_id, each in reserved.items()}, uptime())
    return [
        ToldVm(vm_id, _nodes(reserved[vm_id]), resident.touched, at)
        for vm_id, resident in sorted(seen.residents.items())
    ]


def _nodes(reservation: Reservation) -> Nodeset:
    return Nodeset.of(node for claim in reservation.promised for node in claim.nodes)
