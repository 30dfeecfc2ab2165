# SPDX-License-Identifier: Apache-2.0
"""The service's memory over 20,000 requests of all kinds, from users who log in again and again.

    lists, VMs, hosts, clusters, fits, suggestions, drafts     what pages ask for
    PUT, DELETE, jobs over a search                            what changes VMs
    faults                                                     no token, a foreign one, broken JSON,
                                                               unknown ids, a stale ETag, a client
                                                               that hangs up

Eight clients, three users: an administrator, one of a cluster, and one who is none; each takes a
new token every 250 requests. Memory is printed before and after each tenth; flat is what is
expected once all has been seen, so the growth from the fifth tenth to the last is judged.

    python benchmarks/mix.py --requests 20000
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
import socket
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

import httpx

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.load.client import free_port, login, resident_kib, started
from benchmarks.load.engine import fill

CLIENTS = 8
USERS = ("admin", "carol", "oscar")
RENEWED = 250
PARTS = 10
MOST_MIB = 12
"""What may come to it from the fifth part to the last: the allocator's own noise."""
NOBODY = "0d5f3a52-6b1c-4f0e-9a43-1f2b6c7d8e90"
SETTINGS = (
    {"nodeset": "0-1"},
    {"nodeset": "auto"},
    {"nodeset": "0-1", "topology": "2"},
    {"nodeset": "preferred:2"},
    {"topology": "host"},
)


class Somebody:
    """One client, who asks for this and that."""

    def __init__(self, engine: int, service: int, number: int, known: dict[str, list[str]]) -> None:
        self.engine, self.service, self.known = engine, service, known
        self.random = random.Random(number)
        self.user = USERS[number % len(USERS)]
        self.client = httpx.Client(base_url=f"http://127.0.0.1:{service}/api/v1", timeout=60)
        self.turn = 0

    def one(self) -> int:
        """The status of one request; 0 where it hung up."""
        if self.turn % RENEWED == 0:
            token = login(self.engine, self.user)
            self.client.headers["Authorization"] = f"Bearer {token}"
        self.turn += 1
        kinds = (self.look, self.look, self.look, self.place, self.place, self.change, self.fault)
        return self.random.choice(kinds)()

    def some(self, kind: str) -> str:
        return self.random.choice(self.known[kind])

    def look(self) -> int:
        page = self.random.randrange(1, 5)
        path = self.random.choice(
            (
                f"vms?size=50&page={page}",
                f"vms?search=name=vm-000{page}*",
                f"vms/{self.some('vms')}/numa",
                f"hosts/{self.some('hosts')}/numa",
                f"clusters/{self.some('clusters')}/numa",
                f"vms/{self.some('vms')}/numa/decisions",
                "jobs",
            )
        )
        return self.client.get(f"/{path}").status_code

    def place(self) -> int:
        vm, asked = self.some("vms"), self.random.choice(SETTINGS)
        path, body = self.random.choice(
            (
                (f"vms/{vm}/numa/preview", asked),
                (f"vms/{vm}/numa/suggest", None),
                (f"clusters/{self.some('clusters')}/numa/preview", {**asked, "vm": {"vcpus": 4}}),
            )
        )
        return self.client.post(f"/{path}", json=body).status_code

    def change(self) -> int:
        path, headers = f"/vms/{self.some('vms')}/numa", {"If-Match": "*"}
        if self.random.random() < 0.1:
            return self.job()
        if self.random.random() < 0.4:
            return self.client.delete(path, headers=headers).status_code
        body, forced = self.random.choice(SETTINGS), {"force": "true"}
        return self.client.put(path, json=body, headers=headers, params=forced).status_code

    def job(self) -> int:
        body = {"search": f"name=vm-0000{self.random.randrange(10)}", "nodeset": "0"}
        answer = self.client.post("/jobs", json=body)
        if answer.status_code == 202 and self.random.random() < 0.5:
            self.client.post(f"/jobs/{answer.json()['id']}/stop")
        return answer.status_code

    def fault(self) -> int:
        path, json_ = f"/vms/{self.some('vms')}/numa", {"Content-Type": "application/json"}
        foreign = {"Authorization": f"Bearer {self.random.randrange(1 << 60):x}"}
        wrong = {"nodeset": f"{self.random.randrange(9999)}-x"}
        stale = {"If-Match": f'"{self.random.randrange(1 << 60):x}"'}
        kind = self.random.randrange(7)
        if kind == 0:
            return self.client.get(path, headers=foreign).status_code
        if kind == 1:
            return self.client.put(path, content=b"{", headers=json_).status_code
        if kind == 2:
            return self.client.get(f"/vms/{NOBODY}/numa").status_code
        if kind == 3:
            return self.client.put(path, json=SETTINGS[0], headers=stale).status_code
        if kind == 4:
            return self.client.put(path, json=wrong, headers={"If-Match": "*"}).status_code
        if kind == 5:
            return self.client.get(f"/{self.random.randrange(1 << 60):x}").status_code
        return self.hangs_up(path)

    def hangs_up(self, path: str) -> int:
        token = self.client.headers["Authorization"]
        head = f"GET /api/v1{path} HTTP/1.1\r\nHost: numa\r\nAuthorization: {token}\r\n\r\n"
        with socket.create_connection(("127.0.0.1", self.service)) as peer:
            peer.sendall(head.encode())
        return 0


