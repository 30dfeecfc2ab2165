# SPDX-License-Identifier: Apache-2.0
"""Where the VMs of a host lie, as names in VDSM's list of hooks (`hook_list.py`).

On which nodes `auto` has put a VM only its host knows. A name says on which nodes the VM's memory
may be, and how much of it is on which node already; a VM that was started later is not among them.
The engine keeps the names until it reads the host's capabilities again, so each has a time.

    >>> write(ToldVm("0d5f6a3e-1c2b-4d5e-8f90-a1b2c3d4e5f6", Nodeset.parse("0-1"), {0: 9}, 1_796))
    'vm:0d5f6a3e-1c2b-4d5e-8f90-a1b2c3d4e5f6_on:0-1_has:0.9_at:1796'
"""

from __future__ import annotations

from ..base.errors import TextError
from ..base.frozen import Value
from ..base.idset import Nodeset
from .told_fields import fields_of, whole

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_FIRST = "vm"
_LONGEST = 20_000


class ToldVm(Value):
    """A VM that the host has placed, and that runs there."""

    vm_id: str
    nodes: Nodeset
    """Those that its memory may come from."""
    touched: Mapping[int, int]
    """Node -> KiB of it that are there; empty where that cannot be seen."""
    at: int
    """When that was told, in seconds since 1970 by the host's clock."""


def write(told: ToldVm) -> str:
    """The name."""
    has = "+".join(f"{node}.{kib}" for node, kib in sorted(told.touched.items()) if kib)
    parts = [f"{_FIRST}:{told.vm_id}", f"on:{str(told.nodes).replace(',', '+')}"]
    return "_".join([*parts, *([f"has:{has}"] if has else []), f"at:{told.at}"])


def read(names: Iterable[str]) -> dict[str, ToldVm]:
    """By the VM's id; of two about the same VM the later one."""
    found: dict[str, ToldVm] = {}
    for told in map(_of_name, names):
        if told is not None and told.at >= found.get(told.vm_id, told).at:
            found[told.vm_id] = told
    return found


def _of_name(name: str) -> ToldVm | None:
    pairs = fields_of(name, _FIRST, longest=_LONGEST)
    if pairs is None:
        return None
    fields = dict(pairs)
    has = fields.get("has", "")
    try:
        counts = [each.partition(".")[::2] for each in has.split("+")] if has else []
        touched = {whole(node): whole(kib) for node, kib in counts}
        nodes = Nodeset.parse(fields["on"].replace("+", ","))
        return ToldVm(fields[_FIRST], nodes, touched, whole(fields["at"]))
    except (KeyError, ValueError, TextError):
        return None
