# SPDX-License-Identifier: Apache-2.0
"""Many clients at once, each with its own connection.

asyncio.run(crowd(engine=8080, service=8723, clients=200, each=10))
asyncio.run(cold(engine=8080, service=8723, clients=50))
"""

from __future__ import annotations

import asyncio
import json
import statistics
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from .client import API, Client, login


class Visitor:
    """A client of its own connection, as light as can be: it must not be what is measured."""

    def __init__(self, token: str) -> None:
        self._head = f"HTTP/1.1\r\nHost: numa\r\nAuthorization: Bearer {token}\r\n"

    async def visit(
        self, port: int, paths: Sequence[str], body: str = ""
    ) -> list[tuple[float, str]]:
        """Seconds and status of each; with a body it is a POST."""
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        kind, more = ("POST", "Content-Type: application/json\r\n") if body else ("GET", "")
        more += f"Content-Length: {len(body)}\r\n\r\n{body}"
        found = []
        for path in paths:
            begun = time.perf_counter()
            writer.write(f"{kind} {path} {self._head}{more}".encode())
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            lines = head.lower().split("\r\n")
            length = next(line for line in lines if line.startswith("content-length:"))
            await reader.readexactly(int(length.partition(":")[2]))
            found.append((time.perf_counter() - begun, head.split(" ", 2)[1]))
        writer.close()
        return found


def plan(ids: Sequence[str], number: int, each: int) -> list[str]:
    """What one of the crowd asks: a page now and then, and VMs."""
    paths = []
    for turn in range(each):
        vm_id = ids[(number * each + turn) % len(ids)]
        listed = turn % 4 == 0
        paths.append(
            f"/api/v1/vms?size=20&page={number % 50 + 1}" if listed else f"/api/v1/vms/{vm_id}/numa"
        )
    return paths


async def crowd(engine: int, service: int, clients: int, each: int) -> None:
    token = login(engine)
    rows = json.loads(Client(service, token, "application/json").get("/api/v1/vms?size=500"))
    ids = [row["id"] for row in rows["vms"]]
    visitor = Visitor(token)
    begun = time.perf_counter()
    visits = [visitor.visit(service, plan(ids, number, each)) for number in range(clients)]
    found = [item for visit in await asyncio.gather(*visits) for item in visit]
    total = time.perf_counter() - begun
    seconds = sorted(item[0] for item in found)
    errors = [item[1] for item in found if item[1] != "200"]
    p99 = seconds[int(len(seconds) * 0.99)]
    print(
        f"{clients} clients at once, {len(seconds)} requests: {len(errors)} errors,"
        f" p50 {statistics.median(seconds):.2f} s, p99 {p99:.2f} s,"
        f" {len(seconds) / total:.0f} requests/s"
    )


@dataclass(frozen=True)
class Ask:
    """What one of the crowd asks first."""

    what: str
    path: str
    body: str = ""


async def cold(engine: int, service: int, clients: int) -> int:
    """All at once, each with a token of its own, of a service that knows nothing yet: two in four
    are administrators, one is one of the cluster, one is none. How many were not answered."""
    users = [("admin", "admin", "carol", "oscar")[number % 4] for number in range(clients)]
    tokens = [login(engine, user) for user in users]
    found = Client(engine, tokens[0], "application/json").get(f"{API}/vms?search=name=vm-0000*")
    vms = [vm["id"] for vm in json.loads(found)["vm"]]
    asks = [
        (
            Ask("fit", f"/api/v1/vms/{vms[number % len(vms)]}/numa/preview", '{"nodeset": "0-1"}'),
            Ask("list", "/api/v1/vms?size=100"),
            Ask("VM", f"/api/v1/vms/{vms[number % len(vms)]}/numa"),
        )[number // 4 % 3]
        for number in range(clients)
    ]
    visits = [
        Visitor(token).visit(service, [ask.path], ask.body) for token, ask in zip(tokens, asks)
    ]
    answers = [visit[0] for visit in await asyncio.gather(*visits)]
    print(f"{clients} clients with {clients} tokens, nothing known:")
    for user in dict.fromkeys(users):
        for what in ("fit", "list", "VM"):
            rows = [
                answer
                for answer, ask, who in zip(answers, asks, users)
                if (ask.what, who) == (what, user)
            ]
            seconds = [row[0] for row in rows]
            said = dict(Counter(row[1] for row in rows))
            print(f"  {user:6} {what:5} p50 {statistics.median(seconds):5.2f} s,", end=" ")
            print(f"max {max(seconds):5.2f} s, {said}")
    return sum(status != "200" for _, status in answers)
