# SPDX-License-Identifier: Apache-2.0
"""numa-domain host: a host's nodes as a table, or as the JSON that every option --host reads; with
--advise its settings that count for NUMA, and what follows from them.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from pathlib import Path

from ... import __version__
from ...base.units import show_memory
from ...host.advice import Advice, advise
from ...host.capabilities import read_capabilities
from ...host.json_format import write_json
from ...host.model import HostTopology, Node
from ...host.settings import HostSettings
from ...host.sysfs import read_sysfs
from ...host.usable_cpus import with_unusable
from ..answer import as_json
from ..table import table
from .inputs import parsed, read
from .this_machine import this_machine

EXAMPLES = """\
examples:
  numa-domain host
  numa-domain host --json > host.json
  numa-domain host --advise                what to change for bound VMs; changes nothing
  virsh -r capabilities | numa-domain host --capabilities -
"""


def arguments(parser: ArgumentParser) -> None:
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--sysfs", metavar="ROOT", default="/sys", help="where sysfs is (/sys)")
    where.add_argument(
        "--advise",
        action="store_true",
        help="the settings that decide where memory goes, and what follows; changes nothing",
    )
    parser.add_argument("--root", metavar="DIR", default="/", help="where proc and sys are (/)")
    where.add_argument("--capabilities", metavar="FILE", help="libvirt's capabilities; - is stdin")


def run(args: Namespace) -> int:
    if args.advise:
        return _advise(args)
    host = _read(args)
    if args.json:
        here = args.capabilities is None and args.sysfs == "/sys"
        print(write_json(host, __version__, margined=here))
        return 0
    print(
        table(
            "<node <CPUs >count >memory >free >available <huge_pages",
            map(_row, host.nodes.values()),
        )
    )
    for line in _beside(host):
        print(line)
    print("\ndistances")
    print(_distances(host))
    if host.devices:
        print(f"\n{len(host.devices)} PCI devices have a node; --json lists them")
    return 0


def _advise(args: Namespace) -> int:
    host = read_sysfs(Path(args.root, "sys"), ())
    found = advise(host, HostSettings.read(args.root))
    if args.json:
        names = ("setting", "value", "follows", "todo", "known")
        plain = [
            {**{name: getattr(each, name) for name in names}, "code": _code(each)} for each in found
        ]
        print(as_json({"advice": plain}, indent=2))
    else:
        print("\n".join(map(_advised, found)))
        changes = sum(bool(each.todo) for each in found)
        print(
            f"\n{changes or 'nothing'} to change" + (": see the lines with =>" if changes else "")
        )
    return 0


def _code(each: Advice) -> str | None:
    return each.amiss.code if each.amiss else None


def _advised(each: Advice) -> str:
    line = f"{each.setting}: {each.value}\n    {each.follows}"
    return f"{line}\n    => {each.todo}" if each.todo else line


def _read(args: Namespace) -> HostTopology:
    if args.capabilities is None:
        sysfs = args.sysfs if args.sysfs != "/sys" else Path(args.root, "sys")
        if str(sysfs) == "/sys":
            return this_machine()
        return with_unusable(read_sysfs(sysfs), sysfs)
    text = read(args.capabilities)
    return parsed(args.capabilities, text, read_capabilities)


def _row(node: Node) -> tuple[str, ...]:
    pools = (
        f"{pool.free} of {pool.total} x {show_memory(size)} free"
        for size, pool in sorted(node.pages.items())
        if pool.total
    )
    return (
        str(node.id),
        str(node.cpus) or "-",
        str(len(node.cpus)),
        show_memory(node.memory_kib),
        show_memory(node.free_kib),
        show_memory(node.available_kib),
        ", ".join(pools) or "-",
    )


def _beside(host: HostTopology) -> Iterator[str]:
    """What the table has no column for."""
    for node in host.nodes.values():
        if node.unusable:
            yield f"VMs cannot use CPUs {node.unusable} of node {node.id}"
        if node.kept_kib:
            yield f"{show_memory(node.kept_kib)} of node {node.id} are kept for the kernel"
        if node.promised_kib:
            yield f"{show_memory(node.promised_kib)} of node {node.id} are promised to VMs"
    for claim in host.claims:
        pages = f" in {show_memory(claim.page_kib)} pages" if claim.page_kib else ""
        yield f"{show_memory(claim.kib)}{pages} of nodes {claim.nodes} together are promised to VMs"
    for nodes, count in host.vcpus.items():
        yield f"{count} vCPUs of VMs are placed on nodes {nodes}"


def _distances(host: HostTopology) -> str:
    """A matrix; "-" if the host does not say."""
    rows = (
        (str(node.id), *(str(node.distances.get(other, "-")) for other in host.nodes))
        for node in host.nodes.values()
    )
    return table(" ".join(["<node", *(f">{i}" for i in host.nodes)]), rows)
