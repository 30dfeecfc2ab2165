# SPDX-License-Identifier: Apache-2.0
"""The process that does the work of a hook, and can be abandoned at any moment.

Its memory is limited, and every failure becomes an answer. It writes neither to VDSM's file nor to
VDSM's pipes; the supervisor, its parent, does. It reports what it does before doing it, so that
after a timeout it is known what took so long.

    doing reading the host's nodes under /sys <tab> check that sysfs answers
    new

If there is a new file, it waits until the parent has renamed it. Only then the run counts as done;
else what was reserved for the VM is given back.
"""

from __future__ import annotations

import gc
import os
from fcntl import F_SETFL, F_SETOWN, fcntl

from numa_domain.base.errors import HostError, NumaError

from . import journal, refused_xml
from .contract import DomainFileUnwritable, nowhere, remove_new
from .log import Log
from .refusal_line import refusal
from .report import Report

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import NoReturn

    from .config import Config
    from .contract import Call

DONE, NEW, NO = b"done\n", b"new\n", b"no "
"""The last report: nothing to change; there is a new file; a refusal, with its line."""

RENAMED, REFUSED = b"y", b"n"
"""The supervisor's answer to NEW; the reason of a refusal follows, in UTF-8."""

MEMORY = 128 * 1024 * 1024
"""Bytes that the worker may allocate. The libraries' own pages, about 15 MB, are on top."""


class OutOfMemory(HostError):
    what = "the hook needs more than {limit} MiB for this VM's domain XML"
    todo = "check what the engine or another hook put into it"


class SystemRefused(HostError):
    what = "{reason}"
    todo = "check it on this host"


class InternalError(HostError):
    what = "internal error {kind} in the hook {point}: {text}"
    todo = "report it with the traceback in the hook's log on this host"


def as_error(error: BaseException, point: str) -> NumaError:
    """The error that an admin sees for any exception."""
    if isinstance(error, NumaError):
        return error
    if isinstance(error, MemoryError):
        return OutOfMemory(limit=MEMORY >> 20)
    if isinstance(error, OSError) and error.strerror:
        return SystemRefused(str(error.filename or ""), reason=error.strerror)
    return InternalError(kind=type(error).__name__, point=point, text=str(error))


def work(call: Call, config: Config, pipe: int, life: int) -> NoReturn:
    """Do the work of the hook point, report how it ended, and end this process."""
    gc.disable()  # it would take 5 % of the 20 ms that this process lives, and free nothing
    report = Report(pipe, Log(config.log_file, config.log_level, f"{call.point} {call.vm_id}"))
    try:
        _confine(life, call.pid)
        new = handler(call.point)(call, config, report)
        if new:
            _hand_over(call, config, report, life)
        else:
            journal.record(config, call, journal.UNCHANGED, "; ".join(report.log.said))
        report.send(DONE)
    except BaseException as error:  # it must not reach the code of the supervisor
        told = as_error(error, call.point)
        _log(report.log, error, told)
        journal.record(config, call, told.problems[0].code, str(told))
        refused_xml.keep(config, call)
        report.send(NO + refusal(told))
    os._exit(0)


def _hand_over(call: Call, config: Config, report: Report, life: int) -> None:
    """Say that there is a new file, and wait for what becomes of it."""
    fcntl(life, F_SETFL, 0)  # from here on the end of the parent is an answer, and no signal
    report.send(NEW)
    answer = os.read(life, 4096)
    if not answer:  # it is gone: before the rename, if the new file is still there
        answer = REFUSED if remove_new(call) else RENAMED
    if answer[:1] == RENAMED:
        journal.record(config, call, journal.NEW, "; ".join(report.log.said))
        return
    if call.point == "before_vm_start":
        handler("after_vm_destroy")(call, config, report)
    reason = answer[1:].decode("utf-8", "replace") or "VDSM has ended the hook"
    raise DomainFileUnwritable(call.path, content=call.content, reason=reason)


def handler(point: str) -> Callable[[Call, Config, Report], bool]:
    """The function for a hook point. It returns True if there is a new file.

    Imports just what the point needs: all points together would take 10 ms more.
    """
    if point == "before_vm_start":
        from .points.before_vm_start import before_vm_start as handle
    elif point == "after_vm_start":
        from .points.after_vm_start import after_vm_start as handle
    elif point == "before_vm_dehibernate":
        from .points.before_vm_dehibernate import before_vm_dehibernate as handle
    elif point == "after_get_caps":
        from .points.after_get_caps import after_get_caps as handle
    elif point == "after_vm_destroy":
        from .points.after_vm_destroy import after_vm_destroy as handle
    else:
        from .points.before_vm_migrate import refuse_migration as handle
    return handle


def _confine(life: int, parent: int) -> None:
    """Detach from VDSM's pipes, limit memory, and end when the parent ends.

    Done by SIGIO on the pipe `life`, whose other end only the parent has open.
    """
    import resource  # here: 0.2 ms that the supervisor does not need

    null = nowhere()
    for fd in (0, 1, 2):
        os.dup2(null, fd)
    fcntl(life, F_SETOWN, os.getpid())
    fcntl(life, F_SETFL, os.O_ASYNC)  # when the parent ends: SIGIO, which ends this process
    if os.getppid() != parent:
        os._exit(0)
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _log(log: Log, error: BaseException, told: NumaError) -> None:
    problems = "\n".join(map(str, told.problems))
    if isinstance(told, InternalError):
        from traceback import format_exc  # here: 7 ms, and only for a bug

        problems += f"\n{format_exc()}"
    log.write("error", problems)
