# SPDX-License-Identifier: Apache-2.0
"""What is free, and whether cells fit all together."""

from __future__ import annotations

import pytest

from numa_domain.base.idset import Cpuset, Nodeset
from numa_domain.host.model import Node, PagePool
from numa_domain.placement.memory_fit import (
    Demand,
    Fit,
    Shortfall,
    available_kib,
    charged,
    fit,
    roomiest,
    share_kib,
)
from tests.makers import GIB, host

M2 = 2048


def need(cell: int, gib: float, nodes: str, mode: str = "strict", page: int = 0) -> Demand:
    return Demand(cell, int(gib * GIB), page, Nodeset.parse(nodes), mode)


def short(
    cells: tuple[int, ...], nodes: str, needed: float, free: float, page: int = 0
) -> Shortfall:
    return Shortfall(cells, Nodeset.parse(nodes), page, int(needed * GIB), int(free * GIB))


def gib(result: Fit) -> dict[int, dict[int, float]]:
    return {i: {p: kib / GIB for p, kib in pages.items()} for i, pages in result.charges.items()}


def test_available_is_free_and_reclaimable_less_promised() -> None:
    node = Node(
        id=0,
        cpus=Cpuset(),
        memory_kib=64 * GIB,
        free_kib=20 * GIB,
        reclaimable_kib=5 * GIB,
        promised_kib=11 * GIB,
        pages={M2: PagePool(100, 60, 10)},
    )
    assert available_kib(node, 0) == 14 * GIB
    assert available_kib(node, M2) == 50 * M2
    assert available_kib(node, GIB) == 0


def test_available_is_never_below_nothing() -> None:
    node = Node(0, Cpuset(), 8 * GIB, GIB, promised_kib=2 * GIB, pages={M2: PagePool(4, 1, 3)})
    assert (available_kib(node, 0), available_kib(node, M2)) == (0, 0)


def test_charged_promises_more_and_rounds_to_whole_pages() -> None:
    machine = host(8, 8, pages={1: {M2: 10}})
    after = charged(machine, {0: {0: GIB}, 1: {0: 2 * GIB, M2: 3 * M2 + 1, GIB: GIB}, 7: {0: GIB}})
    assert available_kib(after.nodes[0], 0) == 7 * GIB
    assert available_kib(after.nodes[1], 0) == 6 * GIB
    assert after.nodes[1].pages == {M2: PagePool(10, 10, 4)}
    assert set(after.nodes) == {0, 1}


def test_fit_of_nothing_is_nothing() -> None:
    assert fit(host(8), []) == Fit({}, ())


def test_fit_charges_the_nodes() -> None:
    result = fit(host(8, 8), [need(0, 6, "0"), need(1, 7, "1")])
    assert gib(result) == {0: {0: 6}, 1: {0: 7}}
    assert result.routes == {0: {0: 6 * GIB}, 1: {1: 7 * GIB}}


def test_fit_moves_a_cell_that_may_lie_elsewhere() -> None:
    result = fit(host(8, 8), [need(0, 6, "0-1"), need(1, 8, "0")])
    assert not result.shortfalls
    assert gib(result) == {0: {0: 8}, 1: {0: 6}}


def test_fit_along_a_chain() -> None:
    cells = [need(0, 8, "0-1"), need(1, 8, "1-2"), need(2, 8, "2-3"), need(3, 8, "0")]
    result = fit(host(8, 8, 8, 8), cells)
    assert not result.shortfalls
    assert gib(result) == {i: {0: 8} for i in range(4)}


def test_fit_in_pieces() -> None:
    result = fit(host(3, 5, 4), [need(0, 12, "0-2")])
    assert result.routes == {0: {0: 3 * GIB, 1: 5 * GIB, 2: 4 * GIB}}


def test_fit_shortfall_of_one_cell() -> None:
    assert fit(host(8, 8), [need(0, 9, "1")]).shortfalls == (short((0,), "1", 9, 8),)
    assert fit(host(8, 8), [need(0, 9, "1")]).shortfalls[0].missing_kib == GIB


