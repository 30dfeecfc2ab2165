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
    }
    field = _FIELDS.get(error.where.split(",")[0])
    if field is not None:
        found["field"] = field
    if isinstance(error, TextError):
        found["at"], found["length"] = error.at, error.length
    return found
