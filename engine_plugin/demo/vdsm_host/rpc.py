# SPDX-License-Identifier: Apache-2.0
"""JSON-RPC 2.0 as VDSM answers it: requests, their answers, errors.

Decides what is a request and which error tells the engine what. Knows no transport and no
method.

    failure("id-1", no_such_vm("0d5f..."))          # code 1, in VDSM's words
"""

from __future__ import annotations

import json
from typing import Any

PARSE_ERROR = -32700
INVALID_REQUEST = -32600
METHOD_NOT_FOUND = -32601
INVALID_PARAMS = -32602
INTERNAL_ERROR = -32603


class Failed(Exception):
    """What the engine is told, in VDSM's codes and words."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


def no_such_vm(vm_id: str) -> Failed:
    return Failed(1, f"Virtual machine does not exist: {{'vmId': {vm_id!r}}}")


class Params(dict[str, Any]):
    """A call's parameters by name; one that is needed and not there ends the call."""

    def __missing__(self, name: str) -> Any:
        raise Failed(11, f"Missing required parameter: {{'parameter': {name!r}}}")


class Request:
    """One call: checked, and not yet made. Without an id nobody waits for its answer."""

    def __init__(self, raw: Any) -> None:
        if not isinstance(raw, dict) or raw.get("jsonrpc") != "2.0":
            raise Failed(INVALID_REQUEST, f"Wrong protocol version: {{'request': {raw!r}}}")
        if not isinstance(raw.get("method"), str):
            raise Failed(INVALID_REQUEST, f"missing method header: {{'request': {raw!r}}}")
        params = raw.get("params") or {}
        if not isinstance(params, dict):
            raise Failed(INVALID_PARAMS, "parameters are taken by name: send an object")
        self.id = raw.get("id")
        self.method: str = raw["method"]
        self.params = Params(params)


def requests(body: bytes) -> tuple[list[Any], bool]:
    """The calls in a message, not yet checked, and whether they came as a batch."""
    try:
        raw = json.loads(body)
    except ValueError:
        what = "Invalid JSON was received by the server"
        raise Failed(PARSE_ERROR, f"{what}. An error occurred while parsing it.") from None
    if raw == []:
        raise Failed(INVALID_REQUEST, "request batch is empty: {'request': []}")
    return (raw, True) if isinstance(raw, list) else ([raw], False)


def result(request_id: Any, value: Any) -> dict[str, Any]:
    """VDSM gives true where a method has nothing to say."""
    return {"jsonrpc": "2.0", "id": request_id, "result": True if value is None else value}


def failure(request_id: Any, error: Failed) -> dict[str, Any]:
    found = {"code": error.code, "message": str(error)}
    return {"jsonrpc": "2.0", "id": request_id, "error": found}


def notification(event: str, params: dict[str, Any]) -> bytes:
    return json.dumps({"jsonrpc": "2.0", "method": event, "params": params}).encode()
