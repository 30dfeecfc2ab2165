# SPDX-License-Identifier: Apache-2.0
"""Records what a real engine answers to the conversation, into its file.

Its world needs the five captured hosts in one cluster, the NUMA properties defined for that
cluster's level, and a user with the role UserVmManager on that cluster and none besides. The
VM that the conversation makes is removed by it.

    python -m tests.engine_plugin.demo.replay.record URL CA USER:PASSWORD USER:PASSWORD
"""

from __future__ import annotations

import json
import re
import sys

import httpx

from .compare import Answered
from .conversation import FILE, Step, converse, steps

_HEADERS = ("content-type", "www-authenticate")
_MOST = 200
_OVF = re.compile(r'(<data>|"data" : ").*?(</data>|",\n)', re.DOTALL)


def main(url: str, authority: str, admin: str, user: str) -> int:
    with httpx.Client(verify=authority, trust_env=False, timeout=60) as client:
        tokens = {"admin": _token(client, url, admin), "user": _token(client, url, user)}

        def ask(step: Step, path: str, body: bytes) -> Answered:
            headers = {**step.sent_headers(), "Authorization": f"Bearer {tokens[step.user]}"}
            answer = client.request(step.method, url + path, content=body or None, headers=headers)
            kept = {n: v for n, v in answer.headers.items() if n.lower() in _HEADERS}
            return Answered(answer.status_code, kept, answer.content)

        answers = [answer for _, answer in converse(steps(), ask)]
    found = json.loads(FILE.read_text(encoding="utf-8"))
    for facts, answer in zip(found, answers):
        if facts.get("compared", True):
            facts["answer"] = {
                "status": answer.status,
                "headers": answer.headers,
                "body": _kept(answer),
            }
    FILE.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return 0


def _token(client: httpx.Client, url: str, login: str) -> str:
    name, _, password = login.partition(":")
    form = {
        "grant_type": "password",
        "scope": "ovirt-app-api",
        "username": name,
        "password": password,
    }
    where = url.removesuffix("/api") + "/sso/oauth/token"
    answer = client.post(where, data=form, headers={"Accept": "application/json"})
    return str(answer.raise_for_status().json()["access_token"])


def _kept(answer: Answered) -> str:
    """Without a VM's OVF, which is longer than all the rest, and the stack of what broke."""
    text = _OVF.sub(r"\1...\2", answer.body.decode())
    return text[:_MOST] if text.startswith("<html>") else text


sys.exit(main(*sys.argv[1:]))
