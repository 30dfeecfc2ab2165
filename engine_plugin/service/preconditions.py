# SPDX-License-Identifier: Apache-2.0
"""`If-Match` and `If-None-Match` (RFC 9110, 13.1): which versions a request speaks of.

expected('"5f0c...", "77aa..."')        Expected.of("5f0c...", "77aa...")
"""

from __future__ import annotations

import re

from ..engine_api.vm_config import VmConfig
from ..settings.version import ANY, Expected
from .errors import TagsMalformed
from .forms import TAGS

_TAGS = re.compile(TAGS)


def expected(if_match: str | None) -> Expected | None:
    """What a change may replace; None where the request does not say. Raises `TagsMalformed`.

    Weak tags count for nothing here (RFC 9110, 8.8.3.2).
    """
    if if_match is None:
        return None
    if not _TAGS.fullmatch(if_match.strip()):
        raise TagsMalformed("If-Match", value=if_match[:100])
    return _named(_tags(if_match))


def _named(tags: list[str]) -> Expected:
    return ANY if "*" in tags else Expected.of(*(tag[1:-1] for tag in tags if _strong(tag)))


def unchanged(if_none_match: str | None, vm: VmConfig) -> bool:
    """Whether who asks has this version already; weak tags count, as the answer is the same."""
    if if_none_match is None:
        return False
    tags = [tag.removeprefix("W/") for tag in _tags(if_none_match)]
    return _named(tags).includes(vm)


def _tags(header: str) -> list[str]:
    return [tag.strip() for tag in header.split(",")]


def _strong(tag: str) -> bool:
    return len(tag) > 1 and tag[0] == tag[-1] == '"'
