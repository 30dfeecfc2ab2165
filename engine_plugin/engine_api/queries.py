# SPDX-License-Identifier: Apache-2.0
"""Every question that is asked of the engine, one function each.

Decides paths and parameters. Never decides what an answer means for NUMA. Ids are checked
here, before the SDK puts them into an address: it neither checks nor encodes them.

    vm(session, "0d5f3a52-6b1c-4f0e-9a43-1f2b6c7d8e90", next_run=True).affinity
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from lxml import etree
from ovirtsdk4.reader import Reader

from numa_domain.request.parts import NODESET, TOPOLOGY

from . import bulk, faults
from .connection import SafeConnection
from .engine import Session
from .hidden_nodes import ShownNodes
from .hosts import Hooks, HostRecord, read_nodes
from .records import FORMER, NativeNode, Owner

_ID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_NAME = re.compile(r'[^"\\\x00-\x1f]{1,255}')
_SEARCH = re.compile(r'[\w .*=!<>@:"/+,()-]{0,500}')
NODESET_NAMES = {NODESET, TOPOLOGY, *FORMER}
_CLAUSES = re.compile(r"\b(sortby|page|limit)\b", re.IGNORECASE)


def valid_id(value: str, where: str = "id") -> str:
    """The id, lower case. Raises `IdMalformed`."""
    if not _ID.fullmatch(value):
        raise faults.IdMalformed(where, value=value)
    return value.lower()


def quoted(name: str) -> str:
    """A name as the engine's search takes it."""
    if not _NAME.fullmatch(name):
        raise faults.SearchMalformed("name", value=name, reason="a quote or control character")
    return f'"{name}"'


def conditions(search: str) -> str:
    """A user's own search conditions; Raises `SearchMalformed` where they could be more."""
    if not _SEARCH.fullmatch(search):
        reason = "it has characters that no condition needs"
        raise faults.SearchMalformed("search", value=search, reason=reason)
    if _CLAUSES.search(search):
        reason = "sorting and paging are parameters of their own"
        raise faults.SearchMalformed("search", value=search, reason=reason)
    if search.count('"') % 2:
        raise faults.SearchMalformed("search", value=search, reason="a quote is not closed")
    return search.strip()


@dataclass(frozen=True)
class Cluster:
    """What counts of a cluster."""

    id: str
    name: str
    level: str


@dataclass(frozen=True)
class VmRow:
    """A VM in a list."""

    id: str
    name: str
    status: str
    cluster_id: str | None
    host_id: str | None
    affinity: str
    next_run: bool
    properties: dict[str, str]
    level: str | None = None
    """Its own compatibility level, where that is not its cluster's."""
    bound: Owner | None = None
    """All of it, where it has our settings and that is asked for."""

    @classmethod
    def of(cls, vm: bulk.Element) -> VmRow:
        return cls(
            id=vm.get("id") or "",
            name=bulk.text(vm, "name") or "",
            status=bulk.text(vm, "status") or "unknown",
            cluster_id=bulk.reference(vm, "cluster"),
            host_id=bulk.reference(vm, "host"),
            affinity=bulk.affinity(vm),
            next_run=bulk.text(vm, "next_run_configuration_exists") == "true",
            properties=bulk.properties(vm),
            level=bulk.level(vm, "custom_compatibility_version"),
        )

    @property
    def owner(self) -> Owner:
        """What its settings hang on; neither its memory nor its vCPUs."""
        return Owner(
            kind="vms",
            id=self.id,
            name=self.name,
            cluster_id=self.cluster_id,
            memory_kib=0,
            max_memory_kib=0,
            properties=self.properties,
            affinity=self.affinity,
            level=self.level,
            pins={},
        )

    @classmethod
    def with_bound(cls, vm: bulk.Element) -> VmRow:
        """Read whole, by the SDK, only where it has our settings."""
        row = cls.of(vm)
        if not row.properties.keys() & NODESET_NAMES:
            return row
        return replace(row, bound=Owner.of_vm(Reader.read(etree.tostring(vm))))


def vms_service(connection: SafeConnection) -> Any:
    return connection.system_service().vms_service()


def vm(session: Session, vm_id: str, *, next_run: bool) -> Owner:
    """One VM, as it is or as it will be at its next start."""

    def ask(connection: SafeConnection) -> Owner:
        service = vms_service(connection).vm_service(vm_id)
        return Owner.of_vm(service.get(next_run=True) if next_run else service.get())

    return session.call(f"VM {valid_id(vm_id)}", ask)


def template(session: Session, template_id: str) -> Owner:
    def ask(connection: SafeConnection) -> Owner:
        service = connection.system_service().templates_service().template_service(template_id)
        return Owner.of_template(service.get())

    return session.call(f"template {valid_id(template_id)}", ask)


def pool(session: Session, pool_id: str) -> Owner:
    def ask(connection: SafeConnection) -> Owner:
        service = connection.system_service().vm_pools_service().pool_service(pool_id)
        return Owner.of_pool(service.get())

    return session.call(f"VM pool {valid_id(pool_id)}", ask)


