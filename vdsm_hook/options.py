# SPDX-License-Identifier: Apache-2.0
"""The options of numa-hook, apart from what its commands do.

parser().parse_args(["status", "--json"]).command       "status"
"""

from __future__ import annotations

import sys
from pathlib import Path

import numa_domain
from numa_domain.cli.parser import Parser

from .affinity import unit
from .config import DEFAULT

HOOKS_DIR = "/usr/libexec/vdsm/hooks"

COMMANDS = {
    "install": "put the hooks there, or replace ours that are there",
    "uninstall": "take ours away",
    "status": "say for every hook point how it is; exit 1 if not all is well",
    "journal": "show the last runs since this host's boot, and what is reserved",
    "host": "print this host as JSON, as a VM that starts now may use it",
}

_EXAMPLES = {
    "": """examples:
  numa-hook install                        into VDSM's own directories
  numa-hook status                         is every hook there, and does it run
  numa-hook journal                        the last runs: VM, inputs, outcome, seconds
  numa-hook uninstall
""",
    "install": """examples:
  numa-hook install
  numa-hook install --hooks-dir /tmp/hooks --config /tmp/hook.conf      to try it out
""",
    "uninstall": """examples:
  numa-hook uninstall
  numa-hook uninstall --hooks-dir /tmp/hooks
""",
    "status": """examples:
  numa-hook status
  numa-hook status --json
""",
    "journal": """examples:
  numa-hook journal
  numa-hook journal --json
  numa-hook journal --xml web1             the XML of a VM that was refused, by name or id
  numa-hook journal --xml last | numa-domain check -
""",
    "host": """examples:
  numa-hook host > host.json
""",
}


def parser() -> Parser:
    """With all its commands."""
    whole = Parser(
        prog="numa-hook",
        description="VDSM's hooks for VMs with NUMA settings.",
        epilog=_EXAMPLES[""],
    )
    whole.add_argument(
        "--version", action="version", version=f"ovirt-numa {numa_domain.__version__}"
    )
    commands = whole.add_subparsers(dest="command", required=True, metavar="|".join(COMMANDS))
    common = _common()
    for name, text in COMMANDS.items():
        command = commands.add_parser(
            name,
            parents=[common],
            help=text,
            description=f"{text[0].upper()}{text[1:]}.",
            epilog=_EXAMPLES[name],
        )
        if name == "install":
            _install(command)
        elif name == "uninstall":
            command.add_argument("--force", action="store_true", help="also those of a package")
        elif name == "journal":
            command.add_argument(
                "--xml",
                metavar="RUN",
                help="print the XML of a refused start: a VM's name or id, its time, or last",
            )
    return whole


def _common() -> Parser:
    common = Parser(add_help=False)
    common.add_argument(
        "--hooks-dir",
        type=Path,
        default=Path(HOOKS_DIR),
        metavar="DIR",
        help=f"where VDSM's hooks are (default {HOOKS_DIR})",
    )
    common.add_argument(
        "--units",
        type=Path,
        metavar="DIR",
        help=f"of numa-affinity's unit (default {unit.UNITS}, and none with --hooks-dir)",
    )
    common.add_argument("--json", action="store_true", help="print JSON")
    return common


def _install(command: Parser) -> None:
    command.add_argument(
        "--config", type=Path, metavar="FILE", help=f"read at each run (default {DEFAULT})"
    )
    command.add_argument(
        "--python", default=sys.executable, help="that runs the hooks (default: this one)"
    )
    command.add_argument(
        "--force",
        action="store_true",
        help="also over a 50_numa that is not ours, or is a package's",
    )
