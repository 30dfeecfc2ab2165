# SPDX-License-Identifier: Apache-2.0
"""The VM as a value: threads per core, and the page size of each cell."""

from __future__ import annotations

from numa_domain.base.idset import Nodeset
from numa_domain.guest.model import CpuTopology, GuestPages
from tests.makers import vm


def test_threads_are_one_where_the_domain_does_not_say() -> None:
    guest = vm(4)
    assert guest.replace(topology=None).threads == 1
    assert guest.replace(topology=CpuTopology(sockets=1, cores=2, threads=2)).threads == 2


def test_page_of_a_cell_is_its_own_else_the_default_else_ordinary() -> None:
    own = GuestPages(1 << 20, Nodeset.of([1]))
    assert [vm(4, hugepages=(own,)).page_kib(cell) for cell in (0, 1)] == [None, 1 << 20]
    both = (GuestPages(2048), own)
    assert [vm(4, hugepages=both).page_kib(cell) for cell in (0, 1)] == [2048, 1 << 20]
