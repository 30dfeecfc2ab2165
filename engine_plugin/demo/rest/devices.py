# SPDX-License-Identifier: Apache-2.0
"""What a VM or template has besides its configuration: devices, and its OVF.

Decides what `All-Content: true` shows, and the answers to POST and PUT without being asked.
The devices are those of a new VM; the OVF is short, with what this engine knows of the VM.

    with_devices(elements, OF_ALL)
"""

from __future__ import annotations

from xml.sax.saxutils import escape

from ..model import Cluster, Vm, VmConfig
from ..rules.properties import joined
from .element import Element

OF_ALL: list[Element] = [
    ("console", [("enabled", False)]),
    ("rng_device", [("source", "urandom")]),
    ("soundcard_enabled", True),
    ("tpm_enabled", False),
    ("virtio_scsi", [("enabled", True)]),
]
_OVF = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<ovf:Envelope xmlns:ovf="http://schemas.dmtf.org/ovf/envelope/1/" ovf:version="4.4.0.0">'
    '<Content ovf:id="out"><Name>{name}</Name><Description>{description}</Description>'
    "<Comment>{comment}</Comment>"
    "<ClusterCompatibilityVersion>{level}</ClusterCompatibilityVersion>"
    "<UserDefinedProperties>{properties}</UserDefinedProperties>"
    "<ClusterName>{cluster}</ClusterName>"
    '<Section ovf:id="{id}"/></Content></ovf:Envelope>'
)


def of_vm(vm: Vm, config: VmConfig, cluster: Cluster) -> list[Element]:
    """Those of a VM, and its OVF."""
    ovf = _OVF.format(
        name=escape(config.name),
        description=escape(config.description),
        comment=escape(config.comment),
        level=config.compatibility or cluster.level,
        properties=escape(joined(config.custom_properties)),
        cluster=escape(cluster.name),
        id=vm.id,
    )
    data: list[Element] = [("data", ovf), ("type", "ovf")]
    return [*OF_ALL, ("initialization", [("configuration", data)])]


def with_devices(elements: list[Element], devices: list[Element]) -> list[Element]:
    """Each where its name belongs: what VMs and templates share is in the alphabet's order."""
    found = list(elements)
    for device in devices:
        at = next(i for i, each in enumerate(found) if _name(each) > _name(device))
        found.insert(at, device)
    return found


def _name(element: Element) -> str:
    return str(element[0]) if isinstance(element, tuple) else ""
