# SPDX-License-Identifier: Apache-2.0
"""`fit` is exact: whether cells fit their nodes is what a linear program says, the way that it
gives is one, and where it gives none, the cells and nodes that it names prove that there is none.
"""

from __future__ import annotations

import random

import pytest

from numa_domain.base.idset import Cpuset, Nodeset
from numa_domain.host.model import Claim, HostTopology, Node, PagePool
from numa_domain.placement.memory_fit import Demand, available_kib, fit, rooms, settled, share_kib

pytest.importorskip("scipy", reason="missing: scipy, from the extra `test`")

from .solver import flows

PAGE = 2048


def _case(seed: int) -> tuple[HostTopology, list[Demand]]:
    chance = random.Random(seed)
    count = chance.randint(1, 16)
    ids = sorted(chance.sample(range(20), count))
    tight = chance.choice((0.6, 0.9, 1.0, 1.1, 1.5))
    host = HostTopology.of(
        Node(
            id=i,
            cpus=Cpuset(),
            memory_kib=1 << 24,
            free_kib=chance.randint(0, 1 << 24),
            reclaimable_kib=chance.choice((0, chance.randint(0, 1 << 20))),
            promised_kib=chance.choice((0, chance.randint(0, 1 << 23))),
            pages={PAGE: PagePool(4096, chance.randint(0, 4096), chance.randint(0, 512))},
        )
        for i in ids
    )
    cells = chance.randint(1, 16)
    rooms = sum(available_kib(node, 0) for node in host.nodes.values())
    demands = []
    for cell in range(cells):
        page = chance.choice((0, 0, PAGE))
        whole = max(PAGE, int(rooms * tight / cells * chance.uniform(0.3, 1.7)))
        kib = whole // PAGE * PAGE // (1 if not page else 4) // PAGE * PAGE or PAGE
        mode = chance.choice(("strict", "strict", "strict", "restrictive", "interleave"))
        nodes = Nodeset.of(chance.sample(ids, chance.randint(1, min(4, count))))
        demands.append(Demand(cell, kib, page, nodes, mode))
    return host, demands


def _fits(host: HostTopology, demands: list[Demand]) -> bool:
    ids = list(host.nodes)
    for page in {demand.page_kib for demand in demands}:
        needs, nodes = [], []
        for demand in demands:
            at = [ids.index(i) for i in demand.nodes]
            if demand.page_kib == page and demand.mode == "interleave":
                needs += [share_kib(demand.kib, page, len(at))] * len(at)
                nodes += [[i] for i in at]
            elif demand.page_kib == page:
                needs.append(demand.kib)
                nodes.append(at)
        if not flows(needs, nodes, [available_kib(node, page) for node in host.nodes.values()]):
            return False
    return True


@pytest.mark.parametrize("block", range(5))
def test_fit_is_that_of_a_linear_program(block: int) -> None:
    answers = set()
    for seed in range(200 * block, 200 * block + 200):
        host, demands = _case(seed)
        result = fit(host, demands)
        assert (not result.shortfalls) == _fits(host, demands), seed
        answers.add(not result.shortfalls)
    assert answers == {True, False}


def _claims(seed: int, host: HostTopology) -> tuple[Claim, ...]:
    """What other VMs have on sets of several nodes."""
    chance = random.Random(f"claims {seed}")
    ids = list(host.nodes)
    return tuple(
        Claim(
            Nodeset.of(chance.sample(ids, chance.randint(2, len(ids)))),
            chance.randint(1, 1 << 22) // PAGE * PAGE,
            chance.choice((0, 0, PAGE)),
        )
        for _ in range(chance.randint(1, 8) if len(ids) > 1 else 0)
    )


@pytest.mark.parametrize("block", range(5))
def test_fit_beside_claims_is_that_of_a_linear_program(block: int) -> None:
    """Claims of other VMs are demands that were there before; `rooms` is the most for one node."""
    answers = set()
    for seed in range(200 * block, 200 * block + 40):
        host, demands = _case(seed)
        claims = _claims(seed, host)
        theirs = [Demand(-9 - i, c.kib, c.page_kib, c.nodes) for i, c in enumerate(claims)]
        if not _fits(host, theirs):
            continue
        full = host.replace(claims=claims)
        assert (not fit(full, demands).shortfalls) == _fits(host, [*theirs, *demands]), seed
        answers.add(not fit(full, demands).shortfalls)
        for i, kib in rooms(full, 0).items():
            alone = Demand(0, kib, 0, Nodeset.of([i]))
            more = alone.replace(kib=kib + 1024)
            assert _fits(host, [*theirs, alone]), seed
            assert not _fits(host, [*theirs, more]), seed
        assert not settled(full).claims
        if not fit(settled(full), demands).shortfalls:
            assert _fits(host, [*theirs, *demands]), seed
    assert answers == {True, False}


@pytest.mark.parametrize("block", range(5))
def test_routes_lay_all_within_what_is_free(block: int) -> None:
    for seed in range(200 * block, 200 * block + 200):
        host, demands = _case(seed)
        result = fit(host, demands)
        for i, pages in result.charges.items():
            for page, kib in pages.items():
                assert 0 < kib <= available_kib(host.nodes[i], page)
        if result.shortfalls:
            continue
        laid = dict.fromkeys((demand.cell for demand in demands), 0)
        for demand in demands:
            if demand.mode != "interleave":
                route = result.routes[demand.cell]
                assert Nodeset.of(i for i, kib in route.items() if kib) <= demand.nodes
                laid[demand.cell] = sum(route.values())
            else:
                laid[demand.cell] = demand.kib
        assert laid == {demand.cell: demand.kib for demand in demands}


def _not_interleaved(host: HostTopology, demands: list[Demand], node: int, page: int) -> int:
    taken = sum(
        share_kib(demand.kib, page, len(demand.nodes))
        for demand in demands
        if demand.page_kib == page and demand.mode == "interleave" and node in demand.nodes
    )
    return max(0, available_kib(host.nodes[node], page) - taken)


@pytest.mark.parametrize("block", range(5))
def test_shortfall_proves_itself(block: int) -> None:
    """Its cells may lie on its nodes only, and need more than these have."""
    seen = 0
    for seed in range(200 * block, 200 * block + 200):
        host, demands = _case(seed)
        for short in fit(host, demands).shortfalls:
            seen += 1
            cells = [d for d in demands if d.cell in short.cells]
            page = short.page_kib
            assert all(d.page_kib == page for d in cells)
            if all(d.mode == "interleave" for d in cells):
                assert len(short.nodes) == 1
                needed = sum(share_kib(d.kib, page, len(d.nodes)) for d in cells)
                room = sum(available_kib(host.nodes[i], page) for i in short.nodes)
            else:
                assert all(d.nodes <= short.nodes for d in cells)
                needed = sum(d.kib for d in cells)
                room = sum(_not_interleaved(host, demands, i, page) for i in short.nodes)
            assert (short.needed_kib, short.available_kib) == (needed, room), seed
            assert short.missing_kib == needed - room > 0
    assert seen
