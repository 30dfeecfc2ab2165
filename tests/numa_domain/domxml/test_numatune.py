# SPDX-License-Identifier: Apache-2.0
"""What is merged into an existing numatune, what stays and what goes."""

from __future__ import annotations

from typing import Any

import pytest

from numa_domain.base.errors import NumaError, RequestError, XMLError
from numa_domain.base.idset import Nodeset
from numa_domain.domxml.read import parse_guest
from numa_domain.domxml.rewrite import rewrite
from numa_domain.guest.model import Memnode
from numa_domain.placement.model import Placement
from tests.numa_domain.domxml.made import TWO_CELLS, domain, placed, placement, two


def tune(xml: str | bytes) -> tuple[Any, ...]:
    """Mode and nodes of memory, and mode and nodes by cell."""
    guest = parse_guest(xml)
    nodes = None if guest.memory_nodes is None else str(guest.memory_nodes)
    return guest.memory_mode, nodes, {m.cell: f"{m.mode}:{m.nodes}" for m in guest.memnodes}


def rewritten(placement: Placement, *parts: str) -> str:
    return rewrite(domain(*parts), placement).decode()


def refusal(placement: Placement, *parts: str) -> NumaError:
    with pytest.raises(NumaError) as caught:
        rewritten(placement, *parts)
    return caught.value


def test_memory_and_memnodes_are_read() -> None:
    guest = parse_guest(
        domain(
            TWO_CELLS,
            "<numatune><memnode cellid='1' mode='preferred' nodeset='8'/>"
            "<memory nodeset='0,8'/></numatune>",
        )
    )
    assert (guest.memory_mode, str(guest.memory_nodes)) == ("strict", "0,8")
    assert guest.memnodes == (Memnode(1, "preferred", Nodeset.of([8])),)


def test_new_numatune_has_memory_and_memnodes() -> None:
    new = rewritten(two())
    assert tune(new) == ("strict", "0-1", {0: "strict:0", 1: "strict:1"})
    assert new.index("<cputune>") < new.index("<numatune>") < new.index("<cpu>")


def test_cells_without_memnode_leave_it_to_memory() -> None:
    cells = placed(0, "0-1", 2, "0", memnode=False), placed(1, "2-3", 2, "0", memnode=False)
    assert tune(rewritten(placement(*cells, nodes="0"))) == ("strict", "0", {})


def test_cell_that_is_not_bound_has_no_memnode_and_the_vm_no_memory() -> None:
    assert tune(rewritten(two("0", None))) == (None, None, {0: "strict:0"})


def test_placement_without_nodes_writes_no_numatune() -> None:
    assert "numatune" not in rewritten(two(None, None))


def test_mode_of_each_cell_is_its_own() -> None:
    cells = (
        placed(0, "0-1", 2, "0", mode="preferred"),
        placed(1, "2-3", 2, "0-1", mode="interleave"),
    )
    new = rewritten(placement(*cells, nodes="0-1"))
    assert tune(new) == ("strict", "0-1", {0: "preferred:0", 1: "interleave:0-1"})


def test_existing_numatune_is_merged_and_not_doubled() -> None:
    old = (
        "<numatune><!-- ours? --><memnode mode='interleave' cellid='1' nodeset='3'/>"
        "<memory mode='preferred' nodeset='7'/></numatune>"
    )
    new = rewritten(two(), TWO_CELLS, old)
    assert new.count("<numatune>") == new.count("<memory ") == 1
    assert "<!-- ours? -->" in new
    assert tune(new) == ("strict", "0-1", {0: "strict:0", 1: "strict:1"})


def test_existing_numatune_that_says_it_keeps_its_bytes() -> None:
    old = (
        "<numatune ><memory  nodeset='1,0'/><memnode cellid='0' mode='strict' nodeset='0,'/>"
        "<memnode mode='strict' cellid='1' nodeset='1'></memnode></numatune>"
    )
    assert old in rewritten(two(), TWO_CELLS, old)


def test_automatic_placement_gives_way_to_nodes() -> None:
    new = rewritten(two(), TWO_CELLS, "<numatune><memory placement='auto'/></numatune>")
    assert 'placement="auto"' not in new
    assert tune(new)[:2] == ("strict", "0-1")


@pytest.mark.parametrize(
    "automatic",
    ["<numatune><memory placement='auto'/></numatune>", ""],
)
def test_automatic_placement_beside_memnodes_is_refused(automatic: str) -> None:
    xml = domain(TWO_CELLS, automatic, vcpu="<vcpu placement='auto'>4</vcpu>")
    with pytest.raises(XMLError) as caught:
        rewrite(xml, two("0", None))
    assert str(caught.value) == (
        "domain XML line 1, /domain: placement='auto' cannot stand beside memnodes;"
        " remove it, or give numa_nodeset nodes for the whole VM"
    )


