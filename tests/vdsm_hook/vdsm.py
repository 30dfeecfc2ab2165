# SPDX-License-Identifier: Apache-2.0
"""A hook run as VDSM runs it, and measured: what it answered, how long it took, how much memory.

Decides the environment and the file of one call, after VDSM's lib/vdsm/common/hooks.py: a
file by mkstemp, the properties as environment variables, `vmId`, `_hook_domxml`, PYTHONPATH.
The memory is the largest of the hook and of every process that it waited for. A small process
of our own stands between, since what counts as a process's largest size includes that of the
one that it was forked from, and a test's process is large.

    call = Call(hooks / "before_vm_start" / "50_numa", xml, {"numa_nodeset": "0-1"}, vm_id)
    call.answer().rc
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

VM_ID = "0d5f3a52-6b1c-4f0e-9a43-1f2b6c7d8e90"

_BETWEEN = """
import os, sys
pid = os.fork()
if pid == 0:
    os.closerange(3, 64)
    os.execv(sys.argv[2], sys.argv[2:])
report = int(sys.argv[1])
os.write(report, b"%d\\n" % pid)
_, status, usage = os.wait4(pid, 0)
os.write(report, b"%d %d\\n" % (status, usage.ru_maxrss))
"""


@dataclass(frozen=True)
class Answer:
    """What came of a call."""

    rc: int
    out: bytes
    line: str
    """All of stderr, which has to be ASCII."""
    seconds: float
    rss_mb: float
    before: bytes
    after: bytes
    beside: tuple[str, ...]
    """Other files in the directory of the domain's file."""


class Call:
    """One call; the process runs from here on, and `answer` waits for it."""

    def __init__(
        self,
        script: Path,
        xml: bytes | str = b"",
        properties: Mapping[str, str] = {},
        vm_id: str = VM_ID,
        *,
        directory: Path | None = None,
        path: Path | None = None,
        environ: Mapping[str, str] | None = None,
        preexec: object = None,
    ) -> None:
        self.directory = directory or Path(tempfile.mkdtemp())
        self.before = xml.encode() if isinstance(xml, str) else xml
        if path is None:
            fd, name = tempfile.mkstemp(dir=self.directory)
            with open(fd, "wb") as file:
                file.write(self.before)
            path = Path(name)
        self.path = path
        env = {**(os.environ if environ is None else environ), **properties}
        if vm_id:
            env["vmId"] = vm_id
        env["PYTHONPATH"] = ":".join([env.get("PYTHONPATH", ""), "/usr/lib/vdsm/hook"])
        env["_hook_domxml"] = str(path)
        read, write = os.pipe()
        self.process = subprocess.Popen(
            [sys.executable, "-IS", "-c", _BETWEEN, str(write), script],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=env,
            pass_fds=[write],
            preexec_fn=preexec,  # type: ignore[arg-type]
        )
        os.close(write)
        self._report = open(read)  # noqa: SIM115  # closed in answer
        self.pid = int(self._report.readline())
        self.started = time.monotonic()

    def answer(self) -> Answer:
        """Wait as VDSM does: until both pipes are closed and the process has ended."""
        out, err = self.process.communicate()
        status, rss_kib = map(int, self._report.readline().split())
        seconds = time.monotonic() - self.started
        self._report.close()
        regular = self.path.is_file() and not self.path.is_symlink()
        return Answer(
            os.waitstatus_to_exitcode(status),
            out,
            err.decode("ascii"),
            seconds,
            rss_kib / 1024,
            self.before,
            self.path.read_bytes() if regular else b"",
            tuple(sorted(p.name for p in self.directory.iterdir() if p != self.path)),
        )
