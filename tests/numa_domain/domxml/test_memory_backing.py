# SPDX-License-Identifier: Apache-2.0
"""Page sizes of cells: read, listed, carried along, and taken away again."""

from __future__ import annotations

import re
from typing import Any

import pytest

from numa_domain.base.errors import NumaError, XMLError
from numa_domain.domxml.read import parse_guest
from numa_domain.domxml.rewrite import rewrite
from numa_domain.placement.model import Placement
from tests.numa_domain.domxml.made import TWO_CELLS, cells, domain, placed, placement

HUGE, LARGE = 2048, 1 << 20
ONE_CELL = cells("id='0' cpus='0-3' memory='4194304'")


def backing(pages: str) -> str:
    return f"<memoryBacking><hugepages>{pages}</hugepages></memoryBacking>"


def pages(xml: str | bytes) -> list[tuple[int, str | None]]:
    return [
        (page.size_kib, None if page.cells is None else str(page.cells))
        for page in parse_guest(xml).hugepages
    ]


def sized(*sizes: int | None, **more: Any) -> Placement:
    """Four vCPUs and 4 GiB on cells of these page sizes."""
    share = {1: ["0-3"], 2: ["0-1", "2-3"], 4: ["0", "1", "2", "3"]}[len(sizes)]
    each = zip(share, sizes)
    given = [placed(i, c, 4 / len(sizes), "0", page_kib=s) for i, (c, s) in enumerate(each)]
    return placement(*given, nodes="0", **more)


def rewritten(placement: Placement, *parts: str) -> str:
    return rewrite(domain(*parts), placement).decode()


def test_pages_are_read_with_their_cells() -> None:
    xml = domain(TWO_CELLS, backing("<page size='2048'/><page size='1' unit='G' nodeset='1'/>"))
    guest = parse_guest(xml)
    assert pages(xml) == [(HUGE, None), (LARGE, "1")]
    assert (guest.page_kib(0), guest.page_kib(1)) == (HUGE, LARGE)


def test_hugepages_without_a_page_is_the_hosts_default() -> None:
    assert pages(domain("<memoryBacking><hugepages/></memoryBacking>")) == [(0, None)]


def test_no_hugepages_is_no_page() -> None:
    guest = parse_guest(domain("<memoryBacking><locked/></memoryBacking>"))
    assert guest.hugepages == ()
    assert guest.page_kib(0) is None
    assert guest.locked


def test_nodeset_of_a_vm_without_cells_says_nothing() -> None:
    assert pages(domain(backing("<page size='2048' nodeset='0'/>"))) == [(HUGE, None)]


def test_page_of_no_size_is_refused() -> None:
    with pytest.raises(XMLError) as caught:
        parse_guest(domain(backing("<page size='0'/>")))
    assert str(caught.value) == (
        "domain XML line 4, /domain/memoryBacking/hugepages/page/@size: '0' is not a page size;"
        " correct it: libvirt would refuse it too"
    )


def test_ordinary_pages_write_nothing() -> None:
    assert "memoryBacking" not in rewritten(sized(None, None))


def test_new_pages_are_listed_by_cell() -> None:
    new = rewritten(sized(HUGE, None, LARGE, HUGE))
    assert pages(new) == [(HUGE, "0,3"), (LARGE, "2")]
    assert '  <memoryBacking>\n    <hugepages>\n      <page size="2048" unit="KiB" nodeset=' in new


def test_new_pages_join_what_backs_the_memory() -> None:
    new = rewritten(sized(HUGE, None), "<memoryBacking><locked/></memoryBacking>")
    assert re.search(r"<memoryBacking><locked/><hugepages>.*</hugepages></memoryBacking>", new)


def test_default_stays_and_others_are_listed() -> None:
    new = rewritten(sized(HUGE, LARGE), ONE_CELL, backing("<page size='2048'/>"))
    assert "<page size='2048'/>" in new
    assert pages(new) == [(HUGE, None), (LARGE, "1")]


