# SPDX-License-Identifier: Apache-2.0
"""What the SDK raises, as one of `errors`: by the engine's status, or by libcurl's number.

error_of(sdk.NotFoundError(...), Asked("read VM 0d5f...", "VM 0d5f..."))    EntityUnknown
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import ovirtsdk4 as sdk

from . import errors
from .connection import Away, NotXml, TransferFailed

_REASONS = {
    6: "its host name cannot be resolved",
    7: "nothing listens at its address",
    18: "it ended the connection within its answer",
    23: "its answer is larger than any that is expected",
    35: "no TLS version and cipher suit both sides",
    51: "its certificate is for another host name",
    52: "it ended the connection without an answer",
    56: "the connection was cut",
    58: "the certificate of this side cannot be used",
    60: "its certificate was not issued by the configured CA",
    77: "the CA file cannot be read",
}
_CERTIFICATES = (
    ("subject name", _REASONS[51]),
    ("expired", "its certificate has expired"),
    ("not yet valid", "its certificate is not valid yet: compare the clocks"),
)
"""Of number 60, which libcurl since 7.62 gives every fault of a certificate: words of its text."""
_REFUSALS = (400, 401, 403, 404, 409)
_TOO_MANY = 429
"""Told as `Away`, as are 502 to 504: these are httpd's, where the engine behind it does not answer
(mod_proxy_ajp)."""
_PASSING = re.compile(r"is being|is locked|in progress|try again", re.IGNORECASE)
"""In the engine's texts of a lock (ACTION_TYPE_FAILED_..._IS_BEING_UPDATED and the like)."""


@dataclass(frozen=True)
class Asked:
    """What the engine was asked to do, for messages: see `Session.call`. A list is there on every
    engine, however empty."""

    action: str
    entity: str
    way_out: str = ""
    request_id: str = ""


def error_of(error: Exception, asked: Asked) -> errors.EngineError | None:
    """None where the call took too long."""
    if isinstance(error, sdk.TimeoutError):
        return None
    if isinstance(error, TransferFailed):
        return errors.EngineUnreachable("engine", reason=transfer_reason(error.number, str(error)))
    code = getattr(error, "code", None)
    if code in _REFUSALS:
        return _refusal(code, error, asked)
    if isinstance(error, Away):
        kind = errors.EngineOverloaded if code == _TOO_MANY else errors.EngineStarting
        found = kind("engine", code=code, action=asked.action)
        found.retry_after = error.retry_after
        return found
    if code is not None and code >= 300:
        reason = f" ({error})" if isinstance(error, NotXml) else ""
        return errors.EngineBroke(
            "engine", code=code, action=asked.action, reason=reason, request_id=asked.request_id
        )
    reason = " ".join(str(error).split()) or type(error).__name__
    return errors.EngineUnreadable("engine", action=asked.action, reason=reason)


def unanswered(error: Exception) -> bool:
    """Whether a request went out, and nothing of the engine itself came back: what httpd says in
    its place does not tell whether it was passed on."""
    if isinstance(error, (sdk.TimeoutError, TransferFailed)):
        return bool(getattr(error, "sent", True))
    return isinstance(error, Away) and error.code != _TOO_MANY


def transfer_reason(number: int, text: str) -> str:
    """Why a transfer broke, by libcurl's number and text."""
    if number == 60:
        for word, reason in _CERTIFICATES:
            if word in text:
                return reason
    return _REASONS.get(number, text or f"libcurl says {number}")


def _refusal(code: int, error: Exception, asked: Asked) -> errors.EngineError:
    if code == 401:
        return errors.TokenRejected("token")
    detail = _detail(error)
    if code == 404 and asked.entity.startswith("list of "):
        reason = "nothing is there (HTTP 404)"
        return errors.EngineUnreadable("engine", action=asked.action, reason=reason)
    if code == 404:
        return errors.EntityUnknown("engine", entity=asked.entity)
    if code == 403:
        way_out = asked.way_out or "ask an administrator for the permission"
        return errors.EngineForbids("engine", action=asked.action, detail=detail, way_out=way_out)
    if code == 409 and _PASSING.search(detail):
        return errors.EngineOccupied("engine", action=asked.action, detail=detail)
    way_out = asked.way_out or "see what the engine says"
    return errors.EngineRefused("engine", action=asked.action, detail=detail, way_out=way_out)


def _detail(error: Exception) -> str:
    """The engine's own words, without its list brackets."""
    fault = getattr(error, "fault", None)
    detail = getattr(fault, "detail", None) or getattr(fault, "reason", None)
    if detail is None:
        return "it gives no reason"
    return " ".join(str(detail).removeprefix("[").removesuffix("]").split()).rstrip(".")
