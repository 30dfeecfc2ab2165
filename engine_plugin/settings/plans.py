# SPDX-License-Identifier: Apache-2.0
"""What a change of settings was planned for, and what makes the plan void.

Fit, hooks and definitions are judged before the VM is locked, which may take seconds; directly
before the write the VM is compared with what was judged then.

    plan = StorePlan(...)
    plan.require(vm)        raises Moved where, say, its memory has changed since
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from numa_domain.request.model import NumaRequest

from ..engine_api.native_node import NativeNode
from ..engine_api.vm_config import VmConfig
from . import change as changes
from . import conflict
from .change import Change
from .fit import Fits
from .reading import Reading
from .version import Expected


class Moved(Exception):
    """The VM is no longer what was judged: to be judged again."""


@dataclass(frozen=True, kw_only=True)
class RemovePlan:
    """Settings are to go."""

    vm: VmConfig
    """As it was when the plan was made."""
    expected: Expected | None
    newer: Callable[[VmConfig], Reading]
    unpin: bool = False
    """Whether the VM's CPU pins go: an earlier release wrote them, and nobody changed them."""

    def look(self) -> None:
        """Nothing but the VM itself counts."""

    def require(self, vm: VmConfig) -> None:
        conflict.require(self.expected, vm, lambda: self.newer(vm))
        if _judged(vm) != _judged(self.vm):
            raise Moved

    def replaces(self, vm: VmConfig) -> bool:
        return not vm.has_settings if self.expected is None else self.expected.includes(vm)

    def change(self, vm: VmConfig) -> Change:
        return changes.removed(vm, unpin=self.unpin and vm.restores[1])


@dataclass(frozen=True, kw_only=True)
class StorePlan(RemovePlan):
    """A request is to be stored."""

    request: NumaRequest
    remember: bool
    """Whether the engine knows the property for what removal gives back."""
    fits: Fits
    native: tuple[NativeNode, ...]
    """Nodes of oVirt's own beside it."""
    native_now: Callable[[], tuple[NativeNode, ...]]

    def look(self) -> None:
        if self.native_now() != self.native:
            raise Moved

    def change(self, vm: VmConfig) -> Change:
        unpin = self.unpin and vm.restores[1]
        return changes.stored(vm, self.request, remember=self.remember, unpin=unpin)


def _judged(vm: VmConfig) -> VmConfig:
    """All of it that the judgement depends on: neither properties nor what changes as it runs."""
    return replace(
        vm,
        properties={},
        affinity="",
        status="",
        host_id=None,
        next_run=False,
        name="",
        others={},
    )
