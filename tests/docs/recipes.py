# SPDX-License-Identifier: Apache-2.0
"""The recipes of docs/recipes.md: what the engine would send for each VM, and what libvirt gets.

Inputs stand in the page as `numa_nodeset = ...`; the XML below them is what comes out on the host
that the page describes.

    python -m tests.docs.recipes        # writes the XML of every recipe anew
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from lxml import etree

from numa_domain.base.idset import Cpuset
from numa_domain.domxml.read import parse_guest
from numa_domain.domxml.rewrite import rewrite
from numa_domain.host.model import HostTopology, Node, PagePool
from numa_domain.placement.place import place
from numa_domain.request.model import NumaRequest

PAGE = Path(__file__).parents[2] / "docs" / "recipes.md"
GIB = 1 << 20
SHOWN = ("memoryBacking", "cpu/numa", "numatune")
_RECIPE = re.compile(r"<!-- recipe: (\w+) -->\n```text\n(.*?)```\n\n```xml\n(.*?)```", re.DOTALL)


class Vm(NamedTuple):
    """Its other settings in the engine: sockets, cores and threads, memory, pages, a device."""

    gib: int
    topology: tuple[int, int, int]
    page_kib: int = 0
    device: str = ""


VMS = {
    "hana": Vm(384, (2, 12, 2), GIB),
    "postgresql": Vm(128, (1, 8, 2)),
    "large": Vm(320, (2, 12, 1)),
    "windows": Vm(256, (2, 12, 1)),
    "dpdk": Vm(16, (1, 4, 2), GIB),
    "gpu": Vm(96, (1, 12, 1), device="0000:c1:00.0"),
    "small": Vm(4, (2, 1, 1)),
    "cxl": Vm(160, (1, 8, 2)),
}


def host() -> HostTopology:
    """The one that the page describes."""
    far = {0: {0: 10, 1: 21, 2: 14}, 1: {0: 21, 1: 10, 2: 24}, 2: {0: 14, 1: 24, 2: 10}}
    cpus = ("0-15,32-47", "16-31,48-63", "")
    sizes = ((512, 200), (512, 200), (256, 0))
    nodes = [
        Node(
            i,
            Cpuset.parse(text) if text else Cpuset(),
            gib * GIB,
            (gib - pool - 8) * GIB,
            distances=far[i],
            pages={GIB: PagePool(pool, pool)} if pool else {},
        )
        for i, (text, (gib, pool)) in enumerate(zip(cpus, sizes))
    ]
    return HostTopology.of(nodes, {"0000:c1:00.0": 1})


def domain(vm: Vm) -> bytes:
    """As the engine builds it, without plugs for more vCPUs or memory."""
    sockets, cores, threads = vm.topology
    vcpus, kib = sockets * cores * threads, vm.gib * GIB
    page = f'<page size="{vm.page_kib}"/>'
    backing = f"<memoryBacking><hugepages>{page}</hugepages></memoryBacking>"
    bus = vm.device[5:7]
    address = f'<address domain="0x0000" bus="0x{bus}" slot="0x00" function="0x0"/>'
    device = f'<hostdev mode="subsystem" type="pci"><source>{address}</source></hostdev>'
    return (
        f'<domain type="kvm"><name>vm</name><uuid>0d5f3a52-6b1c-4f0e-9a43-1f2b6c7d8e90</uuid>'
        f"<memory>{kib}</memory><currentMemory>{kib}</currentMemory><vcpu>{vcpus}</vcpu>"
        f"{backing if vm.page_kib else ''}<cpu><topology sockets='{sockets}' cores='{cores}'"
        f" threads='{threads}'/></cpu><cputune/><os><type arch='x86_64'>hvm</type></os>"
        f"<devices>{device if vm.device else ''}</devices></domain>"
    ).encode()


def rewritten(name: str, inputs: str) -> bytes:
    """The whole domain that libvirt gets."""
    given = dict(line.split(" = ", 1) for line in inputs.splitlines())
    request = NumaRequest.parse(given.get("numa_nodeset"), given.get("numa_topology"))
    before = domain(VMS[name])
    return rewrite(before, place(parse_guest(before), request, host()))


def xml_of(name: str, inputs: str) -> str:
    """Its elements about memory and cells."""
    after = etree.fromstring(rewritten(name, inputs))
    parts = []
    for path in SHOWN:
        element = after.find(path)
        if element is not None:
            element.tail = None
            etree.indent(element)
            parts.append(etree.tostring(element, encoding="unicode").strip())
    return "\n".join(parts)


def current(text: str) -> str:
    """The page with the XML as it should be."""

    def block(found: re.Match[str]) -> str:
        name, inputs = found[1], found[2]
        return (
            f"<!-- recipe: {name} -->\n```text\n{inputs}```\n\n```xml\n{xml_of(name, inputs)}\n```"
        )

    return _RECIPE.sub(block, text)


def names(text: str) -> list[str]:
    return [found[1] for found in _RECIPE.finditer(text)]


if __name__ == "__main__":
    PAGE.write_text(current(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
