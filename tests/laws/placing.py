# SPDX-License-Identifier: Apache-2.0
"""VMs, hosts and requests at random, for the laws of placement.

Decides what is tried, and knows no law.
"""

from __future__ import annotations

from hypothesis import strategies as st

from numa_domain.base.errors import NumaError
from numa_domain.base.idset import Cpuset, Nodeset
from numa_domain.guest.model import CpuTopology, Guest, GuestPages
from numa_domain.host.model import HostTopology, Node, PagePool
from numa_domain.placement.model import Placement
from numa_domain.placement.place import place
from numa_domain.request.model import NumaRequest
from numa_domain.request.parts import MODES, CellRequest, Target

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
