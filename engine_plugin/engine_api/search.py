# SPDX-License-Identifier: Apache-2.0
"""Texts in the engine's search language, made so that a name or a user's own conditions stay
what they are.

    f"cluster = {quoted('Default')} and status != down"
"""

from __future__ import annotations

import re

from .errors import SearchMalformed

_LONGEST_NAME = 255
_NAME = re.compile(r'[^"\\\x00-\x1f]{1,255}')
_UNNAMED = "no name is empty, or has a quote, a backslash or a control character"
_CONDITIONS = re.compile(r'([\w .*=!<>@:/+,()%&-]|"[^"\\\x00-\x1f\x7f]*("|$))*')
"""Between quotes whatever a name or a comment may have."""
_LONGEST = 500
_VALUES = re.compile(r'[=<>!]+\s*("[^"]*"|[^\s"]+)|"[^"]*"')
_CLAUSES = re.compile(r"(?<!\S)(sortby|page|limit)(?!\S)", re.IGNORECASE)
"""As words of their own: in `name=page-1` and `name = sortby` they are values."""


def quoted(name: str) -> str:
    """A name as the engine's search takes it. Raises `SearchMalformed`."""
    if not _NAME.fullmatch(name):
        long = len(name) > _LONGEST_NAME
        reason = f"it is longer than {_LONGEST_NAME} characters" if long else _UNNAMED
        raise SearchMalformed("name", value=name, reason=reason)
    return f'"{name}"'


def conditions(search: str) -> str:
    """A user's own conditions. Raises `SearchMalformed` where they could be more than that."""
    if len(search) > _LONGEST or not _CONDITIONS.fullmatch(search):
        reason = "it has characters that no condition needs"
        if len(search) > _LONGEST:
            reason = f"it is longer than {_LONGEST} characters"
        raise SearchMalformed("search", value=search, reason=reason)
    if search.count('"') % 2:
        raise SearchMalformed("search", value=search, reason="a quote is not closed")
    if _CLAUSES.search(_VALUES.sub(" ", search)):
        reason = "sorting and paging are parameters of their own"
        raise SearchMalformed("search", value=search, reason=reason)
    return search.strip()


def choice(search: str) -> str:
    """Conditions that choose what is changed. Raises `SearchMalformed` where they would choose all:
    that is more often a variable that was empty."""
    found = conditions(search)
    if not found:
        reason = "it is empty, and would find every VM"
        raise SearchMalformed("search", value=search, reason=reason)
    return found
