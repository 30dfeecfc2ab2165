# SPDX-License-Identifier: Apache-2.0
"""Hosts captured elsewhere: from the form that a capture has to that of `json_format.py`.

Captures of `numactl -H` and of sysfs differ in units (KiB or MiB), have counts as texts, distances
as a list by column, offline CPUs among those of a node, and remarks. What does not look as expected
is passed on unchanged, and `json_format.py` reports it.

    {"source": "numactl -H", "cpu_online": "0-3",
     "nodes": [{"id": 0, "cpus": "0-7", "mem_total_mib": 64, "distances": [10]}]}
becomes
    {"nodes": [{"id": 0, "cpus": "0-3", "memory_kib": 65536, "distances": {"0": 10}}]}
"""

from __future__ import annotations

from ..base.errors import TextError
from ..base.idset import Cpuset

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_REMARKS = ("source", "note", "cpu_online", "node_online", "pci_numa_node_counts")
_AMOUNTS = (("mem_total", "memory_kib"), ("mem_free", "free_kib"))
_UNITS = (("_kib", 1), ("_mib", 1024))


def from_capture(document: Any) -> Any:
    """The document in the form of `json_format.py`; unchanged if it is no capture."""
    nodes = document.get("nodes") if isinstance(document, dict) else None
    if not isinstance(nodes, list) or not any(map(_is_captured, nodes)):
        return document
    ids = [node.get("id") if isinstance(node, dict) else None for node in nodes]
    online = document.get("cpu_online")
    rest = {key: value for key, value in document.items() if key not in _REMARKS}
    return {**rest, "nodes": [_node(node, ids, online) for node in nodes]}


def _is_captured(node: Any) -> bool:
    return isinstance(node, dict) and any(f"mem_total{unit}" in node for unit, _ in _UNITS)


def _node(captured: Any, ids: list[Any], online: Any) -> Any:
    if not _is_captured(captured):
        return captured
    node = dict(captured)
    for old, new in _AMOUNTS:
        for unit, kib in _UNITS:
            if old + unit in node:
                amount = node.pop(old + unit)
                node[new] = amount * kib if type(amount) is int else amount
    row = node.get("distances")
    if isinstance(row, list) and len(row) == len(ids):
        node["distances"] = dict(zip(map(str, ids), row))
    pools = node.pop("hugepages", None)
    if isinstance(pools, dict):
        node["pages"] = {size: _pool(pool) for size, pool in pools.items()}
    node["cpus"] = _online(node.get("cpus"), online)
    return node


def _pool(captured: Any) -> Any:
    if not isinstance(captured, dict):
        return captured
    pool = {"total" if key == "nr" else key: value for key, value in captured.items()}
    return {key: _count(value) for key, value in pool.items()}


def _count(text: Any) -> Any:
    plain = isinstance(text, str) and text.isascii() and text.isdigit() and len(text) < 20
    return int(text) if plain else text


def _online(cpus: Any, online: Any) -> Any:
    if not isinstance(cpus, str) or not isinstance(online, str) or not cpus:
        return cpus
    try:
        return str(Cpuset.parse(cpus) & Cpuset.parse(online))
    except TextError:
        return cpus
