# SPDX-License-Identifier: Apache-2.0
"""The host's nodes as names in VDSM's list of hooks, through which the engine's side reads them.

The engine's REST API shows no node without CPUs (CXL, PMEM, HBM): the view behind
GET /hosts/ID/numanodes joins the nodes with their CPUs. What it shows as it is, is the list of
hooks that VDSM reports with its capabilities. The hook after_get_caps puts these names into that
list, below the directory of our label (`release.py`); the engine keeps them until it reads the
capabilities again, which is when the host comes up or an admin refreshes them. So each name says
when it was written.

    node:2_cpus:none_kib:134217728_free:134000640_kept:327680_distances:14.24.10.26_qemu:100_at:...

`kept` is what the kernel keeps of it, `qemu` how much of QEMU's usual overhead VMs are charged,
both as the hooks of that host count. Those that do not tell it are taken to count by default.

A name has no "=", ",", braces or blanks, at which the engine's parser (VdsHooksParser) would cut
it. Fields that a reader does not know are passed over, so that later releases may tell more.
"""

from __future__ import annotations

from ..base.errors import TextError
from ..base.frozen import Value
from ..base.idset import Cpuset
from .margins import MOST_PERCENT, estimated_kib
from .model import HostTopology, Node
from .told_fields import fields_of, whole

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_FIRST = "node"
_NO_CPUS = "none"
_LONGEST = 20_000
"""Characters of a name: a node with 1,024 others and with every second of 4,096 CPUs has less."""


class ToldNodes(Value):
    """All nodes of a host at one moment; no huge pages and no devices."""

    host: HostTopology
    at: int
    """Seconds since 1970, by the host's clock."""


def write(host: HostTopology, at: int) -> list[str]:
    """A name for each node, in order of id."""
    return [_name(node, host, at) for node in host.nodes.values()]


def _name(node: Node, host: HostTopology, at: int) -> str:
    fields = {
        _FIRST: str(node.id),
        "cpus": str(node.cpus).replace(",", "+") if node.cpus else _NO_CPUS,
        "kib": str(node.memory_kib),
        "free": str(node.free_kib),
        "kept": str(node.kept_kib),
        "distances": ".".join(str(node.distances.get(other, 0)) for other in host.nodes),
        "qemu": str(host.qemu_percent),
        "at": str(at),
    }
    return "_".join(f"{key}:{value}" for key, value in fields.items())


def read(names: Iterable[str]) -> ToldNodes | None:
    """The host; None if the names are not there, or were not all written at the same time."""
    rows = [fields for fields in map(_fields, names) if fields is not None]
    moments = {fields.get("at") for fields in rows}
    if not rows or len(moments) != 1:
        return None
    try:
        ids = sorted(whole(fields[_FIRST]) for fields in rows)
        nodes = [_node(fields, ids) for fields in rows]
        at, qemu = whole(rows[0]["at"]), whole(rows[0].get("qemu", "100"))
    except (KeyError, ValueError, TextError):
        return None
    host = HostTopology.of(nodes).replace(qemu_percent=min(qemu, MOST_PERCENT))
    return ToldNodes(host, at) if len(set(ids)) == len(ids) else None


def _fields(name: str) -> Mapping[str, str] | None:
    """The fields of a name; None if it is not the name of a node."""
    pairs = fields_of(name, _FIRST, longest=_LONGEST)
    return None if pairs is None else dict(pairs)


def _node(fields: Mapping[str, str], ids: list[int]) -> Node:
    cpus = fields["cpus"]
    row = [whole(value) for value in fields["distances"].split(".")]
    distances = dict(zip(ids, row)) if len(row) == len(ids) else {}
    memory = whole(fields["kib"])
    return Node(
        whole(fields[_FIRST]),
        Cpuset() if cpus == _NO_CPUS else Cpuset.parse(cpus.replace("+", ",")),
        memory,
        min(memory, whole(fields["free"])),
        distances={other: value for other, value in distances.items() if 0 < value < 256},
        kept_kib=whole(fields["kept"]) if "kept" in fields else estimated_kib(memory),
    )
