# SPDX-License-Identifier: Apache-2.0
"""Whether the SDK has read the document that was asked for: it reads any as what it is.

expect(types.Vm, service.get())
"""

from __future__ import annotations

from typing import Any


class Unexpected(Exception):
    """The engine's answer is a document of another kind than was asked for."""


def expect(kind: Any, value: Any) -> Any:
    """The value, which has to be of this kind of the SDK."""
    if not isinstance(value, kind):
        raise Unexpected(f"it is a {type(value).__name__}, not a {kind.__name__}")
    return value
