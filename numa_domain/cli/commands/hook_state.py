# SPDX-License-Identifier: Apache-2.0
"""What the hooks of this host remember, from the command numa-hook.

It runs as a process, since the core does not import the hooks, and they may not be installed. Their
`numa-hook journal --json` (vdsm_hook/journal_report.py) is the interface.

    state = ask_hooks("journal"); state["totals"][0]["count"]
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

from ...base.errors import HostError

_LIMIT = 60


class HooksUnknown(HostError):
    what = "numa-hook {question} gives no answer: {reason}"
    todo = "install the hooks' package on this host, or look why it fails"


def ask_hooks(question: str, hooks_dir: str | None = None) -> dict[str, Any]:
    """The output of `numa-hook QUESTION --json`. Raises `HooksUnknown`."""
    where = [] if hooks_dir is None else ["--hooks-dir", hooks_dir]
    command = [sys.executable, "-m", "vdsm_hook.install", question, "--json", *where]
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_LIMIT,
            check=False,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )
    except subprocess.TimeoutExpired:
        raise HooksUnknown(question=question, reason=f"not within {_LIMIT} s") from None
    try:
        answer: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        said = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
        raise HooksUnknown(question=question, reason=said) from None
    return answer
