# SPDX-License-Identifier: Apache-2.0
"""numa-hook status: the state of each hook point, whether the hooks can run, and what numa-
affinity does.

{"good": true, "points": {"before_vm_start": {"state": "installed", "sha256": "69b6..."}, ...},
"problems": [], "reservations": [...], "affinity": {"running": true, "pins": 128, ...}}
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numa_domain
from numa_domain.base.errors import HostError, NumaError
from numa_domain.base.idset import Nodeset
from numa_domain.base.units import show_memory
from numa_domain.cli.answer import told_all
from numa_domain.placement.wording import name_nodes

from . import executables, label
from .affinity import summary, unit
from .config import DEFAULT, Config
from .executables import POINTS, Settings
from .host_problems import AffinityStopped, AffinityTroubled, ExecutableLeft, LabelMislaid
from .interpreter import PythonUnusable, try_hooks, unreadable
from .reservation_file import peek
from .state_problems import left_aside, state_problems


def answer(hooks_dir: Path, units: Path | None) -> dict[str, Any]:
    """As JSON; `units` is where the service's unit would be, None where nobody means to run it."""
    points: dict[str, Any] = {}
    found: dict[Settings, None] = {}
    for point in POINTS:
        state, settings = executables.state(hooks_dir, point)
        path = hooks_dir / point / executables.NAME
        points[point] = {
            "state": state,
            "sha256": executables.checksum(path) if path.is_file() else None,
        }
        if settings is not None:
            found[settings] = None
    affinity = _affinity(found, units)
    problems: list[NumaError] = [p for settings in found for p in _problems(settings)]
    problems += [*run_too(hooks_dir), *_mislabelled(hooks_dir, found), *_idle(affinity)]
    good = not problems and all(entry["state"] == "installed" for entry in points.values())
    return {
        "hooks_dir": str(hooks_dir),
        "good": good,
        "version": numa_domain.__version__,
        "points": points,
        "settings": [{name: getattr(s, name) for name in s._fields} for s in found],
        "problems": told_all(problems),
        "notes": [note for settings in found for note in _notes(settings)],
        "reservations": [entry for settings in found for entry in _reservations(settings)],
        "affinity": affinity,
    }


def _affinity(found: Iterable[Settings], units: Path | None) -> dict[str, Any]:
    """The service's figures, by the configuration that the hooks have."""
    path = next((settings.config for settings in found), DEFAULT)
    try:
        config = Config.read(path)
    except NumaError:
        config = Config()  # told among the problems
    where = None if units is None else unit.find(units)
    return {**summary.summary(config), "unit": "" if where is None else str(where)}


def _idle(affinity: dict[str, Any]) -> Iterator[HostError]:
    """A host without the unit has none on purpose: `text` says what that means."""
    if affinity["problem"]:
        yield AffinityTroubled(problem=affinity["problem"])
    elif affinity["unit"] and not affinity["running"]:
        yield AffinityStopped(unit=unit.NAME)


def run_too(hooks_dir: Path) -> Iterator[HostError]:
    """What VDSM runs and nobody means to be run."""
    for path in executables.leftovers(hooks_dir):
        yield ExecutableLeft(path=str(path))


def _problems(settings: Settings) -> Iterator[NumaError]:
    """What would make every hook fail, and what else is amiss."""
    try:
        try_hooks(settings)
    except PythonUnusable as error:
        yield error
    try:
        yield from state_problems(Config.read(settings.config))
    except NumaError as error:
        yield error
    yield from unreadable(settings)


def _mislabelled(hooks_dir: Path, found: dict[Settings, None]) -> Iterator[HostError]:
    if found and label.state(hooks_dir) != "installed":
        there = ", ".join(path.name for path in label.labels(hooks_dir)) or "nothing"
        path = label.path(hooks_dir)
        yield LabelMislaid(folder=str(path.parent), there=there, name=path.name)


def _reservations(settings: Settings) -> Iterator[dict[str, Any]]:
    try:
        config = Config.read(settings.config)
    except NumaError:
        return  # told among the problems
    for reservation in peek(config):
        yield {
            "vm": reservation.vm_id,
            "charges": reservation.charges,
            "claims": reservation.told(),
        }


def _notes(settings: Settings) -> Iterator[str]:
    try:
        yield from left_aside(Config.read(settings.config))
    except NumaError:
        return  # told among the problems


def text(answer: dict[str, Any]) -> str:
    """For people."""
    width = max(map(len, POINTS))
    lines = [f"{'hook point':{width}}  {'state':9}  sha256", "-" * (width + 77)]
    for point, entry in answer["points"].items():
        lines.append(f"{point:{width}}  {entry['state']:9}  {entry['sha256'] or '-'}")
    for settings in answer["settings"]:
        lines.append(f"run by {settings['python']}, configured in {settings['config']}")
    for entry in answer["reservations"]:
        parts = [
            f"{show_memory(claim['kib'])} on {name_nodes(Nodeset.parse(claim['nodes']))}"
            + (f" in {show_memory(claim['page_kib'])} pages" if claim["page_kib"] else "")
            for claim in entry["claims"]
        ]
        lines.append(f"reserved for VM {entry['vm']}: {', '.join(parts)}")
    lines += summary.text(answer["affinity"], answer["affinity"]["unit"])
    lines.append(f"ovirt-numa {answer['version']}")
    lines += [f"note: {note}" for note in answer["notes"]]
    lines += [f"problem: {problem['text']}" for problem in answer["problems"]]
    lines.append("all is well" if answer["good"] else "not all is well")
    return "\n".join(lines)
