# SPDX-License-Identifier: Apache-2.0
"""What tests start is ended, even if the tests are killed."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.guard import Guard, named
from tests.tools import missing, need

ROOT = Path(__file__).parent.parent

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
            [sys.executable, "-c", _TESTS, name], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        assert tests.stdout is not None
        assert tests.stdout.readline() == "ready\n"
        assert len(named(name)) >= 4  # the tests, libvirtd, QEMU, the service
        tests.send_signal(number)
        tests.wait(20)
        _wait(lambda: not named(name))
        left = named(name)
        for pid in left:  # not to be left by this test either
            subprocess.run(["kill", "-KILL", str(pid)], check=False)
        assert left == []


_LAB = """
import sys
from pathlib import Path
from tests.lab.__main__ import _boot
into = Path(sys.argv[1])
code = "import time; print('booted', flush=True); time.sleep(600)"
_boot([sys.executable, "-c", code, f"path={into},readonly=on"], into, 600)
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_lab_ends_with_what_booted_it(tmp_path: Path, number: int) -> None:
    boot = subprocess.Popen([sys.executable, "-c", _LAB, str(tmp_path)], cwd=ROOT)
    console = tmp_path / "console.txt"
    _wait(lambda: console.exists() and "booted" in console.read_text())
    assert len(named(str(tmp_path))) == 2
    boot.send_signal(number)
    boot.wait(20)
    _wait(lambda: not named(str(tmp_path)))
    left = named(str(tmp_path))
    for pid in left:  # not to be left by this test either
        subprocess.run(["kill", "-KILL", str(pid)], check=False)
    assert left == []


def test_guard_leaves_what_was_there_before_and_what_has_another_folder(tmp_path: Path) -> None:
    folder = tmp_path / "lab"
    code = [sys.executable, "-c", "import time; time.sleep(600)"]
    before = subprocess.Popen([*code, f"--into={folder}"])
    # Popen returns a moment before the new program's command line is there to be read.
    _wait(lambda: named(str(folder)) == [before.pid])
    guard = Guard(folder)
    other = subprocess.Popen([*code, f"{folder}-50/x"])
    ours = subprocess.Popen([*code, f"{folder}/x"])
    _wait(lambda: len(named(str(folder))) == 2)
    guard.close()
    assert ours.wait(20) == -signal.SIGKILL
    assert (before.poll(), other.poll()) == (None, None)
    for process in (before, other):
        process.kill()
        process.wait()


def _wait(until: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not until() and time.monotonic() < end:
        time.sleep(0.05)
