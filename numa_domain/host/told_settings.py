# SPDX-License-Identifier: Apache-2.0
"""A host's settings that count for NUMA, as a name in VDSM's list of hooks (`hook_list.py`).

The engine's side gives the same advice from them as `numa-domain host --advise` does on the host
(`advice.py`). So facts travel, and no words. Pools of huge pages are told with them, node by node,
since the engine knows them of the whole host only. The engine keeps the name until it reads the
host's capabilities again, so it has a time.

    settings:1_balancing:1_reclaim:0_ksm:1_merge:1_saved:4096_thp:madvise_pools:1048576x0.4+1.0_at:9

What the kernel does not have is left out, and fields that are not known are passed over.
"""

from __future__ import annotations

from ..base.errors import TextError
from ..base.frozen import Value
from ..base.idset import Cpuset
from .settings import HostSettings, Unread
from .told_fields import fields_of, whole

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .model import HostTopology

_FIRST = "settings"
_LONGEST = 20_000
_HUGE_PAGES = ("always", "madvise", "never")


class ToldSettings(Value):
    """What a host told of them."""

    settings: HostSettings
    pools: Mapping[int, Mapping[int, int]]
    """Page size in KiB -> node -> how many pages its pool has."""
    at: int
    """When, in seconds since 1970 by the host's clock."""


def pools_of(host: HostTopology) -> dict[int, dict[int, int]]:
    """Those of a host that was read on the host itself."""
    found: dict[int, dict[int, int]] = {}
    for node in host.nodes.values():
        for size, pool in node.pages.items():
            found.setdefault(size, {})[node.id] = pool.total
    return {size: counts for size, counts in found.items() if any(counts.values())}


def write(told: ToldSettings) -> str:
    """The name."""
    found = told.settings
    fields = {
        "balancing": found.numa_balancing,
        "reclaim": found.zone_reclaim,
        "ksm": found.ksm_run,
        "merge": _bit(found.merge_across_nodes),
        "saved": found.ksm_sharing,
        "thp": found.huge_pages,
        "demotion": _bit(found.demotion),
        "isolated": str(found.isolated).replace(",", "+") if found.isolated else None,
        "nohz": str(found.nohz_full).replace(",", "+") if found.nohz_full else None,
        "unread": "+".join(_unread_names(found)) or None,
        "sockets": found.sockets,
        "numad": found.numad,
        "at": told.at,
    }
    parts = [f"{_FIRST}:1"]
    parts += [f"{key}:{value}" for key, value in fields.items() if value is not None]
    parts += [f"pools:{size}x{_counts(counts)}" for size, counts in sorted(told.pools.items())]
    return "_".join(parts)


def _unread_names(found: HostSettings) -> list[str]:
    """Each once, without the sign that parts fields."""
    return list(dict.fromkeys(each.setting.replace("_", "-") for each in found.unread))


def _bit(value: bool | None) -> int | None:
    return None if value is None else int(value)


def _counts(counts: Mapping[int, int]) -> str:
    return "+".join(f"{node}.{count}" for node, count in sorted(counts.items()))


def read(names: Iterable[str]) -> ToldSettings | None:
    """What was told last; None where nothing was."""
    found = [told for told in map(_of_name, names) if told is not None]
    return max(found, key=lambda told: told.at) if found else None


def _of_name(name: str) -> ToldSettings | None:
    pairs = fields_of(name, _FIRST, longest=_LONGEST)
    if pairs is None:
        return None
    fields = dict(pairs)
    try:
        pools = dict(_pool(text) for key, text in pairs if key == "pools")
        settings = HostSettings(
            numa_balancing=_number(fields, "balancing"),
            zone_reclaim=_number(fields, "reclaim"),
            ksm_run=_number(fields, "ksm"),
            merge_across_nodes=_yes(fields, "merge"),
            ksm_sharing=_number(fields, "saved") or 0,
            huge_pages=fields["thp"] if fields.get("thp") in _HUGE_PAGES else None,
            demotion=_yes(fields, "demotion"),
            isolated=_cpus(fields.get("isolated", "")),
            nohz_full=_cpus(fields.get("nohz", "")),
            unread=_unread(fields.get("unread", "")),
            sockets=_number(fields, "sockets"),
            numad=_number(fields, "numad"),
        )
        return ToldSettings(settings, pools, whole(fields["at"]))
    except (KeyError, ValueError, TextError):
        return None


def _pool(text: str) -> tuple[int, dict[int, int]]:
    size, _, counts = text.partition("x")
    pairs = [each.partition(".")[::2] for each in counts.split("+")]
    return whole(size), {whole(node): whole(count) for node, count in pairs}


def _unread(text: str) -> tuple[Unread, ...]:
    """Why is not told: it stands in the answer of `numa-domain host --advise` on the host."""
    names = [name.replace("-", "_") for name in text.split("+") if name]
    return tuple(Unread(name, "", "") for name in names if name.isidentifier())


def _cpus(text: str) -> Cpuset:
    return Cpuset.parse(text.replace("+", ",")) if text else Cpuset()


def _number(fields: Mapping[str, str], key: str) -> int | None:
    return whole(fields[key]) if key in fields else None


def _yes(fields: Mapping[str, str], key: str) -> bool | None:
    return bool(whole(fields[key])) if key in fields else None
