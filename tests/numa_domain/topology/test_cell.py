# SPDX-License-Identifier: Apache-2.0
"""What cells take over from the VM."""

from __future__ import annotations

import pytest

from numa_domain.topology.cell import granule_kib
from tests.makers import GIB, MIB, vm


@pytest.mark.parametrize(
    ("memory_gib", "arch", "page", "granule"),
    [
        (4, "x86_64", None, 2048),
        (3 / 1024, "x86_64", None, 1024),
        (4, "ppc64le", None, 256 * MIB),
        (4, "x86_64", GIB, GIB),
        (4, "x86_64", 0, 2048),
        (4, "ppc64", 16 * GIB, 16 * GIB),
    ],
)
def test_granule_is_what_libvirt_keeps(
    memory_gib: float, arch: str, page: int | None, granule: int
) -> None:
    assert granule_kib(vm(memory_gib, arch=arch), page) == granule
