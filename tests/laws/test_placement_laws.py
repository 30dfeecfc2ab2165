# SPDX-License-Identifier: Apache-2.0
"""Laws of placement: nothing promised beyond what is free, the same answer each time, more free
memory never turns a yes into a no.
"""

from __future__ import annotations

from hypothesis import assume, given
from hypothesis import strategies as st

from numa_domain.base.idset import Nodeset
from numa_domain.host.model import HostTopology
from numa_domain.placement.memory_fit import available_kib, charged
from numa_domain.placement.model import Placement
from numa_domain.request.parts import Target
from tests.laws.placing import GIB, PAGE, answer, guests, hosts, requests


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
