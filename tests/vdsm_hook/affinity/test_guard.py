# SPDX-License-Identifier: Apache-2.0
"""What tests start is ended, even if the tests are killed."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from tests.tools import missing, need
from tests.vdsm_hook.affinity.guard import named

ROOT = Path(__file__).parent.parent.parent.parent

_TESTS = """
import sys, time
from pathlib import Path
from tests.vdsm_hook.affinity.daemon import Daemon
from tests.vdsm_hook.affinity.world import World
folder = Path(sys.argv[1])
(folder / "world").mkdir()
daemon = Daemon(folder / "d")
daemon.__enter__()
world = World(folder / "world", daemon)
world.vm("left")
world.serve()
print("ready", flush=True)
time.sleep(600)
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_daemon_vm_and_service_end_with_the_tests(number: int) -> None:
    need("qemu-system-x86_64")
    if shutil.which("libvirtd") is None and not Path("/usr/sbin/libvirtd").exists():
        missing("libvirtd (Debian: libvirt-daemon)")
    with tempfile.TemporaryDirectory(prefix="numa-guard-") as name:
        Path(name).chmod(0o711)
        tests = subprocess.Popen(
            [sys.executable, "-c", _TESTS, f"{name}/"], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        assert tests.stdout is not None
        assert tests.stdout.readline() == "ready\n"
        assert len(named(name)) >= 4  # the tests, libvirtd, QEMU, the service
        tests.send_signal(number)
        tests.wait(20)
        until = time.monotonic() + 20
        while named(name) and time.monotonic() < until:
            time.sleep(0.05)
        left = named(name)
        for pid in left:  # not to be left by this test either
            subprocess.run(["kill", "-KILL", str(pid)], check=False)
        assert left == []
