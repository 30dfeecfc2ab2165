# SPDX-License-Identifier: Apache-2.0
"""An embedded engine and the service before it, on one port.

The service asks the embedded engine over the same port: it is a client of it like any other.
"""

from __future__ import annotations

import argparse
import contextlib
import re
import sys
import threading
from dataclasses import replace
from pathlib import Path

from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import ASGIApp

from numa_domain.cli.table import colours

from ..demo.app import create_app as create_engine
from ..demo.main import settings_of
from ..demo.policies import DEFAULT
from ..demo.scheduler import ENABLED, REPLY, URL
from ..demo.seed import PASSWORD, READER
from ..demo.shell.shell import BASE, shell_routes
from ..listener import listen
from ..scheduler.running import Running
from ..scheduler.settings import Settings as SchedulerSettings
from ..service import log
from ..service.app import create_app
from ..service.settings import PUBLIC_PATH, Settings
from ..setup.policy import FACTOR, SUFFIX
from .listening import run

_SECONDS = 5.0


class _Whole(Mount):
    """With paths that have line ends in them, too: the service itself answers those."""

    def __init__(self, path: str, app: ASGIApp) -> None:
        super().__init__(path, app=app)
        self.path_regex = re.compile(self.path_regex.pattern, re.DOTALL)


def demo(args: argparse.Namespace) -> None:
    """Until interrupted."""
    log.configure()
    with listen(args.host, args.port) as listener, contextlib.ExitStack() as beside_it:
        port = listener.getsockname()[1]
        base = f"http://{args.host}:{port}"
        api = f"{base}/ovirt-engine/api"
        settings = settings_of(args)
        scheduler = f"http://127.0.0.1:{_scheduler(api, args.data.absolute(), beside_it)}"
        service = create_app(
            Settings(engine_url=api, lock_dir=str(args.data / "locks"), scheduler_url=scheduler)
        )
        beside = [_Whole(PUBLIC_PATH, app=service), *shell_routes()]
        options = {ENABLED: "true", URL: f"{scheduler}/", REPLY: "5000"}
        engine = create_engine(replace(settings, options=options), beside=beside)
        _policy(engine)
        for line in _addresses(base):
            print(line, flush=True)
        try:
            run(engine, listener=listener)
        finally:
            service.state.application.close()
            engine.state.close()


def _scheduler(api: str, data: Path, until: contextlib.ExitStack) -> int:
    """The port of a scheduler that answers at once, and knows the engine as soon as that does."""
    data.mkdir(parents=True, exist_ok=True)
    account = data / "scheduler.account"
    account.touch(mode=0o600)
    account.write_text(f"username={READER}\npassword={PASSWORD}\n")
    scheduler = Running(SchedulerSettings(api, port=0, account=account))
    until.callback(scheduler.close)
    threading.Thread(target=scheduler.server.serve_forever, daemon=True).start()
    until.callback(scheduler.server.shutdown)
    return scheduler.server.port


def _policy(engine: Starlette) -> None:
    """A copy of the default policy with our units, as `ovirt-numa setup` makes one; for no cluster
    yet."""
    if engine.state.lifecycle.scheduler.discovered.wait(_SECONDS):
        engine.state.engine.policies.copy(DEFAULT, f"none{SUFFIX}", FACTOR)


def _addresses(base: str) -> list[str]:
    bold, plain = ("\033[1m", "\033[0m") if colours(sys.stdout) else ("", "")
    return [
        f"{bold}a stand-in for oVirt, not oVirt itself{plain}",
        f"  look     {base}{BASE}/  admin@internal / {PASSWORD}",
        f"  what     {base}/demo",
        f"  engine   {base}/ovirt-engine/api  admin@internal / {PASSWORD}",
        f"  service  {base}{PUBLIC_PATH}/openapi.json",
    ]
