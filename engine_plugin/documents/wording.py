# SPDX-License-Identifier: Apache-2.0
"""How an adapter speaks of an error beside the error's own words.

An error says what is wrong and what to do, and nothing of how that is done: over HTTP one sends
`?force=true`, on the command line one types `--force`. An adapter has such a hint for each error
that needs one, and its own names for places.

    Wording({HooksMissing: "--force"}, {"version": "--if-match"}).hint(error)    "--force"
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from numa_domain.base.errors import NumaError


@dataclass(frozen=True)
class Wording:
    """Of one adapter."""

    hints: Mapping[type[NumaError], str]
    """Templates, which the error's facts fill."""
    places: Mapping[str, str]

    def hint(self, error: NumaError) -> str:
        """What to send or type; empty where the remedy says it all."""
        cause = getattr(error, "cause", None)
        if isinstance(cause, NumaError) and type(error) not in self.hints:
            return self.hint(cause)
        return self.hints.get(type(error), "").format(**error.facts)

    def place(self, error: NumaError) -> str:
        return self.places.get(error.where, error.where)

    def line(self, error: NumaError) -> str:
        """Place, message and remedy."""
        place = self.place(error)
        remedy = f"; {error.remedy}" if error.remedy else ""
        return f"{place}: {error.message}{remedy}" if place else f"{error.message}{remedy}"
