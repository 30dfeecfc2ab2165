# SPDX-License-Identifier: Apache-2.0
"""The command that starts the embedded engine.

Decides its options and what it prints. Knows nothing of what it serves.

    python -m engine_plugin.demo --port 8080 --data /var/tmp/ovirt-numa-demo --fresh
"""

from __future__ import annotations

import argparse
import contextlib
import signal
import socket
import sys
from collections.abc import Sequence
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

from numa_domain.cli import program
from numa_domain.cli.parser import Parser, count, port

from ..listener import listen
from .app import create_app
from .limits import ShowLimits
from .seed import PASSWORD
from .settings import BOOTS, Settings

_DATA = Path("/var/tmp/ovirt-numa-demo")


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until interrupted; exit 0 then, 2 where the address or the folder cannot be had."""
    return program.run("demo", lambda: _run(argv))


def _run(argv: Sequence[str] | None) -> int:
    args = parser().parse_args(argv)
    listener = listen(args.host, args.port)
    app = create_app(settings_of(args))
    announce(f"http://{args.host}:{listener.getsockname()[1]}")
    serve(app, listener)
    return 0


def announce(where: str) -> None:
    print(f"embedded engine (a stand-in, not oVirt): {where}/demo", flush=True)
    print(f"REST: {where}/ovirt-engine/api  admin@internal / {PASSWORD}", flush=True)


def serve(app: ASGIApp, listener: socket.socket) -> None:
    """Until SIGINT or SIGTERM; either is a normal end."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # uvicorn raises it again at its end
    config = uvicorn.Config(app, log_level="warning", access_log=False)
    with contextlib.suppress(KeyboardInterrupt, SystemExit):
        uvicorn.Server(config).run(sockets=[listener])


def parser() -> Parser:
    found = Parser(
        prog="python -m engine_plugin.demo",
        description="An embedded engine: a stand-in for oVirt's REST API, for tries and tests.",
    )
    add_options(found)
    return found


def add_options(found: argparse.ArgumentParser) -> None:
    """Also those of `ovirt-numa demo`."""
    found.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
    found.add_argument("--port", type=port, default=8080, help="port to listen on (8080)")
    found.add_argument("--data", type=Path, default=_DATA, metavar="DIR", help=f"folder ({_DATA})")
    found.add_argument("--fresh", action="store_true", help="forget what an earlier run left there")
    found.add_argument("--vms", type=count, default=12, metavar="N", help="at least so many VMs")
    found.add_argument("--hosts", type=count, default=6, metavar="N", help="at least so many hosts")
    found.add_argument(
        "--boot",
        choices=BOOTS,
        default="full",
        help="what libvirt does with a started VM: boot it where its nodes are here, define it"
        " only, or nothing (full)",
    )
    found.add_argument(
        "--what-it-is-not",
        action=ShowLimits,
        help="what of an oVirt engine it does not imitate, with the reasons; then end",
    )


def settings_of(args: argparse.Namespace) -> Settings:
    return Settings(
        data=args.data.absolute(),
        fresh=args.fresh,
        vms=args.vms,
        hosts=args.hosts,
        boot=args.boot,
    )


if __name__ == "__main__":
    sys.exit(main())
