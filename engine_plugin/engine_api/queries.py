# SPDX-License-Identifier: Apache-2.0
"""Every question that is asked of the engine, one function each.

vm(session, "0d5f3a52-6b1c-4f0e-9a43-1f2b6c7d8e90", next_run=True).affinity
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

from . import bulk, errors, vm_element
from .bulk import reference
from .cluster import Cluster
from .connection import SafeConnection
from .hidden_nodes import ShownNodes
from .hosts import Hooks, HostRecord, read_nodes
from .identity import UNKNOWN, Identity
from .ids import is_id, valid_id
from .native_node import NativeNode
from .running_vms import Happenings
from .search import quoted
from .session import Session
from .vm_config import VmConfig
from .vm_row import VmRow

UNTOLD = (errors.EntityUnknown, errors.EngineForbids, errors.EngineRefused)
"""The engine's answers to a user who may not know."""
_LISTS = {"vms": "VMs", "hosts": "hosts"}
_PAGE = 500
_EVENTS = 500
"""As many as are read at once; where more has happened, all is read anew."""


def _of_host(session: Session) -> float:
    return session.client.config.host_seconds


def _vm_service(connection: SafeConnection, vm_id: str) -> Any:
    return connection.system_service().vms_service().vm_service(vm_id)


def vm(session: Session, vm_id: str, *, next_run: bool) -> VmConfig:
    """One VM, as it is or as it will be at its next start."""
    entity = f"VM {valid_id(vm_id)}"

    def ask(connection: SafeConnection) -> VmConfig:
        service = _vm_service(connection, vm_id)
        return VmConfig.of_vm(service.get(next_run=True) if next_run else service.get())

    return session.call(f"read {entity}", entity, ask)


def template(session: Session, template_id: str) -> VmConfig:
    entity = f"template {valid_id(template_id)}"

    def ask(connection: SafeConnection) -> VmConfig:
        service = connection.system_service().templates_service().template_service(template_id)
        return VmConfig.of_template(service.get())

    return session.call(f"read {entity}", entity, ask)


def pool(session: Session, pool_id: str) -> VmConfig:
    entity = f"VM pool {valid_id(pool_id)}"

    def ask(connection: SafeConnection) -> VmConfig:
        service = connection.system_service().vm_pools_service().pool_service(pool_id)
        return VmConfig.of_pool(service.get())

    return session.call(f"read {entity}", entity, ask)


def native_nodes(session: Session, vm_id: str) -> tuple[NativeNode, ...]:
    """The virtual NUMA nodes of oVirt's own, by index."""
    entity = f"VM {valid_id(vm_id)}"

    def ask(connection: SafeConnection) -> tuple[NativeNode, ...]:
        nodes = _vm_service(connection, vm_id).numa_nodes_service().list()
        return tuple(sorted(map(NativeNode.of, nodes), key=lambda node: node.index))

    return session.call(f"list the virtual NUMA nodes of {entity}", entity, ask)


def vm_page(session: Session, search: str, page: int, size: int, *, admin: bool) -> list[VmRow]:
    """One page of the VMs that a search finds, by name.

    For who is no administrator the engine pages only by name, and then ignores what is searched
    for (BackendVmsResource.getVmsFilteredAndSorted): so all that they find is asked for, and paged
    here.
    """
    query = {"search": f"{search} sortby name asc page {page}".strip(), "max": str(size)}
    whole = search and not admin
    try:
        found = _rows(session, "/vms", {"search": search} if whole else query, "vms", VmRow.of)
    except errors.EngineRefused as error:
        if not search:  # it is not the search, then
            raise
        reason = "the engine does not understand it"
        raise errors.SearchMalformed("search", value=search, reason=reason) from error
    if not whole:
        return found
    return sorted(found, key=lambda vm: vm.name)[(page - 1) * size : page * size]


def running_on(session: Session, host: HostRecord) -> tuple[VmConfig, ...]:
    """The VMs with our settings that run on a host, by name."""
    query = {"search": f"hosts.name = {quoted(host.name)}"}

    def ask(connection: SafeConnection) -> list[VmConfig]:
        document = bulk.read(connection, "/vms", query, "vms", shorten=vm_element.relevant)
        return [vm_element.config(vm) for vm in bulk.elements(vm_element.with_settings(document))]

    found = session.call(
        f"list the VMs on host {host.name}", "list of VMs", ask, most=_of_host(session)
    )
    return tuple(sorted((vm for vm in found if vm.host_id == host.id), key=lambda vm: vm.name))


def running_vm(session: Session, vm_id: str) -> VmConfig | None:
    """As it runs; None where it does not, has none of our settings, or is gone."""
    path, entity = f"/vms/{valid_id(vm_id)}", f"VM {vm_id}"

    def ask(connection: SafeConnection) -> VmConfig:
        return vm_element.config(bulk.read(connection, path, {}, "vm"))

    try:
        found = session.call(f"read {entity}", entity, ask)
    except errors.EntityUnknown:
        return None
    return found if found.has_settings and found.host_id is not None else None


def happenings(session: Session, since: int) -> Happenings:
    """What the engine's log tells since an event."""
    query = {"from": str(since), "max": str(_EVENTS)}

    def ask(connection: SafeConnection) -> Happenings:
        found = bulk.read(connection, "/events", query, "events").iterfind("event")
        about = ((int(e.get("id")), reference(e, "vm"), reference(e, "host")) for e in found)
        return Happenings.of(about, since, _EVENTS)

    return session.call("list events", "list of events", ask)


