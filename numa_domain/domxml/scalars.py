# SPDX-License-Identifier: Apache-2.0
"""Numbers, amounts of memory and sets in a domain XML, read as libvirt reads them.

As in libvirt (virStrToLong, virScaleInteger, virBitmapParse), blanks and a plus sign may precede a
number and nothing may follow it; units are case-insensitive; amounts are rounded up to a KiB.

    <memory unit='MB'>3</memory> is 2930 KiB
"""

from __future__ import annotations

from ..base.errors import TextError, XMLError
from ..base.idset import Bitmap

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeVar

    from .tree import Element

    Kind = TypeVar("Kind", bound=Bitmap)
    Spot = tuple[Element, "str | None"]
    """An element and one of its attributes; None stands for its text."""

MAX_KIB = (1 << 53) - 1
"""libvirt's limit for any amount of memory (virMemoryMaxValue)."""

_SCALES = {"": 1024, "b": 1, "byte": 1, "bytes": 1}
for _power, _letter in enumerate("kmgtpe", 1):
    _SCALES.update(
        {_letter: 1024**_power, f"{_letter}ib": 1024**_power, f"{_letter}b": 1000**_power}
    )


class ValueInvalid(XMLError):
    what = "{value!r} is not {expected}"
    todo = "correct it: libvirt would refuse it too"


class ValueMissing(XMLError):
    what = "{name} is missing"
    todo = "add it: libvirt would refuse the domain too"


def number(text: str, at: Spot, low: int = 0, high: int = MAX_KIB) -> int:
    """A whole number within these limits. Raises `ValueInvalid`."""
    digits = text.lstrip(" \t\r\n\v\f")
    digits = digits[digits.startswith("+") :]
    if digits.isascii() and digits.isdigit() and len(digits) <= 20:
        value = int(digits)
        if low <= value <= high:
            return value
    raise invalid(text, at, f"a whole number from {low} to {high}")


def id_set(text: str, at: Spot, kind: type[Kind]) -> Kind:
    """A set in libvirt's notation. Raises `ValueInvalid`."""
    try:
        return kind.parse(text)
    except TextError:
        raise invalid(text, at, "a set of ids such as 0-3,8") from None


def text_number(element: Element, low: int = 0, high: int = MAX_KIB) -> int:
    """The element's text as a number."""
    return number(element.text, (element, None), low, high)


def attribute(element: Element, name: str) -> str:
    """An attribute that must be there. Raises `ValueMissing`."""
    text = element.get(name)
    if text is None:
        raise ValueMissing(element.place, name=f"attribute {name}")
    return text


def attribute_number(element: Element, name: str, low: int = 0, high: int = MAX_KIB) -> int:
    """An attribute that must be there, as a number."""
    return number(attribute(element, name), (element, name), low, high)


def attribute_set(element: Element, name: str, kind: type[Kind]) -> Kind:
    """An attribute that must be there, as a set."""
    return id_set(attribute(element, name), (element, name), kind)


def memory_kib(element: Element, name: str | None = None) -> int:
    """KiB from an attribute, or from the element's text; the unit is in @unit."""
    text = element.text if name is None else attribute(element, name)
    unit = element.get("unit") or ""
    scale = _SCALES.get(unit.lower())
    if scale is None:
        raise invalid(unit, (element, "unit"), "a unit of memory such as KiB or GiB")
    kib = (number(text, (element, name)) * scale + 1023) // 1024
    if kib > MAX_KIB:
        raise invalid(f"{text} {unit}", (element, name), f"memory of at most {MAX_KIB} KiB")
    return kib


def invalid(text: str, at: Spot, expected: str) -> ValueInvalid:
    """The error. Its place is only worked out here, since that is slow in a long document."""
    element, name = at
    place = element.place if name is None else f"{element.place}/@{name}"
    return ValueInvalid(place, value=text[:60], expected=expected)
