# SPDX-License-Identifier: Apache-2.0
"""Logins and tokens: the engine's SSO, as far as the SDK and the plugin use it.

Decides who a request comes from, and how long a token lives. Knows no permission beyond the
right to log in. Errors are HTTP 400 with JSON, whose keys depend on the scope, as in oVirt.

    POST /ovirt-engine/sso/oauth/token  grant_type=password&scope=ovirt-app-api&username=...
"""

from __future__ import annotations

import base64
import binascii
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from .correlation import following
from .model import User
from .store import Store

API_SCOPE = "ovirt-app-api"
VALIDATE_SCOPE = "ovirt-ext=token-info:validate"


@dataclass
class Session:
    """One token; every use lengthens its life."""

    user_id: str
    scope: str
    expires: float


class Sessions:
    """The tokens of this engine; they are gone when it stops, as are oVirt's."""

    def __init__(
        self, store: Store, seconds: float, clock: Callable[[], float] = time.time
    ) -> None:
        self._store, self._seconds, self._clock = store, seconds, clock
        self._tokens: dict[str, Session] = {}
        self._lock = threading.Lock()
        self._users: dict[str, User] = {}

    def login(self, name: str, password: str, scope: str = API_SCOPE) -> tuple[str, Session] | None:
        """A new token, or None where name and password do not go together."""
        user = next((u for u in self._store.users() if u.name == name), None)
        if user is None or not secrets.compare_digest(user.password, password):
            return None
        token = secrets.token_urlsafe(48)
        session = Session(user.id, scope, self._clock() + self._seconds)
        with self._lock:
            self._tokens[token] = session
        return token, session

    def touch(self, token: str) -> Session | None:
        """The session of a token, made to live on; None where it has expired."""
        with self._lock:
            session = self._tokens.get(token)
            if session is None or session.expires < self._clock():
                self._tokens.pop(token, None)
                return None
            session.expires = self._clock() + self._seconds
            return session

    def revoke(self, token: str) -> bool:
        with self._lock:
            return self._tokens.pop(token, None) is not None

    def forget(self) -> None:
        """All tokens, as by a restart of the engine."""
        with self._lock:
            self._tokens.clear()

    def user_of(self, authorization: str) -> User | None:
        """Who an Authorization header stands for."""
        kind, _, value = authorization.partition(" ")
        if kind.lower() == "bearer":
            session = self.touch(value.strip())
            if session is None or API_SCOPE not in session.scope.split():
                return None
            return self._user(session.user_id)
        if kind.lower() == "basic":
            return self._basic(value)
        return None

    def _basic(self, value: str) -> User | None:
        try:
            name, _, password = base64.b64decode(value).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return None
        found = self.login(name, password)
        if found is None:
            return None
        self.revoke(found[0])
        return self._user(found[1].user_id)

    def _user(self, user_id: str) -> User | None:
        if user_id not in self._users:
            found = self._store.user(user_id)
            if found is not None:
                self._users[user_id] = found
        return self._users.get(user_id)


async def _form(request: Request) -> dict[str, str]:
    """The parameters, of the body or of the query."""
    sent = parse_qs((await request.body()).decode("utf-8", "replace"), keep_blank_values=True)
    return {**request.query_params, **{name: values[-1] for name, values in sent.items()}}


def _error(code: str, text: str, scope: str = API_SCOPE) -> Response:
    if scope == API_SCOPE:
        return JSONResponse({"error_code": code, "error": text}, 400)
    return JSONResponse({"error": code, "error_description": text}, 400)


def _only_json(request: Request) -> Response | None:
    if request.headers.get("accept") == "application/json":
        return None
    return _error("invalid_request", "Unsupported Accept header", scope="")


async def token(request: Request) -> Response:
    form = await _form(request)
    scope = form.get("scope", API_SCOPE)
    refused = _only_json(request)
    if refused:
        return refused
    if form.get("grant_type") != "password":
        return _error("unsupported_grant_type", "Unsupported parameter grant_type", scope)
    sessions: Sessions = request.app.state.sessions
    name = form.get("username", "")
    found = sessions.login(name, form.get("password", ""), scope)
    if found is None:
        text = f"Cannot authenticate user {name}: The user name or password is incorrect.."
        return _error("access_denied", text, scope)
    given, session = found
    store: Store = request.app.state.engine.store
    source = request.client.host if request.client else ""
    with following(secrets.token_hex(4)):
        user = store.user(session.user_id)
        store.log("USER_VDC_LOGIN", user=user, source=source, session=secrets.token_urlsafe(33))
    return JSONResponse(
        {
            "access_token": given,
            "scope": session.scope,
            "exp": str(int(session.expires * 1000)),
            "token_type": "bearer",
        }
    )


async def token_info(request: Request) -> Response:
    """Without client credentials only whether a token is good; the stand-in has no clients."""
    refused = _only_json(request)
    if refused:
        return refused
    form = await _form(request)
    sessions: Sessions = request.app.state.sessions
    session = sessions.touch(form.get("token", ""))
    if session is None:
        return _error("invalid_grant", "The provided authorization grant has expired", scope="")
    if form.get("scope") == VALIDATE_SCOPE:
        return JSONResponse({})
    return _error("access_denied", "The client is not registered with this engine", scope="")


async def revoke(request: Request) -> Response:
    form = await _form(request)
    sessions: Sessions = request.app.state.sessions
    sessions.revoke(form.get("token", ""))
    return JSONResponse({})


ROUTES = [
    Route("/ovirt-engine/sso/oauth/token", token, methods=["POST"]),
    Route("/ovirt-engine/sso/oauth/token-info", token_info, methods=["POST"]),
    Route("/ovirt-engine/sso/oauth/revoke", revoke, methods=["POST"]),
    Route("/ovirt-engine/services/sso-logout", revoke, methods=["GET", "POST"]),
]
