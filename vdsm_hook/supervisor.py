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
                 |  "reading the host's nodes"  "new"  |
                 +--- worker --------------------------+  if the supervisor is gone: deletes "new"
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
from .contract import Call, DomainFileUnwritable
from .log import Log
from .refusal_line import refusal
from .report import stage
from .worker import DONE, NEW, NO, as_error, work

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

REFUSE = 2
"""For VDSM: the hook failed, and no other hook of this point is to run."""

NEVER_FAILS = ("after_vm_start", "after_get_caps")
"""The VM is running by then, or no VM is involved; the line is for vdsm.log."""

_PATIENCE = 0.5
"""Seconds for a killed worker to end. It does not, if it hangs in the kernel."""


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
    while (fd := os.open(os.devnull, os.O_RDWR)) <= 2:
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
            _replace(call)
            new = True
            worker.kill()
    finally:
        if not new:
            _remove(call.new_path)
    return answer[len(NO) :] if answer.startswith(NO) else b""


def _replace(call: Call) -> None:
    try:
        os.rename(call.new_path, call.path)
    except OSError as error:
        raise DomainFileUnwritable(call.path, content=call.content, reason=error.strerror) from None


def _remove(path: str) -> None:
    try:
        os.unlink(path)
    except OSError:
        return  # it only exists after a failure


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
