# SPDX-License-Identifier: Apache-2.0
"""One change of many VMs, one after the other: of a pool, or of all that a search finds.

What is done stays done; a VM that has what was asked for already is left alone, so that the same
change can be gone on with after it was broken off. Settings that differ from what its author has
seen are not overwritten: they are shown, unless that is asked for.

    batch = Batch(items, Asked(request, force=False), base=("0-1", None))
    batch.run(lambda number: Writer(...))
    batch.counts()      {"waiting": 0, "done": 38, "unchanged": 1, "differs": 1, "failed": 0}
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from numa_domain.base.errors import NumaError
from numa_domain.request.model import NumaRequest

from ..engine_api import errors as engine
from ..engine_api import listing
from ..engine_api.session import Session
from ..engine_api.target import VMS, Target
from ..engine_api.vm_config import FORMER, RESTORE, VmConfig
from . import change as changes
from .conflict import WriteCrossed
from .storing import Result, Writer
from .version import Expected, version_of

STATES = ("waiting", "done", "unchanged", "differs", "failed")
Texts = tuple["str | None", "str | None"]
"""Nodeset and topology as they are stored."""

_ENDS_ALL = (
    engine.TokenMissing,
    engine.TokenRejected,
    engine.EngineUnreachable,
    engine.EngineStarting,
)
"""What the next VM would meet as well."""


@dataclass(frozen=True)
class Asked:
    """What is to become of each VM."""

    request: NumaRequest | None
    """None: its settings are removed."""
    force: bool = False
    overwrite: bool = False
    """Also settings that differ from what its author has seen."""


@dataclass
class Item:
    """One VM of a batch."""

    target: Target
    name: str
    state: str = "waiting"
    vm: VmConfig | None = None
    """As it was last read."""
    result: Result | None = None
    """What its change did, if there was one; without the fit on each host, which is large."""
    problems: list[NumaError] = field(default_factory=list)

    def put(self, state: str, vm: VmConfig | None, *problems: NumaError) -> None:
        self.state, self.problems = state, [_light(problem) for problem in problems]
        self.vm = vm or self.vm


class Batch:
    """Its items' states are for others to read while it runs."""

    def __init__(self, items: Sequence[Item], asked: Asked, base: Texts | None = None) -> None:
        self.items, self.asked = list(items), asked
        self._base = base
        """The settings that the author has seen on all of them; None: whatever is there."""
        self.ended_by: NumaError | None = None

    def counts(self) -> dict[str, int]:
        return {state: sum(item.state == state for item in self.items) for state in STATES}

    @property
    def ended(self) -> int:
        """How many wait no more."""
        return sum(item.state != "waiting" for item in self.items)

    def renew(self, *, overwrite: bool) -> None:
        """What failed is to be tried again; what differs, if it is to be overwritten now."""
        asked = self.asked
        self.asked = Asked(asked.request, asked.force, asked.overwrite or overwrite)
        again = ("failed", "differs") if self.asked.overwrite else ("failed",)
        for item in self.items:
            if item.state in again:
                item.put("waiting", None)

    def run(
        self,
        writer_of: Callable[[int], Writer],
        *,
        stopped: Callable[[], bool] = lambda: False,
        told: Callable[[Item], None] = lambda item: None,
    ) -> None:
        """Every item that waits; `writer_of` gives each a request's time of its own, and `told`
        hears of each that has ended."""
        self.ended_by = None
        for number, item in enumerate(self.items):
            if stopped():
                return
            if item.state != "waiting":
                continue
            try:
                self._one(item, writer_of(number))
            except _ENDS_ALL as error:
                self.ended_by = error
                return
            told(item)

    def _one(self, item: Item, writer: Writer) -> None:
        try:
            vm = item.target.read(writer.session)
            if self._has(vm):
                item.put("unchanged", vm)
            elif self.differs(vm):
                item.put("differs", vm)
            else:
                self._write(item, writer, vm)
        except _ENDS_ALL:
            raise
        except NumaError as error:
            item.put("failed", None, error)

    def _write(self, item: Item, writer: Writer, vm: VmConfig) -> None:
        expected, asked = Expected.of(version_of(vm)), self.asked
        try:
            if asked.request is None:
                result = writer.remove(item.target, expected=expected)
            else:
                result = writer.store(
                    item.target, asked.request, expected=expected, force=asked.force
                )
        except WriteCrossed as error:
            item.put("done" if error.extra["stored"] else "failed", error.newer.vm, error)
        else:
            item.result = replace(result, fits=None)
            item.put("done", result.vm, *result.problems)

    def _has(self, vm: VmConfig) -> bool:
        if self.asked.request is None:
            return not vm.has_settings and RESTORE not in vm.properties
        if vm.affinity != changes.PINNED or vm.nodeset_name in FORMER or vm.restores[1]:
            return False
        return _texts(self.asked.request.to_properties()) == vm.request_texts

    def differs(self, vm: VmConfig) -> bool:
        """Whether it has settings that the author has not seen, and that are not to go unseen."""
        if not vm.has_settings or self.asked.overwrite or self._has(vm):
            return False
        if self._base is None:
            return self.asked.request is not None
        return vm.request_texts != self._base


def _light(error: NumaError) -> NumaError:
    """Without the frames that it came through: they hold all that was read from the engine, for as
    long as the item is kept."""
    for each in (error, getattr(error, "cause", None), *error.problems):
        if isinstance(each, NumaError):
            each.__traceback__ = each.__context__ = each.__cause__ = None
    return error


def _texts(properties: dict[str, str]) -> Texts:
    return properties.get("numa_nodeset"), properties.get("numa_topology")


def found_by(session: Session, search: str) -> list[Item]:
    """The VMs that a search finds, by name."""
    return [Item(Target(VMS, row.id), row.name) for row in listing.vms(session, search)]
