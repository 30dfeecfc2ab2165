# SPDX-License-Identifier: Apache-2.0
"""numa-hook: installs and removes the hooks, and shows their state.

It also sets up the service numa-affinity. What runs the hooks is in `interpreter.py`.

    numa-hook install
    numa-hook status --json
    numa-hook install --hooks-dir /tmp/hooks --config /tmp/hook.conf      to try it out
"""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Iterable
from pathlib import Path

from numa_domain import __version__
from numa_domain.base.errors import HostError, NumaError
from numa_domain.cli import program, streams
from numa_domain.cli.answer import as_json, told, told_all
from numa_domain.host.json_format import write_json

from . import executables, hook_status, journal_report, options, refused_report
from .affinity import unit
from .config import DEFAULT, Config
from .executables import POINTS, Settings
from .hook_status import run_too
from .interpreter import compile_modules, settings_for, unreadable
from .options import HOOKS_DIR
from .packaged import PackagedHooks, packaged
from .reservation_file import peek, uptime
from .running_vms import survey
from .this_host import this_host

_THERE = "the hooks are there already"


class ConfigAbsent(HostError):
    what = "the configuration file is not there"
    todo = "write it first; every key has a default, so it may be empty"


def main(argv: list[str] | None = None) -> int:
    """Run the command. Exit code: 0; 1 if `status` finds something wrong; 2 if it cannot
    be done.
    """
    given = sys.argv[1:] if argv is None else argv

    def work() -> int:
        args = options.parser().parse_args(given)
        return _COMMANDS[args.command](args)

    def refuse(error: NumaError) -> None:
        in_json = as_json({"error": told(error)}) if "--json" in given else ""
        streams.print_error(in_json or f"numa-hook: {error}")

    return program.run("numa-hook", work, refuse)


def _install(args: Namespace) -> int:
    os.umask(0o022)  # VDSM's user reads what root's own umask would hide
    config = Path(os.path.abspath(args.config)) if args.config else Path(DEFAULT)
    if args.config and not config.exists():
        raise ConfigAbsent(str(config))
    run_dir = Config.read(str(config)).run_dir
    settings = settings_for(args.python, str(config))
    hooks_dir = args.hooks_dir.absolute()
    package = None if args.force else packaged(_places(hooks_dir))
    if package is not None:
        return _leave(package, hooks_dir, args.json)
    put = [executables.put(hooks_dir, p, settings, force=args.force) for p in POINTS]
    put.append(executables.put_label(hooks_dir))
    warnings: list[HostError] = [
        *compile_modules(settings),
        *unreadable(settings),
        *run_too(hooks_dir),
    ]
    units = _units(args)
    if units is not None:
        put += _install_unit(units, settings, run_dir, warnings)
    if args.json:
        installed = [str(path) for path in put]
        print(as_json({"installed": installed, "warnings": told_all(warnings)}))
    else:
        print("\n".join([f"installed {path}" for path in put]))
    _warn(warnings)
    return 0


def _places(hooks_dir: Path) -> list[Path]:
    return [hooks_dir / point / executables.NAME for point in POINTS]


def _leave(package: PackagedHooks, hooks_dir: Path, in_json: bool) -> int:
    """Hooks of ours are there already, a package's; raises `package` where they are another's."""
    if any(executables.state(hooks_dir, point)[0] != "installed" for point in POINTS):
        raise package
    print(as_json({"installed": [], "warnings": told_all([package])}) if in_json else _THERE)
    _warn([package])
    return 0


def _units(args: Namespace) -> Path | None:
    """Where the service's unit belongs; None for hooks that are only tried out."""
    if args.units is not None:
        return Path(args.units.absolute())
    return unit.UNITS if args.hooks_dir == Path(HOOKS_DIR) else None


def _install_unit(
    units: Path, settings: Settings, run_dir: str, warnings: list[HostError]
) -> list[Path]:
    """numa-affinity, where the host has what it needs; a package's own unit stays as it is."""
    if unit.find(units) == unit.PACKAGED / unit.NAME:
        return []
    lacking = list(unit.lacks(settings))
    warnings += lacking
    if lacking:
        return []
    path = unit.put(units, settings, run_dir)
    warnings += unit.tell_systemd(
        units, "daemon-reload", f"enable {unit.NAME}", f"restart {unit.NAME}"
    )
    return [path]


def _warn(warnings: Iterable[object]) -> None:
    for warning in warnings:
        streams.print_error(f"numa-hook: warning: {warning}")


def _uninstall(args: Namespace) -> int:
    hooks_dir = args.hooks_dir.absolute()
    package = None if args.force else packaged(_places(hooks_dir))
    if package is not None:
        raise package
    gone = [hooks_dir / p / executables.NAME for p in POINTS if executables.take(hooks_dir, p)]
    gone += executables.take_labels(hooks_dir)
    units = _units(args)
    if units is not None and unit.is_ours(units / unit.NAME):
        warnings = list(unit.tell_systemd(units, f"disable --now {unit.NAME}"))
        path = unit.take(units)
        gone += [path] if path is not None else []
        _warn([*warnings, *unit.tell_systemd(units, "daemon-reload")])
    if args.json:
        print(as_json({"removed": [str(path) for path in gone]}))
    else:
        print("\n".join(f"removed {path}" for path in gone) or "nothing of ours is there")
    return 0


def _status(args: Namespace) -> int:
    found = hook_status.answer(args.hooks_dir.absolute(), _units(args))
    print(as_json(found, indent=2) if args.json else hook_status.text(found))
    return 0 if found["good"] else 1


def _host(args: Namespace) -> int:
    config = Config.read(_config_path(args))
    reservations = peek(config)
    vms = survey(config, {each.vm_id: each.pid for each in reservations}, uptime())
    host = this_host(config, reservations, vms, None)
    print(write_json(host, __version__, margined=True))
    return 0


def _config_path(args: Namespace) -> str:
    installed = (executables.state(args.hooks_dir.absolute(), point)[1] for point in POINTS)
    return next((settings.config for settings in installed if settings), DEFAULT)


def _journal(args: Namespace) -> int:
    path = _config_path(args)
    if args.xml is not None:
        return _refused(args, refused_report.refused(Config.read(path), args.xml))
    found = journal_report.answer(Config.read(path), path)
    print(as_json(found) if args.json else journal_report.text(found))
    return 0


def _refused(args: Namespace, found: refused_report.Refused) -> int:
    if args.json:
        print(as_json({"vm": found.vm_id, "at": found.at, "xml": found.xml.decode("utf-8")}))
    else:
        sys.stdout.buffer.write(found.xml)
    return 0


_COMMANDS = {
    "install": _install,
    "uninstall": _uninstall,
    "status": _status,
    "journal": _journal,
    "host": _host,
}


if __name__ == "__main__":
    sys.exit(main())
