# SPDX-License-Identifier: Apache-2.0
"""What the service costs on top of the engine: a page, a fit, a crowd, and memory over time.

    a page of 100 VMs out of 10,000      to  the engine's own GET /vms?max=100
    fit over 500 hosts, nothing known    to  a bare client fetching the same documents
    fit over 500 hosts, hosts known      in milliseconds
    200 clients at once                  errors, and the 99th percentile
    10,000 requests                      growth of the service's memory

The engine is the embedded one; engine and service are processes of their own. A bare client
is http.client on kept connections, as many at a time as the service uses, which reads the
answers and throws them away. Runs are made in turn and medians compared.

    python benchmarks/service.py --vms 10000 --hosts 500
"""

from __future__ import annotations

import argparse
import asyncio
import http.client
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import httpx

ROOT = Path(__file__).resolve().parent.parent
API = "/ovirt-engine/api"
PARALLEL = 16
LAB = "numa-lab"


class Client:
    """One kept connection; answers are read and thrown away."""

    def __init__(self, port: int, token: str, kind: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
        self._connection.connect()
        self._connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._headers = {"Authorization": f"Bearer {token}", "Accept": kind}

    def get(self, path: str) -> bytes:
        self._connection.request("GET", path, headers=self._headers)
        return self._read()

    def post(self, path: str, body: dict[str, Any]) -> bytes:
        headers = {**self._headers, "Content-Type": "application/json"}
        self._connection.request("POST", path, json.dumps(body), headers)
        return self._read()

    def _read(self) -> bytes:
        response = self._connection.getresponse()
        body = response.read()
        if response.status != 200:
            raise SystemExit(f"{response.status}: {body[:500]!r}")
        return body


def timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
        return port


@contextmanager
def started(arguments: Sequence[str], port: int, **environment: str) -> Iterator[int]:
    """A server of ours, once it listens; its process id."""
    process = subprocess.Popen(
        [sys.executable, "-m", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + 120
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                if process.poll() is not None or time.monotonic() > deadline:
                    raise SystemExit(f"{' '.join(arguments)} does not start") from None
                time.sleep(0.1)
        yield process.pid
    finally:
        process.terminate()
        process.wait(30)


def login(port: int) -> str:
    form = {"grant_type": "password", "scope": "ovirt-app-api"}
    answer = httpx.post(
        f"http://127.0.0.1:{port}/ovirt-engine/sso/oauth/token",
        data={**form, "username": "admin@internal", "password": "demo"},
        headers={"Accept": "application/json"},
    )
    return str(answer.json()["access_token"])


def page(engine: int, service: int, runs: int) -> None:
    token = login(engine)
    bare = Client(engine, token, "application/xml")
    ours = Client(service, token, "application/json")
    search = urlencode({"search": "sortby name asc page 7", "max": "100"}, quote_via=quote)
    pairs = [
        (
            timed(lambda: bare.get(f"{API}/vms?{search}")),
            timed(lambda: ours.get("/api/v1/vms?page=7&size=100")),
        )
        for _ in range(runs)
    ]
    theirs, mine = (statistics.median(column) for column in zip(*pairs))
    print(f"page of 100: {mine * 1e3:.1f} ms, engine alone {theirs * 1e3:.1f} ms")
    print(f"  ratio {mine / theirs:.2f}  (at most 1.5)")


def documents(engine: int, vm_id: str) -> list[str]:
    """Every document that a fit from cold reads."""
    client = httpx.Client(
        base_url=f"http://127.0.0.1:{engine}{API}",
        headers={"Authorization": f"Bearer {login(engine)}", "Accept": "application/json"},
        timeout=300,
    )
    cluster = client.get(f"/vms/{vm_id}").json()["cluster"]["id"]
    hosts = client.get("/hosts", params={"search": f'cluster = "{LAB}"'}).json()["host"]
    lists = [
        ("hosts", f'cluster = "{LAB}"'),
        ("vms", f'cluster = "{LAB}" and status != down'),
    ]
    return [
        f"{API}/vms/{vm_id}?next_run=true",
        f"{API}/vms/{vm_id}/numanodes",
        f"{API}/clusters/{cluster}",
        *(f"{API}/{what}?{urlencode({'search': search})}" for what, search in lists),
        *(f"{API}/hosts/{host['id']}/numanodes?follow=statistics" for host in hosts),
        *(f"{API}/hosts/{host['id']}/hooks" for host in hosts),
    ]


def fetch(engine: int, token: str, paths: Sequence[str]) -> None:
    """All of them over `PARALLEL` kept connections."""
    parts = [paths[i::PARALLEL] for i in range(PARALLEL)]

    def some(part: Sequence[str]) -> None:
        client = Client(engine, token, "application/xml")
        for path in part:
            client.get(path)

    with ThreadPoolExecutor(PARALLEL) as pool:
        list(pool.map(some, parts))


def fit(engine: int, service: int, runs: int) -> None:
    bare = httpx.get(
        f"http://127.0.0.1:{engine}{API}/vms",
        params={"search": "name=vm-00003"},
        headers={"Authorization": f"Bearer {login(engine)}", "Accept": "application/json"},
    )
    vm_id = bare.json()["vm"][0]["id"]
    paths = documents(engine, vm_id)
    body = {"nodeset": "0-1"}
    path = f"/api/v1/vms/{vm_id}/numa/preview"
    cold, theirs, warm = [], [], []
    for _ in range(runs):
        theirs.append(timed(lambda: fetch(engine, login(engine), paths)))
        ours = Client(service, login(engine), "application/json")  # a new user knows nothing
        cold.append(timed(lambda ours=ours: ours.post(path, body)))
        warm += [timed(lambda ours=ours: ours.post(path, body)) for _ in range(5)]
        found = json.loads(ours.post(path, body))
    ratio = statistics.median(cold) / statistics.median(theirs)
    count = f"{found['candidates']} hosts, fits {found['fitting']}"
    print(f"fit from cold ({count}): {statistics.median(cold):.2f} s,", end=" ")
    print(f"bare client {statistics.median(theirs):.2f} s for {len(paths)} documents")
    print(f"  ratio {ratio:.2f}  (at most 1.3)")
    print(f"fit from warm: {statistics.median(warm) * 1e3:.0f} ms  (under 150)")


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


def resident_kib(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    raise SystemExit("no VmRSS")


def memory(engine: int, service: int, pid: int, requests: int) -> None:
    token = login(engine)
    client = Client(service, token, "application/json")
    rows = json.loads(client.get("/api/v1/vms?size=500"))["vms"]
    marks = []
    for number in range(requests):
        row = rows[number % len(rows)]
        if number % 50 == 0:
            client.get("/api/v1/vms?size=100")
        else:
            client.get(f"/api/v1/vms/{row['id']}/numa")
        if (number + 1) % (requests // 10) == 0:
            marks.append(resident_kib(pid) // 1024)
    print(f"memory over {requests} requests, MiB at each tenth: {marks}")
    print(f"  from the second tenth to the last: {marks[-1] - marks[1]:+d} MiB")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--vms", type=int, default=10_000)
    parser.add_argument("--hosts", type=int, default=500)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--requests", type=int, default=10_000)
    parser.add_argument("--only", nargs="*", default=["page", "fit", "crowd", "memory"])
    args = parser.parse_args()
    engine, service = free_port(), free_port()
    with tempfile.TemporaryDirectory() as data:
        demo = ["engine_plugin.demo", "--port", str(engine), "--data", data, "--boot", "none"]
        demo += ["--vms", str(args.vms), "--hosts", str(args.hosts)]
        serve = ["engine_plugin.cli", "serve", "--port", str(service)]
        url = f"http://127.0.0.1:{engine}"
        with (
            started(demo, engine),
            started(serve, service, OVIRT_NUMA_ENGINE_URL=url) as pid,
        ):
            if "page" in args.only:
                page(engine, service, args.runs * 6)
            if "fit" in args.only:
                fit(engine, service, args.runs)
            if "crowd" in args.only:
                asyncio.run(crowd(engine, service, 200, 10))
            if "memory" in args.only:
                memory(engine, service, pid, args.requests)


if __name__ == "__main__":
    main()
