# SPDX-License-Identifier: Apache-2.0
"""Devices of the host that the VM gets: `auto` is to be close to their nodes.

<hostdev type="pci"><source><address bus="0x3b" .../></source></hostdev>       0000:3b:00.0
<hostdev type="mdev"><source><address uuid="0d5f..."/></source></hostdev>      mdev:0d5f...
<disk type="nvme"><source type="pci"><address bus="0x01" .../></source></disk> 0000:01:00.0
<interface type="vdpa"><source dev="/dev/vhost-vdpa-0"/></interface>           vdpa:vhost-vdpa-0
"""

from __future__ import annotations

from .scalars import invalid

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from .tree import Element

_VDPA = "/dev/"


def host_devices(domain: Element) -> Iterator[str]:
    """Their names, as `Guest.pci` has them."""
    devices = domain.find("devices")
    for device in devices.children if devices is not None else ():
        source, address = device.find("source"), device.find("source", "address")
        if source is None or device.name == "memory":
            continue
        kind = device.get("type")
        if address is not None and device.name == "hostdev" and kind == "mdev":
            uuid = address.get("uuid") or ""
            if _is_plain(uuid):
                yield f"mdev:{uuid.lower()}"
        elif address is not None and _is_pci(device, source, address):
            yield _pci_address(address)
        elif kind in ("vdpa", "vhostvdpa"):
            name = (source.get("dev") or "").removeprefix(_VDPA)
            if _is_plain(name):
                yield f"vdpa:{name}"


def _is_pci(device: Element, source: Element, address: Element) -> bool:
    if device.name == "hostdev":
        return device.get("type") == "pci"
    return "pci" in (address.get("type"), source.get("type"))


def _is_plain(name: str) -> bool:
    """Whether it can be the name of one entry of a folder of sysfs."""
    return bool(name) and name.isascii() and name.replace("-", "").replace("_", "").isalnum()


def _pci_address(address: Element) -> str:
    return "{:04x}:{:02x}:{:02x}.{:x}".format(
        _address_part(address, "domain", 0xFFFFFFFF),
        _address_part(address, "bus", 0xFF),
        _address_part(address, "slot", 0x1F),
        _address_part(address, "function", 7),
    )


def _address_part(address: Element, name: str, high: int) -> int:
    """A number as strtoul with base 0 reads it: decimal, 0x... or 0...; 0 if it is missing."""
    text = address.get(name) or "0"
    base = 16 if text[:2] in ("0x", "0X") else 8 if text[:1] == "0" else 10
    try:
        value = int(text[2:] if base == 16 else text, base)
    except ValueError:
        value = -1
    if len(text) <= 20 and text.isascii() and 0 <= value <= high:
        return value
    raise invalid(text, (address, name), f"a part of a PCI address, at most {high:#x}")
