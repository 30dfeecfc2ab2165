# SPDX-License-Identifier: Apache-2.0
"""Write the golden XML anew: `python -m tests.golden [CASE ...]`, then read `git diff`.

Decides nothing: what changed is judged by who reads the diff.
"""

from __future__ import annotations

import sys

from tests.golden.cases import CASES, HERE

for name in sys.argv[1:] or CASES:
    path = HERE / "out" / f"{name}.xml"
    new = CASES[name].rewritten()
    if not path.exists() or path.read_bytes() != new:
        path.write_bytes(new)
        print(f"changed: {path}")
