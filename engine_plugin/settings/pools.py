# SPDX-License-Identifier: Apache-2.0
"""A change of a pool: of its VMs one after the other, until one cannot be written.

change_pool(inventory, pool, expected, lambda vm: writer.remove(vm, expected=ANY))
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from numa_domain.base.errors import NumaError

from ..engine_api.inventory import Inventory
from ..engine_api.target import Target
from ..engine_api.vm_config import VmConfig
from . import conflict
from .errors import PoolEmpty, PoolPartly
from .reading import read
from .storing import Result
from .version import Expected


@dataclass(frozen=True)
class PoolResult:
    """What became of a pool."""

    pool: VmConfig
    """As read back."""
    vms: Sequence[Result]


def change_pool(
    inventory: Inventory,
    pool: Target,
    expected: Expected | None,
    write: Callable[[Target], Result],
) -> PoolResult:
    """Raises `PoolPartly` where some VMs are written by then, and `PoolEmpty`."""
    session = inventory.session
    vm = pool.read(session)
    members = pool.members(session)
    if not members:
        raise PoolEmpty("vmpools", name=vm.name)
    conflict.require(expected, vm, lambda: read(inventory, pool, vm))
    done: list[Result] = []
    for member in members:
        try:
            done.append(write(member))
        except NumaError as error:
            if not done:
                raise
            raise _partly(vm.name, done, member, members, error) from error
    return PoolResult(pool.read(session), done)


def _partly(
    name: str,
    done: Sequence[Result],
    failed: Target,
    members: Sequence[Target],
    error: NumaError,
) -> PoolPartly:
    written = [result.vm.id for result in done]
    return PoolPartly(
        f"vmpools, {error.where}",
        cause=error,
        written=written,
        left=[member.id for member in members if member.id not in written],
        name=name,
        done=len(done),
        of=len(members),
        vms=", ".join(result.vm.name for result in done),
        failed=failed.id,
    )
