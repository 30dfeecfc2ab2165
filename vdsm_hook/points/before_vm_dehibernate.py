# SPDX-License-Identifier: Apache-2.0
"""A suspended VM comes back: its nodes must be here, and are reserved for it again.

Decides what of the saved XML counts: the nodes in `numatune`, whoever wrote them. Never
changes it, since VDSM ignores what a hook does to saved XML. A resume may come to another
host than the suspend, and libvirt then says no more than "NUMA node 7 is unavailable".
"""

from __future__ import annotations

from numa_domain.base.errors import HostError
from numa_domain.base.idset import Nodeset
from numa_domain.domxml.metadata import read_record
from numa_domain.domxml.read import parse_guest
from numa_domain.guest.model import Guest
from numa_domain.host.model import HostTopology
from numa_domain.host.sysfs import read_sysfs
from numa_domain.placement.given_nodes import demand_of, whole_vm
from numa_domain.placement.memory_fit import fit
from numa_domain.request.model import NumaRequest
from numa_domain.topology.plan import plan_cells

from ..contract import read_handed
from ..reservation_file import ReservationFile, peek, uptime
from ..reservations import with_promises
from ..running_vms import survey

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from numa_domain.domxml.tree import Document
    from numa_domain.placement.memory_fit import Demand

    from ..config import Config
    from ..contract import Call
    from ..report import Report


class SavedNodesMissing(HostError):
    what = "the suspended VM uses host nodes {nodes}, and this host has no node {missing}"
    todo = "resume it on the host where it was suspended, or shut it down and start it anew"


def before_vm_dehibernate(call: Call, config: Config, report: Report) -> bool:
    """Refuse where nodes are missing, else reserve the VM's memory; the XML stays."""
    report.doing(f"reading the domain XML {call.path}", "check what is in it")
    guest = parse_guest(read_handed(call.path))
    check_saved_nodes(guest, read_sysfs(config.sysfs, ()))
    vm_id = call.vm_id or guest.uuid
    others = {r.vm_id: r.pid for r in peek(config) if r.vm_id != vm_id}
    vms = survey(config, others, uptime())
    with ReservationFile(config, report) as ledger:
        ledger.remove(vm_id)
        ledger.reclaim(vms)
        report.doing(f"reading the host's nodes in {config.sysfs}", "check that sysfs answers")
        host = read_sysfs(config.sysfs, ())
        host = with_promises(host, ledger.reservations.values(), vms.residents)
        result = fit(host, list(_demands(guest, host)))
        ledger.put(vm_id, result.charges)
        ledger.store()
    for short in result.shortfalls:
        report.log.write("warning", f"nodes {short.nodes} lack {short.missing_kib} KiB for it")
    return False


def is_saved(document: Document, guest: Guest) -> bool:
    """Whether the document is that of a VM that has run, and was bound to nodes then.

    Our record tells, since the engine's XML never carries it. VDSM drops it from the XML of a
    snapshot with memory, where startTime is left, which VDSM writes into each running VM's
    metadata, and the nodes of `numatune/memory`, which the engine does not write.
    """
    if read_record(document.root) is not None:
        return True
    return b":startTime" in document.raw and guest.memory_nodes is not None


def check_saved_nodes(guest: Guest, host: HostTopology) -> None:
    """Raise where a node that the VM is bound to is not on this host."""
    nodes = Nodeset.of(node for memnode in guest.memnodes for node in memnode.nodes)
    nodes |= guest.memory_nodes or Nodeset()
    missing = nodes - Nodeset.of(host.nodes)
    if missing:
        raise SavedNodesMissing(nodes=str(nodes), missing=str(missing))


def _demands(guest: Guest, host: HostTopology) -> Iterator[Demand]:
    """What the saved XML binds to nodes."""
    mode, nodes = guest.memory_mode or "strict", guest.memory_nodes
    own = {memnode.cell: memnode for memnode in guest.memnodes}
    for cell in plan_cells(guest, NumaRequest(mode=mode)) or [whole_vm(guest, mode)]:
        memnode = own.get(cell.id)
        if memnode is not None:
            yield demand_of(guest, host, cell.replace(mode=memnode.mode), memnode.nodes)
        elif nodes is not None:
            yield demand_of(guest, host, cell, nodes)
