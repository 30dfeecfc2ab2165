# SPDX-License-Identifier: Apache-2.0
"""What a replay shows: how many answers are equal, what is excused and why, what is neither.

Decides the sums and the table. An excuse that covers nothing is a finding as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from engine_plugin.demo.limits import Limit, limits

from .compare import Difference
from .replay import Replayed


@dataclass(frozen=True)
class Report:
    """A whole replay."""

    requests: int
    equal: int
    excused: tuple[tuple[str, Difference, Limit], ...]
    unexplained: tuple[tuple[str, Difference], ...]
    unneeded: tuple[tuple[Limit, tuple[str, str, str]], ...]
    """Patterns of excuses that cover no difference."""

    @classmethod
    def of(cls, replayed: Iterable[Replayed]) -> Report:
        found = list(replayed)
        excused, unexplained = [], []
        used: set[tuple[str, str, str]] = set()
        for each in found:
            for difference in each.differences:
                limit = _excuse(each.name, difference, used)
                if limit is None:
                    unexplained.append((each.name, difference))
                else:
                    excused.append((each.name, difference, limit))
        unneeded = tuple((li, p) for li in limits() for p in li.answers if p not in used)
        equal = sum(1 for each in found if not each.differences)
        return cls(len(found), equal, tuple(excused), tuple(unexplained), unneeded)

    @property
    def good(self) -> bool:
        return not self.unexplained and not self.unneeded

    def lines(self) -> Iterator[str]:
        """The table, in lines."""
        requests = len({name for name, _, _ in self.excused})
        yield f"requests recorded from a real engine   {self.requests:4}"
        yield f"  answered the same                    {self.equal:4}"
        yield f"  the same but for what is excused     {requests:4}"
        for what, reason in {limit.what: limit.reason for _, _, limit in self.excused}.items():
            yield f"    {what}: {reason}"
            where: dict[str, list[str]] = {}
            for name, difference, limit in self.excused:
                if limit.what == what:
                    where.setdefault(difference.path or difference.kind, []).append(name)
            for place, names in where.items():
                more = f" and {len(names) - 1} more" if len(names) > 1 else ""
                yield f"      {place}, of {names[0]}{more}"
        yield f"  differences that nothing explains    {len(self.unexplained):4}"
        yield from (f"    {name}: {difference}" for name, difference in self.unexplained)
        yield f"  excuses that nothing needs           {len(self.unneeded):4}"
        yield from (f"    {limit.what}: {pattern}" for limit, pattern in self.unneeded)


def _excuse(name: str, difference: Difference, used: set[tuple[str, str, str]]) -> Limit | None:
    for limit in limits():
        for pattern in limit.answers:
            alone = Limit(limit.what, limit.reason, (pattern,))
            if alone.covers(name, difference.path, difference.kind):
                used.add(pattern)
                return limit
    return None
