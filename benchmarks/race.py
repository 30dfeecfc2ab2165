# SPDX-License-Identifier: Apache-2.0
"""Nine who write to one VM at the same moment, one of them with the SDK, behind the service's back.

    lost       of the foreign writes that the engine has acknowledged, how many are gone at the end
    silent     of those, how many nobody was told of
    ours gone  rounds at whose end none of our settings stands there that were answered as stored:
               the foreign one had read the VM before ours and written it after our answer

Each round begins at once for all: eight clients of two processes of the service store settings, and
one with oVirt's SDK reads the VM, changes a property, and writes it, after a pause that differs
from round to round, and anew where the engine refuses that for a lock. The engine is the embedded
one; it holds its lock on a VM for as long before an update counts as a real one does (UpdateVm,
90 ms in the median of 195 seen on 4.5).

    python benchmarks/race.py --rounds 1000
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import ovirtsdk4 as sdk
from ovirtsdk4 import types

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.load.client import free_port, started

OURS = 8
PROCESSES = 2
TRIES = 40


def engine(port: int, folder: Path, update_seconds: float) -> None:
    """The embedded engine, in a process of its own."""
    from engine_plugin.demo.app import create_app
    from engine_plugin.demo.main import serve
    from engine_plugin.demo.settings import Settings
    from engine_plugin.listener import listen

    settings = Settings(data=folder, fresh=True, boot="none", update_seconds=update_seconds)
    serve(create_app(settings), listen("127.0.0.1", port))


class Foreign:
    """Somebody with the SDK, who knows nothing of the service."""

    def __init__(self, url: str) -> None:
        self.connection = sdk.Connection(
            url=f"{url}/ovirt-engine/api", username="admin@internal", password="demo", timeout=60
        )
        self.vms = self.connection.system_service().vms_service()
        self.vm: Any = None

    def new_vm(self) -> str:
        host = self.connection.system_service().hosts_service().list(search="name=epyc-nps4")[0]
        policy = types.VmPlacementPolicy(hosts=[types.Host(id=host.id)])
        made = self.vms.add(
            types.Vm(
                name="raced",
                cluster=types.Cluster(name="numa-lab"),
                template=types.Template(name="Blank"),
                placement_policy=policy,
            )
        )
        self.vm = self.vms.vm_service(made.id)
        return str(made.id)

    def properties(self) -> dict[str, str]:
        found = self.vm.get(next_run=True).custom_properties or []
        return {each.name: each.value for each in found}

    def write(self, value: str) -> bool:
        """Whether the engine has acknowledged it, at last."""
        return any(self._once(value) for _ in range(TRIES))

    def _once(self, value: str) -> bool:
        kept = {**self.properties(), "sndbuf": value}
        sent = [types.CustomProperty(name=n, value=v) for n, v in kept.items()]
        try:
            self.vm.update(types.Vm(custom_properties=sent), next_run=True)
        except sdk.Error:
            return False
        return True


class Race:
    """All rounds over one VM."""

    def __init__(self, foreign: Foreign, services: Sequence[str], seed: int) -> None:
        self.foreign, self.random = foreign, random.Random(seed)
        self.path = f"/api/v1/vms/{foreign.new_vm()}/numa"
        headers = {"Authorization": f"Bearer {foreign.connection.authenticate()}"}
        self.clients = [
            httpx.Client(base_url=services[i % len(services)], headers=headers, timeout=60)
            for i in range(OURS)
        ]
        self.counts: Counter[str] = Counter()
        self.length = 0.5

    def round(self, number: int) -> None:
        answers: list[httpx.Response] = []
        acknowledged: list[bool] = []
        barrier = threading.Barrier(OURS + 1)
        theirs, pause = str(number + 1), self.random.uniform(0, self.length)

        def ours(who: int) -> None:
            barrier.wait()
            body = {"nodeset": str((number + who) % 8)}
            answers.append(self.clients[who].put(self.path, json=body, headers={"If-Match": "*"}))

        def other() -> None:
            barrier.wait()
            time.sleep(pause)
            acknowledged.append(self.foreign.write(theirs))

        threads = [threading.Thread(target=ours, args=(who,)) for who in range(OURS)]
        threads.append(threading.Thread(target=other))
        begun = time.monotonic()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.length = 0.9 * self.length + 0.1 * (time.monotonic() - begun)
        self._count(answers, acknowledged[0], theirs)

    def _count(self, answers: list[httpx.Response], acknowledged: bool, theirs: str) -> None:
        codes = Counter(answer.json().get("code", "stored") for answer in answers)
        self.counts.update({f"ours {code}": count for code, count in codes.items()})
        unseen = [each for each in answers if each.json().get("theirs") == []]
        self.counts["what they set was not seen"] += len(unseen)
        found = self.foreign.properties()
        if acknowledged:
            self.counts["foreign"] += 1
            if found.get("sndbuf") != theirs:
                self.counts["lost"] += 1
                told = codes["WriteCrossed"] or codes["ChangedMeanwhile"]
                self.counts["silent"] += not told
        stored = {
            answer.json()["request"]["nodeset"] for answer in answers if answer.status_code == 200
        }
        stored |= {
            answer.json()["current"]["request"]["nodeset"]
            for answer in answers
            if answer.json().get("stored")
        }
        if stored and found.get("numa_nodeset") not in stored:
            self.counts["ours gone"] += 1


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--update-seconds", type=float, default=0.09)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--engine", nargs=2, metavar=("PORT", "FOLDER"), help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.engine:
        engine(int(args.engine[0]), Path(args.engine[1]), args.update_seconds)
        return 0
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        port = free_port()
        words = ["benchmarks.race", "--engine", str(port), folder, "--update-seconds"]
        stack.enter_context(started([*words, str(args.update_seconds)], port))
        url = f"http://127.0.0.1:{port}"
        services = []
        for _ in range(PROCESSES):
            own = free_port()
            environment = {
                "OVIRT_NUMA_ENGINE_URL": url,
                "OVIRT_NUMA_PLAIN_HTTP": "true",
                "OVIRT_NUMA_PORT": str(own),
                "OVIRT_NUMA_LOCK_DIR": f"{folder}/locks",
            }
            stack.enter_context(started(["engine_plugin.cli", "serve"], own, **environment))
            services.append(f"http://127.0.0.1:{own}")
        race = Race(Foreign(url), services, args.seed)
        begun = time.monotonic()
        for number in range(args.rounds):
            race.round(number)
            if number % 100 == 99:
                print(f"{number + 1} rounds: {dict(race.counts)}", file=sys.stderr, flush=True)
        seconds = time.monotonic() - begun
    counts = race.counts
    print(f"{args.rounds} rounds in {seconds:.0f} s, {OURS} of ours and a foreign one in each")
    for name, count in sorted(counts.items()):
        print(f"  {count:6} {name}")
    print(
        f"foreign writes acknowledged {counts['foreign']}: lost {counts['lost']}, silent"
        f" {counts['silent']}  (0 and 0)"
    )
    return 1 if counts["lost"] or counts["silent"] else 0


if __name__ == "__main__":
    sys.exit(main())
