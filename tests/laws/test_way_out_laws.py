# SPDX-License-Identifier: Apache-2.0
"""Every way out that a refusal offers is asked for, as an admin would, and is one; and it is the
nearest: a little more memory, or a little less that is freed, will not do.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from numa_domain.base.errors import NumaError
from numa_domain.base.idset import Cpuset, Nodeset
from numa_domain.base.units import parse_memory
from numa_domain.guest.model import Guest
from numa_domain.host.model import HostTopology, Node
from numa_domain.placement.model import PlacementError
from numa_domain.placement.place import place
from numa_domain.request.model import NumaRequest
from numa_domain.request.parts import CellRequest, Target
from numa_domain.topology.plan import plan_cells
from tests.laws.placing import GIB, PAGE, answer, guests, hosts, requests

MIB = 1024
AMOUNT = r"([0-9.]+ [KMGT]iB)"
FREED = AMOUNT + r"(?: in 2 MiB pages)? are freed on nodes? ([0-9,-]*[0-9])"

LAW = settings(max_examples=100, suppress_health_check=[HealthCheck.filter_too_much])
"""Most random requests fit, or offer something else."""


@st.composite
def refusals(draw: st.DrawFn) -> tuple[Guest, NumaRequest, HostTopology, str]:
    """A refused request, with what is offered instead. Memory is no whole number of GiB."""
    guest, host = draw(guests()), draw(hosts())
    odd = draw(st.sampled_from((0, 1, 100, 2000)))
    nodes = {i: n.replace(free_kib=n.free_kib + odd * 4 + i * 8) for i, n in host.nodes.items()}
    memory = guest.memory_kib * draw(st.integers(1, 3)) + draw(st.integers(0, 999)) * PAGE
    guest = guest.replace(memory_kib=memory, current_memory_kib=memory, max_memory_kib=memory)
    request = draw(requests(guest, host))
    assume(request.cells != "host")  # whose cells are others on every host
    host = host.replace(nodes=nodes)
    nearest = _offered(guest, request, host)
    assume(nearest.startswith("fits "))
    return guest, request, host, nearest


def _offered(guest: Guest, request: NumaRequest, host: HostTopology) -> str:
    try:
        place(guest, request, host)
    except PlacementError as error:
        return str(error.facts.get("nearest", ""))
    except NumaError:
        pass
    return ""


def _kib(amount: str) -> int:
    number, unit = amount.split()
    return int(float(number) * parse_memory(f"1{unit[0]}"))


def _unbound(request: NumaRequest) -> NumaRequest:
    cells = request.cells
    if isinstance(cells, tuple):
        cells = tuple(cell.replace(nodes=None) for cell in cells)
    return request.replace(cells=cells)


@LAW
@given(refusals())
def test_other_nodes_that_are_offered_hold_the_cells(
    refusal: tuple[Guest, NumaRequest, HostTopology, str],
) -> None:
    guest, request, host, nearest = refusal
    named = re.match(r"fits on nodes? ([0-9,-]*[0-9])", nearest)
    auto = re.match(r"fits with [a-z:]*auto\b", nearest)
    assume(named or auto)
    target = Target("nodes", Nodeset.parse(named[1])) if named else Target("auto")
    assert answer(guest, _unbound(request).replace(target=target), host) is not None


@LAW
@given(refusals())
def test_size_that_is_offered_fits_and_is_the_largest(
    refusal: tuple[Guest, NumaRequest, HostTopology, str],
) -> None:
    guest, request, host, nearest = refusal
    offer = re.search(rf"with {AMOUNT} (?:of memory|for (?:each of )?cells? ([0-9-]+))", nearest)
    assume(offer)
    assert offer
    size = _kib(offer[1])
    more = GIB if offer[1].endswith("GiB") else PAGE
    for kib, fits in ((size, True), (size + more, False)):
        smaller, cut = _cut(guest, request, Cpuset.parse(offer[2]) if offer[2] else None, kib)
        if fits or smaller.memory_kib < guest.memory_kib:
            assert (answer(smaller, cut, host) is not None) == fits


def _cut(
    guest: Guest, request: NumaRequest, cells: Iterable[int] | None, kib: int
) -> tuple[Guest, NumaRequest]:
    """The VM with at most so much in all, or in each of some cells."""
    if cells is not None:
        old = request.cells if isinstance(request.cells, tuple) else None
        planned = plan_cells(guest, request)
        written = tuple(
            CellRequest(
                cpus=cell.cpus & guest.vcpus_current or None,
                memory_kib=min(cell.memory_kib, kib) if cell.id in cells else cell.memory_kib,
                nodes=old[cell.id].nodes if old else None,
            )
            for cell in planned
        )
        request = request.replace(cells=written)
        kib = sum(cell.memory_kib or 0 for cell in written)
    return guest.replace(memory_kib=kib, current_memory_kib=kib, max_memory_kib=kib), request


@LAW
@given(refusals())
def test_memory_that_is_to_be_freed_is_enough_wherever_it_is_freed(
    refusal: tuple[Guest, NumaRequest, HostTopology, str],
) -> None:
    guest, request, host, nearest = refusal
    offers = re.findall(FREED, nearest)
    assume(offers)
    for first in (True, False):
        freed = host
        for amount, nodes in offers:
            freed = _with_free(freed, list(Nodeset.parse(nodes))[0 if first else -1], _kib(amount))
        assert answer(guest, request, freed) is not None


@LAW
@given(refusals())
def test_no_less_memory_need_be_freed(
    refusal: tuple[Guest, NumaRequest, HostTopology, str],
) -> None:
    guest, request, host, _ = refusal
    host = host.replace(nodes={i: _unpromised(node) for i, node in host.nodes.items()})
    offers = re.findall(FREED, _offered(guest, request, host))
    assume(offers)
    for amount, nodes in offers:
        less = _kib(amount) * 99 // 100 - 2 * PAGE
        host = _with_free(host, next(iter(Nodeset.parse(nodes))), max(0, less))
    assert answer(guest, request, host) is None


def _with_free(host: HostTopology, id: int, kib: int) -> HostTopology:
    node = host.nodes[id]
    pool = node.pages[PAGE]
    pages = {PAGE: pool.replace(free=pool.free - (-kib // PAGE))}
    node = node.replace(reclaimable_kib=node.reclaimable_kib + kib, pages=pages)
    return host.replace(nodes={**host.nodes, id: node})


def _unpromised(node: Node) -> Node:
    """What is promised beyond all that is free has to be freed too, but not everywhere."""
    pages = {PAGE: node.pages[PAGE].replace(promised=0)}
    return node.replace(promised_kib=0, pages=pages)
