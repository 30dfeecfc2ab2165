# SPDX-License-Identifier: Apache-2.0
"""Ids of the engine. They are checked before the SDK puts them into an address, since it
neither checks nor encodes them.

    valid_id("0D5F3A52-6B1C-4F0E-9A43-1F2B6C7D8E90")    "0d5f3a52-6b1c-4f0e-9a43-1f2b6c7d8e90"
"""

from __future__ import annotations

import re

from .errors import IdMalformed

_ID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def is_id(text: str) -> bool:
    return _ID.fullmatch(text) is not None


def valid_id(text: str, where: str = "id") -> str:
    """The id, lower case. Raises `IdMalformed`."""
    if not is_id(text):
        raise IdMalformed(where, value=text)
    return text.lower()
