# SPDX-License-Identifier: Apache-2.0
"""Whether a host holds vCPUs beside their memory, as a name in VDSM's list of hooks
(`hook_list.py`).

If there is no such name, the host has older hooks. 0 means that its service numa-affinity does
not run. The engine keeps the name until it reads the host's capabilities again, so it has a time.

    >>> write(ToldAffinity(True, 1_796_000_000, 1_796_000_500))
    'affinity:1_since:1796000000_at:1796000500'
"""

from __future__ import annotations

from ..base.frozen import Value
from .told_fields import fields_of, whole

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

_FIRST = "affinity"
_LONGEST = 200


class ToldAffinity(Value):
    """What a host told of it."""

    holds: bool
    since: int
    """When the service began, in seconds since 1970 by the host's clock; 0 where it does not."""
    at: int
    """When that was told."""


def write(told: ToldAffinity) -> str:
    """The name."""
    return f"{_FIRST}:{int(told.holds)}_since:{told.since}_at:{told.at}"


def read(names: Iterable[str]) -> ToldAffinity | None:
    """What was told last; None where nothing was. Fields that are not known are passed over."""
    found = [told for told in map(_of_name, names) if told is not None]
    return max(found, key=lambda told: told.at) if found else None


def _of_name(name: str) -> ToldAffinity | None:
    pairs = fields_of(name, _FIRST, longest=_LONGEST)
    if pairs is None:
        return None
    fields = dict(pairs)
    try:
        holds, since, at = (whole(fields[key]) for key in (_FIRST, "since", "at"))
    except (KeyError, ValueError):
        return None
    return ToldAffinity(holds == 1, since, at)
