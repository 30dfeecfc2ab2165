# SPDX-License-Identifier: Apache-2.0
"""Sets of ids in libvirt's notation: `Nodeset` for host nodes, `Cpuset` for CPUs.

The grammar is that of libvirt's virBitmapParse (src/util/virbitmap.c), read from left to right.
Every set has one canonical text.

    >>> str(Nodeset.parse("0-3,^1,8")), str(Nodeset.parse("^1,0-3"))
    ('0,2-3,8', '0-3')
"""

from __future__ import annotations

from itertools import chain

from .errors import TextError
from .frozen import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import TypeVar

    from typing_extensions import Self

    AnyBitmap = TypeVar("AnyBitmap", bound="Bitmap")

_MANY = 64
"""Ids from which on runs are looked for, and not single ids."""
MAX_ID = 16383
"""The largest id that libvirt takes: its VIR_DOMAIN_CPUMASK_LEN less one."""

_SPACES = " \t\n\r"
"""What C's isspace accepts and XML can hold; XML cannot hold vertical tabs and form feeds."""


class NodesetSyntax(TextError):
    what = "in {text!r}, {expected} is expected at character {place}, not {found}"
    todo = "write ids and ranges with commas, ^ before one to leave out: 0-3,^1,8"


class NodesetReversed(TextError):
    what = "the range {low}-{high} in {text!r} runs backwards"
    todo = "write the smaller id first: {high}-{low}"


class NodesetIdTooLarge(TextError):
    what = "{piece} in {text!r} is larger than {max}, the largest id that libvirt takes"
    todo = "check the id"


class NodesetEmpty(TextError):
    what = "{piece!r} selects nothing"
    todo = "name at least one id; ^ only takes from what stands before it: 0-3,^1"


class Bitmap(Value):
    """An immutable set of ids 0..16383; iteration is in rising order.

    Bit i of `bits` is set where id i is in the set. Sets of different kinds do not mix: an operator
    with one of the other kind is a TypeError.
    """

    bits: int = 0

    @classmethod
    def of(cls, ids: Iterable[int]) -> Self:
        bits = 0
        for i in ids:
            bits |= 1 << i
        return _made(cls, bits)

    @classmethod
    def parse(cls, text: str) -> Self:
        """The set that libvirt would read from `text`.

        Raises one of the four errors above, with the offset of what is wrong.
        """
        bits = _read_plain(text)
        if bits is None and text.strip(_SPACES):
            bits = _Reader(text).read()
        if not bits:
            raise NodesetEmpty(text=text, at=0, length=len(text))
        return cls(bits)

    def __iter__(self) -> Iterator[int]:
        if self.bits >> _MANY:
            return chain.from_iterable(range(low, high + 1) for low, high in self.ranges())
        return iter([i for i, flag in enumerate(bin(self.bits)[:1:-1]) if flag == "1"])

    def __len__(self) -> int:
        return bin(self.bits).count("1")

    def __bool__(self) -> bool:
        return self.bits != 0

    def __contains__(self, i: int) -> bool:
        return i >= 0 and self.bits >> i & 1 == 1

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and self.bits == other.bits

    def __hash__(self) -> int:
        return hash(self.bits)

    def __or__(self, other: Self) -> Self:
        if type(other) is not type(self):
            return NotImplemented
        return _made(type(self), self.bits | other.bits)

    def __and__(self, other: Self) -> Self:
        if type(other) is not type(self):
            return NotImplemented
        return _made(type(self), self.bits & other.bits)

    def __sub__(self, other: Self) -> Self:
        if type(other) is not type(self):
            return NotImplemented
        return _made(type(self), self.bits & ~other.bits)

    def __le__(self, other: Self) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self.bits & ~other.bits == 0

    def ranges(self) -> Iterator[tuple[int, int]]:
        """The longest runs of consecutive ids as (first, last), both inclusive, rising."""
        flags = bin(self.bits)[:1:-1]  # one character per id, from 0 on
        low = flags.find("1")
        while low >= 0:
            end = flags.find("0", low)
            yield low, (end if end >= 0 else len(flags)) - 1
            low = flags.find("1", end) if end >= 0 else -1

    def __str__(self) -> str:
        """The canonical text, as libvirt's virBitmapFormat writes it; "" for the empty set."""
        return ",".join(str(a) if a == b else f"{a}-{b}" for a, b in self.ranges())


