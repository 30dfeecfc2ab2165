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


class Malformed(Exception):
    """A body that the engine's XML or JSON binding does not take: 400, and where to read."""


class PlainFault(Exception):
    """An answer that is no document: what stands below the API answers, in HTML or nothing."""

    def __init__(self, status: int, text: str = "") -> None:
        super().__init__(text)
        self.status, self.text = status, text


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


def not_found(what: str) -> Fault:
    """Of something that a request names: 404, and with words."""
    return Fault(404, FAILED, f"Entity not found: {what}")


def unset(parameter: str) -> Fault:
    """A parameter of an operation that it cannot do without."""
    text = f"Parameter '{parameter}' is mandatory but was not provided."
    return Fault(400, "Input validation failed.", text)


def incomplete(model: str, fields: str, operation: str) -> Fault:
    """A mandatory element is missing: `Vm [name] required for add`."""
    return Fault(400, "Incomplete parameters", f"{model} [{fields}] required for {operation}")


def immutable(field: str) -> Fault:
    text = f"Attempt to set immutable field: {field}"
    return Fault(409, "Broken immutability constraint", text)


def broken_command() -> Fault:
    """The engine could not even make its command, and broke over that."""
    command = "org.ovirt.engine.core.bll.CommandBase"
    text = f'Cannot invoke "{command}.getParameters()" because "commandBase" is null'
    return Fault(500, FAILED, f"java.lang.NullPointerException: {text}")


def invalid_value(text: str) -> Fault:
    """An element whose text is none of those that it may have."""
    return Fault(400, "Invalid value", text)