def known(engine: int) -> dict[str, list[str]]:
    """Ids of what there is."""
    headers = {"Authorization": f"Bearer {login(engine)}", "Accept": "application/json"}
    base = f"http://127.0.0.1:{engine}/ovirt-engine/api"
    with httpx.Client(base_url=base, headers=headers, timeout=60) as client:

        def ids(path: str, kind: str) -> list[str]:
            found: list[dict[str, Any]] = client.get(path).json()[kind]
            return [str(each["id"]) for each in found]

        return {
            "vms": ids("/vms?search=sortby name asc page 1&max=200", "vm"),
            "hosts": ids("/hosts", "host"),
            "clusters": ids("/clusters", "cluster"),
        }


def run(engine: int, service: int, pid: int, requests: int) -> list[int]:
    """Memory in MiB before, and after each part."""
    there = known(engine)
    crowd = [Somebody(engine, service, number, there) for number in range(CLIENTS)]
    statuses: Counter[int] = Counter()
    guard = threading.Lock()
    marks = [resident_kib(pid) // 1024]
    print(f"     0 requests: {marks[0]:4} MiB", flush=True)
    for part in range(1, PARTS + 1):
        tickets = itertools.count()
        begun = time.monotonic()

        def work(
            one: Somebody, tickets: itertools.count[int] = tickets, most: int = requests // PARTS
        ) -> None:
            while next(tickets) < most:
                status = one.one()
                with guard:
                    statuses[status] += 1

        threads = [threading.Thread(target=work, args=(one,)) for one in crowd]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        marks.append(resident_kib(pid) // 1024)
        rate = requests / PARTS / (time.monotonic() - begun)
        done = requests // PARTS * part
        print(f"{done:6} requests: {marks[-1]:4} MiB, {rate:.0f} a second", flush=True)
    print(json.dumps({str(status): count for status, count in sorted(statuses.items())}))
    return marks


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--vms", type=int, default=1000)
    parser.add_argument("--hosts", type=int, default=50)
    parser.add_argument("--requests", type=int, default=20_000)
    args = parser.parse_args()
    engine, service = free_port(), free_port()
    with tempfile.TemporaryDirectory() as data:
        print(
            f"{fill(Path(data), args.vms, args.hosts)} of {args.vms} VMs run on {args.hosts} hosts"
        )
        demo = ["engine_plugin.demo", "--port", str(engine), "--data", data, "--boot", "none"]
        serve = ["engine_plugin.cli", "serve", "--port", str(service)]
        environment = {
            "OVIRT_NUMA_ENGINE_URL": f"http://127.0.0.1:{engine}",
            "OVIRT_NUMA_PLAIN_HTTP": "true",
            "OVIRT_NUMA_LOCK_DIR": f"{data}/locks",
        }
        with started(demo, engine), started(serve, service, **environment) as pid:
            marks = run(engine, service, pid, args.requests)
    grown = marks[-1] - marks[PARTS // 2]
    print(f"from the fifth part to the last: {grown:+d} MiB  (at most {MOST_MIB})")
    return 0 if grown <= MOST_MIB else 1


if __name__ == "__main__":
    sys.exit(main())
