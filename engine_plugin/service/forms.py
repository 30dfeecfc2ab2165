# SPDX-License-Identifier: Apache-2.0
"""The forms of what comes in, as tight as a JSON schema can say them.

Types are strict: 0 is no `false`, "5" no 5; 2.0 is 2, as in JSON. A pattern here is for readers of
the description and their programs; what does not match is refused by who knows why, in better
words.

    force: Flag = False
    host: EntityId | None = None
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field, StrictBool, WithJsonSchema

_LONGEST = 4000
ID = "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"
TAGS = r'^(\*|(W/)?"[!#-~]*"( *, *(W/)?"[!#-~]*")*)$'
"""If-Match (RFC 9110, 13.1.1)."""
_SIGN = r"[\w .*=!<>@:/+,()%&-]"
_QUOTED = r'"[^"\\\x00-\x1f\x7f]*"'
SEARCH = rf"^({_SIGN}|{_QUOTED})*$"
_CHOICE = rf"^ *([\w.*=!<>@:/+,()%&-]|{_QUOTED})({_SIGN}|{_QUOTED})*$"
_SOMETHING = r"[^\s]"
_ITEM = r"[0-9]{1,4}(-[0-9]{1,4})?"
_MODE = "(strict|preferred|interleave|restrictive)"
NODESET = (
    rf"^\s*(({_MODE}\s*:\s*)?(all|auto(\s*:\s*[0-9]{{1,8}})?"
    rf"|\^?{_ITEM}(\s*,\s*\^?{_ITEM})*)\s*)?$"
)
_PART = r"[a-z]+=[a-zA-Z0-9,^:-]+"
TOPOLOGY = rf"^\s*(([0-9]{{1,3}}|host|{_PART}(\s+{_PART})*(\s*/\s*{_PART}(\s+{_PART})*)*)\s*)?$"


def _whole(value: Any) -> Any:
    """JSON has one kind of number."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _text(pattern: str, most: int, least: int = 0) -> Any:
    bounds = {"maxLength": most, **({"minLength": least} if least else {})}
    return WithJsonSchema({"type": "string", "pattern": pattern, **bounds})


Flag = StrictBool
Memory = Annotated[int, Field(strict=True, ge=1024, le=1 << 40), BeforeValidator(_whole)]
"""In KiB."""
PageSize = Annotated[int, Field(strict=True, ge=0, le=1 << 31), BeforeValidator(_whole)]
Vcpus = Annotated[int, Field(strict=True, ge=1, le=1024), BeforeValidator(_whole)]
Threads = Annotated[int, Field(strict=True, ge=1, le=64), BeforeValidator(_whole)]
EntityId = Annotated[str, Field(max_length=64), _text(ID, 36)]
Nodeset = Annotated[str, Field(max_length=_LONGEST), _text(NODESET, _LONGEST)]
Topology = Annotated[str, Field(max_length=_LONGEST), _text(TOPOLOGY, _LONGEST)]
Chosen = Annotated[str, Field(min_length=1, max_length=500), _text(_CHOICE, 500, 1)]
"""A search that must say something."""

_GIVEN = {"type": "string", "pattern": _SOMETHING}
ONE_OF_BOTH: list[Any] = [
    {"required": [name], "properties": {name: _GIVEN}} for name in ("nodeset", "topology")
]
"""At least one of the two inputs is there and says something."""
