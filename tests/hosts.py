# SPDX-License-Identifier: Apache-2.0
"""The captured hosts of tests/data/hosts.json as values.

Decides how the captures' own shapes are read: figures in KiB or MiB, counts as texts, CPUs
of a node that were offline, distances by column. Where each capture comes from, and what is
special about it, stands in the file beside it.

    >>> load_hosts()["numactl:powervm-0-2"].memory_nodes
    Nodeset(bits=4)
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from numa_domain.host import HostTopology, Node, PagePool
from numa_domain.nodeset import Cpuset

PATH = Path(__file__).parent / "data" / "hosts.json"


def load_hosts() -> dict[str, HostTopology]:
    """Every captured host by its name, such as "numactl:cxl-2s"."""
    return {name: _host(captured) for name, captured in json.loads(PATH.read_text()).items()}


def _host(captured: dict[str, Any]) -> HostTopology:
    ids = [node["id"] for node in captured["nodes"]]
    online = captured.get("cpu_online")
    return HostTopology.of(
        _node(node, ids, None if online is None else Cpuset.parse(online))
        for node in captured["nodes"]
    )


def _node(captured: dict[str, Any], ids: list[int], online: Cpuset | None) -> Node:
    cpus = Cpuset.parse(captured["cpus"]) if captured["cpus"] else Cpuset()
    row = captured["distances"]
    if row is not None and len(row) != len(ids):
        raise ValueError(f"node {captured['id']} has {len(row)} distances to {len(ids)} nodes")
    return Node(
        id=captured["id"],
        cpus=cpus if online is None else cpus & online,
        memory_kib=_kib(captured, "mem_total"),
        free_kib=_kib(captured, "mem_free"),
        distances={} if row is None else dict(zip(ids, row)),
        pages={
            int(size): PagePool(int(pool["nr"]), int(pool["free"]))
            for size, pool in (captured.get("hugepages") or {}).items()
        },
    )


def _kib(captured: dict[str, Any], name: str) -> int:
    if f"{name}_kib" in captured:
        return int(captured[f"{name}_kib"])
    return int(captured[f"{name}_mib"]) * 1024
