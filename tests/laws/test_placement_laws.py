# SPDX-License-Identifier: Apache-2.0
"""Laws of placement: nothing promised beyond what is free, the same answer each time, more free
memory never turns a yes into a no, and a way out that is offered is one.
"""

from __future__ import annotations

import re

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from numa_domain.capacity import available_kib, charged
from numa_domain.errors import NumaError
from numa_domain.guest import CpuTopology, Guest, GuestPages
from numa_domain.host import HostTopology, Node, PagePool
from numa_domain.nodeset import Cpuset, Nodeset
from numa_domain.placement import Placement, PlacementError, place
from numa_domain.request import MODES, CellRequest, NumaRequest, Target

GIB = 1024 * 1024
PAGE = 2048


@st.composite
def hosts(draw: st.DrawFn) -> HostTopology:
    ids = sorted(draw(st.sets(st.integers(0, 9), min_size=1, max_size=6)))
    far = draw(st.sampled_from((None, 20, 32)))
    return HostTopology.of(
        Node(
            id=i,
            cpus=Cpuset.of(range(8 * i, 8 * i + draw(st.sampled_from((0, 4, 8))))),
            memory_kib=64 * GIB,
            free_kib=draw(st.integers(0, 40)) * GIB,
            reclaimable_kib=draw(st.sampled_from((0, 3 * GIB))),
            promised_kib=draw(st.integers(0, 8)) * GIB,
            distances={} if far is None else {j: 10 if i == j else far for j in ids},
            pages={PAGE: PagePool(8192, draw(st.integers(0, 8192)), draw(st.integers(0, 99)))},
        )
        for i in ids
    )


@st.composite
def guests(draw: st.DrawFn) -> Guest:
    memory, vcpus = draw(st.integers(1, 80)) * GIB, draw(st.integers(1, 16))
    return Guest(
        name="vm",
        uuid="",
        memory_kib=memory,
        current_memory_kib=memory,
        max_memory_kib=memory,
        vcpus_max=vcpus,
        vcpus_current=Cpuset.of(range(vcpus)),
        topology=CpuTopology(vcpus),
        hugepages=draw(st.sampled_from(((), (), (), (GuestPages(PAGE),)))),
    )


@st.composite
def requests(draw: st.DrawFn, guest: Guest, host: HostTopology) -> NumaRequest:
    some = st.sets(st.sampled_from(sorted(host.nodes)), min_size=1, max_size=4)
    if draw(st.booleans()):
        target = Target("auto", count=draw(st.none() | st.integers(1, len(host.nodes))))
    else:
        target = draw(st.just(Target("all")) | some.map(lambda n: Target("nodes", Nodeset.of(n))))
    mode = draw(st.sampled_from((*MODES, "strict", "strict")))
    cells: int | str | tuple[CellRequest, ...] | None
    cells = draw(st.none() | st.integers(1, 5) | st.just("host"))
    if cells is None and len(guest.vcpus_current) > 1 and draw(st.booleans()):
        half = len(guest.vcpus_current) // 2
        nodes = st.none() | some.map(Nodeset.of)
        cells = (
            CellRequest(cpus=Cpuset.of(range(half)), nodes=draw(nodes)),
            CellRequest(cpus=guest.vcpus_current - Cpuset.of(range(half)), nodes=draw(nodes)),
        )
    return NumaRequest(mode, target, cells)


def answer(guest: Guest, request: NumaRequest, host: HostTopology) -> Placement | None:
    try:
        return place(guest, request, host)
    except NumaError:
        return None


@given(st.data())
def test_nothing_is_promised_beyond_what_is_free(data: st.DataObject) -> None:
    guest, host = data.draw(guests()), data.draw(hosts())
    request = data.draw(requests(guest, host))
    placement = answer(guest, request, host)
    assume(placement is not None)
    assert placement is not None
    total = 0
    for i, pages in placement.charges.items():
        for page, kib in pages.items():
            assert 0 < kib <= available_kib(host.nodes[i], page)
            total += kib
    if request.mode == "interleave":
        assert total >= guest.memory_kib  # an even share is in whole pages
    elif request.mode != "preferred":
        assert total == guest.memory_kib
    after = charged(host, placement.charges)
    assert all(node.promised_kib <= 99 * GIB for node in after.nodes.values())


