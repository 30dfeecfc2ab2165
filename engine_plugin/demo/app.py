# SPDX-License-Identifier: Apache-2.0
"""The embedded engine as an ASGI application.

Decides how its parts are put together, and what happens at start and end. Knows no rule and
no resource. It mounts as it is: its paths are oVirt's, so other things can stand beside it.

    app = create_app(Settings(data=Path("/var/tmp/demo")))
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import AsyncIterator, Sequence

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import RedirectResponse
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from . import outage, pages, sso
from .compute import Compute
from .engine import OPTION, Engine
from .guests import Guests
from .lifecycle import Lifecycle
from .machines import Machines
from .outage import Httpd, Outage
from .rest import api
from .rest.vm_texts import VmTexts
from .rest.web import endpoint, nowhere
from .seed import seed
from .settings import Settings
from .sso import Sessions
from .store import Store


class MatrixParameters:
    """`/vms/7;next_run=true`: what follows a `;` in the path is parameters, as in JAX-RS."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        if scope["type"] == "http" and ";" in path and path.startswith("/ovirt-engine/"):
            parts = [part.partition(";") for part in path.split("/")]
            path = "/".join(name for name, _, _ in parts)
            scope = {**scope, "path": path, "matrix": ";".join(p for _, _, p in parts if p)}
        await self.app(scope, receive, send)


def create_app(settings: Settings, beside: Sequence[BaseRoute] = ()) -> Starlette:
    """An engine over the data of `settings`; `beside` are routes that come first.

    The engine works as soon as it is made, since an application that is mounted in another is
    not told that it begins; `app.state.close()` ends what it has under way.
    """
    if settings.fresh:
        forget(settings)
    settings.data.mkdir(parents=True, exist_ok=True)
    machines = Machines(settings)
    store = Store(str(settings.database))
    if store.empty():
        seed(store, settings, machines)
    if settings.definitions is not None:
        store.save_option(OPTION, settings.definitions)
    for name, value in (settings.options or {}).items():
        store.save_document("config", name, name, {"name": name, "value": value})
    engine = Engine(settings, store)
    lifecycle = Lifecycle(engine, Compute(settings, machines, Guests(settings)))
    lifecycle.recover()

    @contextlib.asynccontextmanager
    async def running(_: Starlette) -> AsyncIterator[None]:
        yield
        lifecycle.close()

    routes: list[BaseRoute] = [*beside, *api.routes(), *sso.ROUTES, *pages.ROUTES]
    routes += outage.ROUTES
    routes.append(Route("/", lambda _: RedirectResponse("/demo"), methods=["GET"]))
    routes.append(Route("/ovirt-engine/api/{rest:path}", endpoint(nowhere), methods=_METHODS))
    app = Starlette(
        routes=routes,
        middleware=[Middleware(Httpd), Middleware(MatrixParameters)],
        lifespan=running,
    )
    app.router.redirect_slashes = False
    app.state.engine = engine
    app.state.sessions = Sessions(store, settings.token_seconds)
    app.state.outage = Outage(app.state.sessions)
    app.state.lifecycle = lifecycle
    app.state.machines = machines
    app.state.texts = VmTexts(engine)
    app.state.close = lifecycle.close
    return app


def forget(settings: Settings) -> None:
    """Take away what an earlier engine left in its folder, and nothing else there."""
    for name in ("engine.db", "engine.db-wal", "engine.db-shm"):
        (settings.data / name).unlink(missing_ok=True)
    for name in ("hosts", "hook"):
        shutil.rmtree(settings.data / name, ignore_errors=True)


_METHODS = ["GET", "POST", "PUT", "DELETE"]
