# SPDX-License-Identifier: Apache-2.0
"""Where VMs lie, as names in VDSM's list of hooks."""

from __future__ import annotations

import pytest

from numa_domain.base.idset import Nodeset
from numa_domain.host.told_vms import ToldVm, read, write

FIRST = "0d5f6a3e-1c2b-4d5e-8f90-a1b2c3d4e5f6"
TOLD = ToldVm(FIRST, Nodeset.parse("0-1,4"), {0: 2097152, 4: 9}, 1_796_000_000)
UNSEEN = ToldVm("11111111-1c2b-4d5e-8f90-a1b2c3d4e5f6", Nodeset.parse("2"), {}, 1_796_000_000)


def test_what_is_written_is_read_among_others() -> None:
    names = ["hooks-0.1.0-grammar-1", write(TOLD), write(UNSEEN)]
    assert read(names) == {TOLD.vm_id: TOLD, UNSEEN.vm_id: UNSEEN}


def test_name_has_nothing_at_which_the_engine_would_cut_it() -> None:
    assert not set(write(TOLD)) & set("=,{} \n")


def test_of_two_about_a_vm_the_later_is_read_whatever_their_order() -> None:
    later = TOLD.replace(nodes=Nodeset.parse("3"), at=TOLD.at + 1)
    assert read([write(later), write(TOLD)]) == {FIRST: later}
    assert read([write(TOLD), write(later)]) == {FIRST: later}


@pytest.mark.parametrize(
    "name",
    [
        f"vm:{FIRST}",
        f"vm:{FIRST}_on:0",
        f"vm:{FIRST}_on:x_at:1",
        f"vm:{FIRST}_on:0_at:-1",
        f"vm:{FIRST}_on:0_has:0_at:1",
        f"vm:{FIRST}_on:0_has:0.x_at:1",
        f"vm:{FIRST}_on:0_at:99999999999999999",
        f"vm:{FIRST}_on:0_at:1_{'x' * 20_000}",
    ],
)
def test_what_is_no_such_name_is_nothing(name: str) -> None:
    assert read([name]) == {}
