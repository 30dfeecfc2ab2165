# SPDX-License-Identifier: Apache-2.0
"""What would become of a VM: the hook's XML as a difference, the fit on every host, and what
would suit it. Nothing is written.

The XML is the core's, from the domain that the engine would write (`guest_xml`).

    preview(inventory, vm, request, host_id=None).difference    "--- oVirt's\\n+++ with NUMA\\n..."
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass

from numa_domain.base.errors import NumaError
from numa_domain.domxml.rewrite import rewrite
from numa_domain.placement.suggest import Suggestion, suggest
from numa_domain.request.model import NumaRequest

from ..engine_api.errors import EntityUnknown
from ..engine_api.hosts import HostRecord
from ..engine_api.inventory import Inventory
from ..engine_api.native_node import NativeNode
from ..engine_api.vm_config import VmConfig
from .errors import HostsUnseen
from .fit import Fits, HostFit, judge


@dataclass(frozen=True)
class Preview:
    """Of a VM with settings that it may not have yet."""

    vm: VmConfig
    request: NumaRequest
    fits: Fits
    host: HostFit | None
    """The one that the XML is for."""
    difference: str = ""
    """From the engine's XML to the hook's, in unified form."""
    problems: tuple[NumaError, ...] = ()
    """Why the hook would not write it."""


def preview(
    inventory: Inventory,
    vm: VmConfig,
    request: NumaRequest,
    host_id: str | None,
    nodes: Sequence[NativeNode] = (),
) -> Preview:
    """On a host, or on the one that suits best. Raises `EntityUnknown` where the VM may not
    start on that host."""
    fits = judge(inventory, vm, request, nodes)
    host = _chosen(fits, host_id)
    if not fits.hosts:
        unseen = HostsUnseen("hosts", cluster=fits.cluster)
        return Preview(vm, request, fits, host, problems=(unseen,))
    if host is None or host.placement is None:
        return Preview(vm, request, fits, host)
    try:
        return Preview(vm, request, fits, host, _difference(fits, host))
    except NumaError as error:
        return Preview(vm, request, fits, host, problems=error.problems)


def _chosen(fits: Fits, host_id: str | None) -> HostFit | None:
    if host_id is None:
        return fits.best
    for fit in fits.hosts:
        if fit.host.id == host_id:
            return fit
    raise EntityUnknown("host", entity=f"host {host_id} among the hosts of this VM")


def _difference(fits: Fits, fit: HostFit) -> str:
    assert fit.placement is not None
    after = rewrite(fits.domain_xml.encode(), fit.placement).decode()
    lines = difflib.unified_diff(
        fits.domain_xml.splitlines(),
        after.splitlines(),
        "oVirt's domain",
        f"with NUMA, on {fit.host.name}",
        lineterm="",
    )
    return "\n".join(lines) + "\n"


@dataclass(frozen=True)
class Suggested:
    """Settings that suit a VM on one host, and which hosts would take them."""

    host: HostRecord
    suggestion: Suggestion
    fits: Fits


@dataclass(frozen=True)
class Suggestions:
    """`best` is None where no host has any."""

    best: Suggested | None
    refusals: tuple[tuple[HostRecord, NumaError], ...]
    """Why the other hosts have none."""


def suggestions(inventory: Inventory, vm: VmConfig) -> Suggestions:
    """What would suit the VM: on the host that suits it best, and which others take it."""
    fits = judge(inventory, vm, NumaRequest())
    found: list[tuple[HostFit, Suggestion]] = []
    refusals: list[tuple[HostRecord, NumaError]] = []
    for fit in fits.hosts:
        if fit.nodes is None:
            assert fit.problem is not None
            refusals.append((fit.host, fit.problem))
            continue
        try:
            found.append((fit, suggest(fits.guest, fit.nodes)))
        except NumaError as error:
            refusals.append((fit.host, error))
    best = None
    if found:
        fit, made = min(found, key=lambda pair: _rank(*pair))
        best = Suggested(fit.host, made, judge(inventory, vm, made.request))
    return Suggestions(best, tuple(refusals))


def _rank(fit: HostFit, made: Suggestion) -> tuple[bool, int, int, str]:
    """The least is best: with the hook, without warnings, on few nodes."""
    cells = len(made.placement.cells) or len(made.placement.nodes or ())
    return fit.hook is False, len(made.placement.warnings), cells, fit.host.name
