# SPDX-License-Identifier: Apache-2.0
"""The recorded requests, sent to an embedded engine, and what it answers otherwise.

Decides which request is sent with which token. Knows no excuse: `limits.json` has them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from starlette.testclient import TestClient

from .canonical import canonical
from .compare import Answered, Difference, differences
from .conversation import Step, converse, steps
from .world import DATA, MANAGER, PASSWORD

ADMIN = "admin@internal"
API = "/ovirt-engine/api"
_NO_GOOD = "bad_token"


@dataclass(frozen=True)
class Replayed:
    """One request, and all in which its answer differs."""

    name: str
    request: str
    differences: tuple[Difference, ...]


def replay(app: Any) -> Iterator[Replayed]:
    """All requests, in the order in which they were recorded."""
    client = TestClient(app, base_url="https://localhost:8443")
    token, _ = app.state.sessions.login(ADMIN, PASSWORD)
    for entry in json.loads((DATA / "manifest.json").read_text("utf-8")):
        request = entry["request"]
        real = _recorded(entry["answer"])
        ours = _sent(client, request, "expired" if entry["name"] == _NO_GOOD else token)
        found = differences(real, ours)
        yield Replayed(entry["name"], f"{request['method']} {request['path']}", tuple(found))


def replay_conversation(app: Any) -> Iterator[Replayed]:
    """All steps, each in the state in which the ones before it left the engine."""
    client = TestClient(app, base_url="https://engine.test")
    logins = {"admin": ADMIN, "user": MANAGER}
    tokens = {who: app.state.sessions.login(name, PASSWORD)[0] for who, name in logins.items()}

    def ask(step: Step, path: str, body: bytes) -> Answered:
        headers = {**step.sent_headers(), "Authorization": f"Bearer {tokens[step.user]}"}
        answer = client.request(
            step.method, API + path, content=body, headers=headers, follow_redirects=False
        )
        return Answered(answer.status_code, dict(answer.headers), answer.content)

    for step, ours in converse(steps(), ask):
        if step.answer is not None:
            found = differences(canonical(step.answer), canonical(ours))
            yield Replayed(step.what, f"{step.method} {step.path}", tuple(found))


def _recorded(answer: dict[str, Any]) -> Answered:
    headers = {name.lower(): value for name, value in answer["headers"].items()}
    return Answered(answer["status"], headers, (DATA / answer["file"]).read_bytes())


def _sent(client: TestClient, request: dict[str, Any], token: str) -> Answered:
    headers = dict(request["headers"])
    if "Authorization" in headers:
        headers["Authorization"] = f"Bearer {token}"
    body = request["body"]
    answer = client.request(
        request["method"], request["path"], content=body, headers=headers, follow_redirects=False
    )
    return Answered(answer.status_code, dict(answer.headers), answer.content)
