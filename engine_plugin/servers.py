# SPDX-License-Identifier: Apache-2.0
"""`ovirt-numa serve` and `ovirt-numa demo`: the service, alone or with an embedded engine.

Decides what listens where. The service asks the embedded engine over the same port: it is a
client of it like any other.
"""

from __future__ import annotations

import argparse
import contextlib
import re
import socket
import sys
from typing import Any

import uvicorn
from starlette.routing import Mount
from starlette.types import ASGIApp

from numa_domain.cli.table import colours

from .demo.app import create_app as create_engine
from .demo.main import settings_of
from .demo.seed import PASSWORD
from .demo.shell.shell import BASE, shell_routes
from .service import log
from .service.app import create_app
from .service.settings import PUBLIC_PATH, Settings


class _Whole(Mount):
    """With paths that have line ends in them, too: the service itself answers those."""

    def __init__(self, path: str, app: ASGIApp) -> None:
        super().__init__(path, app=app)
        self.path_regex = re.compile(self.path_regex.pattern, re.DOTALL)


_LARGEST_HEAD = 16 * 1024


def serve(args: argparse.Namespace) -> int:
    """The service, set by the environment (OVIRT_NUMA_ENGINE_URL ...), until interrupted."""
    settings = Settings.from_environment()
    log.configure()
    host, port = args.host or settings.host, args.port or settings.port
    _run(create_app(settings), host=host, port=port)
    return 0


def demo(args: argparse.Namespace) -> int:
    """An embedded engine and the service before it, on one port, until interrupted."""
    log.configure()
    with socket.create_server((args.host, args.port), reuse_port=False) as listener:
        port = listener.getsockname()[1]
        base = f"http://{args.host}:{port}"
        service = create_app(
            Settings(engine_url=f"{base}/ovirt-engine/api", lock_dir=str(args.data / "locks"))
        )
        beside = [_Whole(PUBLIC_PATH, app=service), *shell_routes()]
        engine = create_engine(settings_of(args), beside=beside)
        for line in _addresses(base):
            print(line, flush=True)
        try:
            _run(engine, fd=listener.fileno())
        finally:
            service.state.shared.close()
            engine.state.close()
    return 0


def _addresses(base: str) -> list[str]:
    bold, plain = ("\033[1m", "\033[0m") if colours(sys.stdout) else ("", "")
    return [
        f"{bold}a stand-in for oVirt, not oVirt itself{plain}",
        f"  look     {base}{BASE}/  admin@internal / {PASSWORD}",
        f"  what     {base}/demo",
        f"  engine   {base}/ovirt-engine/api  admin@internal / {PASSWORD}",
        f"  service  {base}{PUBLIC_PATH}/openapi.json",
    ]


def _run(app: Any, **where: Any) -> None:
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        server_header=False,
        h11_max_incomplete_event_size=_LARGEST_HEAD,
        timeout_graceful_shutdown=5,
        **where,
    )
    with contextlib.suppress(KeyboardInterrupt):
        uvicorn.Server(config).run()
