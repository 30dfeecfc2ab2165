# SPDX-License-Identifier: Apache-2.0
"""The settings of a VM, a template or a pool, read and shown.

Decides what has to be asked for that. Its members and their names are `views`'.

    shown(book, Ref("vms", "0d5f..."))["request"]["nodeset"]
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from numa_domain.base.errors import NumaError

from ..engine_api import faults, queries
from ..engine_api.engine import Session
from ..engine_api.owners import POOLS, VMS, Ref
from ..engine_api.records import NativeNode, Owner
from . import version, views
from .book import Book
from .health import undefined
from .problems import status_of
from .storing import Result


def native_nodes(session: Session, ref: Ref) -> Sequence[NativeNode]:
    """oVirt's own virtual NUMA nodes; only VMs have some."""
    return queries.native_nodes(session, ref.id) if ref.kind == VMS else ()


def shown(book: Book, ref: Ref, owner: Owner | None = None) -> dict[str, Any]:
    """For JSON."""
    session = book.session
    owner = ref.read(session) if owner is None else owner
    current = ref.read_current(session, owner)
    native = native_nodes(session, ref)
    path = f"/api/v1/{ref.kind}/{ref.id}/numa"
    return views.settings(owner, current, native, path, undefined(book, owner))


def each_member(
    book: Book, pool: Ref, match: str | None, write: Callable[[Ref], Result]
) -> dict[str, Any]:
    """A change of a pool: of its VMs one after the other, until one cannot be written.

    Raises `PoolPartly` where some are written by then.
    """
    assert pool.kind == POOLS
    session = book.session
    members = pool.members(session)
    owner = pool.read(session)
    version.require_match(match, owner, shown(book, pool, owner))
    done: list[dict[str, Any]] = []
    for member in members:
        try:
            result = write(member)
        except NumaError as error:
            if not done:
                raise
            raise _partly(owner.name, done, member, members, error) from error
        done.append(views.stored(result))
        done[-1].pop("fit")
    etag = version.etag(pool.read(session))
    return {"id": pool.id, "name": owner.name, "etag": etag, "vms": done}


def _partly(
    name: str,
    done: Sequence[dict[str, Any]],
    failed: Ref,
    members: Sequence[Ref],
    error: NumaError,
) -> faults.PoolPartly:
    written = [each["id"] for each in done]
    partly = faults.PoolPartly(
        f"vmpools, {error.where}",
        name=name,
        done=len(done),
        of=len(members),
        vms=", ".join(str(each["name"]) for each in done),
        failed=failed.id,
        reason=error.message,
        way_out=error.remedy,
    )
    left = [member.id for member in members if member.id not in written]
    partly.extra = {"done": written, "left": left}
    partly.status, partly.blames = status_of(error), error.blames
    return partly
