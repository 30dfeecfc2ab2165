# SPDX-License-Identifier: Apache-2.0
"""`make demo`: a VM gets its NUMA settings over REST, starts, reports, and may not migrate.

Decides what is shown and in which order; every step is a request that an admin's own tool
could make, to an embedded engine and the service on one port. The server stays up at the end,
to be looked at with a browser, unless ONCE=1 is in the environment.

    $ make demo                 $ make demo ONCE=1
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import httpx

from numa_domain.base.units import show_memory
from numa_domain.cli.table import colours, table

USER, PASSWORD = "admin@internal", "demo"
VM, REFUSED = "hello-numa", "too-big"
POLICY = "none_numa"
_ENGINE = "/ovirt-engine/api"
SETTINGS = {
    "nodeset": "0",
    "topology": "cpus=0 mem=320M nodes=0 dist=10,21 / cpus=1 mem=192M nodes=0 dist=21,10",
}
_Seen = TypeVar("_Seen")
_PATIENCE = 180
"""Seconds for a server to answer, or an emulated guest to report."""


class TourFailed(Exception):
    """A step that did not end as it has to."""


def main() -> int:
    """The whole tour; 0 where every step ended as it has to."""
    with tempfile.TemporaryDirectory(prefix="ovirt-numa-demo-") as folder:
        Path(folder).chmod(0o755)  # the hooks' user reads the hosts' folders
        server = _Server(Path(folder))
        try:
            _show(server.client())
            if not os.environ.get("ONCE"):
                _stay(server)
        except (TourFailed, httpx.HTTPError) as error:
            print(f"the demonstration ended early: {error}", file=sys.stderr)
            print(server.last_lines(), file=sys.stderr)
            return 1
        except KeyboardInterrupt:
            print()
        finally:
            server.stop()
    return 0


class _Server:
    """`ovirt-numa demo` as a process of its own, on a free port."""

    def __init__(self, folder: Path) -> None:
        _step("An embedded engine (a stand-in for oVirt), and before it the service")
        self._said = folder / "server.log"
        command = ["ovirt-numa", "demo", "--port", os.environ.get("PORT", "0"), "--fresh"]
        command += ["--boot", "full", "--data", f"{folder}/engine"]
        print("$", " ".join(command), flush=True)
        program = str(Path(sys.executable).with_name(command[0]))
        with self._said.open("w") as said:
            self._process = subprocess.Popen(
                [program, *command[1:]], stdout=said, stderr=subprocess.STDOUT
            )

    def addresses(self) -> list[str]:
        """The lines in which the server says where it is."""
        return [line for line in self._said.read_text().splitlines() if "http://" in line][:4]

    def client(self) -> httpx.Client:
        """Logged in as an admin, once the server answers."""
        until = time.monotonic() + _PATIENCE
        while time.monotonic() < until and self._process.poll() is None:
            found = re.search(r"http://[0-9.]+:\d+", self._said.read_text())
            if found:
                try:
                    return _logged_in(found.group())
                except httpx.TransportError:
                    pass  # it prints its address a moment before it listens
            time.sleep(0.2)
        raise TourFailed("the server does not answer")

    def last_lines(self) -> str:
        return "\n".join(self._said.read_text().splitlines()[-10:])

    def stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(15)
        except subprocess.TimeoutExpired:
            self._process.kill()

    def wait(self) -> None:
        self._process.wait()


def _logged_in(base: str) -> httpx.Client:
    client = httpx.Client(base_url=base, timeout=_PATIENCE, trust_env=False)
    form = {"grant_type": "password", "username": USER, "password": PASSWORD}
    answer = client.post(
        "/ovirt-engine/sso/oauth/token",
        data={**form, "scope": "ovirt-app-api"},
        headers={"Accept": "application/json"},
    )
    client.headers["Authorization"] = f"Bearer {_json(answer)['access_token']}"
    client.headers["Accept"] = "application/json"
    return client


def _show(client: httpx.Client) -> None:
    _step("The VMs, and what the service says of each")
    vms = _json(client.get(_api("/vms")))["vms"]
    rows = ((vm["name"], vm["status"], vm["state"], vm["migration"], _asked(vm)) for vm in vms)
    print(table("<VM <status <NUMA <migration <asked_for", rows))
    ids = {vm["name"]: vm["id"] for vm in vms}
    _store(client, ids[VM])
    _start(client, ids[VM])
    _refusals(client, ids)
    _asked_first(client, ids[REFUSED])


def _asked_first(client: httpx.Client, vm: str) -> None:
    _step(f"The engine asks first: {REFUSED} without a named host, in a cluster with our filter")
    policies = _json(client.get(f"{_ENGINE}/schedulingpolicies"))["scheduling_policy"]
    policy = next(each["id"] for each in policies if each["name"] == POLICY)
    found = _json(client.get(f"{_ENGINE}/clusters", params={"search": "name=numa-lab"}))
    cluster = found["cluster"][0]["id"]
    body: dict[str, Any] = {"scheduling_policy": {"id": policy}}
    _json(client.put(f"{_ENGINE}/clusters/{cluster}", json=body))
    print(f"scheduling policy of cluster numa-lab: {POLICY}")
    anywhere = {"placement_policy": {"affinity": "pinned", "hosts": {}}}
    _json(client.put(f"{_ENGINE}/vms/{vm}", json=anywhere))
    _json(client.post(f"{_ENGINE}/vms/{vm}/start", json={}))

    def look() -> dict[str, Any] | None:
        decisions = _json(client.get(_api(f"/vms/{vm}/numa/decisions")))["decisions"]
        return decisions[0] if decisions and decisions[0]["chosen"] else None

    decision = _wait(look, f"{REFUSED} has not started")
    print(f"it starts on {decision['chosen']['name']}")
    rows = [
        (host["name"], host["state"], host["nodes"] or "-", _message(host["problem"]))
        for host in decision["hosts"]
    ]
    print(table("<host <state <nodes <why", rows))
    if decision["chosen"]["name"] != "xeon-cxl":
        raise TourFailed(f"only xeon-cxl suits {REFUSED}: {json.dumps(decision)}")


def _message(problem: dict[str, Any] | None) -> str:
    return str(problem["message"]) if problem else ""


def _asked(vm: dict[str, Any]) -> str:
    request = vm.get("request") or {}
    texts = [request.get("nodeset"), request.get("topology")]
    return "  with  ".join(text for text in texts if text) or "-"


def _store(client: httpx.Client, vm: str) -> None:
    _step(f"Other settings for {VM}: PUT {_api('/vms/{id}/numa')}")
    for name, text in SETTINGS.items():
        print(f"numa_{name} = {text}")
    etag = client.get(_api(f"/vms/{vm}/numa")).headers.get("etag", "*")
    answer = client.put(_api(f"/vms/{vm}/numa"), json=SETTINGS, headers={"If-Match": etag})
    stored = _json(answer)
    print(f"stored; migration is now: {stored['migration']['affinity']}")
    for problem in stored["problems"]:
        print(f"to know: {problem['message']}")


def _start(client: httpx.Client, vm: str) -> None:
    _step(f"{VM} starts: the engine's XML, through the installed hooks, to libvirt")
    began = time.monotonic()
    _json(client.post(f"/ovirt-engine/api/vms/{vm}/start", json={}))
    domain = _started(client, vm)
    for line in domain["diff"].splitlines():
        print(_coloured(line))
    _step("What the guest itself says")
    if "guest" not in domain:
        print(f"it was not booted here: {domain.get('why') or domain.get('how')}")
        return
    nodes = sorted(domain["guest"]["nodes"].items())
    rows = [
        (i, cell["cpus"] or "none", show_memory(cell["memory_kib"]), _row(cell["distances"]))
        for i, cell in nodes
    ]
    print(table("<cell <vCPUs >memory <distances", rows))
    print(f"(booted, reported and left running within {time.monotonic() - began:.0f} s)")
    if _row(nodes[0][1]["distances"]) != "10,21" or len(nodes) != 2:
        raise TourFailed(f"the guest was to see two cells 21 apart: {json.dumps(nodes)}")


def _started(client: httpx.Client, vm: str) -> dict[str, Any]:
    """The domain, when libvirt has it and the guest has said what it had to say."""

    def look() -> dict[str, Any] | None:
        answer = client.get(f"/demo/vms/{vm}/domain")
        if answer.status_code == 200 and answer.json().get("how"):
            domain: dict[str, Any] = answer.json()
            return domain
        down = [text for text in _events(client, VM) if "is down" in text]
        if down:
            raise TourFailed(down[0])
        return None

    return _wait(look, f"{VM} has not started")


def _wait(look: Callable[[], _Seen | None], failure: str) -> _Seen:
    """What `look` sees, as soon as it sees anything: starts go on after the engine's answer."""
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        seen = look()
        if seen:
            return seen
        time.sleep(0.3)
    raise TourFailed(f"{failure} within {_PATIENCE} s")


