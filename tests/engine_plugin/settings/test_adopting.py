# SPDX-License-Identifier: Apache-2.0
"""oVirt's own virtual NUMA nodes as a request."""

from __future__ import annotations

import pytest

from engine_plugin.engine_api.native_node import NativeNode
from engine_plugin.settings import adopting
from numa_domain.request.model import NumaRequest

from .vms import vm


def native(index: int, mib: int, cpus: tuple[int, ...], pins: tuple[int, ...], mode: str):
    return NativeNode(str(index), index, mib * 1024, cpus, mode, pins)


@pytest.mark.parametrize(
    ("nodes", "topology", "notes"),
    [
        (
            [native(0, 4096, (0, 1), (0,), "strict"), native(1, 4096, (2, 3), (1,), "strict")],
            "cpus=0-1 mem=4G nodes=0 / cpus=2-3 mem=4G nodes=1",
            [],
        ),
        (
            [native(0, 4096, (0, 1), (0, 1), "interleave"), native(1, 4096, (2, 3), (), "strict")],
            "cpus=0-1 mem=4G nodes=0-1 mode=interleave / cpus=2-3 mem=4G",
            [],
        ),
        (
            [native(0, 1024, (0,), (2,), "preferred"), native(1, 1024, (), (3,), "preferred")],
            "cpus=0-1,3 mem=1G nodes=2 mode=preferred / cpus=2 mem=7G nodes=3 mode=preferred",
            [
                "vCPUs 1-3 were in no node: they are spread over the cells",
                "the nodes had 6 GiB less than the VM: cell 1 has it now",
            ],
        ),
    ],
)
def test_adopt_nodes_become_cells(nodes, topology, notes):
    request, said = adopting.as_request(vm(), nodes)
    assert request.to_properties() == {"numa_topology": topology}
    assert said == notes
    assert NumaRequest.parse(None, topology) == request
