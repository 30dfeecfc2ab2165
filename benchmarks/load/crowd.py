# SPDX-License-Identifier: Apache-2.0
"""Many clients at once, each with its own connection.

asyncio.run(crowd(engine=8080, service=8723, clients=200, each=10))
"""

from __future__ import annotations

import asyncio
import json
import statistics
import time
from collections.abc import Sequence

from .client import Client, login


class Visitor:
    """A client of its own connection, as light as can be: it must not be what is measured."""

    def __init__(self, token: str) -> None:
        self._head = f"HTTP/1.1\r\nHost: numa\r\nAuthorization: Bearer {token}\r\n\r\n"

    async def visit(self, port: int, paths: Sequence[str]) -> list[tuple[float, str]]:
        """Seconds and status of each."""
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        found = []
        for path in paths:
            begun = time.perf_counter()
            writer.write(f"GET {path} {self._head}".encode())
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