def test_fit_shortfall_is_the_cells_that_compete() -> None:
    # node by node, each fits: three cells of 4 on two nodes of 5 do not
    cells = [need(i, 4, "0-1") for i in range(3)] + [need(3, 4, "2")]
    assert fit(host(5, 5, 5), cells).shortfalls == (short((0, 1, 2), "0-1", 12, 10),)


def test_fit_reports_each_shortfall() -> None:
    cells = [need(0, 9, "0"), need(1, 10, "1")]
    assert fit(host(8, 8), cells).shortfalls == (short((0,), "0", 9, 8), short((1,), "1", 10, 8))


def test_fit_huge_pages_come_from_the_pool_alone() -> None:
    machine = host(64, 64, pages={0: {M2: 512}})
    cells = [need(0, 1, "0", page=M2), need(1, 64, "0")]
    assert not fit(machine, cells).shortfalls
    assert gib(fit(machine, cells)) == {0: {0: 64, M2: 1}}
    assert fit(machine, [need(0, 2, "0", page=M2)]).shortfalls == (short((0,), "0", 2, 1, M2),)
    assert fit(machine, [need(0, 1, "1", page=M2)]).shortfalls == (short((0,), "1", 1, 0, M2),)


def test_fit_restrictive_binds_as_strict_does() -> None:
    assert fit(host(8), [need(0, 9, "0", "restrictive")]).shortfalls


def test_fit_interleave_takes_even_shares() -> None:
    result = fit(host(8, 8, 8, 2), [need(0, 8, "0-3", "interleave")])
    assert gib(result) == {i: {0: 2} for i in range(4)}
    assert fit(host(8, 8, 8, 1), [need(0, 8, "0-3", "interleave")]).shortfalls == (
        short((0,), "3", 2, 1),
    )


def test_fit_interleave_comes_before_what_may_move() -> None:
    cells = [need(0, 7, "0-1"), need(1, 6, "0-1", "interleave")]
    assert gib(fit(host(5, 8), cells)) == {0: {0: 5}, 1: {0: 8}}
    assert fit(host(5, 7), cells).shortfalls == (short((0,), "0-1", 7, 6),)


@pytest.mark.parametrize(
    ("kib", "page", "nodes", "share"),
    [
        (8 * GIB, 0, 4, 2 * GIB),
        (3 * GIB, GIB, 2, 2 * GIB),  # two pages on one node, which one is not known
        (12, 0, 2, 8),
        (1, 0, 1, 4),
    ],
)
def test_share_is_in_whole_pages_and_the_larger(
    kib: int, page: int, nodes: int, share: int
) -> None:
    assert share_kib(kib, page, nodes) == share


def test_fit_preferred_overflows_and_never_fails() -> None:
    result = fit(host(8, 2, 30), [need(0, 14, "0", "preferred")])
    assert (result.shortfalls, result.overflow_kib) == ((), 6 * GIB)
    assert gib(result) == {0: {0: 8}, 2: {0: 6}}  # on the node with most room


def test_fit_preferred_takes_what_others_leave() -> None:
    cells = [need(0, 6, "0", "preferred"), need(1, 6, "0")]
    result = fit(host(8, 8), cells)
    assert (result.shortfalls, result.overflow_kib) == ((), 4 * GIB)


def test_fit_preferred_larger_than_the_host_is_charged_as_far_as_it_goes() -> None:
    result = fit(host(8, 2), [need(0, 99, "0-1", "preferred")])
    assert gib(result) == {0: {0: 8}, 1: {0: 2}}
    assert result.overflow_kib == 89 * GIB


def test_fit_sparse_ids() -> None:
    machine = host(8, 8, 8, ids=(0, 8, 252))
    assert gib(fit(machine, [need(0, 16, "8,252")])) == {8: {0: 8}, 252: {0: 8}}


def test_roomiest_is_the_first_of_several() -> None:
    machine = host(4, 9, 9, pages={0: {M2: 5}})
    assert roomiest(machine, need(0, 1, "0-2")) == 1
    assert roomiest(machine, need(0, 1, "0,2")) == 2
    assert roomiest(machine, need(0, 1, "0-2", page=M2)) == 0
