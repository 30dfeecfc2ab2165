# SPDX-License-Identifier: Apache-2.0
"""An engine-built domain for a machine without oVirt: what is replaced, and nothing more.

Decides which parts of the XML this machine cannot give (KVM, the host's CPU model, disks,
networks) and what stands in for them. Never touches memory, vCPUs, cells or metadata: what
the demonstration is about stays as the engine wrote it. Runs before the hook, so that the
hook's own output is what boots.
"""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree


@dataclass(frozen=True)
class Boot:
    """What the guest starts from, and the file that its console goes to."""

    kernel: str
    initrd: str
    cmdline: str
    console: str


def adapt(domain_xml: str, boot: Boot) -> tuple[str, list[str]]:
    """The XML that this machine can run, and each change in words."""
    domain = _parsed(domain_xml)
    said = [
        _emulate(domain),
        _cpu_model(domain),
        _direct_boot(domain, boot),
        _devices(domain, boot),
        _features(domain),
    ]
    return _written(domain), [change for change in said if change]


def stripped(domain_xml: str) -> str:
    """The XML that this machine can run with nothing to boot from: a VM that is just up."""
    domain = _parsed(domain_xml)
    _emulate(domain)
    _cpu_model(domain)
    _firmware(domain)
    _no_devices(domain)
    _features(domain)
    return _written(domain)


def _parsed(domain_xml: str) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_blank_text=True)
    return etree.fromstring(domain_xml.encode(), parser)


def _written(domain: etree._Element) -> str:
    etree.indent(domain)
    return etree.tostring(domain, encoding="unicode") + "\n"


def _emulate(domain: etree._Element) -> str:
    was = domain.get("type")
    domain.set("type", "qemu")
    return f"<domain type={was!r}> is type='qemu': no hardware help is needed"


def _cpu_model(domain: etree._Element) -> str:
    cpu = domain.find("cpu")
    if cpu is None:
        return ""
    gone = [child for child in cpu if child.tag in ("model", "feature", "vendor")]
    names = [child.text or "" for child in gone if child.tag == "model"]
    for child in gone:
        cpu.remove(child)
    for name in ("match", "check"):
        cpu.attrib.pop(name, "")
    cpu.set("mode", "maximum")
    return f"the CPU model {''.join(names) or 'of the host'} is what QEMU can emulate"


def _direct_boot(domain: etree._Element, boot: Boot) -> str:
    os = _firmware(domain)
    for tag, text in (("kernel", boot.kernel), ("initrd", boot.initrd), ("cmdline", boot.cmdline)):
        etree.SubElement(os, tag).text = text
    for tag in ("on_poweroff", "on_reboot", "on_crash"):
        for old in domain.findall(tag):
            domain.remove(old)
        etree.SubElement(domain, tag).text = "destroy"
    return "it boots a kernel with a small init that reports on the console, instead of a disk"


def _firmware(domain: etree._Element) -> etree._Element:
    """`os` with the machine type that this QEMU has, and no more."""
    os = domain.find("os")
    if os is None:
        os = etree.SubElement(domain, "os")
        etree.SubElement(os, "type").text = "hvm"
    for child in list(os):
        if child.tag != "type":
            os.remove(child)
        elif child.get("machine", "").startswith("pc-q35"):
            child.set("machine", "q35")
    return os


def _devices(domain: etree._Element, boot: Boot) -> str:
    devices, names = _no_devices(domain)
    serial = etree.Element("serial", type="file")
    devices.insert(len(devices) - 1, serial)
    etree.SubElement(serial, "source", path=boot.console)
    return f"devices are one serial console (gone: {', '.join(names) or 'nothing'})"


def _no_devices(domain: etree._Element) -> tuple[etree._Element, list[str]]:
    """`devices` with nothing but memory, and the names of what was there."""
    devices = domain.find("devices")
    if devices is None:
        devices = etree.SubElement(domain, "devices")
    gone = [child for child in devices if child.tag != "memory"]
    names = sorted({str(child.tag) for child in gone})
    for child in gone:
        devices.remove(child)
    etree.SubElement(devices, "memballoon", model="none")
    return devices, names


def _features(domain: etree._Element) -> str:
    features = domain.find("features")
    gone = [] if features is None else [c for c in features if c.tag in ("hyperv", "kvm", "smm")]
    for child in gone:
        child.getparent().remove(child)  # type: ignore[union-attr]  # it was found in one
    return f"features of KVM alone are off: {', '.join(str(c.tag) for c in gone)}" if gone else ""
