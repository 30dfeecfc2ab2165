# SPDX-License-Identifier: Apache-2.0
"""The English words of the core's errors, for the browser: src/messages/problems.en.json.

Decides which errors the editor finds by itself. A test holds the file up to date; run this
after a change of wording:

    python engine_plugin/ui/tools/problem_texts.py
"""

from __future__ import annotations

import json
from pathlib import Path

from numa_domain.base import idset, units
from numa_domain.base.errors import NumaError
from numa_domain.placement.model import NodeUnknown
from numa_domain.placement.warnings import CoreSplit
from numa_domain.request import parser
from numa_domain.topology import cell, explicit_cells, plan

OUT = Path(__file__).parents[1] / "src" / "messages" / "problems.en.json"
MODULES = (idset, units, parser, cell, plan, explicit_cells)
ELSEWHERE = {"HostCellsNeedHost", "HostCellsLackMemory"}
"""Of a topology `host`: the service says these, since it knows the host."""


def texts() -> str:
    """The file's content: code -> what is wrong, what to do."""
    found = {}
    for module in MODULES:
        for name, kind in vars(module).items():
            own = getattr(kind, "__module__", "") == module.__name__
            if not (own and isinstance(kind, type) and issubclass(kind, NumaError)):
                continue
            if name not in ELSEWHERE:
                found[name] = [kind.what, kind.todo]
    for kind in (NodeUnknown, CoreSplit):
        found[kind.__name__] = [kind.what, kind.todo]
    return json.dumps(dict(sorted(found.items())), indent=2) + "\n"


if __name__ == "__main__":
    OUT.write_text(texts())
