# SPDX-License-Identifier: Apache-2.0
"""The connection, over real TLS: what a client of VDSM's broker can rely on."""

from __future__ import annotations

import json
import ssl
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.engine_plugin.demo.vdsm_host.client import (
    EVENTS,
    REQUESTS,
    RESPONSES,
    Answered,
    Client,
    Wire,
    encoded,
    request,
)
from tests.engine_plugin.demo.vdsm_host.hosts import Hosts
from tests.engine_plugin.demo.vdsm_host.pki import Pki

NAME = "xeon-full"
PING = request("Host.ping2")


@pytest.fixture
def wire(hosts: Hosts, pki: Pki) -> Iterator[Wire]:
    found = Wire(hosts.address(NAME), pki.context())
    yield found
    found.close()


def connected(wire: Wire, heart_beat: str = "0,0") -> dict[str, str]:
    wire.send("CONNECT", accept_version="1.2", host=NAME, heart_beat=heart_beat)
    command, headers, _ = wire.frame()
    assert command == "CONNECTED"
    return headers


def listening(wire: Wire, sub_id: str = "7") -> None:
    connected(wire)
    wire.send("SUBSCRIBE", destination=RESPONSES, id=sub_id)


def posted(*messages: Any) -> bytes:
    return b"".join(
        encoded("SEND", json.dumps(m).encode(), destination=REQUESTS, reply_to=RESPONSES)
        for m in messages
    )


def answer(wire: Wire) -> Any:
    command, headers, body = wire.frame()
    assert (command, headers["destination"]) == ("MESSAGE", RESPONSES)
    return json.loads(body)


def test_connect_is_answered_with_version_and_heart_beats(wire: Wire) -> None:
    assert connected(wire) == {"version": "1.2", "heart-beat": "0,0"}


def test_a_heart_beat_is_never_shorter_than_a_second(wire: Wire) -> None:
    assert connected(wire, "10,20000")["heart-beat"] == "20000,1000"


def test_heart_beats_that_are_no_numbers_are_none(wire: Wire) -> None:
    assert connected(wire, "often")["heart-beat"] == "0,0"


def test_another_version_is_refused(wire: Wire) -> None:
    wire.send("CONNECT", accept_version="1.1", host=NAME)
    assert wire.frame()[::2] == ("ERROR", b"Version unsupported")


def test_an_answer_comes_to_the_reply_to_with_the_subscriptions_id(wire: Wire) -> None:
    listening(wire, "sub-1")
    wire.socket.sendall(posted(PING))
    command, headers, body = wire.frame()
    length = str(len(body))
    assert (command, headers) == (
        "MESSAGE",
        {
            "destination": RESPONSES,
            "content-type": "application/json",
            "subscription": "sub-1",
            "content-length": length,
        },
    )
    assert json.loads(body) == {"jsonrpc": "2.0", "id": "1", "result": True}


def test_frames_in_single_bytes_are_answered(wire: Wire) -> None:
    connected(wire)
    data = encoded("SUBSCRIBE", destination=RESPONSES, id="7") + posted(PING)
    for each in data:
        wire.socket.sendall(bytes([each]))
    assert answer(wire)["id"] == "1"


def test_many_frames_in_one_packet_are_all_answered(wire: Wire) -> None:
    listening(wire)
    calls = [request("Host.ping2", str(i)) for i in range(50)]
    wire.socket.sendall(b"\n" + posted(*calls) + b"\n")
    assert {answer(wire)["id"] for _ in calls} == {str(i) for i in range(50)}


def test_the_engines_storage_queue_is_heard_too(wire: Wire) -> None:
    replies = "jms.topic.vdsm_irs_responses"
    connected(wire)
    wire.send("SUBSCRIBE", destination=replies, id="7")
    body = json.dumps(PING).encode()
    wire.send("SEND", body, destination="jms.topic.vdsm_irs_requests", reply_to=replies)
    assert wire.frame()[1]["destination"] == replies


def test_without_a_reply_to_nobody_is_answered(wire: Wire) -> None:
    listening(wire)
    wire.send("SEND", json.dumps(PING).encode(), destination=REQUESTS)
    with pytest.raises(TimeoutError):
        wire.frame(0.5)


