# SPDX-License-Identifier: Apache-2.0
"""Placements on the captured hosts, as texts that a person can read and judge.

Decides which VMs are placed on each host (from 1 vCPU and 1 GiB to all that is free, and a
little more), which requests are made for each, and how the answers are written down. The
texts beside this file are what `place` answered when somebody last read them.

    $ .venv/bin/python tests/golden_placements/table.py --update-golden
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))

from numa_domain.base.errors import NumaError
from numa_domain.base.idset import Cpuset, Nodeset
from numa_domain.base.units import show_memory
from numa_domain.guest.model import CpuTopology, Guest
from numa_domain.host.model import HostTopology
from numa_domain.placement.model import Placement
from numa_domain.placement.place import place
from numa_domain.request.model import NumaRequest
from tests.hosts import load_hosts

FOLDER = Path(__file__).parent
MIB, GIB = 1024, 1024 * 1024

AUTO = (("auto", None), ("auto", "2"), ("auto", "4"), ("auto", "host"), ("auto:2", "2"))
NAMED = (("all", None), ("{first}", None), ("{first}", "2"), ("preferred:{first}", None))
EVEN = (("interleave:all", "2"), ("interleave:auto", None), ("{last}", "host"))


def path(name: str) -> Path:
    return FOLDER / f"{name.replace(':', '-').replace('+', '-')}.txt"


def text(name: str, host: HostTopology) -> str:
    """The whole file of one host."""
    parts = [f"{name}\n{'=' * len(name)}", "\n".join(_nodes(host))]
    parts += ["\n".join(_answers(guest, host)) for guest in vms(host)]
    return "\n\n".join(parts) + "\n"


def vms(host: HostTopology) -> Iterator[Guest]:
    """Some fixed sizes, then what the host's own sizes make interesting, without repeats."""
    free = [node.available_kib for node in host.nodes.values()]
    largest, total = max(free), sum(free)
    cpus = len(Cpuset.of(cpu for node in host.nodes.values() for cpu in node.cpus))
    most = max(len(node.cpus) for node in host.nodes.values())
    sizes = [
        (1, GIB),
        (4, 8 * GIB),
        (most, largest - largest % GIB),
        (most, largest + GIB - largest % GIB),
        (2 * most, 2 * largest - largest // 4),
        (cpus // 2, total // 2),
        (cpus, total * 9 // 10),
        (cpus, total),
        (cpus, total + GIB),
    ]
    seen = set()
    for vcpus, kib in sizes:
        size = max(1, min(vcpus, cpus)), max(MIB, kib - kib % MIB)
        if size not in seen and kib <= total + GIB:
            seen.add(size)
            yield _vm(*size)


def _vm(vcpus: int, kib: int) -> Guest:
    return Guest(
        name="vm",
        uuid="",
        memory_kib=kib,
        current_memory_kib=kib,
        max_memory_kib=kib,
        vcpus_max=vcpus,
        vcpus_current=Cpuset.of(range(vcpus)),
        topology=CpuTopology(vcpus),
    )


def _nodes(host: HostTopology) -> Iterator[str]:
    yield "node  CPUs       memory         free  distances"
    for node in host.nodes.values():
        row = " ".join(f"{host.distance(node.id, i):3}" for i in host.nodes)
        memory, free = show_memory(node.memory_kib), show_memory(node.available_kib)
        yield f"{node.id:4}  {len(node.cpus):4} {memory:>12} {free:>12}  {row}".rstrip()


def _answers(guest: Guest, host: HostTopology) -> Iterator[str]:
    count = len(guest.vcpus_current)
    yield f"VM of {count} vCPU{'s' * (count > 1)} and {show_memory(guest.memory_kib)}"
    with_memory = list(host.memory_nodes)
    names = {"first": with_memory[0], "last": with_memory[-1]}
    for nodeset, topology in (*AUTO, *NAMED, *EVEN):
        if (topology or "").isdigit() and int(topology or 0) > count:
            continue
        asked = nodeset.format(**names), topology
        yield f"  {asked[0]:16} {topology or '':5} {_answer(guest, host, *asked)}"


def _answer(guest: Guest, host: HostTopology, nodeset: str, topology: str | None) -> str:
    request = NumaRequest.parse(nodeset=nodeset, topology=topology)
    try:
        placement = place(guest, request, host)
    except NumaError as error:
        return f"NO: {error}"
    told = f"{_cells(placement)} {_left(host, placement)}".rstrip()
    return "".join([told, *(f"\n{'':25}! {warning}" for warning in placement.warnings)])


def _cells(placement: Placement) -> str:
    """Nodes, then the cells on them with what they have, then how far apart the nodes are."""
    nodes = placement.nodes or Nodeset()
    shown = [
        f"{len(placed.cell.cpus)} vCPU {show_memory(placed.cell.memory_kib)} on {placed.nodes}"
        for placed in placement.cells
    ]
    return f"-> {nodes}" + (f" [{'; '.join(shown)}]" if shown else "")


def _left(host: HostTopology, placement: Placement) -> str:
    """How far apart the nodes are, and what is left on each."""
    nodes = list(placement.nodes or ())
    left = []
    for i in nodes:
        taken = placement.charges.get(i, {}).get(0, 0)
        left.append(f"{show_memory(host.nodes[i].available_kib - taken)} on {i}")
    apart = {host.distance(a, b) for a, b in combinations(nodes, 2)}
    far = f"apart {'-'.join(str(d) for d in sorted({min(apart), max(apart)}))}, " if apart else ""
    return f"({far}left {', '.join(left)})"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--update-golden", action="store_true", help="write the files anew")
    options = parser.parse_args()
    for name, host in load_hosts().items():
        if options.update_golden:
            path(name).write_text(text(name, host), encoding="utf-8")
        else:
            print(text(name, host))
    return 0


if __name__ == "__main__":
    sys.exit(main())