def test_memory_of_an_admin_stays_where_the_placement_leaves_the_vm_unbound() -> None:
    old = "<numatune><memory mode='strict' nodeset='3'/></numatune>"
    assert tune(rewritten(two("0", None), old)) == ("strict", "3", {0: "strict:0"})


def test_memory_of_ours_goes_where_the_placement_leaves_the_vm_unbound() -> None:
    before = rewritten(two("0", "1"))
    assert tune(rewrite(before, two("0", None))) == (None, None, {0: "strict:0"})


def test_memory_of_ours_stays_where_a_cell_relies_on_it() -> None:
    before = rewritten(two("0", "0-1"))
    cells = placed(0, "0-1", 2, "0"), placed(1, "2-3", 2, "0-1", memnode=False)
    assert tune(rewrite(before, placement(*cells))) == ("strict", "0-1", {0: "strict:0"})


def test_numatune_of_ours_goes_whole() -> None:
    before = rewritten(two("0", "1"))
    assert "numatune" not in rewrite(before, two(None, None)).decode()


def test_memnode_of_an_admin_stays_where_the_cell_is_left_to_memory() -> None:
    old = "<numatune><memnode cellid='1' mode='preferred' nodeset='3'/></numatune>"
    new = rewritten(two("0", None), TWO_CELLS, old)
    assert tune(new) == (None, None, {0: "strict:0", 1: "preferred:3"})


def test_memnode_of_a_cell_that_is_gone_is_an_error() -> None:
    old = "<numatune><memnode cellid='1' mode='preferred' nodeset='3'/></numatune>"
    error = refusal(placement(placed(0, "0-3", 4, "0"), nodes="0"), TWO_CELLS, old)
    assert isinstance(error, XMLError)
    assert str(error) == (
        "domain XML line 5, /domain/numatune/memnode: the memnode is for cell 1, and the guest"
        " gets cell 0 only; remove it, or ask for a cell 1 in numa_topology"
    )


def test_memnode_of_ours_goes_with_its_cell() -> None:
    new = rewrite(rewritten(two()), placement(placed(0, "0-3", 4, "2"), nodes="2"))
    assert tune(new) == ("strict", "2", {0: "strict:2"})


@pytest.mark.parametrize(
    ("given", "old", "message"),
    [
        (
            two(mode="restrictive"),
            "",
            "mode restrictive of numatune/memory would stand beside mode strict of cell 0",
        ),
        (
            placement(
                placed(0, "0-1", 2, "0", mode="restrictive"), placed(1, "2-3", 2, "1"), nodes="0-1"
            ),
            "",
            "mode restrictive of cell 0 would stand beside mode strict of numatune/memory",
        ),
        (
            placement(placed(0, "0-1", 2, "0", mode="restrictive"), placed(1, "2-3", 2)),
            "<numatune><memnode cellid='1' mode='preferred' nodeset='3'/></numatune>",
            "mode restrictive of cell 0 would stand beside mode preferred of cell 1",
        ),
    ],
)
def test_restrictive_beside_another_mode_is_refused(
    given: Placement, old: str, message: str
) -> None:
    error = refusal(given, TWO_CELLS, old)
    assert isinstance(error, RequestError)
    assert str(error) == (
        f"numatune: {message}; libvirt refuses that: use restrictive everywhere, or nowhere"
    )


def test_restrictive_everywhere_is_written() -> None:
    cells = (placed(i, c, 2, "0", mode="restrictive") for i, c in enumerate(("0-1", "2-3")))
    new = rewritten(placement(*cells, nodes="0", mode="restrictive"))
    assert tune(new) == ("restrictive", "0", {0: "restrictive:0", 1: "restrictive:0"})


@pytest.mark.parametrize(
    ("old", "message"),
    [
        (
            "<numatune/><numatune/>",
            "/domain/numatune[2]: there are two <numatune>; remove one:"
            " libvirt would refuse the domain too",
        ),
        (
            "<numatune><memory mode='x' nodeset='0'/></numatune>",
            "/domain/numatune/memory/@mode: 'x' is not a mode: strict, preferred, interleave or"
            " restrictive; correct it: libvirt would refuse it too",
        ),
        (
            "<numatune><memnode cellid='0' nodeset='0'/><memnode cellid='0' nodeset='1'/>"
            "</numatune>",
            "/domain/numatune/memnode[2]: cell 0 has two <memnode>; remove one:"
            " libvirt would refuse the domain too",
        ),
    ],
)
def test_numatune_that_libvirt_refuses_is_refused(old: str, message: str) -> None:
    with pytest.raises(XMLError) as caught:
        parse_guest(domain(TWO_CELLS, old))
    assert str(caught.value) == f"domain XML line 5, {message}"
