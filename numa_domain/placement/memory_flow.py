# SPDX-License-Identifier: Apache-2.0
"""A maximum flow: amounts of memory, each of which may lie on some nodes in any proportion.

An amount that comes later moves those before it where they have other nodes to go to, so what is
placed is always the most that can be (augmenting paths); a call costs at most one search through
all nodes and amounts for each time that a node or an amount's share of a node is used up.

    >>> flow = Flow({0: 8, 1: 8})
    >>> flow.add(Nodeset.parse("0-1"), 6), flow.add(Nodeset.parse("0"), 8), flow.taken[0]
    (0, 0, {1: 6})
"""

from __future__ import annotations

from ..base.idset import Nodeset

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class Flow:
    """What each node has room for, and how the amounts lie on the nodes."""

    def __init__(self, room: Mapping[int, int]) -> None:
        self.room = room
        self.used = dict.fromkeys(room, 0)
        self.items: list[Nodeset] = []
        """The nodes of each amount, in order of `add`."""
        self.taken: list[dict[int, int]] = []
        """Of each amount: node -> KiB."""
        self.holders: dict[int, set[int]] = {}
        """Of each node: the amounts that lie on it."""
        self.closed = Nodeset()
        """Full for good: what lies on these nodes can go nowhere else."""

    def left(self, node: int) -> int:
        return self.room[node] - self.used[node]

    def add(self, nodes: Nodeset, kib: int) -> int:
        """Place an amount on any of these nodes; KiB for which there is no room."""
        return self._augment(self._new(nodes), kib)

    def fill(self, nodes: Iterable[int], kib: int) -> int:
        """Place an amount on these nodes, the first as far as it goes; KiB that have no room.

        Others are moved away only where nothing is left on any of the nodes.
        """
        order = list(nodes)
        item = self._new(Nodeset.of(order))
        for node in order:
            piece = min(kib, self.left(node))
            if piece > 0:
                self._move(item, -1, node, piece)
                kib -= piece
        return self._augment(item, kib)

    def share(self, nodes: Nodeset, kib: int) -> int:
        """Place an amount in equal parts where there is room; KiB that have none anywhere."""
        item, part = self._new(nodes), -(-kib // max(1, len(nodes)))
        for node in nodes:
            piece = min(part, kib, self.left(node))
            if piece > 0:
                self._move(item, -1, node, piece)
                kib -= piece
        return self._augment(item, kib)

    def _new(self, nodes: Nodeset) -> int:
        self.items.append(nodes)
        self.taken.append({})
        return len(self.items) - 1

    def _augment(self, item: int, kib: int) -> int:
        while kib and not self.items[item] <= self.closed:
            came, node = self._reach(item)
            if node is None:
                self.closed |= Nodeset.of(came)
                break
            kib -= self._push(_path(came, node), kib)
        return kib

    def closure(self, nodes: Nodeset) -> Nodeset:
        """The nodes that are reached from full ones: what lies on them can go to no other."""
        reached = Nodeset.of(self._reach(self._new(nodes))[0])
        self.items.pop()
        self.taken.pop()
        return reached

    def on_nodes(self, items: Iterable[int]) -> dict[int, int]:
        """KiB of these amounts on each node."""
        sums = dict.fromkeys(self.room, 0)
        for item in items:
            for node, kib in self.taken[item].items():
                sums[node] += kib
        return sums

    def _reach(self, start: int) -> tuple[dict[int, tuple[int, int]], int | None]:
        """Breadth-first search from an amount for a node with room left; None if there is none.
        Returns node -> (the amount that may lie on it, the node from which that would move), and
        that node.
        """
        came: dict[int, tuple[int, int]] = {}
        queue, seen = [(start, -1)], {start}
        for item, origin in queue:  # grows meanwhile
            for node in self.items[item]:
                if node in came:
                    continue
                came[node] = (item, origin)
                if self.used[node] < self.room[node]:
                    return came, node
                guests = self.holders.get(node, set()) - seen
                seen |= guests
                queue += [(i, node) for i in sorted(guests)]
        return came, None

    def _push(self, moves: list[tuple[int, int, int]], most: int) -> int:
        end = moves[0][2]
        amount = min(most, self.left(end))
        for item, origin, _ in moves:
            if origin >= 0:
                amount = min(amount, self.taken[item][origin])
        for item, origin, node in moves:
            self._move(item, origin, node, amount)
        return amount

    def _move(self, item: int, origin: int, node: int, kib: int) -> None:
        """So much of an amount from one node, or from none (-1), to another."""
        taken = self.taken[item]
        if origin >= 0:
            self.used[origin] -= kib
            taken[origin] -= kib
            if not taken[origin]:
                del taken[origin]
                self.holders[origin].remove(item)
        self.used[node] += kib
        taken[node] = taken.get(node, 0) + kib
        self.holders.setdefault(node, set()).add(item)


def _path(came: Mapping[int, tuple[int, int]], node: int) -> list[tuple[int, int, int]]:
    """The path as moves (amount, from node or -1, to node), the last move first."""
    moves = []
    while True:
        item, origin = came[node]
        moves.append((item, origin, node))
        if origin < 0:
            return moves
        node = origin
