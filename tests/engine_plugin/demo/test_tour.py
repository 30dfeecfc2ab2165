# SPDX-License-Identifier: Apache-2.0
"""`make demo ONCE=1`, run as it is run: settings over REST, a guest, and two refusals."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from engine_plugin.demo.guest import missing as lacking
from tests.tools import missing


def test_demo_ends_by_itself_with_every_step_as_it_has_to_be() -> None:
    if lacking():
        missing("; ".join(lacking()))
    done = subprocess.run(
        [sys.executable, "-m", "engine_plugin.demo.tour"],
        env={**os.environ, "ONCE": "1"},
        cwd=Path(__file__).parents[3],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "stored; migration is now: pinned\n" in done.stdout
    assert '+    <memory mode="strict" nodeset="0"/>\n' in done.stdout
    assert "0      0       319.62 MiB   10,21\n1      1       191.87 MiB   21,10\n" in done.stdout
    assert "\n409: [Cannot migrate VM. VM is pinned to Host.]\n" in done.stdout
    assert "VM too-big is down with error. Exit message: Hook Error: (b'numa: " in done.stdout
