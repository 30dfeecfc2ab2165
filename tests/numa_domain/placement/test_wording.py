# SPDX-License-Identifier: Apache-2.0
"""How messages name cells and nodes."""

from __future__ import annotations

from numa_domain.base.idset import Nodeset
from numa_domain.placement.wording import name_cells, name_nodes


def test_names_of_cells_and_nodes() -> None:
    assert name_cells([-1]) == name_cells([]) == "the VM needs"
    assert name_cells([3]) == "cell 3 needs"
    assert name_cells([2, 0, 1], "has", "have") == "cells 0-2 have"
    assert name_nodes(Nodeset.of([4])) == "node 4"
    assert name_nodes(Nodeset.of([4, 6])) == "nodes 4,6"