def _row(distances: dict[str, int]) -> str:
    return ",".join(str(distances[i]) for i in sorted(distances, key=int))


def _refusals(client: httpx.Client, ids: dict[str, str]) -> None:
    _step(f"A migration of {VM}, which is bound to its host now")
    answer = client.post(f"/ovirt-engine/api/vms/{ids[VM]}/migrate", json={})
    print(f"{answer.status_code}: {_json(answer, code=409)['fault']['detail']}")
    _step(f"{REFUSED} starts: 96 GiB on a node that has less")
    client.post(f"/ovirt-engine/api/vms/{ids[REFUSED]}/start", json={})

    def look() -> list[str]:
        return [text for text in _events(client, REFUSED) if "Hook Error" in text]

    print(_wait(look, f"{REFUSED} has not been refused")[0])


def _events(client: httpx.Client, vm: str) -> list[str]:
    """What the engine's log says of a VM, the newest first."""
    events = _json(client.get("/ovirt-engine/api/events", params={"max": 50}))["event"]
    return [event["description"] for event in events if vm in event["description"]]


def _stay(server: _Server) -> None:
    _step("The server stays up until you press Ctrl+C")
    print("\n".join(server.addresses()), flush=True)
    server.wait()


def _api(path: str) -> str:
    return f"/ovirt-engine-numa/api/v1{path}"


def _json(answer: httpx.Response, code: int = 200) -> Any:
    if answer.status_code != code:
        raise TourFailed(f"{answer.request.method} {answer.request.url}: {answer.text[:500]}")
    return answer.json()


def _coloured(line: str) -> str:
    colour = {"+": "\033[32m", "-": "\033[31m"}.get(line[:1]) if colours(sys.stdout) else None
    return f"{colour}{line}\033[0m" if colour else line


def _step(title: str) -> None:
    bold, plain = ("\033[1m", "\033[0m") if colours(sys.stdout) else ("", "")
    print(f"\n{bold}== {title}{plain}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
