# SPDX-License-Identifier: Apache-2.0
"""Answers as XML: a value, or a fault.

Only types that every XML-RPC client knows: the engine casts `result_code` and scores to Java's
Integer, which is `int` here, and would fail over an `ex:i8`.

    answer({"result_code": 0, "result": []})
"""

from __future__ import annotations

import re
import xmlrpc.client
from typing import Any

from .errors import CallError

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def answer(value: Any) -> bytes:
    """The document of a method's return value."""
    return _encoded(xmlrpc.client.dumps((_clean(value),), methodresponse=True))


def fault(error: CallError) -> bytes:
    """The document of an error."""
    said = xmlrpc.client.Fault(error.number, _clean(str(error)))
    return _encoded(xmlrpc.client.dumps(said))


def _encoded(document: str) -> bytes:
    return ("<?xml version='1.0' encoding='UTF-8'?>\n" + document.partition("?>\n")[2]).encode()


def _clean(value: Any) -> Any:
    """Without the characters that no XML can have: a VM's name may come from anywhere."""
    if isinstance(value, str):
        return _NOT_XML.sub("?", value)
    if isinstance(value, dict):
        return {_clean(name): _clean(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_clean(each) for each in value]
    return value
