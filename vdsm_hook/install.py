# SPDX-License-Identifier: Apache-2.0
"""numa-hook: installs and removes the hooks, and shows their state.

It also sets up the service numa-affinity. What runs the hooks is in `interpreter.py`.

    numa-hook install
    numa-hook status --json
    numa-hook install --hooks-dir /tmp/hooks --config /tmp/hook.conf      to try it out
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

import numa_domain
from numa_domain.base.errors import HostError, NumaError
from numa_domain.host.json_format import write_json

from . import executables, hook_status, journal_report
from .affinity import unit
from .config import DEFAULT, Config
from .executables import POINTS, Settings
from .hook_status import run_too
from .interpreter import compile_modules, settings_for, unreadable
from .reservation_file import peek, uptime
from .running_vms import survey
from .this_host import this_host

HOOKS_DIR = "/usr/libexec/vdsm/hooks"

_EXAMPLES = """examples:
  numa-hook install                        into VDSM's own directories
  numa-hook install --hooks-dir /tmp/hooks --config /tmp/hook.conf
  numa-hook status --json                  is every hook there, and does it run
  numa-hook uninstall
"""


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
    commands = parser.add_subparsers(required=True, metavar="install|uninstall|status|journal|host")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--hooks-dir", type=Path, default=Path(HOOKS_DIR), metavar="DIR")
    common.add_argument(
        "--units",
        type=Path,
        metavar="DIR",
        help=f"of numa-affinity's unit (default {unit.UNITS}, and none with --hooks-dir)",
    )
    common.add_argument("--json", action="store_true", help="print JSON")
    for name, run, text in (
        ("install", _install, "put the hooks there, or replace ours that are there"),
        ("uninstall", _uninstall, "take ours away"),
        ("status", _status, "say for every hook point how it is; exit 1 if not all is well"),
        ("host", _host, "print this host as JSON, as a VM that starts now may use it"),
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
    settings = settings_for(args.python, str(config))
    hooks_dir = args.hooks_dir.absolute()
    put = [executables.put(hooks_dir, p, settings, force=args.force) for p in POINTS]
    put.append(executables.put_label(hooks_dir))
    warnings = [*compile_modules(settings), *unreadable(settings), *run_too(hooks_dir)]
    units = _units(args)
    if units is not None:
        put += _install_unit(units, settings, warnings)
    if args.json:
        print(json.dumps({"installed": [str(path) for path in put], "warnings": warnings}))
    else:
        print("\n".join([f"installed {path}" for path in put]))
    _warn(warnings)
    return 0


def _units(args: argparse.Namespace) -> Path | None:
    """Where the service's unit belongs; None for hooks that are only tried out."""
    if args.units is not None:
        return Path(args.units.absolute())
    return unit.UNITS if args.hooks_dir == Path(HOOKS_DIR) else None


def _install_unit(units: Path, settings: Settings, warnings: list[str]) -> list[Path]:
    """numa-affinity, where the host has what it needs; a package's own unit stays as it is."""
    if unit.find(units) == unit.PACKAGED / unit.NAME:
        return []
    lacking = list(unit.lacks(settings))
    warnings += lacking
    if lacking:
        return []
    path = unit.put(units, settings)
    warnings += unit.tell_systemd(
        units, "daemon-reload", f"enable {unit.NAME}", f"restart {unit.NAME}"
    )
    return [path]


def _warn(warnings: list[str]) -> None:
    for warning in warnings:
        print(f"numa-hook: warning: {warning}", file=sys.stderr)


def _uninstall(args: argparse.Namespace) -> int:
    hooks_dir = args.hooks_dir.absolute()
    gone = [hooks_dir / p / executables.NAME for p in POINTS if executables.take(hooks_dir, p)]
    gone += executables.take_labels(hooks_dir)
    units = _units(args)
    if units is not None and unit.is_ours(units / unit.NAME):
        warnings = list(unit.tell_systemd(units, f"disable --now {unit.NAME}"))
        path = unit.take(units)
        gone += [path] if path is not None else []
        _warn([*warnings, *unit.tell_systemd(units, "daemon-reload")])
    if args.json:
        print(json.dumps({"removed": [str(path) for path in gone]}))
    else:
        print("\n".join(f"removed {path}" for path in gone) or "nothing of ours is there")
    return 0


def _status(args: argparse.Namespace) -> int:
    found = hook_status.answer(args.hooks_dir.absolute(), _units(args))
    print(json.dumps(found, indent=2) if args.json else hook_status.text(found))
    return 0 if found["good"] else 1


def _host(args: argparse.Namespace) -> int:
    config = Config.read(_config_path(args))
    reservations = peek(config)
    vms = survey(config, {each.vm_id: each.pid for each in reservations}, uptime())
    print(write_json(this_host(config, reservations, vms, None)))
    return 0


def _config_path(args: argparse.Namespace) -> str:
    installed = (executables.state(args.hooks_dir.absolute(), point)[1] for point in POINTS)
    return next((settings.config for settings in installed if settings), DEFAULT)


def _journal(args: argparse.Namespace) -> int:
    path = _config_path(args)
    found = journal_report.answer(Config.read(path), path)
    print(json.dumps(found) if args.json else journal_report.text(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