def test_after_unsubscribe_no_answer_comes(wire: Wire) -> None:
    listening(wire)
    wire.send("UNSUBSCRIBE", id="7")
    wire.socket.sendall(posted(PING))
    with pytest.raises(TimeoutError):
        wire.frame(0.5)


@pytest.mark.parametrize(
    ("command", "headers", "text"),
    [
        ("SUBSCRIBE", {"id": "1"}, b"Missing destination or subscription id header"),
        ("SUBSCRIBE", {"destination": "a"}, b"Missing destination or subscription id header"),
        ("UNSUBSCRIBE", {}, b"Missing id header"),
        ("SEND", {"destination": "nowhere"}, b"Subscription not available"),
    ],
)
def test_what_lacks_a_header_is_an_error_and_the_connection_goes_on(
    wire: Wire, command: str, headers: dict[str, str], text: bytes
) -> None:
    listening(wire)
    wire.send(command, **headers)
    assert wire.frame()[::2] == ("ERROR", text)
    wire.socket.sendall(posted(PING))
    assert answer(wire)["result"] is True


def test_a_subscription_id_counts_once(wire: Wire) -> None:
    listening(wire)
    wire.send("SUBSCRIBE", destination=EVENTS, id="7")
    assert wire.frame()[::2] == ("ERROR", b"Subscription id already exists")


def test_a_clients_message_reaches_who_listens_above(wire: Wire) -> None:
    connected(wire)
    wire.send("SUBSCRIBE", destination="numa.tests", id="9")
    wire.send("SEND", b"hello", destination="numa.tests.one")
    command, headers, body = wire.frame()
    assert (command, body) == ("MESSAGE", b"hello")
    assert (headers["destination"], headers["subscription"]) == ("numa.tests.one", "9")


def test_disconnect_is_receipted(wire: Wire) -> None:
    connected(wire)
    wire.send("DISCONNECT", receipt="r-1")
    assert wire.frame()[:2] == ("RECEIPT", {"receipt-id": "r-1"})


def test_an_unknown_command_ends_the_connection(wire: Wire) -> None:
    connected(wire)
    wire.send("BEGIN", transaction="1")
    assert wire.frame()[::2] == ("ERROR", b"unknown command 'BEGIN'")
    with pytest.raises(EOFError):
        wire.frame()


def test_another_protocol_is_hung_up_on(wire: Wire) -> None:
    wire.socket.sendall(b"GET / HTTP/1.1\r\n\r\n")
    with pytest.raises(EOFError):
        wire.frame()


def test_the_host_beats_when_it_is_silent(wire: Wire) -> None:
    connected(wire, "0,1000")
    with pytest.raises(TimeoutError):
        wire.frame(2.6)
    assert wire.beats == 2


def test_a_client_that_is_silent_is_hung_up_on(wire: Wire) -> None:
    connected(wire, "1000,0")
    started = time.monotonic()
    with pytest.raises(EOFError):
        wire.frame(5)
    assert 1.0 < time.monotonic() - started < 3.0


def test_a_client_that_beats_is_kept(wire: Wire) -> None:
    connected(wire, "1000,0")
    for _ in range(6):
        time.sleep(0.4)
        wire.socket.sendall(b"\n")
    wire.send("SUBSCRIBE", destination=RESPONSES, id="7")
    wire.socket.sendall(posted(PING))
    assert answer(wire)["result"] is True


def test_without_a_certificate_nobody_is_heard(hosts: Hosts, pki: Pki) -> None:
    with pytest.raises((ssl.SSLError, ConnectionError, EOFError)):
        Client(hosts.address(NAME), pki.context(None))


def test_a_certificate_of_another_authority_is_not_heard(hosts: Hosts, pki: Pki) -> None:
    with pytest.raises((ssl.SSLError, ConnectionError, EOFError)):
        Client(hosts.address(NAME), pki.context("stranger"))


def test_a_batch_is_answered_as_a_batch(wire: Wire) -> None:
    listening(wire)
    calls = [request("Host.ping2", "a"), request("Host.nothing", "b"), request("Host.ping2", None)]
    wire.socket.sendall(posted(calls))
    by_id = {each["id"]: each for each in answer(wire)}
    assert set(by_id) == {"a", "b"}
    assert (by_id["a"]["result"], by_id["b"]["error"]["code"]) == (True, -32601)


