# SPDX-License-Identifier: Apache-2.0
"""Sets of small numbers in libvirt's grammar: host nodes (`Nodeset`), CPUs (`Cpuset`).

Decides which texts are sets, and the one canonical text of each set. Never knows which
nodes a host has, nor what a set is used for. The grammar is that of libvirt's
virBitmapParse (src/util/virbitmap.c), read from left to right:

    >>> str(Nodeset.parse("0-3,^1,8")), str(Nodeset.parse("^1,0-3"))
    ('0,2-3,8', '0-3')
"""

from __future__ import annotations

from .errors import TextError
from .values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from typing_extensions import Self

MAX_ID = 16383
"""libvirt's VIR_DOMAIN_CPUMASK_LEN less one: the largest id that it takes."""

_SPACES = " \t\n\v\f\r"
_INT_MAX = (1 << 31) - 1


class NodesetSyntax(TextError):
    what = "{text!r} is not a set: {expected} is expected at character {place}"
    todo = "write ids and ranges with commas, ^ before one to leave out: 0-3,^1,8"


class NodesetReversed(TextError):
    what = "the range {low}-{high} in {text!r} runs backwards"
    todo = "write the smaller id first: {high}-{low}"


class NodesetIdTooLarge(TextError):
    what = "{id} in {text!r} is larger than {max}, the largest id that libvirt takes"
    todo = "check the id"


class NodesetEmpty(TextError):
    what = "{text!r} selects nothing"
    todo = "name at least one id, for example 0-1"


class Bitmap(Value):
    """An immutable set of ids 0..16383. Truth is non-emptiness, order is by id."""

    bits: int = 0

    @classmethod
    def of(cls, ids: Iterable[int]) -> Self:
        bits = 0
        for i in ids:
            bits |= 1 << i
        return cls(bits)

    @classmethod
    def parse(cls, text: str) -> Self:
        """The set that libvirt would read from `text`.

        Raises `TextError` (one of the four above) with the offset of what is wrong.
        """
        bits = _Reader(text).read()
        if not bits:
            raise NodesetEmpty(text=text, at=0, length=len(text))
        return cls(bits)

    def __iter__(self) -> Iterator[int]:
        for low, high in self.ranges():
            yield from range(low, high + 1)

    def __len__(self) -> int:
        return bin(self.bits).count("1")

    def __bool__(self) -> bool:
        return self.bits != 0

    def __contains__(self, i: int) -> bool:
        return self.bits >> i & 1 == 1

    def __or__(self, other: Self) -> Self:
        return type(self)(self.bits | other.bits)

    def __and__(self, other: Self) -> Self:
        return type(self)(self.bits & other.bits)

    def __sub__(self, other: Self) -> Self:
        return type(self)(self.bits & ~other.bits)

    def __le__(self, other: Self) -> bool:
        return self.bits & ~other.bits == 0

    def ranges(self) -> Iterator[tuple[int, int]]:
        """The maximal runs (first, last), both inclusive, in rising order."""
        bits, base = self.bits, 0
        while bits:
            skip = (bits & -bits).bit_length() - 1
            bits >>= skip
            run = (~bits & (bits + 1)).bit_length() - 1
            yield base + skip, base + skip + run - 1
            bits >>= run
            base += skip + run

    def __str__(self) -> str:
        """The canonical text, as libvirt's virBitmapFormat writes it; "" for the empty set."""
        return ",".join(str(a) if a == b else f"{a}-{b}" for a, b in self.ranges())


class Nodeset(Bitmap):
    """Host NUMA nodes (or, in `hugepages/page@nodeset`, guest cells)."""


class Cpuset(Bitmap):
    """CPUs of the host, or vCPUs of the guest."""


class _Reader:
    """One pass over a text; `at` is where it stands."""

    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0

    def read(self) -> int:
        bits = 0
        self._skip()
        while True:
            negated = self._take("^")
            low = self._number(signed=False)
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
                raise self._syntax("a comma" if negated else "a comma or a hyphen")
            self._skip()
            if self.at == len(self.text):
                return bits

    def _range_end(self, low: int) -> int:
        self._skip()
        start = self.at
        high = self._number(signed=True)
        if high < low:
            raise NodesetReversed(
                text=self.text, at=start, length=self.at - start, low=low, high=high
            )
        return high

    def _number(self, *, signed: bool) -> int:
        start = self.at
        if signed and self.text[start : start + 1] in ("+", "-"):
            raise self._syntax("an id")
        while self.at < len(self.text) and self.text[self.at] in "0123456789":
            self.at += 1
        digits = self.text[start : self.at]
        if not digits:
            raise self._syntax("an id")
        if len(digits.lstrip("0")) > 9 or int(digits) > MAX_ID:
            raise NodesetIdTooLarge(
                text=self.text, at=start, length=len(digits), id=digits, max=MAX_ID
            )
        return int(digits)

    def _take(self, char: str) -> bool:
        if self.text.startswith(char, self.at):
            self.at += 1
            return True
        return False

    def _skip(self) -> None:
        while self.at < len(self.text) and self.text[self.at] in _SPACES:
            self.at += 1

    def _syntax(self, expected: str) -> NodesetSyntax:
        return NodesetSyntax(text=self.text, at=self.at, expected=expected, place=self.at + 1)
