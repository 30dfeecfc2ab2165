# SPDX-License-Identifier: Apache-2.0
"""HTTP around every resource: who asks, in which form, and how faults look.

Decides content negotiation, parameters, the Correlation-Id, 401 and faults. Knows no entity:
a resource gets a `Call` and gives an `Answer`.

    Route("/vms/{id}", endpoint(get_vm))
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, NoReturn, TypeVar

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from ..correlation import following
from ..engine import Engine
from ..faults import Fault, Malformed, NotFound, PlainFault, query_failed, query_forbidden
from ..model import User
from ..rules import permissions
from ..search import Search
from ..sso import Sessions
from . import content
from .element import HEAD, Element, json_of, xml
from .places import BASE

SERVICES = {
    "vms": "vm",
    "templates": "template",
    "vmpools": "vm_pool",
    "hosts": "host",
    "numanodes": "vm_numa_node",
}
"""What the engine's documentation calls them."""
_GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_TRUE, _FALSE = ("t", "true", "y", "yes", "1", ""), ("f", "false", "n", "no", "0")


_EXPIRED = "invalid_grant: The provided authorization grant for the auth code has expired."


SERVER_ERROR = "<html><head><title>ERROR</title></head><body>Internal Server Error</body></html>"


@dataclass(frozen=True)
class Answer:
    """What a resource answers: an element that becomes XML or JSON."""

    element: Element
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Call:
    """One request, with all that a resource may want to know of it."""

    engine: Engine
    user: User
    request: Request
    body: bytes
    matrix: dict[str, str]
    """Matrix parameters of the path: `/vms/7;next_run=true`."""
    services: Any = None

    @property
    def id(self) -> str:
        return self.guid("id")

    def guid(self, name: str) -> str:
        """An id of the path; one that is none is as unknown as any other: 404."""
        found: str = self.request.path_params[name]
        if not _GUID.fullmatch(found):
            raise NotFound
        return found.lower()

    def text(self, name: str) -> str | None:
        """A parameter: of the query, else of the matrix."""
        found = self.request.query_params.get(name)
        return found if found is not None else self.matrix.get(name)

    def flag(self, name: str, default: bool = False) -> bool:
        """A boolean parameter; what is neither yes nor no is ignored."""
        value = (self.text(name) or "").lower() if self.text(name) is not None else None
        if value is None or value not in _TRUE + _FALSE:
            return default
        return value in _TRUE

    def number(self, name: str, default: int) -> int:
        value = self.text(name) or ""
        return int(value) if re.fullmatch(r"-?\d{1,9}", value) else default

    @property
    def most(self) -> int:
        """`max`; without it there is no limit."""
        text = self.text("max") or ""
        if re.fullmatch(r"-\d{1,9}", text):
            raise query_failed(f"Illegal max count value for query : {text}")
        return int(text) if re.fullmatch(r"\d{1,9}", text) else -1

    def search(self, kind: str) -> Search:
        return Search.parse(kind, self.text("search") or "", self.flag("case_sensitive"))

    def listed(
        self, kind: str, load: Load[Entity], seen: Seen[Entity] | None = None
    ) -> list[Entity]:
        """A list: by search and page, or as far as a user sees it.

        Of the user's view the engine takes all, or what a search finds without `max`, and cuts
        what is left of it.
        """
        if not self.filtered:
            self.administrators_only()
            return load(self.search(kind), self.most)
        found = load(self.search(kind), -1)
        shown = [each for each in found if seen is None or seen(each)]
        return shown[: self.most] if self.most >= 0 else shown

    @property
    def filtered(self) -> bool:
        """The user's view: for users that are no administrators, unless they say otherwise."""
        header = self.request.headers.get("filter")
        if header is not None and self.text("filter") is None:
            return header.lower() in _TRUE
        return self.flag("filter", default=not permissions.administrator(self.user))

    @property
    def whole(self) -> bool:
        """Whether the answer has what the engine must look for elsewhere (All-Content)."""
        header = self.request.headers.get("all-content")
        return self.flag("all_content") or (header is not None and header.lower() in _TRUE)

    def follows(self, *known: str) -> str:
        """`follow`, where it is one of `known`; whatever else makes the engine fail.

        Links that it cannot follow end in a NullPointerException, and so in a 500 of HTML;
        `numa_nodes` is one of them (the XML element has another name).
        """
        asked = (self.text("follow") or "").replace("_", "").lower()
        if asked and asked not in known:
            raise PlainFault(500, SERVER_ERROR)
        return asked

    def administrators_only(self) -> None:
        """For questions that the engine does not answer to users (QueryType without User)."""
        if self.filtered or not permissions.administrator(self.user):
            raise query_forbidden()

    def read(self, root: str) -> Any:
        return content.read(self.body, self.request.headers.get("content-type", ""), root)


Entity = TypeVar("Entity")
Load = Callable[[Search, int], list[Entity]]
Seen = Callable[[Entity], bool]
Resource = Callable[[Call], Answer]


