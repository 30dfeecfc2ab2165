# SPDX-License-Identifier: Apache-2.0
"""A suspended VM is resumed: its nodes must exist here, and its memory is reserved again.

The nodes are those in `numatune` of the saved XML, whoever wrote them. The XML is not changed,
since VDSM ignores what a hook does to it. A VM may be resumed on another host than it was suspended
on; without this check libvirt would just say "NUMA node 7 is unavailable".
"""

from __future__ import annotations

from numa_domain.base.errors import HostError
from numa_domain.base.idset import Nodeset
from numa_domain.domxml.metadata import read_record
from numa_domain.domxml.read import parse_guest
from numa_domain.guest.model import Guest
from numa_domain.host.model import HostTopology
from numa_domain.host.sysfs import read_sysfs
from numa_domain.placement.device_memory import device_demands
from numa_domain.placement.given_nodes import demand_of, vcpus_near, whole_vm
from numa_domain.placement.memory_fit import fit
from numa_domain.placement.place import at_host
from numa_domain.request.model import NumaRequest
from numa_domain.topology.plan import plan_cells

from ..contract import read_handed
from ..reservation_file import ReservationFile, peek, uptime
from ..running_vms import survey
from ..this_host import this_host

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
    """Refuse if nodes are missing; otherwise reserve the VM's memory. The XML stays."""
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
        host = this_host(config, ledger.reservations.values(), vms)
        guest = at_host(guest, host)
        demands = list(_demands(guest, host))
        result = fit(host, demands)
        ledger.put(vm_id, result.charges, result.claims, vcpus_near(demands))
        ledger.store()
    for short in result.shortfalls:
        report.log.write("warning", f"nodes {short.nodes} lack {short.missing_kib} KiB for it")
    return False


def is_saved(document: Document, guest: Guest) -> bool:
    """Whether this is the XML of a VM that has been running, bound to nodes.

    Our record shows that, since XML from the engine never has one. From a snapshot with memory VDSM
    drops the record; what remains is startTime, which VDSM writes into the metadata of each running
    VM, and the nodes of `numatune/memory`, which the engine does not write.
    """
    if read_record(document.root) is not None:
        return True
    return b":startTime" in document.raw and guest.memory_nodes is not None


def check_saved_nodes(guest: Guest, host: HostTopology) -> None:
    """Raise `SavedNodesMissing` if the host lacks a node that the VM is bound to."""
    nodes = Nodeset.of(node for memnode in guest.memnodes for node in memnode.nodes)
    nodes |= guest.memory_nodes or Nodeset()
    missing = nodes - Nodeset.of(host.nodes)
    if missing:
        raise SavedNodesMissing(nodes=str(nodes), missing=str(missing))


def _demands(guest: Guest, host: HostTopology) -> Iterator[Demand]:
    """The memory that the saved XML binds to nodes."""
    mode, nodes = guest.memory_mode or "strict", guest.memory_nodes
    own = {memnode.cell: memnode for memnode in guest.memnodes}
    yield from device_demands(guest, host, (), mode, nodes)
    for cell in plan_cells(guest, NumaRequest(mode=mode)) or [whole_vm(guest, mode)]:
        memnode = own.get(cell.id)
        if memnode is not None:
            yield demand_of(guest, host, cell.replace(mode=memnode.mode), memnode.nodes)
        elif nodes is not None:
            yield demand_of(guest, host, cell, nodes)
