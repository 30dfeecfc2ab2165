# SPDX-License-Identifier: Apache-2.0
"""The settings of a VM, a template or a pool, read and shown.

Decides what has to be asked for that. Its members and their names are `views`'.

    shown(session, Ref("vms", "0d5f..."))["request"]["nodeset"]
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from . import queries, version, views
from .engine import Session
from .owners import POOLS, VMS, Ref
from .records import NativeNode, Owner
from .storing import Result


def native_nodes(session: Session, ref: Ref) -> Sequence[NativeNode]:
    """oVirt's own virtual NUMA nodes; only VMs have some."""
    return queries.native_nodes(session, ref.id) if ref.kind == VMS else ()


def shown(session: Session, ref: Ref, owner: Owner | None = None) -> dict[str, Any]:
    """For JSON."""
    owner = ref.read(session) if owner is None else owner
    current = ref.read_current(session, owner)
    native = native_nodes(session, ref)
    return views.settings(owner, current, native, f"/api/v1/{ref.kind}/{ref.id}/numa")


def each_member(
    session: Session, pool: Ref, match: str | None, write: Callable[[Ref], Result]
) -> dict[str, Any]:
    """A change of a pool: of its VMs one after the other, until one cannot be written."""
    assert pool.kind == POOLS
    members = pool.members(session)
    owner = pool.read(session)
    version.require_match(match, owner, shown(session, pool, owner))
    done = [views.stored(write(member)) for member in members]
    for each in done:
        each.pop("fit")
    etag = version.etag(pool.read(session))
    return {"id": pool.id, "name": owner.name, "etag": etag, "vms": done}
