# SPDX-License-Identifier: Apache-2.0
"""A VM starts: the request and this host become a placement, a reservation, and new XML.

The order matters. What VMs have touched is read first, then the reservations, then free memory; so
whatever happens in between makes the host look fuller than it is, never emptier. The new XML is
written before the reservation, so that a full disk leaves no reservation behind.

Resuming a suspended VM runs this too: VDSM runs this point on the saved XML and ignores the result.
"""

from __future__ import annotations

from numa_domain.domxml.placed_domain import decide_domain
from numa_domain.domxml.read import read_guest
from numa_domain.domxml.tree import parse
from numa_domain.host.sysfs import read_sysfs
from numa_domain.placement.model import DoesNotFit
from numa_domain.placement.place import worded
from numa_domain.request.model import NumaRequest

from ..contract import read_handed, write_new
from ..reservation_file import ReservationFile, peek, uptime
from ..running_vms import survey
from ..this_host import this_host
from .before_vm_dehibernate import check_saved_nodes, is_saved

TYPE_CHECKING = False
if TYPE_CHECKING:
    from numa_domain.placement.model import Placement

    from ..config import Config
    from ..contract import Call
    from ..report import Report


def before_vm_start(call: Call, config: Config, report: Report) -> bool:
    """Place the VM; True if there is new XML."""
    report.doing(f"reading the domain XML {call.path}", "check what is in it")
    xml = read_handed(call.path)
    document = parse(xml)
    guest = read_guest(document.root)
    if is_saved(document, guest):
        check_saved_nodes(guest, read_sysfs(config.sysfs, guest.pci))
        return False
    request = NumaRequest.parse(nodeset=call.nodeset, topology=call.topology)
    report.doing(f"looking for running VMs in {config.proc}", "check the load of this host")
    vm_id = call.vm_id or guest.uuid
    others = {r.vm_id: r.pid for r in peek(config) if r.vm_id != vm_id}
    vms = survey(config, others, uptime())
    try:
        with ReservationFile(config, report) as ledger:
            ledger.remove(vm_id)
            ledger.reclaim(vms)
            report.doing(f"reading the host's nodes in {config.sysfs}", "check that sysfs answers")
            host = this_host(config, ledger.reservations.values(), vms, guest.pci)
            report.doing("placing the VM", "simplify numa_topology, and report the case")
            placed = decide_domain(document, request, host)
            placement, new = placed.placement, placed.xml
            if new != xml:
                write_new(call, new)
            ledger.put(vm_id, placement.charges, placement.claims, placement.vcpus)
            ledger.store()
    except DoesNotFit as reason:  # the lock is free again: others need not wait for the words
        report.doing("saying why the VM does not fit", "report the case")
        raise worded(guest, request, reason) from None
    _log(placement, report)
    return new != xml


def _log(placement: Placement, report: Report) -> None:
    nodes = "own nodes" if placement.nodes is None else f"nodes {placement.nodes}"
    cells = ", ".join(f"cell {placed.cell.id} on {placed.nodes}" for placed in placement.cells)
    report.log.write("info", f"placed on {nodes}{f': {cells}' if cells else ''}")
    for warning in placement.warnings:
        report.log.write("warning", str(warning))