def test_default_of_all_cells_keeps_its_bytes() -> None:
    old = backing("<page  size='2048'></page>")
    assert old in rewritten(sized(HUGE, HUGE), ONE_CELL, old)


def test_hosts_default_of_all_cells_keeps_its_bytes() -> None:
    old = "<memoryBacking><hugepages></hugepages></memoryBacking>"
    assert old in rewritten(sized(0, 0), ONE_CELL, old)


def test_default_gives_way_to_a_list_where_a_cell_has_ordinary_pages() -> None:
    new = rewritten(sized(HUGE, None), ONE_CELL, backing("<page size='2048'/>"))
    assert pages(new) == [(HUGE, "0")]


def test_hosts_default_cannot_be_said_beside_other_pages() -> None:
    with pytest.raises(NumaError) as caught:
        rewritten(sized(0, None), ONE_CELL, "<memoryBacking><hugepages/></memoryBacking>")
    assert str(caught.value) == (
        "memoryBacking/hugepages: the host's default huge page is for cell 0, and other pages are"
        " for other cells; write its size as memoryBacking/hugepages/page, or as page= of the cells"
    )


def test_nodeset_of_a_vm_without_cells_is_dropped_with_the_first_cells() -> None:
    new = rewritten(sized(HUGE, HUGE), backing("<page size='2048' nodeset='0'/>"))
    assert pages(new) == [(HUGE, None)]


def test_rows_that_say_it_keep_their_bytes() -> None:
    old = backing("<page unit='M' size='2' nodeset='1,'/>")
    assert old in rewritten(sized(None, HUGE), TWO_CELLS, old)


def test_row_grows_by_a_cell() -> None:
    new = rewritten(sized(HUGE, HUGE), TWO_CELLS, backing("<page size='2048' nodeset='0'/>"))
    assert pages(new) == [(HUGE, "0-1")]


def test_row_of_two_sizes_is_mended() -> None:
    rows = "<page size='2048' nodeset='0'/><page size='2048' nodeset='1'/>"
    assert pages(rewritten(sized(HUGE, HUGE), TWO_CELLS, backing(rows))) == [(HUGE, "0-1")]


def test_row_of_cells_that_are_gone_is_an_error() -> None:
    with pytest.raises(XMLError) as caught:
        rewritten(sized(HUGE), TWO_CELLS, backing("<page size='2048' nodeset='0-1'/>"))
    assert str(caught.value) == (
        "domain XML line 5, /domain/memoryBacking/hugepages/page: the page is for cells 0-1, and"
        " the guest gets cell 0 only; take 1 out of its nodeset, or ask for such cells in"
        " numa_topology"
    )


def test_row_of_one_cell_that_is_gone_names_one_cell() -> None:
    with pytest.raises(XMLError) as caught:
        rewritten(sized(HUGE), TWO_CELLS, backing("<page size='2048' nodeset='1'/>"))
    assert caught.value.message == "the page is for cell 1, and the guest gets cell 0 only"


def test_row_of_ours_goes_with_its_cell() -> None:
    new = rewritten(sized(HUGE, LARGE))
    assert pages(rewrite(new, sized(HUGE))) == [(HUGE, "0")]


def test_hugepages_of_ours_go_whole() -> None:
    again = rewrite(rewritten(sized(HUGE, LARGE)), sized(None, None)).decode()
    assert "memoryBacking" not in again


def test_hugepages_of_ours_leave_the_rest_of_the_backing() -> None:
    new = rewritten(sized(HUGE, LARGE), "<memoryBacking><locked/></memoryBacking>")
    again = rewrite(new, sized(None, None)).decode()
    assert "<memoryBacking><locked/></memoryBacking>" in again


def test_row_of_an_admin_that_grew_by_us_is_still_an_admins() -> None:
    rows = backing("<page size='2048' nodeset='1'/>")
    new = rewritten(sized(HUGE, HUGE), TWO_CELLS, rows)
    with pytest.raises(XMLError) as caught:
        rewrite(new, sized(HUGE))
    assert caught.value.facts["missing"] == "1"
