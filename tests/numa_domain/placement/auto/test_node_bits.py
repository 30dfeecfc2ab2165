# SPDX-License-Identifier: Apache-2.0
"""Sets of node indices, and that a type checker tells ids, indices and sets from one another."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from numa_domain.placement.auto.node_bits import bits_of, count, indices, most_of, ranks, union
from tests.house.imports import ROOT

MIXED = """
from numa_domain.base.idset import Nodeset
from numa_domain.host.model import HostTopology
from numa_domain.placement.auto.node_bits import NodeBits, NodeIndex, PerNode, count, indices


def right(host: HostTopology, ids: PerNode[int], index: NodeIndex, some: NodeBits) -> None:
    host.nodes[ids[index]]
    Nodeset.of(ids[i] for i in indices(some & ~(1 << index)))


def wrong(host: HostTopology, ids: PerNode[int], id: int, index: NodeIndex, some: NodeBits) -> None:
    host.nodes[index]
    host.nodes[some]
    ids[id]
    ids[some]
    Nodeset.of([index])
    some & index
    some & Nodeset.of([id])
    some >> id
    count(Nodeset.of([id]))
"""


def test_bits_and_their_indices() -> None:
    assert indices(0b1010010) == [1, 4, 6]
    assert indices(0) == []
    assert indices(1 << 20 | 0b11) == [0, 1, 20]
    assert bits_of([6, 1, 4]) == 0b1010010
    assert union([0b011, 0b110]) == 0b111
    assert count(0b1010010) == 3
    assert ranks([3, 9, 3, 5]) == (2, 0, 3, 1)
    assert most_of([5, 1, 7, 3], 0b0010, 0b1101, 2) == 1 + 7 + 5


def test_ids_indices_and_sets_are_not_mixed(tmp_path: Path) -> None:
    mypy = Path(sys.executable).with_name("mypy")
    if not mypy.exists():
        pytest.skip("missing: mypy, from the extra `test`")
    source = tmp_path / "mixed.py"
    source.write_text(MIXED)
    done = subprocess.run(
        [mypy, "--strict", "--no-error-summary", "--cache-dir", tmp_path / "cache", source],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    first = MIXED[: MIXED.index("    host.nodes[index]")].count("\n") + 1
    errors = [line for line in done.stdout.splitlines() if " error: " in line]
    found = {int(line.split(":")[1]) for line in errors}
    assert found == set(range(first, MIXED.count("\n") + 1)), done.stdout + done.stderr
