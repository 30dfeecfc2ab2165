# SPDX-License-Identifier: Apache-2.0
"""Numbers, amounts of memory and sets, as libvirt reads them in a domain's XML.

Decides which texts are values and what they are worth. Never knows what a value means. As in
libvirt (virStrToLong, virScaleInteger, virBitmapParse): blanks and a plus sign may stand
before a number and nothing after it, units have any case, amounts are rounded up to a KiB.

    <memory unit='MB'>3</memory> is 2930 KiB
"""

from __future__ import annotations

from ..errors import TextError, XMLError
from ..nodeset import Bitmap

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeVar

    from .tree import Element

    Kind = TypeVar("Kind", bound=Bitmap)

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


def number(text: str, place: str, low: int = 0, high: int = MAX_KIB) -> int:
    """A whole number of this range."""
    digits = text.lstrip(" \t\r\n\v\f")
    digits = digits[digits.startswith("+") :]
    if digits.isascii() and digits.isdigit() and len(digits) <= 20:
        value = int(digits)
        if low <= value <= high:
            return value
    raise ValueInvalid(place, value=text[:60], expected=f"a whole number from {low} to {high}")


def attribute(element: Element, name: str) -> str:
    """An attribute that has to be there."""
    text = element.get(name)
    if text is None:
        raise ValueMissing(element.place, name=f"attribute {name}")
    return text


def attribute_number(element: Element, name: str, low: int = 0, high: int = MAX_KIB) -> int:
    return number(attribute(element, name), f"{element.place}/@{name}", low, high)


def memory_kib(element: Element, name: str | None = None) -> int:
    """The amount in an attribute, or in the element's text; its unit is in @unit."""
    text, place = element.text, element.place
    if name is not None:
        text, place = attribute(element, name), f"{place}/@{name}"
    unit = element.get("unit") or ""
    scale = _SCALES.get(unit.lower())
    if scale is None:
        known = "a unit of memory such as KiB or GiB"
        raise ValueInvalid(f"{element.place}/@unit", value=unit[:60], expected=known)
    kib = (number(text, place) * scale + 1023) // 1024
    if kib > MAX_KIB:
        expected = f"an amount of memory up to {MAX_KIB} KiB"
        raise ValueInvalid(place, value=f"{text[:60]} {unit}".rstrip(), expected=expected)
    return kib


def attribute_set(element: Element, name: str, kind: type[Kind]) -> Kind:
    """The set in an attribute that has to be there."""
    return id_set(attribute(element, name), f"{element.place}/@{name}", kind)


def id_set(text: str, place: str, kind: type[Kind]) -> Kind:
    try:
        return kind.parse(text)
    except TextError:
        raise ValueInvalid(place, value=text[:60], expected="a set of ids such as 0-3,8") from None