def _made(kind: type[AnyBitmap], bits: int) -> AnyBitmap:
    """`kind(bits)`, in a quarter of the time: a placement makes hundreds of sets."""
    made = object.__new__(kind)
    made.__dict__["bits"] = bits
    return made


class Nodeset(Bitmap):
    """Host NUMA nodes (or, in `hugepages/page@nodeset`, guest cells)."""


class Cpuset(Bitmap):
    """CPUs of the host, or vCPUs of the guest."""


def _read_plain(text: str) -> int | None:
    """The bits of a text that has only ids and ranges; None for any other text, right or wrong.

    Nearly every text is of this kind. Filling a slice of a bytearray is many times faster than
    or-ing integers of 2 KB (`benchmarks/nodeset.py`). With these characters int() reads what
    libvirt reads, including spaces around a number.
    """
    if not text.isascii() or text.encode().translate(None, b"0123456789,- \t\n\r"):
        return None
    flags = bytearray()
    try:
        for part in text.split(","):
            if len(part) > 16:  # int() of a very long text is slow
                return None
            first, dash, last = part.partition("-")
            low = int(first)
            high = int(last) if dash else low
            if not low <= high <= MAX_ID:
                return None
            if high >= len(flags):
                flags.extend(b"0" * (high + 1 - len(flags)))
            flags[low : high + 1] = b"1" * (high + 1 - low)
    except ValueError:
        return None
    return int(flags[::-1], 2)


class _Reader:
    """Reads a text once from left to right; `at` is the current offset."""

    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0

    def read(self) -> int:
        bits = 0
        self._skip()
        while True:
            negated = self._take("^")
            low = self._number()
            self._skip()
            if not negated and self._take("-"):
                high = self._range_end(low)
                bits |= ((1 << (high - low + 1)) - 1) << low
            elif negated:
                bits &= ~(1 << low)
            else:
                bits |= 1 << low
            self._skip()
            if self.at == len(self.text):
                return bits
            if not self._take(","):
                raise self._syntax("a comma (^ takes one id)" if negated else "a comma")
            self._skip()
            if self.at == len(self.text):
                return bits

    def _range_end(self, low: int) -> int:
        """The number after the hyphen. Here, and only here, libvirt accepts a sign, because C's
        strtol does: 1-+3 is 1-3, and 0--0 is 0.
        """
        self._skip()
        start = self.at
        negative = self._take("-")
        if not negative:
            self._take("+")
        high = self._number()
        if negative and high:
            self.at = start
            raise self._syntax("an id")
        if high < low:
            raise NodesetReversed(
                text=self.text, at=start, length=self.at - start, low=low, high=high
            )
        return high

    def _number(self) -> int:
        start = self.at
        while self.at < len(self.text) and self.text[self.at] in "0123456789":
            self.at += 1
        digits = self.text[start : self.at]
        if not digits:
            raise self._syntax("an id")
        if len(digits.lstrip("0")) > 5 or int(digits.lstrip("0") or "0") > MAX_ID:
            raise NodesetIdTooLarge(text=self.text, at=start, length=len(digits), max=MAX_ID)
        return int(digits.lstrip("0") or "0")

    def _take(self, char: str) -> bool:
        if self.text.startswith(char, self.at):
            self.at += 1
            return True
        return False

    def _skip(self) -> None:
        while self.at < len(self.text) and self.text[self.at] in _SPACES:
            self.at += 1

    def _syntax(self, expected: str) -> NodesetSyntax:
        found = repr(self.text[self.at]) if self.at < len(self.text) else "the end"
        return NodesetSyntax(text=self.text, at=self.at, expected=expected, found=found)
