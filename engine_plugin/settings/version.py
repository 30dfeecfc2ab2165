# SPDX-License-Identifier: Apache-2.0
"""Versions of stored settings: ETag, If-Match.

Decides which fields make a version: all that the service writes, and nothing else, so that a
new description of the VM is no conflict. Never decides what happens on a conflict.

    etag(owner)                 '"5f0c..."'
"""

from __future__ import annotations

import hashlib
import json

from ..engine_api import faults
from ..engine_api.records import FORMER, OURS, Owner


def fields(owner: Owner) -> dict[str, object]:
    """What a version is of, by name."""
    names = (*OURS, *FORMER)
    return {
        **{name: owner.properties[name] for name in names if owner.properties.get(name)},
        "migration": owner.affinity,
        "hosts": sorted(owner.host_ids),
        "cpu_tune": {str(vcpu): cpus for vcpu, cpus in sorted(owner.pins.items())},
    }


def etag(owner: Owner) -> str:
    """Strong, quoted."""
    text = json.dumps([owner.id, fields(owner)], sort_keys=True)
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:24]}"'


def matches(header: str, owner: Owner, *, weakly: bool = False) -> bool:
    """Whether one of the tags is the VM's: weak ones only where the answer would be the same
    anyway, in If-None-Match (RFC 9110, 8.8.3.2)."""
    tags = [tag.strip() for tag in header.split(",")]
    if weakly:
        tags = [tag.removeprefix("W/") for tag in tags]
    return "*" in tags or etag(owner) in tags


def require_match(header: str | None, owner: Owner, current: dict[str, object]) -> None:
    """Raises `MatchMissing` or `MatchFailed`; the latter with the newer settings."""
    if header is None:
        if owner.has_settings:
            raise faults.MatchMissing("If-Match", name=owner.name)
        return
    if not matches(header, owner):
        error = faults.MatchFailed("If-Match", name=owner.name)
        error.extra = {"current": current, "etag": etag(owner)}
        raise error


def differences(wanted: dict[str, object], found: dict[str, object]) -> list[str]:
    """What two versions differ in, in words."""
    said = []
    for name in sorted(wanted.keys() | found.keys()):
        old, new = wanted.get(name), found.get(name)
        if old != new:
            said.append(f"{name} is {_shown(new)} instead of {_shown(old)}")
    return said


def _shown(value: object) -> str:
    return "absent" if value in (None, {}, []) else json.dumps(value)