def native_nodes(session: Session, vm_id: str) -> tuple[NativeNode, ...]:
    """The virtual NUMA nodes of oVirt's own, by index."""

    def ask(connection: SafeConnection) -> tuple[NativeNode, ...]:
        nodes = vms_service(connection).vm_service(vm_id).numa_nodes_service().list()
        return tuple(sorted(map(NativeNode.of, nodes), key=lambda node: node.index))

    return session.call(f"virtual NUMA nodes of VM {valid_id(vm_id)}", ask)


def vm_page(session: Session, search: str, page: int, size: int) -> list[VmRow]:
    """One page of the VMs that a search finds, by name."""
    sorted_page = f"{search} sortby name asc page {page}".strip()
    try:
        return _rows(session, "/vms", {"search": sorted_page, "max": str(size)}, "vms", VmRow.of)
    except faults.EngineRefused as error:
        reason = "the engine does not understand it"
        raise faults.SearchMalformed("search", value=search, reason=reason) from error


def running_on(session: Session, cluster: Cluster) -> list[VmRow]:
    """The VMs of a cluster that are not down."""
    search = f"cluster = {quoted(cluster.name)} and status != down"
    return _rows(session, "/vms", {"search": search}, "vms", VmRow.with_bound)


def vms_of_pool(session: Session, name: str) -> list[VmRow]:
    """By name."""
    found = _rows(session, "/vms", {"search": f"pool = {quoted(name)}"}, "vms", VmRow.of)
    return sorted(found, key=lambda vm: vm.name)


def hosts_of(session: Session, cluster: Cluster) -> list[HostRecord]:
    search = f"cluster = {quoted(cluster.name)}"
    return _rows(session, "/hosts", {"search": search}, "hosts", HostRecord.of)


def host(session: Session, host_id: str) -> HostRecord:
    path = f"/hosts/{valid_id(host_id)}"
    return session.call(f"host {host_id}", lambda c: HostRecord.of(bulk.read(c, path, {}, "host")))


def host_nodes(session: Session, host_id: str) -> ShownNodes:
    """A host's nodes, in one request with their statistics."""
    path = f"/hosts/{valid_id(host_id)}/numanodes"

    def ask(connection: SafeConnection) -> ShownNodes:
        document = bulk.read(connection, path, {"follow": "statistics"}, "host_numa_nodes")
        return read_nodes(document, f"hosts/{host_id}/numanodes")

    return session.call(f"NUMA nodes of host {host_id}", ask)


def host_statistics(session: Session, host_id: str) -> dict[str, float]:
    """Figures of a host as a whole, its huge pages among them."""
    path = f"/hosts/{valid_id(host_id)}/statistics"

    def ask(connection: SafeConnection) -> dict[str, float]:
        document = bulk.read(connection, path, {}, "statistics")
        wrapper = document.makeelement("host", {})
        wrapper.append(document)
        return dict(bulk.statistics(wrapper))

    return session.call(f"statistics of host {host_id}", ask)


def host_hooks(session: Session, host_id: str) -> Hooks:
    path = f"/hosts/{valid_id(host_id)}/hooks"
    return session.call(
        f"hooks of host {host_id}", lambda c: Hooks.of(bulk.read(c, path, {}, "hooks"))
    )


def cluster(session: Session, cluster_id: str) -> Cluster:
    def ask(connection: SafeConnection) -> Cluster:
        service = connection.system_service().clusters_service().cluster_service(cluster_id)
        found = service.get()
        version = found.version
        level = f"{version.major}.{version.minor}" if version else "4.7"
        return Cluster(str(found.id), str(found.name), level)

    return session.call(f"cluster {valid_id(cluster_id)}", ask)


def definitions(session: Session, level: str) -> str:
    """The value of UserDefinedVMProperties at a compatibility level."""

    def ask(connection: SafeConnection) -> str:
        options = connection.system_service().options_service()
        found = options.option_service("UserDefinedVMProperties").get(version=level)
        return next((v.value or "" for v in found.values or [] if v.version == level), "")

    return session.call(f"option UserDefinedVMProperties at level {level}", ask)


def user_name(session: Session) -> str:
    """Who the token belongs to: a name where the user may see it, else the id."""

    def ask_id(connection: SafeConnection) -> str:
        user = connection.system_service().get().authenticated_user
        return str(user.id) if user else "unknown"

    user_id = session.call("the user", ask_id)
    if not _ID.fullmatch(user_id):
        return "unknown"

    def ask_name(connection: SafeConnection) -> str:
        service = connection.system_service().users_service().user_service(user_id)
        found = service.get()
        return str(found.user_name or found.principal or user_id)

    try:
        return session.call("the user's name", ask_name)
    except (faults.EntityUnknown, faults.EngineForbids, faults.EngineRefused):
        return user_id


def _rows(
    session: Session,
    path: str,
    query: dict[str, str],
    root: str,
    of: Callable[[bulk.Element], Any],
) -> list[Any]:
    item = root.removesuffix("s")

    def ask(connection: SafeConnection) -> list[Any]:
        return [of(each) for each in bulk.read(connection, path, query, root).iterfind(item)]

    return session.call(f"the list of {root}", ask)
