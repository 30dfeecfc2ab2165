# SPDX-License-Identifier: Apache-2.0
"""A hook run as VDSM runs it, and measured: what it answered, how long it took, how much memory.

Decides the environment and the file of one call, after VDSM's lib/vdsm/common/hooks.py: a
file by mkstemp, the properties as environment variables, `vmId`, `_hook_domxml`, PYTHONPATH.
The memory is the largest of the hook and of every process that it waited for.

    call = Call(hooks / "before_vm_start" / "50_numa", xml, {"numa_nodeset": "0-1"}, vm_id)
    call.answer().rc
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

VM_ID = "0d5f3a52-6b1c-4f0e-9a43-1f2b6c7d8e90"


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
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            [script],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=env,
            preexec_fn=preexec,  # type: ignore[arg-type]
        )

    def answer(self) -> Answer:
        """Wait as VDSM does: until both pipes are closed and the process has ended."""
        process = self.process
        assert process.stdout is not None
        assert process.stderr is not None
        err = process.stderr.read()  # one short line: the other pipe cannot fill meanwhile
        out = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - self.started
        process.returncode = os.waitstatus_to_exitcode(status)
        process.stdout.close()
        process.stderr.close()
        regular = self.path.is_file() and not self.path.is_symlink()
        return Answer(
            process.returncode,
            out,
            err.decode("ascii"),
            seconds,
            usage.ru_maxrss / 1024,
            self.before,
            self.path.read_bytes() if regular else b"",
            tuple(sorted(p.name for p in self.directory.iterdir() if p != self.path)),
        )
