# SPDX-License-Identifier: Apache-2.0
"""The Python interpreter that runs the hooks: whether it can, and what the user vdsm can read.

settings_for("/usr/bin/python3", "/etc/ovirt-numa/hook.conf").python   "/usr/bin/python3.9"
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import numa_domain
from numa_domain.base.errors import HostError

from .executables import Settings
from .host_problems import ModulesUncompiled, PathUnreadable

_ASK = "import os, sys; print(os.path.realpath(sys.executable), sys.version_info >= (3, 9))"
_TRY = (
    "import sys; sys.path += {paths!a}; "
    "import vdsm_hook.supervisor, vdsm_hook.points.before_vm_start"
)


class PythonUnusable(HostError):
    what = "{reason}"
    todo = "name another with --python: Python 3.9 or later"


def settings_for(python: str, config: str) -> Settings:
    """The values for the executables; the interpreter is asked for its path and version."""
    answer = run([python, "-I", "-c", _ASK])
    real, _, recent = answer.strip().rpartition(" ")
    if recent != "True":
        raise PythonUnusable(python, reason="it is older than Python 3.9")
    ours = str(Path(numa_domain.__file__).resolve().parent.parent)
    settings = Settings(real, (ours,), config)
    try_hooks(settings)
    return settings


def try_hooks(settings: Settings) -> None:
    """Import what every hook imports. Raises `PythonUnusable`."""
    run([settings.python, "-IS", "-c", _TRY.format(paths=list(settings.paths))])


def run(command: list[str]) -> str:
    """What an interpreter prints. Raises `PythonUnusable` with the last line of its stderr."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    except OSError as error:
        raise PythonUnusable(command[0], reason=error.strerror) from None
    if done.returncode:
        said = done.stderr.strip().splitlines() or [f"it ended with code {done.returncode}"]
        raise PythonUnusable(command[0], reason=said[-1])
    return done.stdout


def compile_modules(settings: Settings) -> Iterator[HostError]:
    """Compile the modules: VDSM's user cannot write bytecode there, and would compile at
    each run.
    """
    packages = [str(Path(settings.paths[0]) / name) for name in ("numa_domain", "vdsm_hook")]
    try:
        run([settings.python, "-I", "-m", "compileall", "-q", *packages])
    except PythonUnusable:
        yield ModulesUncompiled(path=settings.paths[0])


def unreadable(settings: Settings) -> Iterator[HostError]:
    """Warnings for paths that an ordinary user, such as vdsm, cannot reach."""
    for path in map(Path, (settings.python, *settings.paths, settings.config)):
        for part in (*reversed(path.parents), path):
            if part.exists() and not part.stat().st_mode & (0o001 if part.is_dir() else 0o004):
                yield PathUnreadable(path=str(part))
                break
