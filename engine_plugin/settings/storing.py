# SPDX-License-Identifier: Apache-2.0
"""Settings written into the engine, and what became of them.

The steps: read, compare versions, check the set-up and judge; then, alone with the VM, read again,
compare with what was judged, write, and see who else wrote (`guarded`).

    result = Writer(inventory, locks).store(target, request, expected=ANY, force=False)
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace

from numa_domain.base.errors import NumaError
from numa_domain.domxml.rewrite import rewrite
from numa_domain.request.model import NumaRequest

from ..engine_api.errors import EngineError
from ..engine_api.inventory import Inventory
from ..engine_api.native_node import NativeNode
from ..engine_api.session import Session
from ..engine_api.target import Target
from ..engine_api.vm_config import OURS, RESTORE, VmConfig
from ..properties import DEFINITIONS
from . import change as changes
from . import conflict, errors, former_pins, health, remarks, version
from .change import Change
from .fit import Fits, judge
from .guarded import Guarded, Written
from .locks import Locks
from .plans import Moved, RemovePlan, StorePlan
from .reading import Reading, read
from .version import Expected

Make = Callable[[VmConfig, list[str]], "RemovePlan | None"]
"""The plan for a VM, and what should be noted; None where there is nothing to do."""
_TURNS = 4


@dataclass
class Result:
    """What was stored, and all that an administrator should know about it."""

    vm: VmConfig
    """As read back."""
    running: VmConfig
    """As it runs now; the same where it is down."""
    at_once: list[str] = field(default_factory=list)
    at_next_start: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    problems: list[NumaError] = field(default_factory=list)
    fits: Fits | None = None


class Writer:
    """Changes of one request."""

    def __init__(self, inventory: Inventory, locks: Locks) -> None:
        self._inventory, self._locks = inventory, locks

    @property
    def session(self) -> Session:
        return self._inventory.session

    def store(
        self,
        target: Target,
        request: NumaRequest,
        *,
        expected: Expected | None,
        force: bool,
        adopting: Sequence[NativeNode] = (),
    ) -> Result:
        """The request stored with the VM or template.

        `force` stores it although the VM could start without it; `adopting` are the native nodes
        that it was made from, and that the caller removes afterwards.
        """
        if request.empty:
            raise errors.NothingAsked("nodeset")

        def plan(vm: VmConfig, notes: list[str]) -> StorePlan:
            return self._plan(target, vm, request, expected, force, tuple(adopting), notes)

        return self._planned(target, expected, plan)

    def remove(self, target: Target, *, expected: Expected | None) -> Result:
        """Our settings gone, the former migration mode back."""

        def plan(vm: VmConfig, notes: list[str]) -> RemovePlan | None:
            if not vm.has_settings and RESTORE not in vm.properties:
                return None
            if vm.affinity == "unknown":
                raise errors.PolicyHidden("placement_policy", name=vm.name)
            unpin = self._unpins(vm, notes)
            return RemovePlan(vm=vm, expected=expected, newer=self._reading(target), unpin=unpin)

        return self._planned(target, expected, plan)

    def _planned(self, target: Target, expected: Expected | None, make: Make) -> Result:
        """Judged without the lock, written with it, and judged again where it moved between."""
        for _ in range(_TURNS):
            notes: list[str] = []
            vm = self._read_expected(target, expected)
            plan = make(vm, notes)
            if plan is None:
                return Result(vm, vm)
            try:
                with self.alone(target):
                    guarded = Guarded(self.session, target, self._locks.notes)
                    written = guarded.write(vm, plan)
            except Moved:
                continue
            result = self._result(target, written, notes)
            result.fits = plan.fits if isinstance(plan, StorePlan) else None
            return result
        said = "it changes faster than it can be judged"
        raise errors.ChangedMeanwhile("engine", name=vm.name, differences=said)

    def alone(self, target: Target) -> AbstractContextManager[None]:
        """The only change of it by this service, for as long as the request may take."""
        return self._locks.hold(target.id, self.session.deadline - time.monotonic())

    def _plan(
        self,
        target: Target,
        vm: VmConfig,
        request: NumaRequest,
        expected: Expected | None,
        force: bool,
        adopting: tuple[NativeNode, ...],
        notes: list[str],
    ) -> StorePlan:
        _require_settable(vm)
        _require_native(vm, target.native_nodes(self.session), adopting)
        defined = self._check_setup(vm, request, force, notes)
        fits = judge(self._inventory, vm, request)
        best = fits.best
        if best is not None and best.placement is not None:
            rewrite(fits.domain_xml, best.placement)  # raises where every hook would refuse it
        remember = RESTORE in defined
        notes += [] if remember else [remarks.UNREMEMBERED]
        return StorePlan(
            vm=vm,
            expected=expected,
            newer=self._reading(target),
            unpin=self._unpins(vm, notes),
            request=request,
            remember=remember,
            fits=fits,
            native=adopting,
            native_now=lambda: target.native_nodes(self.session),
        )

    def _unpins(self, vm: VmConfig, notes: list[str]) -> bool:
        """Whether the VM's CPU pins go: an earlier release wrote them, and nobody changed them."""
        if not vm.restores[1] or not vm.pins:
            return False
        ours = former_pins.are_ours(self._inventory, vm)
        notes.append(remarks.UNPINNED if ours else remarks.STILL_PINNED)
        return ours

    def _reading(self, target: Target) -> Callable[[VmConfig], Reading]:
        return lambda vm: read(self._inventory, target, vm)

    def _read_expected(self, target: Target, expected: Expected | None) -> VmConfig:
        vm = target.read(self.session)
        conflict.require(expected, vm, lambda: read(self._inventory, target, vm))
        return vm

    def _check_setup(
        self, vm: VmConfig, request: NumaRequest, force: bool, notes: list[str]
    ) -> set[str]:
        """The names of our properties that are defined."""
        if vm.cluster_id is None:
            return set(DEFINITIONS)
        cluster = self._inventory.cluster(vm.cluster_id)
        if vm.level is not None:
            cluster = replace(cluster, level=vm.level)
        needed = tuple(request.to_properties())
        defined = health.require_definitions(self._inventory, cluster, needed)
        try:
            notes += health.require_hooks(self._inventory, vm, cluster, request)
        except (errors.HooksMissing, errors.HooksOld) as error:
            if not force:
                raise
            notes.append(f"stored all the same, though {error.message}")
        return defined

    def _result(self, target: Target, written: Written, notes: list[str]) -> Result:
        """Raises where others' writes and ours met."""
        self._inventory.forget_running()
        change, found = written.change, written.found
        if written.crossed:
            raise conflict.WriteCrossed(
                "engine",
                newer=Reading(found, found),
                by=written.by,
                theirs=written.lost,
                put_back=written.put_back,
                stored=written.kept,
                name=found.name,
            )
        _require_kept(written)
        if remarks.UNPINNED in notes and change.wanted.pins:
            notes[notes.index(remarks.UNPINNED)] = remarks.UNPERMITTED
        notes += remarks.said(change, found)
        try:
            running = target.read_running(self.session, found)
        except EngineError as error:
            raise errors.StoredUnread("engine", cause=error, name=found.name) from error
        result = Result(found, running, notes=notes)
        if not written.around.seen:
            result.problems.append(errors.WritesUnseeable("engine", name=found.name))
        _tell_when(result, change)
        return result