def newest_event(session: Session) -> int:
    """Its index; 0 where there is none."""

    def ask(connection: SafeConnection) -> int:
        found = bulk.read(connection, "/events", {"max": "1"}, "events")
        return max((int(event.get("id")) for event in found.iterfind("event")), default=0)

    return session.call("list events", "list of events", ask)


def vms_of_pool(session: Session, name: str) -> list[VmRow]:
    """By name."""
    found = _all_rows(session, "/vms", f"pool = {quoted(name)} sortby name desc", "vms", VmRow.of)
    return sorted(found, key=lambda vm: vm.name)


def hosts_of(session: Session, cluster: Cluster) -> list[HostRecord]:
    """For who is no administrator the engine neither searches hosts nor pages them
    (BackendHostsResource.list): it shows those of other clusters too."""
    search = f"cluster = {quoted(cluster.name)} sortby name asc"
    found = _all_rows(session, "/hosts", search, "hosts", HostRecord.of)
    return [host for host in found if host.cluster_id in (cluster.id, None)]


def host(session: Session, host_id: str) -> HostRecord:
    path = f"/hosts/{valid_id(host_id)}"

    def ask(connection: SafeConnection) -> HostRecord:
        return HostRecord.of(bulk.read(connection, path, {}, "host"))

    return session.call(f"read host {host_id}", f"host {host_id}", ask)


def host_nodes(session: Session, host_id: str) -> ShownNodes:
    """A host's nodes, in one request with their statistics."""
    path = f"/hosts/{valid_id(host_id)}/numanodes"

    def ask(connection: SafeConnection) -> ShownNodes:
        document = bulk.read(connection, path, {"follow": "statistics"}, "host_numa_nodes")
        return read_nodes(document, f"hosts/{host_id}/numanodes")

    return session.call(
        f"list the NUMA nodes of host {host_id}", f"host {host_id}", ask, most=_of_host(session)
    )


def host_statistics(session: Session, host_id: str) -> dict[str, float]:
    """Figures of a host as a whole, its huge pages among them."""
    path = f"/hosts/{valid_id(host_id)}/statistics"

    def ask(connection: SafeConnection) -> dict[str, float]:
        document = bulk.read(connection, path, {}, "statistics")
        wrapper = document.makeelement("host", {})
        wrapper.append(document)
        return dict(bulk.statistics(wrapper))

    return session.call(
        f"read the statistics of host {host_id}", f"host {host_id}", ask, most=_of_host(session)
    )


def host_hooks(session: Session, host_id: str) -> Hooks:
    path = f"/hosts/{valid_id(host_id)}/hooks"

    def ask(connection: SafeConnection) -> Hooks:
        return Hooks.of(bulk.read(connection, path, {}, "hooks"))

    return session.call(
        f"list the hooks of host {host_id}", f"host {host_id}", ask, most=_of_host(session)
    )


def cluster(session: Session, cluster_id: str) -> Cluster:
    entity = f"cluster {valid_id(cluster_id)}"

    def ask(connection: SafeConnection) -> Cluster:
        clusters = connection.system_service().clusters_service()
        return Cluster.of(clusters.cluster_service(cluster_id).get())

    return session.call(f"read {entity}", entity, ask)


def definitions(session: Session, level: str) -> str:
    """The value of UserDefinedVMProperties at a compatibility level."""
    entity = f"option UserDefinedVMProperties at level {level}"

    def ask(connection: SafeConnection) -> str:
        options = connection.system_service().options_service()
        found = options.option_service("UserDefinedVMProperties").get(version=level)
        return next((v.value or "" for v in found.values or [] if v.version == level), "")

    return session.call(f"read the {entity}", entity, ask)


def identity(session: Session) -> Identity:
    """Whose the token is."""
    entity = "user for this token"

    def ask(connection: SafeConnection) -> Identity:
        api = bulk.read(connection, "", {}, "api")
        user = reference(api, "authenticated_user")
        return Identity(user or UNKNOWN, admin=api.find("summary") is not None)

    return session.call("say whose token this is", entity, ask)


def user_name(session: Session, user_id: str) -> str:
    """The name where the user may see it, else the id."""
    if not is_id(user_id):
        return "unknown"

    def ask(connection: SafeConnection) -> str:
        service = connection.system_service().users_service().user_service(user_id)
        found = service.get()
        return str(found.user_name or found.principal or user_id)

    try:
        return session.call(f"read user {user_id}", f"user {user_id}", ask)
    except UNTOLD:
        return user_id


def _all_rows(
    session: Session, path: str, search: str, root: str, of: Callable[[bulk.Element], Any]
) -> list[Any]:
    """Page by page, so that no answer is too long; until one brings nothing new, since who is no
    administrator is given all each time."""
    found: dict[str, Any] = {}
    for page in count(1):
        query = {"search": f"{search} page {page}", "max": str(_PAGE)}
        rows = _rows(session, path, query, root, of)
        before = len(found)
        found.update((row.id, row) for row in rows)
        if len(rows) < _PAGE or len(found) == before:
            break
    return list(found.values())


def _rows(
    session: Session,
    path: str,
    query: dict[str, str],
    root: str,
    of: Callable[[bulk.Element], Any],
) -> list[Any]:
    item, things = root.removesuffix("s"), _LISTS[root]

    def ask(connection: SafeConnection) -> list[Any]:
        return [of(each) for each in bulk.read(connection, path, query, root).iterfind(item)]

    return session.call(f"list {things}", f"list of {things}", ask)
