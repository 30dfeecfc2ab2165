# SPDX-License-Identifier: Apache-2.0
"""The vCPU pins that go with a request, for the engine's own `cpu_tune`.

VDSM pins the vCPUs of a VM without `cpu_tune` to all CPUs after its start, whatever the hook
wrote (cpuPolicy none); but they cannot always be given beforehand. Which CPUs each vCPU gets is
what the hook writes, taken from its XML.

    pins, why_not = vcpu_pins(vm, fits)      {0: "0-7", 1: "0-7"}, None
"""

from __future__ import annotations

from lxml import etree

from numa_domain.base.idset import Nodeset
from numa_domain.domxml.rewrite import rewrite
from numa_domain.request.model import NumaRequest

from ..engine_api.vm_config import VmConfig
from .fit import Fits, HostFit

_OWN_POLICIES = ("none", "manual")


def vcpu_pins(vm: VmConfig, fits: Fits) -> tuple[dict[int, str] | None, str | None]:
    """Pins and None, or None and why they are left out."""
    reason = _reason(vm, fits.request)
    if reason is not None:
        return None, reason
    layouts = [_layout(fit, fits.request) for fit in fits.hosts]
    if not layouts or None in layouts:
        return None, "cpu_tune is left out: the nodes are not known on every host of the VM"
    if any(layout != layouts[0] for layout in layouts):
        return None, "cpu_tune is left out: these nodes have other CPUs on other hosts of the VM"
    fitting = fits.best
    if fitting is None or fitting.placement is None:
        return None, "cpu_tune is left out: the VM fits none of its hosts now"
    pins = _written(rewrite(fits.domain_xml.encode(), fitting.placement))
    running = {vcpu: cpus for vcpu, cpus in pins.items() if vcpu < vm.vcpus}
    if not running:
        return None, "cpu_tune is left out: the nodes have no CPUs"
    return running, None


def _reason(vm: VmConfig, request: NumaRequest) -> str | None:
    if vm.kind != "vms":
        return "cpu_tune is left out: it is set on each VM"
    if not explicit_nodes(request):
        return "cpu_tune is left out: the host chooses the nodes at each start"
    if not vm.host_ids:
        return (
            "cpu_tune is left out: oVirt takes it only for a VM that is dedicated to hosts"
            " (Edit, Host, Specific Host)"
        )
    if vm.pinning_policy not in _OWN_POLICIES:
        return f"cpu_tune is left out: the VM's CPU pinning policy is {vm.pinning_policy}"
    if vm.pins and not vm.restores[1]:
        return "cpu_tune is left as it is: somebody has set it"
    return None


def explicit_nodes(request: NumaRequest) -> Nodeset | None:
    """The host nodes that the request names one by one; None where it leaves any open."""
    named = Nodeset()
    if request.target is not None:
        if request.target.kind != "nodes":
            return None
        named |= request.target.nodes
    if isinstance(request.cells, tuple):
        for cell in request.cells:
            if cell.nodes is not None:
                named |= cell.nodes
            elif request.target is None:
                return None
    elif request.target is None:
        return None
    return named or None


def _layout(fit: HostFit, request: NumaRequest) -> dict[int, str] | None:
    nodes = explicit_nodes(request)
    if fit.nodes is None or nodes is None:
        return None
    if not nodes <= Nodeset.of(fit.nodes.nodes):
        return None
    return {i: str(fit.nodes.nodes[i].cpus) for i in nodes}


def _written(xml: bytes) -> dict[int, str]:
    """The pins of a domain that are not there before the hook."""
    pins = etree.fromstring(xml).iterfind("cputune/vcpupin")
    return {int(pin.get("vcpu") or 0): pin.get("cpuset") or "" for pin in pins}
