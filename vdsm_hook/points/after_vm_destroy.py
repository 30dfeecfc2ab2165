# SPDX-License-Identifier: Apache-2.0
"""A VM is gone: removes its reservation.

VDSM also runs this after a start that failed, and does not start the same VM again before it is
done.
"""

from __future__ import annotations

from ..contract import VmUnknown
from ..reservation_file import ReservationFile

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..config import Config
    from ..contract import Call
    from ..report import Report


def after_vm_destroy(call: Call, config: Config, report: Report) -> bool:
    """Remove the VM's reservation, if there is one. The XML stays as it is."""
    if not call.vm_id:
        raise VmUnknown(vm_id=call.vm_id)
    with ReservationFile(config, report) as ledger:
        if ledger.remove(call.vm_id):
            ledger.store()
            report.log.write("info", "reservation given back")
    return False