def one(element: Element, status: int = 200, **headers: str) -> Answer:
    return Answer(element, status, headers)


def many(root: str, elements: list[Element]) -> Answer:
    return Answer((root, elements))


def complete() -> Answer:
    """What the end of a removal or of a plain action looks like."""
    return Answer(("action", [("status", "complete")]))


def missing() -> NoReturn:
    raise NotFound


def nowhere(call: Call) -> Answer:
    """For all paths that are no resource's."""
    return unknown_path(call.request)


def unknown_path(request: Request) -> NoReturn:
    """What is no resource at all: 404, and RESTEasy's own words."""
    where = f"{request.url.scheme}://{request.url.netloc}{BASE}/v4"
    path = request.url.path.removeprefix(BASE)
    raise PlainFault(404, f"RESTEASY003210: Could not find resource for full path: {where}{path}")


def endpoint(resource: Resource) -> Callable[[Request], Awaitable[Response]]:
    """The resource as Starlette wants it; it runs on a thread of its own."""

    async def answer(request: Request) -> Response:
        body = await request.body()
        correlation = correlation_id(request)
        response = await run_in_threadpool(_answer, resource, request, body, correlation)
        response.headers["Correlation-Id"] = correlation
        return response

    return answer


def _answer(resource: Resource, request: Request, body: bytes, correlation: str) -> Response:
    engine: Engine = request.app.state.engine
    sessions: Sessions = request.app.state.sessions
    user = sessions.user_of(request.headers.get("authorization", ""))
    if user is None:
        return _unauthorized(request.headers.get("authorization", ""))
    if request.headers.get("version", "4") != "4":
        return _plain(405, _page(f"HTTP method {request.method} is not supported by this URL"))
    call = Call(engine, user, request, body, _matrix(request), request.app.state)
    try:
        with following(correlation):
            found = resource(call)
    except NotFound:
        return Response(status_code=404)
    except PlainFault as fault:
        return _plain(fault.status, fault.text)
    except Malformed:
        return formed(request, _fault(_usage(request), is_action=False), 400)
    except Fault as fault:
        is_action = request.method == "POST" and "action" in request.path_params
        return formed(request, _fault(fault, is_action=is_action), fault.status)
    return formed(request, found.element, found.status, found.headers)


def formed(
    request: Request, element: Element, status: int = 200, headers: dict[str, str] | None = None
) -> Response:
    """XML, or JSON where the client asks for it."""
    accept = request.query_params.get("accept") or request.headers.get("accept", "")
    if "json" in accept and "xml" not in accept.split("json")[0]:
        body = json.dumps(json_of(element), indent=2, separators=(",", " : "), ensure_ascii=False)
        return Response(body, status, headers, "application/json")
    return Response(HEAD + xml(element), status, headers, "application/xml;charset=UTF-8")


def _fault(fault: Fault, *, is_action: bool) -> Element:
    said: list[Element] = [] if fault.detail is None else [("detail", fault.detail)]
    element: Element = ("fault", [*said, ("reason", fault.reason)])
    return ("action", [element, ("status", "failed")]) if is_action else element


def _usage(request: Request) -> Fault:
    """Where the engine tells a client to read about what was tried."""
    path = [part for part in request.url.path.removeprefix(BASE).split("/") if part]
    names = [SERVICES.get(part, part) for part in path[::2]]
    method = "update"
    if request.method == "POST":
        method, names[-1] = "add", f"{names[-1]}s"
        if len(path) == 3 and path[2] not in SERVICES:
            method, names = path[2], names[:1]
    page = f"{request.url.scheme}://{request.url.netloc}/ovirt-engine/apidoc"
    where = f"{page}#services/{names[-1]}/methods/{method}"
    return Fault(400, "Request syntactically incorrect.", f"For correct usage, see: {where}")


def _plain(status: int, text: str) -> Response:
    if not text:
        return Response(status_code=status)
    return Response(text, status, media_type="text/html;charset=UTF-8")


def _page(text: str) -> str:
    return f"<html><head><title>Error</title></head><body>{text}</body></html>"


def _unauthorized(given: str) -> Response:
    """Without a token, and with one that is unknown or no longer good: in different words."""
    old = given.lower().startswith("bearer ")
    response = _plain(401, _page(_EXPIRED if old else "Unauthorized"))
    response.headers["WWW-Authenticate"] = 'Basic realm="RESTAPI"'
    return response


def correlation_id(request: Request) -> str:
    """What the client sent, as far as the engine keeps it; else a new one."""
    sent = request.headers.get("correlation-id") or request.query_params.get("correlation_id", "")
    return re.sub(r"[^0-9a-zA-Z_-]", "", sent)[:36] or str(uuid.uuid4())


def _matrix(request: Request) -> dict[str, str]:
    text = str(request.scope.get("matrix", ""))
    parts = (part.partition("=") for part in text.split(";") if part)
    return {name: value for name, _, value in parts}
