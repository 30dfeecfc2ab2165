# SPDX-License-Identifier: Apache-2.0
"""The order in which a Java HashMap gives its keys.

Decides it from String.hashCode and the table's size, since the engine stores and shows what
comes out of such maps: a VM's properties, a host's hooks. Keys that fall together come in the
order in which they went in.

    >>> in_order(["numa_nodeset", "numa_restore", "numa_topology"])
    ['numa_restore', 'numa_topology', 'numa_nodeset']
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable

_SMALLEST, _LOAD = 16, 0.75


def in_order(keys: Iterable[str], hash_of: Callable[[str], int] | None = None) -> list[str]:
    """The keys, once each, as the map gives them."""
    unique = list(dict.fromkeys(keys))
    size = _SMALLEST
    while len(unique) > size * _LOAD:
        size *= 2
    table: list[list[str]] = [[] for _ in range(size)]
    for key in unique:
        found = (hash_of or of_text)(key)
        table[(found ^ (found >> 16)) & (size - 1)].append(key)
    return [key for bucket in table for key in bucket]


def of_text(text: str) -> int:
    """String.hashCode, of UTF-16 units."""
    units = text.encode("utf-16-be")
    found = 0
    for high, low in zip(units[::2], units[1::2]):
        found = (31 * found + (high << 8 | low)) & 0xFFFFFFFF
    return found


def of_id(text: str) -> int:
    """UUID.hashCode."""
    number = uuid.UUID(text).int
    both = (number >> 64) ^ (number & 0xFFFFFFFFFFFFFFFF)
    return ((both >> 32) ^ both) & 0xFFFFFFFF
