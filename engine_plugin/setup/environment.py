# SPDX-License-Identifier: Apache-2.0
"""The step that makes the service's own environment: the libraries that the system has not.

Decides where the libraries come from: wheels that lie in the package's directory, so that an
engine needs no access to the network, or else the index that pip is configured for. The code
itself stays in the package's directory, so that an update of the package is one of the service.

The name of the environment is a link, which is led to a new directory when that is complete: one
that cannot be made leaves the former at work.

    environment -> environment-1f0c93ab
"""

from __future__ import annotations

import hashlib
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from numa_domain.base.errors import NumaError

from .files import SERVICE
from .places import Places
from .record import Record
from .step import Step

_SECONDS = 1800


class LibrariesUnavailable(NumaError):
    blames = "engine"
    what = "the service's libraries cannot be installed: {reason}"
    todo = "let pip reach an index, or put wheels (make wheels) into {wheels}"


class Environment(Step):
    """A virtual environment, and the link to it, which is made last."""

    title = "libraries"

    def __init__(self, places: Places, record: Record) -> None:
        self._home, self._packaged, self._record = places.environment, places.packaged, record
        self._stamp = self._home / "requirements.txt"

    @property
    def _wanted(self) -> str:
        return (self._packaged / "requirements.txt").read_text(encoding="utf-8")

    def missing(self) -> list[str]:
        if not self._is_current():
            return [f"{self._home}{' is of an older version' if self._stamp.exists() else ''}"]
        hidden = next(self._hidden(), None)
        return [f"{hidden} may not be read by the service's user"] if hidden else []

    def _is_current(self) -> bool:
        return self._stamp.exists() and self._stamp.read_text(encoding="utf-8") == self._wanted

    def _hidden(self) -> Iterator[Path]:
        """What a umask such as 077 has kept from others; links have no mode that counts."""
        for path in (self._home.parent, *self._home.parent.rglob("*")):
            mode = path.lstat().st_mode
            needed = 0o005 if stat.S_ISDIR(mode) else 0o004
            if not stat.S_ISLNK(mode) and mode & needed != needed:
                yield path

    def apply(self) -> None:
        if not self._is_current():
            self._renew()
        for path in [*self._hidden()]:
            mode = path.stat().st_mode
            path.chmod(stat.S_IMODE(mode | (0o055 if mode & stat.S_IXUSR else 0o044)))

    def _renew(self) -> None:
        digest = hashlib.sha256(self._wanted.encode()).hexdigest()
        made = self._home.with_name(f"{self._home.name}-{digest[:8]}")
        self._make(made)
        self._record.mark(SERVICE)
        link = made.with_name(f".{self._home.name}.new")
        link.unlink(missing_ok=True)
        link.symlink_to(made.name)
        link.replace(self._home)
        for path in self._home.parent.glob(f"{self._home.name}-*"):
            if path != made:
                shutil.rmtree(path)

    def _make(self, home: Path) -> None:
        wheels = self._packaged / "wheels"
        self._run([sys.executable, "-I", "-m", "venv", "--clear", str(home)])
        python = str(home / "bin" / "python")
        words = [python, "-I", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        if any(wheels.glob("*.whl")):
            words += ["--no-index", "--find-links", str(wheels)]
        self._run([*words, "-r", str(self._packaged / "requirements.txt")])
        (site,) = home.glob("lib/python*/site-packages")
        (site / "ovirt-engine-numa.pth").write_text(f"{self._packaged / 'python'}\n")
        (home / self._stamp.name).write_text(self._wanted, encoding="utf-8")

    def _run(self, command: list[str]) -> None:
        try:
            done = subprocess.run(
                command, capture_output=True, text=True, timeout=_SECONDS, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise self._unavailable(str(error)) from None
        if done.returncode:
            said = (done.stderr or done.stdout).strip().splitlines() or ["nothing was said"]
            raise self._unavailable(said[-1])

    def _unavailable(self, reason: str) -> LibrariesUnavailable:
        wheels = str(self._packaged / "wheels")
        return LibrariesUnavailable(str(self._home), reason=reason, wheels=wheels)

    def undo(self) -> list[str]:
        """The directory of all environments, which is ours alone."""
        if not self._home.parent.exists():
            return []
        shutil.rmtree(self._home.parent)
        return [str(self._home.parent)]
