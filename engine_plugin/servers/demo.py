# SPDX-License-Identifier: Apache-2.0
"""An embedded engine and the service before it, on one port.

The service asks the embedded engine over the same port: it is a client of it like any other.
"""

from __future__ import annotations

import argparse
import re
import sys

from starlette.routing import Mount
from starlette.types import ASGIApp

from numa_domain.cli.table import colours

from ..demo.app import create_app as create_engine
from ..demo.main import listen, settings_of
from ..demo.seed import PASSWORD
from ..demo.shell.shell import BASE, shell_routes
from ..service import log
from ..service.app import create_app
from ..service.settings import PUBLIC_PATH, Settings
from .listening import run


class _Whole(Mount):
    """With paths that have line ends in them, too: the service itself answers those."""

    def __init__(self, path: str, app: ASGIApp) -> None:
        super().__init__(path, app=app)
        self.path_regex = re.compile(self.path_regex.pattern, re.DOTALL)


def demo(args: argparse.Namespace) -> None:
    """Until interrupted."""
    log.configure()
    with listen(args.host, args.port) as listener:
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
            run(engine, listener=listener)
        finally:
            service.state.application.close()
            engine.state.close()


def _addresses(base: str) -> list[str]:
    bold, plain = ("\033[1m", "\033[0m") if colours(sys.stdout) else ("", "")
    return [
        f"{bold}a stand-in for oVirt, not oVirt itself{plain}",
        f"  look     {base}{BASE}/  admin@internal / {PASSWORD}",
        f"  what     {base}/demo",
        f"  engine   {base}/ovirt-engine/api  admin@internal / {PASSWORD}",
        f"  service  {base}{PUBLIC_PATH}/openapi.json",
    ]
