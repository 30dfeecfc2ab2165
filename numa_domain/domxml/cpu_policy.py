# SPDX-License-Identifier: Apache-2.0
"""Who pins the vCPUs: two elements of VDSM's part of `metadata`, read only.

    <ovirt-vm:vm xmlns:ovirt-vm="http://ovirt.org/vm/1.0">
      <ovirt-vm:cpuPolicy>manual</ovirt-vm:cpuPolicy>
      <ovirt-vm:manuallyPinedCPUs>0,1</ovirt-vm:manuallyPinedCPUs>
    </ovirt-vm:vm>

The spelling is VDSM's (lib/vdsm/virt/vm.py, _initCpuManagement). If the engine has not sent them,
VDSM writes them just before it pins for the first time, from the pins in the XML. Until then they
are derived from these pins here as well.
"""

from __future__ import annotations

from ..base.errors import TextError, XMLError
from ..base.frozen import Value
from ..base.idset import Cpuset
from .tree import VDSM

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .tree import Element

NONE, MANUAL = "none", "manual"
"""The policies whose vCPUs VDSM puts on the CPUs that no VM has to itself: all of them, or those
that nobody pinned by hand. Under the others (dedicated, isolate-threads, siblings) each vCPU has
CPUs of its own, which the engine chose."""


class PinnedListMalformed(XMLError):
    what = "{text!r} is not VDSM's list of vCPUs that are pinned by hand"
    todo = "look in vdsm.log for what wrote it"


class CpuPolicy(Value):
    """Who pins the vCPUs of a VM."""

    name: str
    by_hand: Cpuset = Cpuset()
    """The vCPUs that are pinned by hand; under `manual` alone."""

    @property
    def shared(self) -> bool:
        """Whether VDSM puts vCPUs of this VM on the CPUs that no VM has to itself."""
        return self.name in (NONE, MANUAL)

    def pins(self, vcpu: int) -> bool:
        """Whether VDSM pins this vCPU to those CPUs, again and again."""
        return self.shared and vcpu not in self.by_hand


def read_cpu_policy(domain: Element, pinned: Cpuset) -> CpuPolicy:
    """That of a domain in which these vCPUs have a `vcpupin`."""
    name = _text(domain, "cpuPolicy") or (MANUAL if pinned else NONE)
    if name != MANUAL:
        return CpuPolicy(name)
    text = _text(domain, "manuallyPinedCPUs")
    if text is None:
        return CpuPolicy(name, pinned)
    try:
        return CpuPolicy(name, Cpuset.parse(text) if text else Cpuset())
    except TextError:
        element = domain.find("metadata", f"{VDSM}}}vm", f"{VDSM}}}manuallyPinedCPUs")
        assert element is not None  # it has just been read
        raise PinnedListMalformed(element.place, text=text) from None


def _text(domain: Element, name: str) -> str | None:
    element = domain.find("metadata", f"{VDSM}}}vm", f"{VDSM}}}{name}")
    return None if element is None else element.text.strip()
