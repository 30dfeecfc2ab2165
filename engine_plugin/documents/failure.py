# SPDX-License-Identifier: Apache-2.0
"""An error as the whole answer, after RFC 9457.

{"type": "urn:ovirt-numa:problem:NodesetTextMalformed", "title": "Nodeset text malformed",
 "detail": "numa_nodeset: ...", "code": "NodesetTextMalformed", "blames": "request",
 "where": "numa_nodeset", "remedy": "write ids ...", "hint": "", "problems": [...]}
"""

from __future__ import annotations

import re
from typing import Any

from numa_domain.base.errors import NumaError

from ..settings.reading import Reading
from . import settings
from .problem import plain
from .wording import Wording


def failure(error: NumaError, wording: Wording) -> dict[str, Any]:
    """One error, or several as one."""
    first = plain(error.problems[0], wording)
    more = len(error.problems) - 1
    line = wording.line(error.problems[0])
    found = {
        "type": f"urn:ovirt-numa:problem:{error.code}",
        "title": re.sub(r"(?<=[a-z])(?=[A-Z])", " ", error.code).capitalize(),
        "detail": f"{line} (and {more} more)" if more else line,
        **{key: first[key] for key in ("blames", "where", "remedy", "hint")},
        "code": error.code,
        "problems": [plain(each, wording) for each in error.problems],
        **getattr(error, "extra", {}),
    }
    newer = getattr(error, "newer", None)
    if isinstance(newer, Reading):
        found["current"] = settings.reading(newer, wording)
        found["etag"] = found["current"]["etag"]
    return found
