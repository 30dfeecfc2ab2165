# SPDX-License-Identifier: Apache-2.0
"""Errors as `application/problem+json` (RFC 9457).

Decides the members of a problem and the status of the core's errors. Knows no rule, and no
web framework.

    {"type": "urn:ovirt-numa:problem:NodesetSyntax", "title": "Nodeset syntax", "status": 422,
     "detail": "numa_nodeset: in '0-x' ...", "code": "NodesetSyntax", "blames": "request",
     "where": "numa_nodeset", "remedy": "write ids ...", "problems": [...]}
"""

from __future__ import annotations

import re
from typing import Any

from numa_domain.base.errors import NumaError, TextError
from numa_domain.request.parts import NODESET, TOPOLOGY

MEDIA_TYPE = "application/problem+json"
_STATUS = {"request": 422, "host": 409, "xml": 409}
_FIELDS = {NODESET: "nodeset", TOPOLOGY: "topology"}


def status_of(error: NumaError) -> int:
    """The core's errors: wrong input, a host that lacks something, a VM whose own XML (its
    pins, its devices) stands in the way."""
    return getattr(error, "status", 0) or _STATUS.get(error.blames, 500)


def problem(error: NumaError, request_id: str = "") -> dict[str, Any]:
    """The whole document."""
    first = plain(error.problems[0])
    extra = getattr(error, "extra", {})
    found = {
        "type": f"urn:ovirt-numa:problem:{error.code}",
        "title": re.sub(r"(?<=[a-z])(?=[A-Z])", " ", error.code).capitalize(),
        "status": status_of(error),
        "detail": str(error),
        "instance": f"urn:ovirt-numa:request:{request_id}",
        **{key: first[key] for key in ("code", "blames", "where", "remedy")},
        "problems": [plain(each) for each in error.problems],
        **extra,
    }
    found["code"] = error.code
    return found


def plain(error: NumaError) -> dict[str, Any]:
    """One problem: what, where and what to do; for a text, which input and the place in it."""
    found: dict[str, Any] = {
        "code": error.code,
        "blames": error.blames,
        "where": error.where,
        "message": error.message,
        "remedy": error.remedy,
    }
    field = _FIELDS.get(error.where.split(",")[0])
    if field is not None:
        found["field"] = field
    if isinstance(error, TextError):
        found["at"], found["length"] = error.at, error.length
    return found
