# SPDX-License-Identifier: Apache-2.0
"""What VDSM does to the vCPUs of a host's VMs, done to a real libvirt.

Decides which calls VDSM makes and in which order: those of lib/vdsm/virt/cpumanagement.py (4.50)
and of its callers in vm.py. Never pins for any other reason, and knows nothing of nodes.

* The shared CPUs are those that are online by libvirt's capabilities, less those that VMs of
  other policies are pinned to (and for two policies the siblings of these).
* They are set for each vCPU from 0 to the current number less one, one call each: of a VM with
  policy none that has just started; of all VMs when one of another policy has started or ended,
  or the number of a VM's vCPUs has changed. Of policy manual: vCPUs that were not pinned by hand.

    vdsm = VdsmPins(connection); vdsm.started("web1"); vdsm.ended("big")
"""

from __future__ import annotations

import errno
import time
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass, field
from typing import Any

_VM = "{http://ovirt.org/vm/1.0}"
SHARED = ("none", "manual")
WITH_SIBLINGS = ("isolate-threads", "siblings")


@dataclass
class Known:
    """A VM in VDSM's eyes."""

    domain: Any
    policy: str
    vcpus: int
    pinned: dict[int, set[int]]
    """By the XML that it was started with, after the hooks."""
    by_hand: set[int] = field(default_factory=set)


class VdsmPins:
    """VDSM on one host; `connection` is libvirt's."""

    def __init__(self, connection: Any, pause: float = 0.0) -> None:
        """`pause` is between two calls, in seconds."""
        self.connection, self.pause = connection, pause
        self.vms: dict[str, Known] = {}
        self.last_pin = self.took = 0.0
        """When the last call came back, by the monotonic clock, and how long they took together."""
        self.calls = 0

    def started(self, name: str) -> None:
        """libvirt has started a VM, and the hooks at after_vm_start have run."""
        domain = self.connection.lookupByName(name)
        tree = ElementTree.fromstring(domain.XMLDesc(0))
        pinned = {
            int(pin.attrib["vcpu"]): _cpus(pin.attrib["cpuset"])
            for pin in tree.iterfind("cputune/vcpupin")
        }
        policy = tree.findtext(f"metadata/{_VM}vm/{_VM}cpuPolicy") or "none"
        known = Known(domain, policy, _vcpus(tree), pinned)
        if policy == "manual":
            known.by_hand = _by_hand(domain, tree, pinned)
        self.vms[name] = known
        if policy == "none":
            self._assign([known])
        else:
            self._assign(list(self.vms.values()))

    def changed(self, name: str) -> None:
        """The number of a VM's vCPUs is another (setNumberOfCpus)."""
        self.vms[name].vcpus = _vcpus(ElementTree.fromstring(self.vms[name].domain.XMLDesc(0)))
        self._assign(list(self.vms.values()))

    def ended(self, name: str) -> None:
        """A VM was destroyed."""
        known = self.vms.pop(name)
        if known.policy not in SHARED:
            self._assign(list(self.vms.values()))

    def recovered(self) -> None:
        """VDSM was started anew, and finds the VMs that run."""
        for name in list(self.vms):
            self.started(name)

    def recovered_at_once(self) -> None:
        """The same in one burst, as when a VM with CPUs of its own comes or goes."""
        self._assign(list(self.vms.values()))

    def shared(self) -> set[int]:
        """The CPUs that no VM has to itself."""
        cores = self._cores()
        shared = set().union(*cores)
        for vm in self.vms.values():
            if vm.policy in SHARED:
                continue
            blocked = set().union(*vm.pinned.values())
            if vm.policy in WITH_SIBLINGS:
                blocked = blocked.union(*(core for core in cores if core & blocked))
            shared -= blocked
        return shared

    def _cores(self) -> list[set[int]]:
        """The online CPUs of each core."""
        found: dict[tuple[str, ...], set[int]] = {}
        tree = ElementTree.fromstring(self.connection.getCapabilities())
        for cpu in tree.iterfind("host/topology/cells/cell/cpus/cpu"):
            if cpu.get("siblings") and cpu.get("socket_id") and cpu.get("core_id"):
                names = ("socket_id", "die_id", "core_id")
                core = tuple(cpu.get(name, "0") for name in names)
                found.setdefault(core, set()).add(int(cpu.attrib["id"]))
        return list(found.values())

    def _assign(self, vms: list[Known]) -> None:
        import libvirt

        shared, cores = self.shared(), self._cores()
        started = time.monotonic()
        cpuset = tuple(cpu in shared for cpu in range(max(set().union(*cores)) + 1))
        for vm in vms:
            for vcpu in range(vm.vcpus) if vm.policy in SHARED else ():
                if vcpu in vm.by_hand:
                    continue
                try:
                    vm.domain.pinVcpu(vcpu, cpuset)
                except libvirt.libvirtError as error:
                    if error.get_error_code() not in (
                        libvirt.VIR_ERR_NO_DOMAIN,
                        libvirt.VIR_ERR_OPERATION_INVALID,
                    ) and not _has_no_process(error):
                        raise
                    break  # it was destroyed meanwhile; VDSM logs it, and goes on to the next
                self.last_pin = time.monotonic()
                self.took = self.last_pin - started
                self.calls += 1
                time.sleep(self.pause)


def _has_no_process(error: Any) -> bool:
    """Whether its QEMU was killed, which libvirt has not seen yet."""
    import libvirt

    kind = libvirt.VIR_ERR_SYSTEM_ERROR
    return bool(error.get_error_code() == kind and error.get_int1() == errno.ESRCH)


def _by_hand(domain: Any, tree: ElementTree.Element, pinned: dict[int, set[int]]) -> set[int]:
    """Those of the metadata; where it has none, the pins of the XML, which are then written there
    before anything is pinned (_initCpuManagement)."""
    import libvirt

    vm = tree.find(f"metadata/{_VM}vm")
    assert vm is not None
    listed = vm.findtext(f"{_VM}manuallyPinedCPUs")
    if listed is not None:
        return _cpus(listed)
    ElementTree.SubElement(vm, f"{_VM}manuallyPinedCPUs").text = ",".join(map(str, pinned))
    text = ElementTree.tostring(vm, encoding="unicode")
    kind = libvirt.VIR_DOMAIN_METADATA_ELEMENT
    domain.setMetadata(kind, text, "ovirt-vm", _VM.strip("{}"), 0)
    return set(pinned)


def _vcpus(tree: ElementTree.Element) -> int:
    element = tree.find("vcpu")
    assert element is not None
    return int(element.get("current") or element.text or "1")


def _cpus(text: str) -> set[int]:
    found: set[int] = set()
    for part in text.split(","):
        low, _, high = part.partition("-")
        found.update(range(int(low), int(high or low) + 1))
    return found
