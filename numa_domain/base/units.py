# SPDX-License-Identifier: Apache-2.0
"""Amounts of memory: parsed from the inputs' notation, formatted for people. Always KiB as int.

The inputs are in MiB, or have a binary unit K, M, G, T.

    >>> parse_memory("8G"), memory_text(8388608), show_memory(9961472)
    (8388608, '8G', '9.5 GiB')
"""

from __future__ import annotations

from .errors import TextError

_KIB = {"": 1024, "K": 1, "M": 1024, "G": 1024**2, "T": 1024**3}
MAX_KIB = 1 << 53
"""8 EiB, more than any machine has. A larger number is a typing error."""


class MemoryMalformed(TextError):
    what = "{piece!r} is not an amount of memory"
    todo = "write MiB as a whole number, or a whole number with K, M, G or T: 8192, 8G"


class MemoryTooLarge(TextError):
    what = "{piece!r} is more memory than any host has"
    todo = "check the unit: a number alone is MiB"


def parse_memory(text: str) -> int:
    """KiB from a text like 512 (MiB), 8G or 4k. Raises `MemoryMalformed` or `MemoryTooLarge`.

    >>> parse_memory("512"), parse_memory("4k")
    (524288, 4)
    """
    digits = text[:-1] if text[-1:].upper() in ("K", "M", "G", "T") else text
    if not (digits.isascii() and digits.isdigit()):
        raise MemoryMalformed(text=text, at=0, length=len(text))
    if len(digits) > 20:
        raise MemoryTooLarge(text=text, at=0, length=len(text))
    kib = int(digits) * _KIB[text[len(digits) :].upper()]
    if kib > MAX_KIB:
        raise MemoryTooLarge(text=text, at=0, length=len(text))
    return kib


def memory_text(kib: int) -> str:
    """The shortest exact text in the inputs' notation."""
    for unit in ("T", "G", "M"):
        if kib and kib % _KIB[unit] == 0:
            return f"{kib // _KIB[unit]}{unit}"
    return f"{kib}K"


def show_exact(kib: int) -> str:
    """An exact amount, for people to type in again: in the largest unit that makes it a whole
    number.

    >>> show_exact(8388608), show_exact(5199872)
    ('8 GiB', '5078 MiB')
    """
    text = memory_text(kib)
    return f"{text[:-1]} {text[-1]}iB"


def show_memory(kib: int, *, up: bool = False) -> str:
    """An amount for people, with at most two decimals; with `up` rounded up, where less would not
    do.

    >>> show_memory(2048), show_memory(1), show_memory(16777216), show_memory(1500)
    ('2 MiB', '1 KiB', '16 GiB', '1.46 MiB')
    """
    if kib < 0:
        return f"-{show_memory(-kib)}"
    for unit, factor in (("TiB", _KIB["T"]), ("GiB", _KIB["G"]), ("MiB", _KIB["M"])):
        if kib >= factor:
            shown = -(-kib * 100 // factor) / 100 if up else kib / factor
            return f"{shown:.2f}".rstrip("0").rstrip(".") + f" {unit}"
    return f"{kib} KiB"
