# SPDX-License-Identifier: Apache-2.0
"""What `auto` chooses for a VM is not refused afterwards for what the VM has itself (pins,
memnodes, memory devices), and it finds nodes if there are any: compared with every set of nodes.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, product

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from numa_domain.base.errors import NumaError
from numa_domain.base.idset import Cpuset, Nodeset
from numa_domain.guest.model import Guest, GuestCell, Memnode, MemoryDevice
from numa_domain.host.model import HostTopology
from numa_domain.placement.model import Placement
from numa_domain.placement.place import place
from numa_domain.request.model import NumaRequest
from numa_domain.request.parts import CellRequest, Target
from tests.makers import GIB, by_pairs, host, vm

LAW = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
PAGE = 2048


@st.composite
def machines(draw: st.DrawFn) -> HostTopology:
    """Two or three nodes; CPUs that are missing or isolated; huge pages on some."""
    free = draw(st.lists(st.integers(3, 20), min_size=2, max_size=3))
    cpus = [draw(st.sampled_from((4, 4, 4, 0))) for _ in free]
    pages = {i: {PAGE: draw(st.sampled_from((0, 1024, 4096)))} for i in range(len(free))}
    made = host(*free, cpus=[4, *cpus[1:]], apart=by_pairs(), pages=pages)
    isolated = Cpuset.of(draw(st.sets(st.integers(0, 3), max_size=4)))
    return made.replace(nodes={**made.nodes, 0: made.nodes[0].replace(unusable=isolated)})


@st.composite
def vms(draw: st.DrawFn, machine: HostTopology, own_cells: bool) -> Guest:
    memory, cpus = draw(st.integers(2, 20)), [c for n in machine.nodes.values() for c in n.cpus]
    some = st.sets(st.sampled_from(cpus), min_size=1, max_size=2).map(Cpuset.of)
    nodes = st.sampled_from(sorted(machine.nodes))
    more: dict[str, object] = {}
    if draw(st.booleans()):
        where = draw(st.none() | nodes.map(lambda i: Nodeset.of([i])))
        page, kib = draw(st.sampled_from((None, PAGE))), draw(st.sampled_from((1, 2, 6))) * GIB
        device = MemoryDevice("dimm", kib, cell=0, page_kib=page, nodes=where)
        more["devices"] = (device,)
    if own_cells:
        halves = Cpuset.parse("0-1"), Cpuset.parse("2-3")
        more["cells"] = tuple(GuestCell(i, half, memory * GIB) for i, half in enumerate(halves))
        if draw(st.booleans()):
            more["memnodes"] = (Memnode(0, "strict", Nodeset.of([draw(nodes)])),)
        memory *= 2
    guest = vm(memory, 4, **more)
    pins = draw(st.dictionaries(st.integers(0, 3), some, max_size=4))
    return guest.replace(own_pins=pins, vcpu_cpuset=draw(st.none() | st.none() | some))


@LAW
@given(st.data())
def test_whole_vm_and_cells_like_the_hosts(data: st.DataObject) -> None:
    machine = data.draw(machines())
    guest = data.draw(vms(machine, own_cells=False))
    cells, count = data.draw(st.sampled_from((None, "host"))), data.draw(st.none() | st.just(2))
    auto = NumaRequest(target=Target("auto", count=count), cells=cells)
    others = [
        auto.replace(target=Target("nodes", nodes))
        for nodes in _sets(machine)
        if count in (None, len(nodes))
    ]
    _compare(guest, machine, auto, ((guest, other) for other in others))


@LAW
@given(st.data())
def test_several_cells(data: st.DataObject) -> None:
    machine = data.draw(machines())
    guest = data.draw(vms(machine, own_cells=False))
    halves = Cpuset.parse("0-1"), Cpuset.parse("2-3")

    def others() -> Iterator[tuple[Guest, NumaRequest]]:
        for pair in product(_sets(machine), repeat=2):
            cells = tuple(CellRequest(cpus=c, nodes=n) for c, n in zip(halves, pair))
            yield guest, NumaRequest(target=Target("nodes", pair[0] | pair[1]), cells=cells)

    _compare(guest, machine, NumaRequest(target=Target("auto"), cells=2), others())


@LAW
@given(st.data())
def test_cells_and_memnodes_of_the_domain(data: st.DataObject) -> None:
    machine = data.draw(machines())
    guest = data.draw(vms(machine, own_cells=True))
    fixed = {memnode.cell: memnode.nodes for memnode in guest.memnodes}

    def others() -> Iterator[tuple[Guest, NumaRequest]]:
        for pair in product(_sets(machine), repeat=2):
            if fixed.get(0, pair[0]) == pair[0]:
                memnodes = tuple(Memnode(i, "strict", nodes) for i, nodes in enumerate(pair))
                yield guest.replace(memnodes=memnodes), NumaRequest()

    _compare(guest, machine, NumaRequest(target=Target("auto")), others())


def _sets(machine: HostTopology) -> list[Nodeset]:
    nodes = sorted(machine.nodes)
    return [Nodeset.of(c) for size in range(1, len(nodes) + 1) for c in combinations(nodes, size)]


def _compare(
    guest: Guest,
    machine: HostTopology,
    auto: NumaRequest,
    others: Iterator[tuple[Guest, NumaRequest]],
) -> None:
    if not _lies(guest, auto, machine):
        found = next((other for other in others if _lies(*other, machine)), None)
        assert found is None, f"{found} is possible"


def _lies(guest: Guest, request: NumaRequest, machine: HostTopology) -> bool:
    try:
        placement = place(guest, request, machine)
    except NumaError:
        return False
    homes = [(p.cell.cpus, p.nodes) for p in placement.cells] or [
        (guest.vcpus_current, placement.nodes)
    ]
    return all(_runs(guest, vcpus, placement, nodes or Nodeset()) for vcpus, nodes in homes)


def _runs(guest: Guest, vcpus: Cpuset, placement: Placement, nodes: Nodeset) -> bool:
    """As the XML's writer wants it: each pin has a CPU of the nodes, if these have any."""
    usable, apart = set(), set()
    for node in nodes:
        usable |= set(Cpuset.parse(placement.cpus[node])) if placement.cpus.get(node) else set()
        apart |= (
            set(Cpuset.parse(placement.isolated[node])) if node in placement.isolated else set()
        )
    pins = [guest.own_pins.get(vcpu, guest.vcpu_cpuset) for vcpu in vcpus]
    return not usable or all(pin is None or (usable | apart) & set(pin) for pin in pins)
