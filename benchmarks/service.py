# SPDX-License-Identifier: Apache-2.0
"""What the service costs on top of the engine, which has 10,000 VMs that run on 500 hosts.

    a page of 100 VMs                    to  the engine's own GET /vms?max=100
    fit over 500 hosts, nothing known    to  a bare client fetching the same documents
    fit over 500 hosts, hosts known      in milliseconds
    one host, a cluster, a PUT           in milliseconds, with hosts known
    50 clients with 50 tokens, cold      errors (none), and seconds by user and question
    200 clients at once                  errors, and the 99th percentile
    10,000 requests                      growth of the service's memory

The engine is the embedded one, whose records are as long as oVirt's (9 kB a VM); engine and
service are processes of their own. A bare client is http.client on kept connections, as many at
a time as the service uses, which reads the answers and throws them away. Runs are made in turn
and medians compared.

    python benchmarks/service.py --vms 10000 --hosts 500
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import httpx

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.load.client import API, Client, free_port, login, resident_kib, started, timed
from benchmarks.load.crowd import cold, crowd
from benchmarks.load.engine import fill

PARALLEL = 16
LAB = "numa-lab"
PARTS = ("page", "fit", "host", "put", "cold", "crowd", "memory")


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
    print(f"  beyond the engine {(mine - theirs) * 1e3:.1f} ms  (at most 20)")


class Engine:
    """What the benchmark itself asks the engine, as JSON."""

    def __init__(self, port: int) -> None:
        self.client = httpx.Client(
            base_url=f"http://127.0.0.1:{port}{API}",
            headers={"Authorization": f"Bearer {login(port)}", "Accept": "application/json"},
            timeout=300,
        )

    def get(self, path: str, **query: str) -> Any:
        return self.client.get(path, params=query).json()

    def vm(self, name: str) -> str:
        return str(self.get("/vms", search=f"name={name}")["vm"][0]["id"])

    def hosts(self) -> dict[str, str]:
        """Id -> name."""
        found = self.get("/hosts", search=f'cluster = "{LAB}"')["host"]
        return {str(host["id"]): str(host["name"]) for host in found}


def documents(port: int, vm_id: str) -> list[str]:
    """Every document that a fit from cold reads."""
    engine = Engine(port)
    cluster = engine.get(f"/vms/{vm_id}")["cluster"]["id"]
    hosts = engine.hosts()
    in_cluster = urlencode({"search": f'cluster = "{LAB}"'})
    return [
        f"{API}/vms/{vm_id}?next_run=true",
        f"{API}/vms/{vm_id}/numanodes",
        f"{API}/clusters/{cluster}",
        f"{API}/hosts?{in_cluster}",
        *(f"{API}/vms?{urlencode({'search': f'hosts.name = {name}'})}" for name in hosts.values()),
        *(f"{API}/hosts/{host}/numanodes?follow=statistics" for host in hosts),
        *(f"{API}/hosts/{host}/hooks" for host in hosts),
    ]


def fetch(engine: int, token: str, paths: Sequence[str]) -> int:
    """All of them over `PARALLEL` kept connections; how many bytes."""
    parts = [paths[i::PARALLEL] for i in range(PARALLEL)]

    def some(part: Sequence[str]) -> int:
        client = Client(engine, token, "application/xml")
        return sum(len(client.get(path)) for path in part)

    with ThreadPoolExecutor(PARALLEL) as pool:
        return sum(pool.map(some, parts))


def serving(engine: int, port: int, seconds: int = 120) -> AbstractContextManager[int]:
    """A service that knows nothing yet; its process id."""
    url = f"http://127.0.0.1:{engine}"
    command = ["engine_plugin.cli", "serve", "--port", str(port)]
    environment = {"ENGINE_URL": url, "PLAIN_HTTP": "true", "REQUEST_SECONDS": str(seconds)}
    named = {f"OVIRT_NUMA_{name}": value for name, value in environment.items()}
    return started(command, port, **named)


def milliseconds(times: Sequence[float]) -> str:
    return f"{statistics.median(times) * 1e3:.0f} ms"


def fit(engine: int, runs: int) -> None:
    vm_id = Engine(engine).vm("vm-00003")
    paths = documents(engine, vm_id)
    path = f"/api/v1/vms/{vm_id}/numa/preview"
    cold, theirs, warm, size, resident = [], [], [], 0, 0
    found: dict[str, Any] = {}
    for _ in range(runs):
        begun = time.perf_counter()
        size = fetch(engine, login(engine), paths)
        theirs.append(time.perf_counter() - begun)
        port = free_port()
        with serving(engine, port) as pid:
            ours = Client(port, login(engine), "application/json")
            times = []
            for _ in range(8):
                begun = time.perf_counter()
                found = json.loads(ours.post(path, {"nodeset": "0-1"}))
                times.append(time.perf_counter() - begun)
            cold.append(times[0])
            warm += times[1:]
            resident = max(resident, resident_kib(pid) // 1024)
    ratio = statistics.median(cold) / statistics.median(theirs)
    count = f"{found['candidates']} hosts, fits {found['fitting']}"
    print(f"fit from cold ({count}): {statistics.median(cold):.2f} s,", end=" ")
    print(f"bare client {statistics.median(theirs):.2f} s for {len(paths)} documents", end="")
    print(f" of {size / 1e6:.0f} MB")
    print(f"  ratio {ratio:.2f}  (at most 1.3)")
    print(f"fit from warm: {milliseconds(warm)}  (under 150)")
    print(f"memory after it: {resident} MiB  (under 300)")


def views(engine: int, service: int, runs: int) -> None:
    """A host and a cluster, with everything else known."""
    api = Engine(engine)
    host, cluster = list(api.hosts())[7], api.get(f"/vms/{api.vm('vm-00003')}")["cluster"]["id"]
    ours = Client(service, login(engine), "application/json")
    shown = {"host": f"hosts/{host}", "cluster": f"clusters/{cluster}"}
    for what, path in shown.items():
        times = [timed(lambda path=path: ours.get(f"/api/v1/{path}/numa")) for _ in range(runs + 1)]
        print(f"{what}: first {times[0]:.2f} s, then {milliseconds(times[1:])}", end="")
        print("  (under 300)" if what == "host" else "")


def put(engine: int, service: int, runs: int) -> None:
    """Settings of a VM that is down, and of one that runs."""
    token, times = login(engine), []
    ours = Client(service, token, "application/json")
    for name in ("vm-00003", "vm-00303"):
        path = f"/api/v1/vms/{Engine(engine).vm(name)}/numa?force=true"
        ours.get(path)
        for turn in range(runs):
            body = {"nodeset": "0-1" if turn % 2 else "auto"}
            times.append(timed(lambda path=path, body=body: ours.put(path, body)))
    print(f"PUT: first {times[0]:.2f} s, then {milliseconds(times[1:])}  (under 1000)")


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
    parser.add_argument("--only", nargs="*", default=PARTS, choices=PARTS)
    args = parser.parse_args()
    engine, service = free_port(), free_port()
    with tempfile.TemporaryDirectory() as data:
        print(f"{fill(Path(data), args.vms, args.hosts)} of {args.vms} VMs run")
        demo = ["engine_plugin.demo", "--port", str(engine), "--data", data, "--boot", "none"]
        with started(demo, engine):
            if "fit" in args.only:
                fit(engine, args.runs)
            if "cold" in args.only:
                own = free_port()
                with serving(engine, own, 20):
                    print(f"  {asyncio.run(cold(engine, own, 50))} not answered  (0)")
            with serving(engine, service) as pid:
                if "page" in args.only:
                    page(engine, service, args.runs * 6)
                if "host" in args.only:
                    views(engine, service, args.runs)
                if "put" in args.only:
                    put(engine, service, args.runs)
                if "crowd" in args.only:
                    asyncio.run(crowd(engine, service, 200, 10))
                if "memory" in args.only:
                    memory(engine, service, pid, args.requests)


if __name__ == "__main__":
    main()
