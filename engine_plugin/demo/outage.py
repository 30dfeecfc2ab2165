# SPDX-License-Identifier: Apache-2.0
"""An engine that restarts: what a client sees of it, stage by stage.

Decides what httpd answers in the engine's place, and that no token outlives a restart. The
stages are those seen of real engines behind their httpd: nothing listens (503, at once), it
listens and does not answer yet (httpd waits for up to an hour, or 504 where it is set to wait
for less), it is back and knows no session (401). Knows no resource.

    app.state.outage.to("stopped")      # 503, a page of HTML
    app.state.outage.to("hanging")      # no answer until the stage is another
    app.state.outage.to("starting")     # 504, a page of HTML
    app.state.outage.to("up")           # answers again; all tokens are gone
"""

from __future__ import annotations

import asyncio

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from .sso import Sessions

STAGES = ("up", "stopped", "hanging", "starting")
_POLL = 0.02
_PAGE = """<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01//EN" "http://www.w3.org/TR/html4/strict.dtd">
<html><head>
<title>{status} {title}</title>
</head><body>
<h1>{title}</h1>
<p>{text}</p>
</body></html>
"""
_PAGES = {
    "stopped": (
        503,
        "Service Unavailable",
        "The server is temporarily unable to service your\nrequest due to maintenance downtime or"
        " capacity\nproblems. Please try again later.",
    ),
    "starting": (
        504,
        "Gateway Timeout",
        "The gateway did not receive a timely response\nfrom the upstream server or application.",
    ),
}
"""Status, title and text of httpd's own pages."""


class Outage:
    """In which stage the engine is."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        self.stage = "up"

    def to(self, stage: str) -> None:
        if stage not in STAGES:
            raise ValueError(f"{stage}: an engine is one of {', '.join(STAGES)}")
        if stage != "up":
            self._sessions.forget()
        self.stage = stage

    def page(self) -> Response | None:
        """What httpd answers in the engine's place; None where the engine answers itself."""
        if self.stage not in _PAGES:
            return None
        status, title, text = _PAGES[self.stage]
        page = _PAGE.format(status=status, title=title, text=text)
        return Response(page, status, media_type="text/html; charset=iso-8859-1")


class Httpd:
    """httpd before the engine: all that is below /ovirt-engine goes through it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope.get("path", "").startswith("/ovirt-engine/"):
            outage: Outage = scope["app"].state.outage
            while outage.stage == "hanging":
                await asyncio.sleep(_POLL)
            page = outage.page()
            if page is not None:
                await page(scope, receive, send)
                return
        await self.app(scope, receive, send)


async def switch(request: Request) -> Response:
    """`POST /demo/engine?stage=stopped`: for a demonstration by hand."""
    outage: Outage = request.app.state.outage
    stage = request.query_params.get("stage", "")
    if stage not in STAGES:
        return JSONResponse({"error": f"stage is one of {', '.join(STAGES)}"}, 400)
    outage.to(stage)
    return JSONResponse({"stage": stage})


ROUTES = [Route("/demo/engine", switch, methods=["POST"])]
