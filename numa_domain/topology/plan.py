# SPDX-License-Identifier: Apache-2.0
"""The guest's cells, from the request and the VM: with all vCPUs and all memory, as libvirt allows.

numa_topology=2 on a VM of 4 vCPUs and 4 GiB: cells 0-1 and 2-3 of 2 GiB each.
"""

from __future__ import annotations

from ..base.errors import RequestError, raise_any
from ..base.idset import Nodeset
from ..base.units import memory_text, show_memory
from .cell import Cell, PageDoesNotDivide, extra_kib, granule_kib, inherited, real_page_kib
from .division import divide_memory, divide_vcpus, running_cores

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ..guest.model import Guest
    from ..host.model import HostTopology
    from ..request.model import NumaRequest


_WITH_NUMA = ("x86_64", "i686", "i386", "aarch64", "arm", "ppc64", "riscv", "loongarch")
"""Architectures of which QEMU has machines with NUMA: s390x, for one, has none."""


class HostCellsLackMemory(RequestError):
    what = "`host` means one cell for each node with memory, and there is none on {nodes:node}"
    todo = "name nodes with memory in numa_nodeset"


class CellsExceedCores(RequestError):
    what = "{cells:cell} cannot be made of {cores:running core} ({threads:thread} each)"
    todo = "ask for at most {cores:cell}, or write which vCPUs each has: cpus=0 mem=1G / ..."


class CellsExceedMemory(RequestError):
    what = "{memory} of memory cannot be cut into {cells:cell} of at least {granule} each"
    todo = "ask for fewer cells, or smaller pages"


class NumaUnsupported(RequestError):
    what = 'machines of {arch} have no NUMA: QEMU says "NUMA is not supported by this machine-type"'
    todo = "leave numa_topology out; numa_nodeset alone is possible"


class HostCellsNeedHost(RequestError):
    what = "`host` means one cell for each host node that is used, and no host is known here"
    todo = "name a host, or write a count or the cells"


def plan_cells(
    guest: Guest,
    request: NumaRequest,
    host: HostTopology | None = None,
    chosen: Nodeset | None = None,
    order: Sequence[int] | None = None,
) -> tuple[Cell, ...]:
    """The guest's cells in order of id; empty if there is no `cpu/numa` at all.

    `host` and `chosen`, the host nodes that the VM will use, are needed for the topology `host`
    only; `order` is theirs, if it is not rising. Raises `RequestError`, or `Problems` with all
    errors.
    """
    cells = request.cells
    if cells is None:
        return _own_cells(guest, request)
    if not guest.arch.startswith(_WITH_NUMA):
        raise NumaUnsupported("numa_topology", arch=guest.arch)
    if cells == "host":
        if host is None or chosen is None:
            raise HostCellsNeedHost("numa_topology")
        return _host_cells(guest, request, host, chosen, order or list(chosen))
    if isinstance(cells, int):
        return _equal_cells(guest, request, cells)
    from .explicit_cells import explicit_cells  # here: 0.2 ms that most VMs do not need

    assert isinstance(cells, tuple)
    return explicit_cells(guest, request, cells)


def _own_cells(guest: Guest, request: NumaRequest) -> tuple[Cell, ...]:
    return tuple(
        Cell(
            id=own.id,
            cpus=own.cpus,
            memory_kib=own.memory_kib,
            page_kib=guest.page_kib(own.id),
            mode=request.mode,
            access=own.mem_access,
            discard=own.discard,
            extra_kib=extra_kib(guest, own.id),
        )
        for own in guest.cells
    )


def _equal_cells(guest: Guest, request: NumaRequest, count: int) -> tuple[Cell, ...]:
    return _cells_by_weight(guest, request, [1] * count, [1] * count, None)


def _host_cells(
    guest: Guest,
    request: NumaRequest,
    host: HostTopology,
    chosen: Nodeset,
    order: Sequence[int],
) -> tuple[Cell, ...]:
    """A cell for each chosen node with memory; vCPUs and memory in proportion to the node's."""
    nodes = [host.nodes[i] for i in order if host.nodes[i].memory_kib]
    if not nodes:
        raise HostCellsLackMemory("numa_topology", nodes=str(chosen))
    cpus = [len(node.cpus) for node in nodes]
    if not any(cpus):
        cpus = [1] * len(nodes)
    cells = _cells_by_weight(guest, request, cpus, [node.memory_kib for node in nodes], host)
    rows = distance_rows(host, [node.id for node in nodes])
    return tuple(
        cell.replace(nodes=Nodeset.of([node.id]), distances=row)
        for cell, node, row in zip(cells, nodes, rows)
    )


def distance_rows(host: HostTopology, nodes: Sequence[int]) -> Sequence[tuple[int, ...] | None]:
    """The host's distances as rows for the guest; None if libvirt would refuse them."""
    known = all(host.nodes[i].distances for i in nodes)
    rows = [tuple(host.distance(a, b) for b in nodes) for a in nodes]
    legal = all(
        value == 10 if i == j else 10 < value <= 255
        for i, row in enumerate(rows)
        for j, value in enumerate(row)
    )
    return rows if known and legal and len(nodes) > 1 else [None] * len(rows)


def _cells_by_weight(
    guest: Guest,
    request: NumaRequest,
    cpu_weights: Sequence[int],
    memory_weights: Sequence[int],
    host: HostTopology | None,
) -> tuple[Cell, ...]:
    count, pages = len(memory_weights), [guest.page_kib(i) for i in range(len(memory_weights))]
    granule = max((granule_kib(guest, page) for page in pages), default=1)
    raise_any(_division_problems(guest, count, sum(map(bool, cpu_weights)), granule, pages))
    vcpus = divide_vcpus(guest, cpu_weights)
    memory = divide_memory(guest.memory_kib, memory_weights, granule)
    return tuple(
        Cell(
            id=i,
            cpus=vcpus[i],
            memory_kib=memory[i],
            page_kib=pages[i],
            mode=request.mode,
            access=inherited(guest, "mem_access"),
            discard=inherited(guest, "discard"),
            extra_kib=extra_kib(guest, i),
        )
        for i in range(count)
    )


def _division_problems(
    guest: Guest, count: int, takers: int, granule: int, pages: Sequence[int | None]
) -> Iterator[RequestError]:
    """Why the VM cannot be divided into `count` cells, of which `takers` have vCPUs."""
    running, page = (
        len(running_cores(guest)),
        max(real_page_kib(guest, page) or 0 for page in pages),
    )
    if takers > running:
        yield CellsExceedCores("numa_topology", cells=takers, cores=running, threads=guest.threads)
    if guest.memory_kib < granule * count:
        yield CellsExceedMemory(
            "numa_topology",
            cells=count,
            memory=show_memory(guest.memory_kib),
            granule=show_memory(granule),
        )
    if page and guest.memory_kib % page:
        yield PageDoesNotDivide(
            "numa_topology", memory=memory_text(guest.memory_kib), page=show_memory(page)
        )
