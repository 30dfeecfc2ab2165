# SPDX-License-Identifier: Apache-2.0
"""Many starts in a row, of VMs that fill all hosts exactly: all run, and no host is asked in vain.

The counts of a larger storm are in `benchmarks/scheduler.py`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine_plugin.engines import GIB

from .whole import Whole

ALIKE = 6
NEWS = (54, 119, 9920, 10500)
"""A start has failed; a VM is down with an error; nobody answered; a plugin's error."""


@pytest.mark.parametrize(
    ("gib", "settings"),
    [
        pytest.param(28, {"numa_nodeset": "1"}, id="on a node that is named"),
        pytest.param(228, {"numa_nodeset": "auto", "numa_topology": "4"}, id="on nodes of auto"),
    ],
)
def test_storm_fills_all_hosts_and_none_refuses(
    tmp_path: Path, gib: int, settings: dict[str, str]
) -> None:
    """Two of them take the node, or the eight nodes, of a host."""
    engine = Whole(tmp_path, ALIKE)
    vms = [engine.new_vm(hosts=(), memory=gib * GIB, **settings) for _ in range(2 * ALIKE)]
    engine.storm(vms)
    assert engine.events(*NEWS) == []
    assert engine.statuses(vms) == {"up": 2 * ALIKE}
    assert engine.per_host() == [2] * ALIKE
    one_more = engine.new_vm(hosts=(), memory=gib * GIB, **settings)
    engine.storm([one_more])
    assert engine.statuses([one_more]) == {"down": 1}
    engine.close()


@pytest.mark.parametrize("filtered", [True, False])
def test_hosts_are_asked_in_vain_only_without_the_filter(tmp_path: Path, filtered: bool) -> None:
    """The engine by itself goes for the emptiest host, whatever is left on its node 1."""
    engine = Whole(tmp_path, ALIKE, filtered=filtered)
    engine.uneven()
    vms = [engine.new_vm(hosts=(), memory=28 * GIB, numa_nodeset="1") for _ in range(2 * ALIKE)]
    engine.storm(vms)
    refused = len(engine.events(119))
    engine.close()
    assert (refused == 0) is filtered
