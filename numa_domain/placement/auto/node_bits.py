# SPDX-License-Identifier: Apache-2.0
"""Nodes by index, and sets of them as bits.

The search numbers the nodes in order of id: 0, 1, 2, even if the ids are 0, 8, 252. Three things
must not be mixed, and mypy keeps them apart:

    an id       int, as in `HostTopology.nodes`; a set of ids is a `Nodeset`
    an index    `NodeIndex`; a `PerNode` has a fact about each node, by index
    a set       `NodeBits`: bit i is set if the node with index i is in it

At run time an index and a set are ints and a `PerNode` is a tuple, since a search handles millions
of them.

    >>> indices(0b101), count(0b101), bits_of([0, 2])
    ([0, 2], 2, 5)
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Generic, TypeVar

    Index = TypeVar("Index")
    Fact = TypeVar("Fact", covariant=True)

    class Bits(Generic[Index]):
        """A set of indices of one kind."""

        def __and__(self, other: Bits[Index]) -> Bits[Index]: ...
        def __or__(self, other: Bits[Index]) -> Bits[Index]: ...
        def __xor__(self, other: Bits[Index]) -> Bits[Index]: ...
        def __invert__(self) -> Bits[Index]: ...
        def __bool__(self) -> bool: ...
        def __lt__(self, other: Bits[Index]) -> bool: ...
        def __rshift__(self, index: Index) -> int:
            """Its lowest bit is set if the index is in the set."""

    class NodeIndex:
        def __index__(self) -> int: ...
        def __lt__(self, other: NodeIndex) -> bool: ...
        def __neg__(self) -> int: ...
        def __rlshift__(self, one: int) -> NodeBits:
            """1 << index: the set with this node only."""

    class PerNode(Generic[Fact]):
        def __init__(self, facts: Iterable[Fact]) -> None: ...
        def __getitem__(self, index: NodeIndex) -> Fact: ...
        def __iter__(self) -> Iterator[Fact]: ...
        def __len__(self) -> int: ...

    NodeBits = Bits[NodeIndex]

    def every(count: int) -> Sequence[NodeIndex]:
        """The indices of so many nodes."""

    NO_NODES: NodeBits
else:
    PerNode, every, NO_NODES = tuple, range, 0

_MANY = 16


def bits_of(indices: Iterable[Index]) -> Bits[Index]:
    """The set of these indices, which must all differ."""
    return sum([1 << i for i in indices])  # type: ignore[operator, return-value, misc]  # see above


def union(sets: Iterable[Bits[Index]]) -> Bits[Index]:
    """The indices that are in any of these sets."""
    bits: Bits[Index] = 0  # type: ignore[assignment]  # see above
    for each in sets:
        bits |= each
    return bits


def indices(bits: Bits[Index]) -> list[Index]:
    """The indices in a set, rising."""
    number: int = bits  # type: ignore[assignment]  # see above
    if number >> _MANY:  # usually most are set then: three times as fast
        flags = bin(number)[:1:-1]
        return [i for i, bit in enumerate(flags) if bit == "1"]  # type: ignore[misc]  # see above
    found = []
    while number:
        low = number & -number
        found.append(low.bit_length() - 1)
        number ^= low
    return found  # type: ignore[return-value]  # see above


def count(bits: Bits[Index]) -> int:
    """How many indices are in a set (int.bit_count came with Python 3.10)."""
    return bin(bits).count("1")  # type: ignore[arg-type]  # see above


def ranks(amounts: PerNode[int]) -> PerNode[int]:
    """For each node its rank when nodes are sorted by amount, the largest first."""
    nodes = every(len(amounts))
    order = sorted(nodes, key=lambda i: (-amounts[i], i))
    rank = dict(zip(order, range(len(order))))
    return PerNode(rank[i] for i in nodes)


def most_of(amounts: PerNode[int], inside: NodeBits, open_: NodeBits, left: int) -> int:
    """The sum of the nodes inside and of the `left` largest of the open nodes."""
    rest = sorted((amounts[i] for i in indices(open_)), reverse=True)
    return sum(amounts[i] for i in indices(inside)) + sum(rest[:left])
