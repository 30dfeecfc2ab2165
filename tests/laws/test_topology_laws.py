# SPDX-License-Identifier: Apache-2.0
"""Laws of cells: nothing is lost and nothing is there twice, however a VM is divided."""

from __future__ import annotations

from hypothesis import assume, given
from hypothesis import strategies as st

from numa_domain.base.errors import NumaError
from numa_domain.base.idset import Cpuset, Nodeset
from numa_domain.guest.model import CpuTopology, Guest, GuestPages
from numa_domain.host.model import HostTopology, Node
from numa_domain.request.model import NumaRequest
from numa_domain.request.parts import CellRequest
from numa_domain.topology.cell import Cell, granule_kib
from numa_domain.topology.division import in_proportion, running_cores
from numa_domain.topology.plan import plan_cells

PAGES = (None, 0, 2048, 1024 * 1024)


@st.composite
def guests(draw: st.DrawFn) -> Guest:
    threads = draw(st.sampled_from((1, 1, 2, 4, 8)))
    most = draw(st.integers(1, 64))
    running = draw(st.integers(1, most))
    page = draw(st.sampled_from(PAGES))
    memory = draw(st.integers(1, 300)) * 1024 * 1024 + draw(
        st.sampled_from((0, 0, 1024, 1536, 2048))
    )
    return Guest(
        name="vm",
        uuid="",
        memory_kib=memory,
        current_memory_kib=memory,
        max_memory_kib=memory,
        vcpus_max=most,
        vcpus_current=Cpuset.of(range(running)),
        topology=CpuTopology(1, cores=most, threads=threads),
        hugepages=() if page is None else (GuestPages(page),),
        arch=draw(st.sampled_from(("x86_64", "x86_64", "ppc64le"))),
    )


def _whole(guest: Guest, cells: tuple[Cell, ...]) -> None:
    """vCPUs are partitioned and memory sums, to the last."""
    assert sum(cell.memory_kib for cell in cells) == guest.memory_kib
    assert all(cell.memory_kib > 0 for cell in cells)
    every = Cpuset()
    for cell in cells:
        assert not every & cell.cpus
        every |= cell.cpus
    assert every == Cpuset.of(range(guest.vcpus_max))
    assert [cell.id for cell in cells] == list(range(len(cells)))


@given(guests(), st.integers(1, 16))
def test_count_divides_the_vm_without_loss(guest: Guest, count: int) -> None:
    try:
        cells = plan_cells(guest, NumaRequest(cells=count))
    except NumaError:
        cores = len(running_cores(guest))
        granule = granule_kib(guest, guest.page_kib(0))
        page = guest.page_kib(0) or 2048
        assert count > cores or count * granule > guest.memory_kib or guest.memory_kib % page
        return
    _whole(guest, cells)
    sizes = sorted(cell.memory_kib for cell in cells)
    granule = granule_kib(guest, guest.page_kib(0))
    assert sizes[-1] - sizes[0] < 2 * granule
    assert sum(1 for size in sizes if size % granule) <= 1


@given(guests(), st.integers(1, 16))
def test_count_keeps_cores_whole_and_running_vcpus_even(guest: Guest, count: int) -> None:
    try:
        cells = plan_cells(guest, NumaRequest(cells=count))
    except NumaError:
        assume(False)
        return
    for core in running_cores(guest):
        assert sum(1 for cell in cells if cell.cpus.bits & core) == 1
    running = [sum(1 for c in running_cores(guest) if cell.cpus.bits & c) for cell in cells]
    assert max(running) - min(running) <= 1
    assert min(running) >= 1


@given(
    guests(), st.lists(st.tuples(st.integers(0, 64), st.integers(1, 512)), min_size=1, max_size=8)
)
def test_host_divides_the_vm_without_loss(guest: Guest, sizes: list[tuple[int, int]]) -> None:
    host = HostTopology.of(
        Node(i, Cpuset.of(range(64 * i, 64 * i + cpus)), gib << 20, gib << 20)
        for i, (cpus, gib) in enumerate(sizes)
    )
    try:
        cells = plan_cells(guest, NumaRequest(cells="host"), host, Nodeset.of(host.nodes))
    except NumaError:
        assume(False)
        return
    _whole(guest, cells)
    assert [cell.nodes for cell in cells] == [Nodeset.of([i]) for i in host.nodes]
    if any(cpus for cpus, _ in sizes):
        for cell, (cpus, _) in zip(cells, sizes):
            assert bool(cell.cpus) == bool(cpus)


@st.composite
def written(draw: st.DrawFn) -> tuple[Guest, tuple[CellRequest, ...]]:
    """A VM, and cells that cover its running vCPUs; some memory left out."""
    guest = draw(guests().filter(lambda guest: guest.memory_kib % (1 << 20) == 0))
    guest = guest.replace(hugepages=(), arch="x86_64")
    count = draw(st.integers(1, 5))
    owners = [draw(st.integers(0, count - 1)) for _ in range(guest.vcpus_max)]
    left, cells = guest.memory_kib >> 10, []
    for i in range(count):
        current = [v for v in guest.vcpus_current if owners[v] == i]
        later = [
            v
            for v in range(guest.vcpus_max)
            if owners[v] == i and v not in guest.vcpus_current and draw(st.booleans())
        ]
        mib = draw(st.integers(1, max(1, left // (count - i))))
        left -= mib
        memory = None if draw(st.booleans()) else mib << 10
        cells.append(CellRequest(cpus=Cpuset.of(current + later) or None, memory_kib=memory))
    return guest, tuple(cells)


@given(written())
def test_written_cells_are_completed_without_loss(
    case: tuple[Guest, tuple[CellRequest, ...]],
) -> None:
    guest, cells = case
    try:
        planned = plan_cells(guest, NumaRequest(cells=cells))
    except NumaError as error:
        codes = {problem.code for problem in error.problems}
        assert codes <= {"MemorySum", "MemoryNoneLeft"}
        return
    _whole(guest, planned)
    for asked, got in zip(cells, planned):
        assert (asked.cpus or Cpuset()) <= got.cpus
        assert asked.memory_kib in (None, got.memory_kib)
        assert bool(got.cpus) == bool(asked.cpus)


@given(st.integers(0, 5000), st.lists(st.integers(0, 100), min_size=1, max_size=9).filter(any))
def test_proportion_sums_and_is_off_by_less_than_one(total: int, weights: list[int]) -> None:
    parts = in_proportion(total, weights)
    assert sum(parts) == total
    for part, weight in zip(parts, weights):
        assert abs(part * sum(weights) - total * weight) < sum(weights)


@given(st.integers(0, 5000), st.lists(st.integers(0, 100), min_size=1, max_size=9).filter(any))
def test_proportion_gives_each_weight_the_least(total: int, weights: list[int]) -> None:
    parts = in_proportion(total, weights, least=1)
    takers = sum(map(bool, weights))
    assert sum(parts) == total
    assert all(part == 0 for part, weight in zip(parts, weights) if not weight)
    assert sum(map(bool, parts)) == (min(total, takers) if total < takers else takers)
