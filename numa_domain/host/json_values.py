# SPDX-License-Identifier: Apache-2.0
"""Values in a host's JSON, each with an error that says where it stands and what to write.

    >>> whole(True, "nodes[0].id", 9, "write an id")
    Traceback (most recent call last):
    numa_domain.host.json_values.ValueWrong: nodes[0].id: true is not a whole number from 0 to 9; \
write an id
"""

from __future__ import annotations

import json

from ..base.errors import HostError, TextError, excerpt
from ..base.idset import Cpuset, Nodeset
from ..base.units import MAX_KIB

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class KeyMissing(HostError):
    what = "{key} is missing"
    todo = "add it"


class KeyUnknown(HostError):
    what = "the key {key} is not known"
    todo = "remove it, or write one of: {known}"


class ValueWrong(HostError):
    what = "{value} is not {expected}"
    todo = "{write}"


def cpus_of(value: Any, where: str) -> Cpuset:
    if not isinstance(value, str):
        raise wrong(where, value, "a text", 'write the CPUs as "0-7,16-23", or "" for none')
    try:
        return Cpuset.parse(value) if value else Cpuset()
    except TextError as e:
        raise ValueWrong(where, value=shown(value), expected="a set of CPUs", write=str(e)) from e


def nodes_of(value: Any, where: str) -> Nodeset:
    try:
        return Nodeset.parse(value if isinstance(value, str) else "")
    except TextError as e:
        raise ValueWrong(where, value=shown(value), expected="a nodeset", write=str(e)) from e


def mapping(value: Any, where: str, example: str) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise wrong(where, value, "an object", f"write it as {example}")
    return value


def check_keys(value: Any, where: str, known: tuple[str, ...], needed: tuple[str, ...]) -> None:
    if not isinstance(value, dict):
        raise wrong(where, value, "an object", f"write one with the keys {', '.join(known)}")
    for key in value:
        if key not in known:
            raise KeyUnknown(where, key=shown(key), known=", ".join(known))
    for key in needed:
        if value.get(key) is None:
            raise KeyMissing(where, key=key)


def kib_of(value: dict[str, Any], where: str, key: str) -> int:
    given = 0 if value.get(key) is None else value[key]
    return whole(given, f"{where}.{key}", MAX_KIB, "write KiB without a unit")


def number(text: str, where: str, high: int, expected: str, example: str) -> int:
    """An object's key as a number."""
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 20 else -1
    if 0 <= number <= high and str(number) == text:
        return number
    raise wrong(where, text, expected, f"write a number, like {example}")


def whole(value: Any, where: str, high: int, remedy: str, *, low: int = 0) -> int:
    # In Python a bool is an int, but `true` is no amount
    if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
        return value
    raise wrong(where, value, f"a whole number from {low} to {high}", remedy)


def wrong(where: str, value: Any, expected: str, write: str) -> ValueWrong:
    return ValueWrong(where, value=shown(value), expected=expected, write=write)


def shown(value: Any) -> str:
    if isinstance(value, (dict, list)):
        return "an object" if isinstance(value, dict) else "a list"
    return excerpt(json.dumps(value))
