# SPDX-License-Identifier: Apache-2.0
"""Migration of a VM with NUMA settings: refused at the source and at the destination.

On the destination VDSM runs no hook that could place the VM, and libvirt would look for the
source's nodes there. In the engine it is the placement policy, set to pinned by the service, that
prevents migration; this is the safety net.

Only the properties count, and no file is read. VDSM has the properties with which the VM was
started, even if they have been changed in the engine since.
"""

from __future__ import annotations

from numa_domain.base.errors import RequestError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..config import Config
    from ..contract import Call
    from ..report import Report


class NotMigratable(RequestError):
    what = "the VM is bound to the NUMA nodes of the host that it runs on and cannot be migrated"
    todo = (
        "shut it down and start it on the other host, or remove the property "
        "(it counts from the next start)"
    )


def refuse_migration(call: Call, config: Config, report: Report) -> bool:
    """Refuse, at before_vm_migrate_source and before_vm_migrate_destination."""
    name, text = (
        ("numa_nodeset", call.nodeset) if call.nodeset else ("numa_topology", call.topology)
    )
    raise NotMigratable(f"{name}={text}")