@given(st.data())
def test_cells_have_nodes_that_the_host_has_and_the_vm_all_of_them(data: st.DataObject) -> None:
    guest, host = data.draw(guests()), data.draw(hosts())
    request = data.draw(requests(guest, host))
    placement = answer(guest, request, host)
    assume(placement is not None)
    assert placement is not None
    assert placement.nodes
    assert placement.nodes <= Nodeset.of(host.nodes)
    assert set(placement.cpus) == set(placement.nodes)
    for cell in placement.cells:
        assert cell.nodes
        assert cell.nodes <= placement.nodes
    if isinstance(request.cells, tuple):
        for asked, cell in zip(request.cells, placement.cells):
            assert asked.nodes in (None, cell.nodes)


@given(st.data())
def test_same_input_same_placement(data: st.DataObject) -> None:
    guest, host = data.draw(guests()), data.draw(hosts())
    request = data.draw(requests(guest, host))
    again = HostTopology.of(reversed(list(host.nodes.values())), host.devices)
    assert _told(answer(guest, request, host)) == _told(answer(guest, request, again))


def _told(placement: Placement | None) -> object:
    """Errors are equal to nothing but themselves."""
    return placement and placement.replace(warnings=tuple(map(str, placement.warnings)))


@given(st.data())
def test_more_free_memory_never_turns_a_yes_into_a_no(data: st.DataObject) -> None:
    guest, host = data.draw(guests()), data.draw(hosts())
    request = data.draw(requests(guest, host))
    assume(request.cells != "host")  # its cells are as large as the nodes
    assume(not (request.mode == "interleave" and request.target == Target("auto")))
    before = answer(guest, request, host)
    assume(before is not None)
    more = {
        i: node.replace(
            free_kib=node.free_kib + data.draw(st.integers(0, 9)) * GIB,
            pages={PAGE: node.pages[PAGE].replace(promised=0)},
        )
        for i, node in host.nodes.items()
    }
    assert answer(guest, request, host.replace(nodes=more)) is not None


@given(st.data())
def test_less_memory_never_turns_a_yes_into_a_no(data: st.DataObject) -> None:
    guest, host = data.draw(guests()), data.draw(hosts())
    request = data.draw(requests(guest, host)).replace(cells=data.draw(st.sampled_from((None, 1))))
    assume(answer(guest, request, host) is not None)
    smaller = data.draw(st.integers(1, guest.memory_kib // GIB)) * GIB
    assert answer(guest.replace(memory_kib=smaller), request, host) is not None


@settings(max_examples=300)
@given(st.data())
def test_way_out_that_is_offered_is_one(data: st.DataObject) -> None:
    guest, host = data.draw(guests()), data.draw(hosts())
    guest = guest.replace(hugepages=())
    request = data.draw(requests(guest, host))
    try:
        place(guest, request, host)
    except PlacementError as error:
        nearest = str(error.facts.get("nearest", ""))
    except NumaError:
        return
    else:
        return
    less = re.search(r"with ([0-9]+) GiB of memory", nearest)
    if less and request.cells != "host":  # of which there may be more than cores
        smaller = guest.replace(memory_kib=int(less[1]) * GIB)
        assert answer(smaller, request, host) is not None
    elsewhere = re.match(r"fits on nodes? ([0-9,-]*[0-9])", nearest)
    if elsewhere and not isinstance(request.cells, tuple):
        auto = request.replace(target=Target("auto"))
        other = answer(guest, auto, host)
        assert other is not None
        assert str(other.nodes) == elsewhere[1]
