# SPDX-License-Identifier: Apache-2.0
"""numa-hook: installs and removes the hooks, and shows their state.

It decides which interpreter runs them and where they import from. It does not run when a VM starts.

    numa-hook install
    numa-hook status --json
    numa-hook install --hooks-dir /tmp/hooks --config /tmp/hook.conf      to try it out
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numa_domain
from numa_domain.base.errors import HostError, NumaError
from numa_domain.base.units import show_memory

from . import executables, journal_report, label
from .config import DEFAULT, Config
from .executables import POINTS, Settings
from .reservation_file import peek

HOOKS_DIR = "/usr/libexec/vdsm/hooks"

_ASK = "import os, sys; print(os.path.realpath(sys.executable), sys.version_info >= (3, 9))"
_TRY = (
    "import sys; sys.path += {paths!a}; "
    "import vdsm_hook.supervisor, vdsm_hook.points.before_vm_start"
)

_EXAMPLES = """examples:
  numa-hook install                        into VDSM's own directories
  numa-hook install --hooks-dir /tmp/hooks --config /tmp/hook.conf
  numa-hook status --json                  is every hook there, and does it run
  numa-hook uninstall
"""


class PythonUnusable(HostError):
    what = "{reason}"
    todo = "name another with --python: Python 3.9 or later"


class ConfigAbsent(HostError):
    what = "the configuration file is not there"
    todo = "write it first; every key has a default, so it may be empty"


def main(argv: list[str] | None = None) -> int:
    """Run the command. Exit code: 0; 1 if `status` finds something wrong; 2 if it cannot
    be done.
    """
    args = _parser().parse_args(argv)
    try:
        code: int = args.run(args)
    except NumaError as error:
        print(f"numa-hook: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"numa-hook: {error.filename}: {error.strerror}", file=sys.stderr)
        return 2
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="numa-hook",
        description="VDSM's hooks for VMs with NUMA settings.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--version", action="version", version=f"ovirt-numa {numa_domain.__version__}"
    )
    commands = parser.add_subparsers(required=True, metavar="install|uninstall|status|journal")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--hooks-dir", type=Path, default=Path(HOOKS_DIR), metavar="DIR")
    common.add_argument("--json", action="store_true", help="print JSON")
    for name, run, text in (
        ("install", _install, "put the hooks there, or replace ours that are there"),
        ("uninstall", _uninstall, "take ours away"),
        ("status", _status, "say for every hook point how it is; exit 1 if not all is well"),
        ("journal", _journal, "show the last runs since this host's boot, and what is reserved"),
    ):
        command = commands.add_parser(name, parents=[common], help=text, description=text)
        command.set_defaults(run=run)
        if name == "install":
            command.add_argument(
                "--config", type=Path, metavar="FILE", help=f"read at each run (default {DEFAULT})"
            )
            command.add_argument(
                "--python", default=sys.executable, help="that runs the hooks (default: this one)"
            )
            command.add_argument(
                "--force", action="store_true", help="also over a 50_numa that is not ours"
            )
    return parser


def _install(args: argparse.Namespace) -> int:
    os.umask(0o022)  # VDSM's user reads what root's own umask would hide
    config = Path(os.path.abspath(args.config)) if args.config else Path(DEFAULT)
    if args.config and not config.exists():
        raise ConfigAbsent(str(config))
    Config.read(str(config))
    settings = _settings(args.python, str(config))
    hooks_dir = args.hooks_dir.absolute()
    put = [executables.put(hooks_dir, p, settings, force=args.force) for p in POINTS]
    put.append(executables.put_label(hooks_dir))
    warnings = [*_compile(settings), *_unreadable(settings), *_run_too(hooks_dir)]
    if args.json:
        print(json.dumps({"installed": [str(path) for path in put], "warnings": warnings}))
    else:
        print("\n".join([f"installed {path}" for path in put]))
    _warn(warnings)
    return 0


def _settings(python: str, config: str) -> Settings:
    """The values for the executables; the interpreter is asked for its path and version."""
    answer = _run([python, "-I", "-c", _ASK])
    real, _, recent = answer.strip().rpartition(" ")
    if recent != "True":
        raise PythonUnusable(python, reason="it is older than Python 3.9")
    ours = str(Path(numa_domain.__file__).resolve().parent.parent)
    settings = Settings(real, (ours,), config)
    _run([real, "-IS", "-c", _TRY.format(paths=list(settings.paths))])
    return settings


def _run(command: list[str]) -> str:
    """What an interpreter prints. Raises `PythonUnusable` with the last line of its stderr."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    except OSError as error:
        raise PythonUnusable(command[0], reason=error.strerror) from None
    if done.returncode:
        said = done.stderr.strip().splitlines() or [f"it ended with code {done.returncode}"]
        raise PythonUnusable(command[0], reason=said[-1])
    return done.stdout


