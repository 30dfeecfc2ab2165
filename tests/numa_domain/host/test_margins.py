# SPDX-License-Identifier: Apache-2.0
"""What of a node's free memory is not for VMs."""

from __future__ import annotations

from numa_domain.host.margins import QEMU_KIB, estimated_kib, kept, qemu_kib, with_margins
from tests.makers import GIB, host

ZONEINFO = """\
Node 0, zone      DMA
  per-node stats
      nr_inactive_anon 814
  pages free     2816
        boost    0
        min      12
        low      15
        high     18
        spanned  4095
        present  3998
        managed  3840
        cma      0
        protection: (0, 2849, 7862, 7862, 7862)
      nr_free_pages 2816
  pagesets
    cpu: 0
              count: 0
              high:  4
Node 0, zone   Normal
  pages free     100000
        min      8000
        low      10000
        high     12000
        spanned  1310720
        present  1310720
        managed  1283443
        protection: (0, 0, 0, 0, 0)
Node 1, zone   Normal
  pages free     5
        min      100
        low      125
        high     150
        managed  4000000
        protection: (0, 0, 0, 0)
Node 1, zone  Movable
  pages free     0
        min      0
        low      0
        high     0
        spanned  0
        present  0
        managed  0
        protection: (0, 0, 0, 0)
"""


def test_kept_is_high_watermark_and_reserve_but_no_more_than_a_zone_has() -> None:
    assert kept(ZONEINFO, 4) == {0: 4 * (3840 + 12000), 1: 4 * 150}


def test_kept_of_nothing_is_nothing() -> None:
    assert kept("", 4) == {}


def test_margins_leave_less_available() -> None:
    machine = with_margins(host(8, 8), ZONEINFO, 4, 100, 100)
    assert machine.nodes[0].available_kib == 8 * GIB - 4 * (3840 + 12000)
    assert machine.qemu_percent == 100
    half = with_margins(host(8, 8), ZONEINFO, 4, 50, 0)
    assert half.nodes[1].available_kib == 8 * GIB - 300
    assert with_margins(host(8, 8), ZONEINFO, 4, 0, 0) == host(8, 8)


def test_margins_that_cannot_be_read_are_estimated() -> None:
    machine = with_margins(host(64), "", 4, 100, 100)
    assert machine.nodes[0].kept_kib == estimated_kib(64 * GIB) == 65536 + 131072
    assert estimated_kib(0) == 0


def test_qemu_needs_more_for_more_memory_and_the_same_for_each_number_of_cells() -> None:
    machine = with_margins(host(64), "", 4, 100, 100)
    assert qemu_kib(machine, 16 * GIB, 1) == QEMU_KIB + 16 * 6144
    assert 2 * qemu_kib(machine, 8 * GIB, 2) == qemu_kib(machine, 16 * GIB, 1)
    assert qemu_kib(host(64), 16 * GIB, 1) == 0