@pytest.mark.parametrize(
    ("message", "code", "text"),
    [
        ([], -32600, "request batch is empty: {'request': []}"),
        (7, -32600, "Wrong protocol version: {'request': 7}"),
        (
            {"jsonrpc": "1.0", "method": "Host.ping2"},
            -32600,
            "Wrong protocol version: {'request': {'jsonrpc': '1.0', 'method': 'Host.ping2'}}",
        ),
        (
            {"jsonrpc": "2.0", "id": 4},
            -32600,
            "missing method header: {'request': {'jsonrpc': '2.0', 'id': 4}}",
        ),
        (
            {"jsonrpc": "2.0", "id": 4, "method": "Host.ping2", "params": [1]},
            -32602,
            "parameters are taken by name: send an object",
        ),
    ],
)
def test_what_is_no_request_is_told(wire: Wire, message: Any, code: int, text: str) -> None:
    listening(wire)
    wire.socket.sendall(posted(message))
    assert answer(wire)["error"] == {"code": code, "message": text}


def test_what_is_no_json_is_told(wire: Wire) -> None:
    listening(wire)
    wire.send("SEND", b"{", destination=REQUESTS, reply_to=RESPONSES)
    text = "Invalid JSON was received by the server. An error occurred while parsing it."
    assert answer(wire)["error"] == {"code": -32700, "message": text}


def test_an_unknown_method_is_answered_and_logged(
    hosts: Hosts, engine: Callable[[str], Client]
) -> None:
    with pytest.raises(Answered) as caught:
        engine(NAME).call("Host.makeCoffee")
    text = "The method does not exist or is not available: {'method': 'Host.makeCoffee'}"
    assert (caught.value.code, caught.value.message) == (-32601, text)
    assert f"{NAME} Host.makeCoffee: {text} (-32601)" in hosts.log.read_text()


def test_a_missing_parameter_is_named(engine: Callable[[str], Client]) -> None:
    with pytest.raises(Answered) as caught:
        engine(NAME).call("VM.destroy")
    text = "Missing required parameter: {'parameter': 'vmID'}"
    assert (caught.value.code, caught.value.message) == (11, text)


def test_a_fault_of_the_hosts_own_is_answered(engine: Callable[[str], Client]) -> None:
    with pytest.raises(Answered) as caught:
        engine(NAME).call("StoragePool.connectStorageServer", connectionParams=7)
    text = "Internal JSON-RPC error: TypeError(\"'int' object is not iterable\")"
    assert (caught.value.code, caught.value.message) == (-32603, text)


def test_a_slow_call_keeps_no_other_waiting(
    engine: Callable[[str], Client], hook: Callable[[str, str, str], Path]
) -> None:
    hook(NAME, "before_vm_destroy", "sleep 2\n")
    client = engine(NAME)
    created = client.call("VM.create", vmParams={"xml": DOMAIN})
    client.status(created["vmId"])
    client.post(request("VM.destroy", "slow", vmID=created["vmId"]))
    started = time.monotonic()
    assert client.call("Host.ping2") is True
    assert time.monotonic() - started < 1.0
    assert client.answer("slow")["result"] is True


def test_two_engines_hear_the_same_events(engine: Callable[[str], Client]) -> None:
    one, two = engine(NAME), engine(NAME)
    vm_id = one.call("VM.create", vmParams={"xml": DOMAIN})["vmId"]
    assert one.status(vm_id)["status"] == two.status(vm_id)["status"] == "Up"
    one.call("VM.destroy", vmID=vm_id)
    assert two.status(vm_id)["status"] == "Down"
    with pytest.raises(TimeoutError):
        two.event(0.2)


DOMAIN = (
    "<domain type='kvm'><name>small</name><uuid>4b0a0bc2-9d3e-4f1b-8f4e-1c2d3e4f5a6b</uuid>"
    "<memory>1048576</memory><vcpu>1</vcpu><os><type arch='x86_64'>hvm</type></os></domain>"
)