def _compile(settings: Settings) -> Iterator[str]:
    """Compile the modules: VDSM's user cannot write bytecode there, and would compile at
    each run.
    """
    packages = [str(Path(settings.paths[0]) / name) for name in ("numa_domain", "vdsm_hook")]
    try:
        _run([settings.python, "-I", "-m", "compileall", "-q", *packages])
    except PythonUnusable:
        yield f"the modules in {settings.paths[0]} are not compiled: each hook will run slower"


def _unreadable(settings: Settings) -> Iterator[str]:
    """Warnings for paths that an ordinary user, such as vdsm, cannot reach."""
    for path in map(Path, (settings.python, *settings.paths, settings.config)):
        for part in (*reversed(path.parents), path):
            if part.exists() and not part.stat().st_mode & (0o001 if part.is_dir() else 0o004):
                yield f"{part} cannot be read by the user vdsm: install where everyone can read"
                break


def _run_too(hooks_dir: Path) -> Iterator[str]:
    for path in executables.leftovers(hooks_dir):
        yield f"{path} is executable: VDSM runs it as well"


def _warn(warnings: list[str]) -> None:
    for warning in warnings:
        print(f"numa-hook: warning: {warning}", file=sys.stderr)


def _uninstall(args: argparse.Namespace) -> int:
    hooks_dir = args.hooks_dir.absolute()
    gone = [hooks_dir / p / executables.NAME for p in POINTS if executables.take(hooks_dir, p)]
    gone += executables.take_labels(hooks_dir)
    if args.json:
        print(json.dumps({"removed": [str(path) for path in gone]}))
    else:
        print("\n".join(f"removed {path}" for path in gone) or "nothing of ours is there")
    return 0


def _status(args: argparse.Namespace) -> int:
    hooks_dir = args.hooks_dir.absolute()
    points: dict[str, Any] = {}
    found: dict[Settings, None] = {}
    for point in POINTS:
        state, settings = executables.state(hooks_dir, point)
        path = hooks_dir / point / executables.NAME
        points[point] = {
            "state": state,
            "sha256": executables.checksum(path) if state != "missing" else None,
        }
        if settings is not None:
            found[settings] = None
    problems = [problem for settings in found for problem in _problems(settings)]
    problems += _run_too(hooks_dir)
    problems += _mislabelled(hooks_dir, found)
    good = not problems and all(entry["state"] == "installed" for entry in points.values())
    answer = {
        "hooks_dir": str(hooks_dir),
        "good": good,
        "version": numa_domain.__version__,
        "points": points,
        "settings": [{name: getattr(s, name) for name in s._fields} for s in found],
        "problems": problems,
        "reservations": [entry for settings in found for entry in _reservations(settings)],
    }
    print(json.dumps(answer, indent=2) if args.json else _table(answer))
    return 0 if good else 1


def _journal(args: argparse.Namespace) -> int:
    hooks_dir = args.hooks_dir.absolute()
    installed = (executables.state(hooks_dir, point)[1] for point in POINTS)
    path = next((settings.config for settings in installed if settings), DEFAULT)
    found = journal_report.answer(Config.read(path), path)
    print(json.dumps(found) if args.json else journal_report.text(found))
    return 0


def _problems(settings: Settings) -> Iterator[str]:
    """Why every hook would fail, and what else is wrong."""
    try:
        _run([settings.python, "-IS", "-c", _TRY.format(paths=list(settings.paths))])
    except PythonUnusable as error:
        yield str(error)
    try:
        Config.read(settings.config)
    except NumaError as error:
        yield str(error)
    yield from _unreadable(settings)


def _mislabelled(hooks_dir: Path, found: dict[Settings, None]) -> Iterator[str]:
    if found and label.state(hooks_dir) != "installed":
        there = ", ".join(path.name for path in label.labels(hooks_dir)) or "nothing"
        path = label.path(hooks_dir)
        yield (
            f"{path.parent} holds {there} and not {path.name} as it was installed: the engine is"
            " told another release; run numa-hook install"
        )


def _reservations(settings: Settings) -> Iterator[dict[str, Any]]:
    try:
        config = Config.read(settings.config)
    except NumaError:
        return  # it is among the problems
    for reservation in peek(config):
        yield {"vm": reservation.vm_id, "charges": reservation.charges}


def _table(answer: dict[str, Any]) -> str:
    width = max(map(len, POINTS))
    lines = [f"{'hook point':{width}}  {'state':9}  sha256", "-" * (width + 77)]
    for point, entry in answer["points"].items():
        lines.append(f"{point:{width}}  {entry['state']:9}  {entry['sha256'] or '-'}")
    for settings in answer["settings"]:
        lines.append(f"run by {settings['python']}, configured in {settings['config']}")
    for entry in answer["reservations"]:
        parts = [
            f"{show_memory(kib)} on node {node}"
            + (f" in {show_memory(page)} pages" if page else "")
            for node, pages in sorted(entry["charges"].items())
            for page, kib in sorted(pages.items())
        ]
        lines.append(f"reserved for VM {entry['vm']}: {', '.join(parts)}")
    lines.append(f"ovirt-numa {answer['version']}")
    lines += [f"problem: {problem}" for problem in answer["problems"]]
    lines.append("all is well" if answer["good"] else "not all is well")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
