# SPDX-License-Identifier: Apache-2.0
"""How the engine says no: a status, a reason and a detail, or an empty 404.

Decides the form of refusals and the wording that all rules share. Knows no rule itself.
The words are those of the engine's bundles (AppErrors.properties), since clients match them.

    >>> refused("VM is running.", action="run").detail
    '[Cannot run VM. VM is running.]'
"""

from __future__ import annotations

FAILED = "Operation Failed"


class Fault(Exception):
    """An answer of the engine that is not a success."""

    def __init__(self, status: int, reason: str, detail: str | None = None) -> None:
        super().__init__(detail or reason)
        self.status, self.reason, self.detail = status, reason, detail


class NotFound(Exception):
    """404 with an empty body: how the engine answers for ids that it does not know."""


def messages(status: int, *texts: str) -> Fault:
    """Validation messages, shown as the engine does: a Java list's text."""
    return Fault(status, FAILED, f"[{', '.join(texts)}]")


def refused(text: str, *, action: str = "edit", type_: str = "VM", status: int = 409) -> Fault:
    """`Cannot ${action} ${type}. text`: most refusals are of this shape."""
    return messages(status, f"Cannot {action} {type_}. {text}")


def forbidden() -> Fault:
    return messages(403, "User is not authorized to perform this action.")


def query_failed(text: str) -> Fault:
    """What went wrong with a question: in small letters, and without underscores."""
    return Fault(400, FAILED, text.lower().replace("_", " "))


def query_forbidden() -> Fault:
    """A question that only administrators may ask (QueriesCommandBase)."""
    return query_failed("Query execution failed due to insufficient permissions.")


def incomplete(model: str, fields: str, operation: str) -> Fault:
    """A mandatory element is missing: `VirtualNumaNode [index] required for add`."""
    return Fault(400, "Incomplete parameters", f"{model} [{fields}] required for {operation}")


def immutable(field: str) -> Fault:
    text = f"Attempt to set immutable field: {field}"
    return Fault(409, "Broken immutability constraint", text)


def malformed() -> Fault:
    """A body that the engine's XML or JSON binding does not take."""
    return Fault(
        400,
        "Request syntactically incorrect.",
        "For correct usage, see: /ovirt-engine/apidoc",
    )


def invalid_value(value: str, type_: str) -> Fault:
    return Fault(400, "Invalid value", f"{value} is not a member of {type_}")
