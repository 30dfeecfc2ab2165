# SPDX-License-Identifier: Apache-2.0
"""A change of a pool: of its VMs one after the other.

What its author has seen are the settings of the first of them, which the engine shows for the pool.

    batch = pool_batch(inventory, pool, expected, Asked(request))
    change_pool(inventory, pool, batch, lambda number: writer).vms
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..engine_api import queries
from ..engine_api.inventory import Inventory
from ..engine_api.target import VMS, Target
from ..engine_api.vm_config import VmConfig
from . import conflict
from .batch import Asked, Batch, Item
from .errors import PoolEmpty, PoolPartly
from .pool_members import told
from .reading import read
from .storing import Writer
from .version import Expected


@dataclass(frozen=True)
class PoolResult:
    """What became of a pool."""

    pool: VmConfig
    """As read back."""
    items: Sequence[Item]


def pool_batch(
    inventory: Inventory, pool: Target, expected: Expected | None, asked: Asked
) -> tuple[VmConfig, Batch]:
    """The pool as it is, and what there is to do. Raises `PoolEmpty`."""
    session = inventory.session
    vm = pool.read(session)
    rows = queries.vms_of_pool(session, queries.pool(session, pool.id).name)
    if not rows:
        raise PoolEmpty("vmpools", name=vm.name)
    conflict.require(expected, vm, lambda: read(inventory, pool, vm))
    items = [Item(Target(VMS, row.id), row.name, vm=row.config) for row in rows]
    return vm, Batch(items, asked, vm.request_texts)


def change_pool(
    inventory: Inventory,
    pool: Target,
    vm: VmConfig,
    batch: Batch,
    writer_of: Callable[[int], Writer],
) -> PoolResult:
    """All at once, for a small one. Raises `PoolDiffers` before anything is written, and
    `PoolPartly` where some VMs are written and one cannot be."""
    _require_alike(vm, batch)

    def failed() -> bool:
        return any(item.state == "failed" for item in batch.items)

    batch.run(writer_of, stopped=failed)
    left = [item for item in batch.items if item.state not in ("done", "unchanged")]
    if left:
        raise _ended(vm.name, batch, left)
    return PoolResult(pool.read(inventory.session), batch.items)


def _require_alike(vm: VmConfig, batch: Batch) -> None:
    others = told(vm.name, [i.vm for i in batch.items if i.vm is not None and batch.differs(i.vm)])
    if others is not None:
        raise others


def _ended(name: str, batch: Batch, left: Sequence[Item]) -> Exception:
    first = left[0]
    error = batch.ended_by or (first.problems[0] if first.problems else None)
    if error is None:  # it came to differ after the first look
        return told(name, [item.vm for item in left if item.vm is not None]) or PoolEmpty(
            "vmpools", name=name
        )
    done = [item for item in batch.items if item.state in ("done", "unchanged")]
    if not done:
        return error
    return PoolPartly(
        f"vmpools, {error.where}",
        cause=error,
        written=[item.target.id for item in done],
        left=[item.target.id for item in left],
        name=name,
        done=len(done),
        of=len(batch.items),
        vms=", ".join(item.name for item in done),
        failed=first.target.id,
    )
