# SPDX-License-Identifier: Apache-2.0
"""The command numa-affinity, which systemd runs.

It runs until it is ended. If it cannot start, it exits with 2 and one line on stderr, and is not
started again, since what is missing does not come by itself; with 1 where it may.

    numa-affinity --config /etc/ovirt-numa/hook.conf
"""

from __future__ import annotations

import sys

import numa_domain
from numa_domain.cli import program, streams
from numa_domain.cli.parser import Parser

from ..config import DEFAULT, Config
from . import state
from .say import say_on_stderr

UNIT = "ovirt-numa-affinity.service"

_EXAMPLES = """examples:
  systemctl status ovirt-numa-affinity     the service as it is meant to run
  numa-hook status                         what it holds
  numa-affinity                            by hand, as user vdsm; its log is on stderr
"""


def main(argv: list[str] | None = None) -> int:
    """Run until it is ended."""
    return program.run("numa-affinity", lambda: _run(argv))


def _run(argv: list[str] | None) -> int:
    config = Config.read(parser().parse_args(argv).config)
    say = say_on_stderr(config.log_level)
    try:
        before = state.read(config.run_dir)
    except state.StateUnreadable as error:
        say("warning", str(error))
        before = None
    if before is not None and state.running(before, config.proc):
        return _refuse(f"process {before.pid} does this already; see systemctl status {UNIT}")
    try:
        from .service import Service
    except ImportError as error:
        return _refuse(f"{error}: install python3-libvirt, for {sys.executable}")
    try:
        Service(config, say, before).run()
    except OSError as error:  # of the system, and it may pass: systemd starts it again
        streams.print_error(f"numa-affinity: {error.filename or 'the system'}: {error.strerror}")
    return 1


def _refuse(text: str) -> int:
    streams.print_error(f"numa-affinity: {text}")
    return 2


def parser() -> Parser:
    whole = Parser(
        prog="numa-affinity",
        description="Holds the vCPUs of VMs with NUMA settings beside their memory.",
        epilog=_EXAMPLES,
    )
    whole.add_argument(
        "--version", action="version", version=f"ovirt-numa {numa_domain.__version__}"
    )
    whole.add_argument("--config", default=DEFAULT, metavar="FILE", help=f"default {DEFAULT}")
    return whole
