# SPDX-License-Identifier: Apache-2.0
"""Rows matched to columns one to one: whether it is possible, and at least cost.

A set of columns is the bits of a number. Both algorithms are exact and polynomial: Kuhn's
augmenting paths, and the Hungarian method with potentials. OpenStack Nova's fit tries orders,
n!/(n-k)! of them (launchpad bug 1978372).

    >>> match([0b011, 0b001]), match([0b01, 0b01])
    ([1, 0], None)
    >>> cheapest([[4, 1, 3], [2, 0, 5]]).columns
    [1, 0]
"""

from __future__ import annotations

from ...base.frozen import Value
from .node_bits import NO_NODES, PerNode, bits_of, every

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from .node_bits import Bits, Index, NodeBits, NodeIndex

NEVER = 1 << 200
"""The cost of a pair that is not allowed: more than any sum of real costs."""
MUST = 1 << 160
"""Subtracted from the costs of a column that must be used: more than all real costs."""


class Assignment(Value):
    """A cheapest matching, and the potentials that prove it."""

    columns: list[int]
    """The column of each row."""
    rows_potential: list[int]
    columns_potential: list[int]
    """At most 0; below 0 only if every cheapest matching uses the column."""


def match(edges: Sequence[Bits[Index]]) -> list[Index] | None:
    """A column for each row, each column at most once; None if there is no such matching."""
    owner: dict[Index, int] = {}
    for row in range(len(edges)):
        if not _augment(row, edges, owner):
            return None
    columns: list[Any] = [None] * len(edges)
    for column, row in owner.items():
        columns[row] = column
    return columns


def transposed(edges: Sequence[NodeBits], columns: int) -> PerNode[Bits[int]]:
    """For each of so many columns the set of its rows."""
    return PerNode(
        bits_of(row for row, edge in enumerate(edges) if edge >> i & 1) for i in every(columns)
    )


def matching_size(edges: Sequence[Bits[Index]]) -> int:
    """How many rows can have a column of their own at the same time."""
    owner: dict[Index, int] = {}
    return sum(_augment(row, edges, owner) for row in range(len(edges)))


def hall_violation(edges: Sequence[NodeBits]) -> tuple[list[int], NodeBits]:
    """Rows that together have fewer columns than there are rows, and these columns; ([], none) if
    there is a matching.
    """
    owner: dict[NodeIndex, int] = {}
    for row in range(len(edges)):
        if not _augment(row, edges, owner):
            return _reached(row, edges, owner)
    return [], NO_NODES


def _reached(
    start: int, edges: Sequence[NodeBits], owner: dict[NodeIndex, int]
) -> tuple[list[int], NodeBits]:
    seen, rows = NO_NODES, [start]
    for row in rows:  # grows meanwhile
        fresh = edges[row] & ~seen
        seen |= fresh
        rows += [r for column, r in owner.items() if fresh >> column & 1]
    return sorted(rows), seen


def _augment(start: int, edges: Sequence[Any], owner: dict[Any, int]) -> bool:
    """Give `start` a column, moving other rows if necessary (breadth-first search)."""
    taken = 0
    for column in owner:
        taken |= 1 << column
    came: dict[Any, int] = {}
    seen, queue = 0, [start]
    for row in queue:  # grows meanwhile
        free = edges[row] & ~taken & ~seen
        if free:
            column = (free & -free).bit_length() - 1
            came[column] = row
            _shift(column, came, owner, start)
            return True
        fresh = edges[row] & ~seen
        seen |= fresh
        while fresh:
            column = (fresh & -fresh).bit_length() - 1
            fresh &= fresh - 1
            came[column] = row
            queue.append(owner[column])
    return False


def _shift(column: Any, came: dict[Any, int], owner: dict[Any, int], start: int) -> None:
    """Each row on the path takes the column that it reached, and leaves the one it had."""
    has = {row: col for col, row in owner.items()}
    while True:
        row = came[column]
        owner[column] = row
        if row == start:
            return
        column = has[row]


def cheapest(costs: Sequence[Sequence[int]]) -> Assignment:
    """A matching of every row with the least total cost. `NEVER` marks pairs that are not allowed.

    There must be at least as many columns as rows, and a matching without such pairs.
    """
    rows, columns = len(costs), len(costs[0])
    row_potential, column_potential = [0] * rows, [0] * columns
    owner = [-1] * columns
    for row in range(rows):
        _improve(row, costs, row_potential, column_potential, owner)
    chosen = [0] * rows
    for column, row in enumerate(owner):
        if row >= 0:
            chosen[row] = column
    return Assignment(chosen, row_potential, column_potential)


def _improve(
    start: int,
    costs: Sequence[Sequence[int]],
    row_potential: list[int],
    column_potential: list[int],
    owner: list[int],
) -> None:
    """Match one more row along a shortest path in reduced costs (Dijkstra)."""
    columns = range(len(owner))
    slack = [NEVER * 4] * len(owner)
    came = [-1] * len(owner)
    done: list[int] = []
    open_columns = list(columns)
    row, at = start, -1
    while True:
        base, costs_of_row = row_potential[row], costs[row]
        least, nearest = NEVER * 8, -1
        for column in open_columns:
            reduced = costs_of_row[column] - base - column_potential[column]
            if reduced < slack[column]:
                slack[column] = reduced
                came[column] = at
            if slack[column] < least:
                least, nearest = slack[column], column
        row_potential[start] += least
        for column in done:
            row_potential[owner[column]] += least
            column_potential[column] -= least
        if least:
            for column in open_columns:
                slack[column] -= least
        if owner[nearest] < 0:
            break
        done.append(nearest)
        open_columns.remove(nearest)
        row, at = owner[nearest], nearest
    at = nearest
    while at >= 0:
        before = came[at]
        owner[at] = owner[before] if before >= 0 else start
        at = before
