# SPDX-License-Identifier: Apache-2.0
"""The executables that VDSM runs: made from the templates in `hooks/`, and recognized later.

An executable contains all that it needs, since its environment cannot be trusted: the interpreter,
where the packages are, and where the configuration is.

    #!/usr/bin/python3.9 -IS
    PATHS = ['/usr/lib/python3.9/site-packages']
    CONFIG = '/etc/ovirt-numa/hook.conf'
"""

from __future__ import annotations

import ast
import hashlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from numa_domain.base.errors import HostError
from numa_domain.base.frozen import Value

from . import label

NAME = "50_numa"
"""VDSM runs the executables of a hook point in alphabetical order."""

POINTS = (
    "before_vm_start",
    "after_vm_start",
    "before_vm_migrate_source",
    "before_vm_migrate_destination",
    "before_vm_dehibernate",
    "after_vm_destroy",
    "after_get_caps",
)

_MARK = b"# Installed by numa-hook (ovirt-numa)"
_MADE = ".made-by-numa-hook"
"""A marker in directories that we created, so that uninstall removes those and no others. VDSM does
not run hidden files.
"""
_LEFTOVERS = (".rpmsave", ".rpmnew", ".rpmorig", ".orig", ".bak", "~")


class ForeignExecutable(HostError):
    what = "the file there is not ours"
    todo = "look at it, and take it away or use --force"


class Settings(Value):
    """The values that are written into an executable."""

    python: str
    paths: tuple[str, ...]
    config: str


def render(point: str, settings: Settings) -> bytes:
    """The executable of a hook point."""
    template = Path(__file__).with_name("hooks") / point
    lines = template.read_text(encoding="utf-8").splitlines()
    lines[0] = f"#!{settings.python} -IS"
    for i, line in enumerate(lines):
        if line.startswith("PATHS = "):
            lines[i] = f"PATHS = {list(settings.paths)!a}"
        elif line.startswith("CONFIG = "):
            lines[i] = f"CONFIG = {settings.config!a}"
    return "\n".join([*lines, ""]).encode("utf-8")


def settings_in(executable: bytes) -> Settings | None:
    """The settings in an executable of ours; None if it is not ours."""
    lines = executable.decode("utf-8", "replace").splitlines()
    if _MARK not in executable or not lines[0].startswith("#!"):
        return None
    found: dict[str, object] = {}
    for line in lines:
        name, _, value = line.partition(" = ")
        if name in ("PATHS", "CONFIG"):
            try:
                found[name] = ast.literal_eval(value)
            except (SyntaxError, ValueError):
                return None
    paths, config = found.get("PATHS"), found.get("CONFIG")
    if not isinstance(paths, list) or not isinstance(config, str):
        return None
    return Settings(lines[0][2:].rpartition(" ")[0], tuple(map(str, paths)), config)


def checksum(path: Path) -> str:
    """As VDSM reports it. The engine shows it at /hosts/ID/hooks (as "md5")."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def state(hooks_dir: Path, point: str) -> tuple[str, Settings | None]:
    """ "installed", "missing", "modified" or "foreign"; and the settings, if it is ours."""
    path = hooks_dir / point / NAME
    if not os.path.lexists(path):
        return "missing", None
    if not path.is_file():
        return "foreign", None
    data = path.read_bytes()
    settings = settings_in(data)
    if settings is None:
        return "foreign" if _MARK not in data else "modified", None
    whole = data == render(point, settings) and os.access(path, os.X_OK)
    return "installed" if whole else "modified", settings


def put(hooks_dir: Path, point: str, settings: Settings, *, force: bool) -> Path:
    """Write the executable atomically, so that VDSM never runs half of it."""
    path = hooks_dir / point / NAME
    if not force and state(hooks_dir, point)[0] == "foreign":
        raise ForeignExecutable(str(path))
    _write(path, render(point, settings))
    return path


def put_label(hooks_dir: Path) -> Path:
    """Write the label of this release, and delete those of others."""
    path = label.path(hooks_dir)
    _write(path, label.text())
    for other in label.labels(hooks_dir):
        if other != path:
            other.unlink()
    return path


def _write(path: Path, text: bytes) -> None:
    _make(path.parent)
    new = path.with_name(f".{path.name}.new")
    new.write_bytes(text)
    new.chmod(0o755)
    new.replace(path)


def _make(directory: Path) -> None:
    if not directory.is_dir():
        _make(directory.parent)
        directory.mkdir(mode=0o755)
        (directory / _MADE).touch()


def take(hooks_dir: Path, point: str) -> bool:
    """Remove the executable if it is ours, and directories that we created if they are empty."""
    path = hooks_dir / point / NAME
    ours = state(hooks_dir, point)[0] in ("installed", "modified")
    if ours:
        path.unlink()
    _unmake(path.parent)
    return ours


def take_labels(hooks_dir: Path) -> list[Path]:
    """Remove the labels of all releases; returns those that there were."""
    found = label.labels(hooks_dir)
    for path in found:
        path.unlink()
    _unmake(label.path(hooks_dir).parent)
    return found


def _unmake(directory: Path) -> None:
    made = directory / _MADE
    if made.exists() and list(directory.iterdir()) == [made]:
        made.unlink()
        directory.rmdir()
        _unmake(directory.parent)


def leftovers(hooks_dir: Path, points: Sequence[str] = POINTS) -> Iterator[Path]:
    """Executables that VDSM runs but nobody means to: copies of ours, and files that package
    managers and editors leave behind.
    """
    for point in points:
        for path in sorted((hooks_dir / point).glob("[!.]*")):
            if path.name == NAME or not path.is_file() or not os.access(path, os.X_OK):
                continue
            if path.name.endswith(_LEFTOVERS) or _MARK in path.read_bytes():
                yield path
