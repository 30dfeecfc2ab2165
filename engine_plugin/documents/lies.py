# SPDX-License-Identifier: Apache-2.0
"""Where a VM that runs lies, as a document.

lies(lying)["nodes"]        "0-1"
"""

from __future__ import annotations

from typing import Any

from ..settings.lying import Lying
from .health import moment


def lies(found: Lying) -> dict[str, Any]:
    """As its host told it, and when."""
    return {
        "state": found.state,
        "nodes": found.nodes or None,
        "kib": {str(node): kib for node, kib in sorted(found.touched.items())},
        "at": moment(found.at),
    }
