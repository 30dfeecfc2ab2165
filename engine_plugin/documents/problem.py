# SPDX-License-Identifier: Apache-2.0
"""One error inside a document: what, where and what to do.

plain(error, wording)["remedy"]         "update vdsm-hook-numa on it"
"""

from __future__ import annotations

from typing import Any

from numa_domain.base.errors import NumaError, TextError
from numa_domain.request.parts import NODESET, TOPOLOGY

from .wording import Wording

_FIELDS = {NODESET: "nodeset", TOPOLOGY: "topology"}


def plain(error: NumaError, wording: Wording) -> dict[str, Any]:
    """Of a text, also which input it is and the place in it."""
    found: dict[str, Any] = {
        "code": error.code,
        "blames": error.blames,
        "where": wording.place(error),
        "message": error.message,
        "remedy": error.remedy,
        "hint": wording.hint(error),
        "facts": _facts(error),
    }
    cause = getattr(error, "cause", None)
    if isinstance(cause, NumaError):
        found["cause"] = plain(cause, wording)
    field = _FIELDS.get(error.where.split(",")[0])
    if field is not None:
        found["field"] = field
    if isinstance(error, TextError):
        found["at"], found["length"] = error.at, error.length
    return found


def _facts(error: NumaError) -> dict[str, str | int]:
    """What fills the words, for who has words of his own; reasons are told beside the problem."""
    return {
        name: fact if isinstance(fact, (str, int)) else str(fact)
        for name, fact in error.template_facts().items()
        if name != "reasons" and fact is not None
    }
