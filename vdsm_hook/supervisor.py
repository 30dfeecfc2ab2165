# SPDX-License-Identifier: Apache-2.0
"""The process that VDSM waits for: starts a worker, waits for it up to the time limit, and answers.

It renames the new file to VDSM's once the worker has said that it is complete. Whatever could hang
or use much memory is left to the worker: reading, placing, waiting for the lock, and writing the
new file next to the old one.

VDSM has no time limit of its own, and meanwhile occupies one of its four start slots. A signal
handler would not be enough, since Python runs it between two of its own instructions: not during a
long call of a C library, nor a read from a dead disk. A worker can be abandoned in any state.
Whatever happens to it (out of memory, a crash), this process can still print its line.

    VDSM --- supervisor ------------------------------ rename --- exit 0, or one line and exit 2
                 |  "reading the host's nodes"  "new"  |  "y" or "n"
                 +--- worker --------------------------+--- journal; after "n": reservation removed
"""

from __future__ import annotations

import _signal  # importing `signal`, its wrapper, takes longer than all that is done here
import os
import posix
import select
import time

from numa_domain.base.errors import HostError

from . import journal, refused_xml
from .config import Config
from .contract import Call, DomainFileUnwritable, nowhere, remove_new
from .log import Log
from .refusal_line import refusal
from .report import stage
from .worker import DONE, NEW, NO, REFUSED, RENAMED, as_error, work

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

REFUSE = 2
"""For VDSM: the hook failed, and no other hook of this point is to run."""

NEVER_FAILS = ("after_vm_start", "after_get_caps")
"""The VM is running by then, or no VM is involved; the line is for vdsm.log."""

_PATIENCE = 0.5
"""Seconds for a killed worker to end. It does not, if it hangs in the kernel. So long it may also
take for the entry in the journal, when VDSM's file is complete already.
"""


class TookTooLong(HostError):
    what = "no answer within {limit:g} s while {doing}"
    todo = "{todo}"


class WorkerDied(HostError):
    what = "the hook was ended by {cause} while {doing}"
    todo = "see {log} and the system's journal on this host"


def run(point: str, config_file: str) -> NoReturn:
    """Answer VDSM, and end this process."""
    _open_streams()
    try:
        line = _supervise(point, config_file)
    except BaseException as error:  # VDSM gets a line in any case
        line = refusal(as_error(error, point))
    if line:
        _say(line)
    os._exit(REFUSE if line and point not in NEVER_FAILS else 0)


def _open_streams() -> None:
    """Open any of 0 to 2 that is closed as the null device, so that no pipe gets its number."""
    while (fd := nowhere()) <= 2:
        pass
    os.close(fd)


def _say(line: bytes) -> None:
    try:
        os.write(2, line)
    except OSError:
        return  # nobody reads it; there is still the exit code


def _supervise(point: str, config_file: str) -> bytes:
    """The line of a refusal; empty if there is none."""
    call = Call.from_environment(point, posix.environ)
    config = Config.read(config_file)
    worker = _Worker(call, config)
    new = False
    try:
        answer = worker.answer(config)
        if answer == NEW:
            answer = _replace(call, worker, config)
            new = answer == NEW
    finally:
        if not new:
            remove_new(call)
    return answer[len(NO) :] if answer.startswith(NO) else b""


def _replace(call: Call, worker: _Worker, config: Config) -> bytes:
    """Rename the new file, and tell the worker. NEW, or NO with the line of the refusal."""
    try:
        os.rename(call.new_path, call.path)
    except OSError as error:
        return worker.finish(REFUSED + f"{error.strerror}".encode(), config)
    worker.finish(RENAMED, config)
    return NEW


class _Worker:
    """The worker process, and what it reports."""

    def __init__(self, call: Call, config: Config) -> None:
        self._pipe, said = os.pipe()
        life, self._alive = os.pipe()  # closes when this process ends, however it ends
        self._call, self._messages = call, b""
        self._pid = os.fork()
        if self._pid == 0:
            os.close(self._pipe)
            os.close(self._alive)
            work(call, config, said, life)
        os.close(said)
        os.close(life)
        _signal.signal(_signal.SIGTERM, self._pass_on)

    def _pass_on(self, signal: int, _: object) -> None:
        """Pass a signal to the worker, so that this process lives to print its line."""
        if self._pid:
            os.kill(self._pid, signal)

    def answer(self, config: Config) -> bytes:
        """DONE, NEW, or NO with the line of the refusal."""
        if not self._listen(time.monotonic() + config.time_limit):
            self.kill()
            doing, todo = stage(self._messages)
            return self._no(TookTooLong(limit=config.time_limit, doing=doing, todo=todo), config)
        if self._last == NEW:
            return NEW
        status = self._reap(0)
        if self._last == DONE or self._last.startswith(NO):
            return self._last
        cause = f"signal {status}" if 0 < status < 128 else f"code {status >> 8}"
        doing, _ = stage(self._messages)
        return self._no(WorkerDied(cause=cause, doing=doing, log=config.log_file), config)

    def finish(self, renamed: bytes, config: Config) -> bytes:
        """Tell what became of the new file, and let the worker come to its end; its last report."""
        self._tell(renamed)
        self._listen(time.monotonic() + _PATIENCE)
        self.kill()
        if renamed == RENAMED or self._last.startswith(NO):
            return self._last
        reason = renamed[len(REFUSED) :].decode()
        error = DomainFileUnwritable(self._call.path, content=self._call.content, reason=reason)
        return self._no(error, config)

    def _tell(self, answer: bytes) -> None:
        try:
            os.write(self._alive, answer)
        except BrokenPipeError:
            return  # it was killed meanwhile

    def _no(self, error: HostError, config: Config) -> bytes:
        who = f"{self._call.point} {self._call.vm_id}"
        Log(config.log_file, config.log_level, who).write("error", str(error))
        journal.record(config, self._call, error.code, str(error))
        refused_xml.keep(config, self._call)
        return NO + refusal(error)

    @property
    def _last(self) -> bytes:
        return self._messages[self._messages.rfind(b"\n", 0, -1) + 1 :]

    def _listen(self, deadline: float) -> bool:
        """Read reports until the worker ends, or has a new file and waits to be killed; False if
        the time is over first.
        """
        poll = select.poll()
        poll.register(self._pipe, select.POLLIN)
        while (left := deadline - time.monotonic()) > 0 and poll.poll(left * 1000):
            message = os.read(self._pipe, 65536)
            if not message:
                return True
            self._messages += message
            if self._last == NEW:
                return True
        return False

    def kill(self) -> None:
        os.kill(self._pid, _signal.SIGKILL)
        until = time.monotonic() + _PATIENCE
        while self._reap(os.WNOHANG) < 0 and time.monotonic() < until:
            time.sleep(0.0005)

    def _reap(self, flags: int) -> int:
        """The worker's exit status; -1 if it has not ended."""
        try:
            pid, status = os.waitpid(self._pid, flags)
        except ChildProcessError:  # whoever called ignores SIGCHLD, and that is inherited
            self._pid = 0
            return 0
        if not pid:
            return -1
        self._pid = 0
        return status