def _require_settable(vm: VmConfig) -> None:
    if vm.hosted_engine:
        raise errors.HostedEngine("custom_properties", name=vm.name)
    if vm.affinity == "unknown":
        raise errors.PolicyHidden("placement_policy", name=vm.name)


def _require_native(
    vm: VmConfig, nodes: tuple[NativeNode, ...], adopting: tuple[NativeNode, ...]
) -> None:
    """No native nodes, or still those that are adopted."""
    if nodes and not adopting:
        raise errors.NativeNodes("numanodes", name=vm.name, count=len(nodes), id=vm.id)
    if adopting != nodes:
        said = "its virtual NUMA nodes are others now"
        raise errors.ChangedMeanwhile("numanodes", name=vm.name, differences=said)


def _require_kept(written: Written) -> None:
    """Ours stand there as they were written; what somebody wrote since beside them is theirs."""
    wanted, found = written.change.wanted, written.found
    said = version.differences(version.fields(wanted), version.fields(found))
    said += version.differences(_properties(wanted), _properties(found))
    if not said or (written.around.later and _ours(wanted) == _ours(found)):
        return
    users = ", ".join(sorted({update.user for update in written.around.later}))
    raise errors.ChangedMeanwhile(
        "engine", name=found.name, users=users or "somebody else", differences="; ".join(said)
    )


def _ours(vm: VmConfig) -> tuple[object, ...]:
    return vm.affinity, {name: vm.properties.get(name) for name in OURS}


def _properties(vm: VmConfig) -> dict[str, object]:
    return {"custom properties": dict(sorted(vm.properties.items()))}


def _tell_when(result: Result, change: Change) -> None:
    before, after = version.fields(change.before), version.fields(change.wanted)
    changed = [name for name in after.keys() | before.keys() if before.get(name) != after.get(name)]
    for name in sorted(set(changed) - {RESTORE}):
        if name in changes.AT_ONCE or result.vm.down:
            result.at_once.append(name)
        else:
            result.at_next_start.append(name)
