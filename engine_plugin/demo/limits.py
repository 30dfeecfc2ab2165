# SPDX-License-Identifier: Apache-2.0
"""What the embedded engine does not imitate, each with its reason.

Decides how `limits.json` is read and shown. The list is held from both sides by a test that
replays what a real engine answered: what differs and is not here fails it, and so does what is
here and does not differ.

    ovirt-numa demo --what-it-is-not
"""

from __future__ import annotations

import argparse
import json
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path
from typing import Any

_FILE = Path(__file__).with_name("limits.json")
_WIDTH = 96


@dataclass(frozen=True)
class Limit:
    """One thing that is not as with an oVirt engine, and where that shows."""

    what: str
    reason: str
    answers: tuple[tuple[str, str, str], ...] = ()
    """Recorded requests, elements and kinds of difference, as patterns."""
    nowhere: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Links and actions that are 404, by the kind of entity that has them."""
    fields: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Fields of a search that find nothing, by the kind of object."""
    sent: tuple[str, str, str, int] | None = None
    """A request, and the status with which it is answered."""

    def covers(self, request: str, path: str, kind: str) -> bool:
        """Whether a difference is this one."""
        return any(
            fnmatchcase(request, names) and fnmatchcase(path, paths) and kind == known
            for names, paths, known in self.answers
        )


@lru_cache
def limits() -> tuple[Limit, ...]:
    return tuple(map(_limit, json.loads(_FILE.read_text(encoding="utf-8"))))


def _limit(facts: dict[str, Any]) -> Limit:
    nowhere, fields = (
        {kind: tuple(names.split()) for kind, names in facts.get(name, {}).items()}
        for name in ("nowhere", "fields")
    )
    answers = tuple((str(n), str(p), str(k)) for n, p, k in facts.get("answers", []))
    sent = tuple(facts["sent"]) if "sent" in facts else None
    return Limit(facts["what"], facts["reason"], answers, nowhere, fields, sent)


def shown() -> Iterator[str]:
    """The list, in lines."""
    for limit in limits():
        yield limit.what
        yield from textwrap.wrap(limit.reason, _WIDTH, initial_indent="  ", subsequent_indent="  ")
        for kind, names in (*limit.nowhere.items(), *limit.fields.items()):
            text = f"{kind}: {' '.join(names)}"
            yield from textwrap.wrap(
                text, _WIDTH, initial_indent="  ", subsequent_indent="    ", break_on_hyphens=False
            )


class ShowLimits(argparse.Action):
    """The option that prints the list and nothing else."""

    def __init__(self, option_strings: Sequence[str], dest: str, **given: Any) -> None:
        super().__init__(option_strings, dest, nargs=0, default=argparse.SUPPRESS, **given)

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:
        print("\n".join(shown()))
        parser.exit()
