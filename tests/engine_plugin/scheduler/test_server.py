# SPDX-License-Identifier: Apache-2.0
"""The scheduler on its socket: hostile and huge calls, many at once, and who may read what."""

from __future__ import annotations

import concurrent.futures
import gzip
import json
import socket
import threading
import time
import urllib.error
import urllib.request

import pytest

from tests.engine_plugin.engines import Engine

from .apache import Client, FaultSaid, call, result
from .conftest import Asking

ID = "0d5f3a52-6b1c-4f0e-9a43-1f2b6c7d8e90"


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (b"", "-32700 call: the call cannot be read: it is not XML"),
        (b"<methodCall><methodName>x</methodName>", "-32700 call: the call cannot be read"),
        (
            b'<!DOCTYPE m [<!ENTITY a SYSTEM "file:///etc/passwd">]><methodCall/>',
            "-32700 call: the call cannot be read: it has a DTD",
        ),
        (call("system.listMethods"), "-32601 call: there is no method 'system.listMethods'"),
        (call("runLoadBalancing", "x", [], {}), "-32601 call: there is no method"),
        (call("runFilters"), "-32602 call: the parameters of runFilters cannot be used"),
        (call("runFilters", ["numa_fit"], [ID], "x", {}), "'x' is no id"),
        (call("runFilters", ["numa_fit"], [7], ID, {}), "a list of texts is none"),
        (call("runFilters", ["numa_fit"], [ID] * 5001, ID, {}), "5001 hosts are more than 5000"),
        (call("runCostFunctions", ["numa_room"], [ID], ID, {}), "are not pairs"),
        (call("runFilters", None, None, None, None), "there are 4 of them"),
    ],
)
def test_call_that_cannot_be_used_is_a_fault_at_once(
    asking: Asking, body: bytes, fault: str
) -> None:
    began = time.monotonic()
    with pytest.raises(FaultSaid) as caught:
        result(asking.client.post(body))
    assert fault in str(caught.value)
    assert time.monotonic() - began < 1
    assert set(asking.client.execute("discover")) == {"filters", "scores", "balance"}


def test_huge_call_is_refused_before_it_is_read(asking: Asking) -> None:
    with socket.create_connection(("127.0.0.1", asking.port), 5) as connection:
        head = "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/xml\r\n"
        connection.sendall(f"{head}Content-Length: 99999999999\r\n\r\n".encode())
        said = connection.recv(65536).decode()
    assert said.startswith("HTTP/1.1 200 ")
    assert "it is larger than 4194304 bytes" in said


def test_length_that_is_no_number_of_bytes_is_answered(asking: Asking) -> None:
    with socket.create_connection(("127.0.0.1", asking.port), 5) as connection:
        head = "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/xml\r\n"
        connection.sendall(f"{head}Content-Length: {'9' * 5000}\r\n\r\n".encode())
        said = connection.recv(65536).decode()
    assert "it has no Content-Length" in said


@pytest.mark.parametrize("part", ["head", "body"])
def test_call_that_comes_byte_by_byte_ends_its_connection(asking: Asking, part: str) -> None:
    """Each byte comes in time, and the call as a whole does not; others are answered meanwhile."""
    head = (
        "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/xml\r\nContent-Length: 99999\r\n"
    )
    began = time.monotonic()
    with socket.create_connection(("127.0.0.1", asking.port), 5) as connection:
        connection.sendall((head if part == "head" else f"{head}\r\n").encode())
        connection.settimeout(0.2)
        while time.monotonic() - began < 20:
            try:
                connection.sendall(b"x")
                if connection.recv(1) == b"":
                    break
            except TimeoutError:
                continue
            except OSError:
                break
    assert time.monotonic() - began < 15
    assert set(asking.client.execute("discover")) == {"filters", "scores", "balance"}


def test_connection_that_is_kept_may_be_idle_between_calls(asking: Asking) -> None:
    """The engine keeps its own for longer than a call may take to arrive."""
    client = Client(asking.port)
    assert set(client.execute("discover")) == {"filters", "scores", "balance"}
    time.sleep(11)
    assert set(client.execute("discover")) == {"filters", "scores", "balance"}
    client.close()


def test_compressed_call_is_read_and_a_bomb_is_not(asking: Asking) -> None:
    body = gzip.compress(call("discover"))
    assert set(result(asking.client.post(body, Content_Encoding="gzip"))) >= {"filters"}
    bomb = gzip.compress(b" " * (64 << 20))
    with pytest.raises(FaultSaid, match="larger than 4194304 bytes"):
        result(asking.client.post(bomb, Content_Encoding="gzip"))


def test_call_from_a_page_in_a_browser_is_refused(asking: Asking) -> None:
    """A page can send text/plain to a loopback address without being asked, and no XML."""
    client = Client(asking.port)
    with pytest.raises(FaultSaid, match="Content-Type is not text/xml"):
        result(client.post(call("discover"), Content_Type="text/plain"))


def test_hundred_calls_at_once_are_all_answered(
    asking: Asking, engine: Engine, hosts: dict[str, str]
) -> None:
    vm_id = engine.new_vm(hosts=(), numa_nodeset="auto", numa_topology="2")
    ids = [*hosts.values()]
    start = threading.Barrier(100)

    def ask(_: int) -> int:
        client = Client(asking.port, connect=2.0)
        start.wait(30)
        found = client.execute("runFilters", ["numa_fit"], ids, vm_id, {})
        client.close()
        assert found["result_code"] == 0
        return len(found["result"])

    with concurrent.futures.ThreadPoolExecutor(100) as threads:
        assert all(threads.map(ask, range(100)))


def page(asking: Asking, path: str, host: str | None = None) -> tuple[int, object]:
    request = urllib.request.Request(f"http://127.0.0.1:{asking.port}{path}")
    if host is not None:
        request.add_header("Host", host)
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        return error.code, None


def test_state_is_told_on_this_machine_only(asking: Asking) -> None:
    status, found = page(asking, "/state")
    assert status == 200
    assert isinstance(found, dict)
    assert found["model"]["complete"] is True
    assert found["model"]["hosts"] >= 5
    assert page(asking, "/state", "evil.example.org") == (403, None)
    assert page(asking, "/state", f"localhost:{asking.port}")[0] == 200
    assert page(asking, "/nothing") == (404, None)
    assert page(asking, f"/decisions/{ID}") == (200, {"decisions": []})
