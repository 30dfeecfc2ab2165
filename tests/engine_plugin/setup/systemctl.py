#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A program that keeps what systemctl was told, in a JSON file: enabled, active, and a log."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

file = Path(os.environ["SYSTEMCTL_STATE"])
state = json.loads(file.read_text()) if file.exists() else {"on": [], "log": []}
words = [word for word in sys.argv[1:] if not word.startswith("-")]
verb, names = words[0], words[1:]
if verb in ("is-enabled", "is-active"):
    sys.exit(0 if names[0] in state["on"] else 3)
if " ".join(words) == os.environ.get("SYSTEMCTL_FAILS"):
    sys.exit("Job failed.")
state["log"].append(" ".join(words))
if verb == "enable":
    state["on"] = sorted({*state["on"], *names})
elif verb == "disable":
    state["on"] = [name for name in state["on"] if name not in names]
file.write_text(json.dumps(state))
