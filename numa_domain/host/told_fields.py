# SPDX-License-Identifier: Apache-2.0
"""How a host's hook writes fields into a name in VDSM's list of hooks, read again.

Whoever can put a file into a hooks' directory decides what the names are, so all of it is bounded.

    >>> fields_of("vm:7_on:0-1_at:9", "vm", longest=100)
    [('vm', '7'), ('on', '0-1'), ('at', '9')]
"""

from __future__ import annotations

_LARGEST = 1 << 53
"""Programs that read JSON know whole numbers up to this one."""


def fields_of(name: str, first: str, *, longest: int) -> list[tuple[str, str]] | None:
    """Key and text of each field; None where the name does not begin with the field `first`."""
    if not name.startswith(f"{first}:") or len(name) > longest:
        return None
    parts = (part.partition(":") for part in name.split("_"))
    return [(key, text) for key, _, text in parts]


def whole(text: str) -> int:
    """A number from 0 on. Raises ValueError."""
    if not (text.isascii() and text.isdigit() and len(text) <= 16) or int(text) > _LARGEST:
        raise ValueError(text)
    return int(text)
