# SPDX-License-Identifier: Apache-2.0
"""`ovirt-numa setup` as it is killed: the process ends before its n-th change of anything.

Decides what a change is: a program that is run, and what makes, writes, renames or removes a
file. Prints their number at the end where it was not killed.

    DIES_AT=7 python dying.py --root DIR --yes
"""

from __future__ import annotations

import os
import signal
import sys

CHANGES = {"subprocess.Popen", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.symlink"}
dies_at, seen = int(os.environ["DIES_AT"]), 0


def count(event: str, args: tuple[object, ...]) -> None:
    global seen
    written = event == "open" and isinstance(args[2], int) and args[2] & os.O_WRONLY
    if event in CHANGES or written:
        seen += 1
        if seen == dies_at:
            os.kill(os.getpid(), signal.SIGKILL)


sys.dont_write_bytecode = True
from engine_plugin.setup.__main__ import main  # noqa: E402  the imports are no changes

sys.addaudithook(count)
code = main()
print(f"changes: {seen}")
sys.exit(code)
