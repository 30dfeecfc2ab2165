# SPDX-License-Identifier: Apache-2.0
"""The host of a simulated day, and the VMs that come: for `day.py`.

The hosts are those of tests/data/hosts.json that have several nodes with CPUs and memory, empty at
first. VMs come one after another, and live as long as it takes to ask for a share of the host's
memory; one that is refused does not come again.

    >>> day = Day(hosts(["spr-2s-snc4"])["numactl:spr-2s-snc4"])
    >>> next(mix("mixed", day.empty, starts=1000, share=0.95, seed=0))
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

from numa_domain.base.idset import Nodeset
from numa_domain.host.model import HostTopology, Node
from tests.hosts import load_hosts

GIB = 1024 * 1024

MIXES = {
    "small": ((8, 8, 4, 2, 1, 0), (2, 4)),
    "mixed": ((4, 4, 4, 3, 2, 1), (2, 4, 8)),
    "large": ((1, 1, 2, 4, 4, 2), (1, 2, 4)),
    "uneven": ((2, 3, 3, 3, 2, 1), (1, 4, 16)),
}
"""How often VMs of 1, 2, 4, ... 32 vCPUs come, and GiB per vCPU."""


class Vm(NamedTuple):
    vcpus: int
    kib: int
    ends: float


class Laid(NamedTuple):
    """Where a VM lies: KiB on each node, and vCPUs on sets of nodes."""

    vm: Vm
    kib: dict[int, int]
    vcpus: dict[Nodeset, int]


class Day:
    """The host at one moment."""

    def __init__(self, host: HostTopology) -> None:
        self.empty = host
        self.free = {i: node.free_kib for i, node in host.nodes.items()}
        self.cpus = {i: len(node.cpus) for i, node in host.nodes.items()}
        self.on = dict.fromkeys(host.nodes, 0.0)
        """vCPUs on each node."""
        self.running: list[Laid] = []

    @property
    def host(self) -> HostTopology:
        nodes = {i: node.replace(free_kib=self.free[i]) for i, node in self.empty.nodes.items()}
        vcpus: dict[Nodeset, int] = {}
        for laid in self.running:
            for among, count in laid.vcpus.items():
                vcpus[among] = vcpus.get(among, 0) + count
        return self.empty.replace(nodes=nodes, vcpus=vcpus)

    def load(self, node: int, more: float = 0) -> float:
        return (self.on[node] + more) / self.cpus[node]

    def mean(self, more: float = 0) -> float:
        return (sum(self.on.values()) + more) / sum(self.cpus.values())

    def start(self, laid: Laid) -> None:
        self._add(laid, 1)
        self.running.append(laid)

    def end(self, now: float) -> None:
        for laid in [each for each in self.running if each.vm.ends <= now]:
            self._add(laid, -1)
            self.running.remove(laid)

    def _add(self, laid: Laid, sign: int) -> None:
        for node, kib in laid.kib.items():
            self.free[node] -= sign * kib
        for among, count in laid.vcpus.items():
            cpus = sum(self.cpus[i] for i in among)
            for i in among:
                self.on[i] += sign * count * self.cpus[i] / cpus


def mix(name: str, host: HostTopology, starts: int, share: float, seed: int) -> Iterator[Vm]:
    """VMs of one mix: none is larger than nine tenths of the largest node, or has more vCPUs than
    any has CPUs. On a host of small nodes all is smaller in proportion.
    """
    chance = random.Random(f"{name} {seed}")
    counts, ratios = MIXES[name]
    largest = max(node.memory_kib for node in host.nodes.values())
    cpus = max(len(node.cpus) for node in host.nodes.values())
    unit = min(GIB, largest // 64)
    made = []
    while len(made) < starts:
        vcpus = 1 << chance.choices(range(6), counts)[0]
        kib = vcpus * chance.choice(ratios) * unit
        if kib <= largest * 0.9 and vcpus <= cpus:
            made.append((vcpus, kib, chance.expovariate(1)))
    mean = sum(kib * life for _, kib, life in made) / starts
    stretch = share * sum(node.free_kib for node in host.nodes.values()) / mean
    for now, (vcpus, kib, life) in enumerate(made):
        yield Vm(vcpus, kib, now + life * stretch)


def hosts(only: Sequence[str]) -> dict[str, HostTopology]:
    """The captured hosts, empty; nodes without CPUs or memory are left out."""
    found = {}
    for name, host in load_hosts().items():
        nodes = [_emptied(n) for n in host.nodes.values() if n.cpus and n.memory_kib > GIB]
        if len(nodes) > 1 and (not only or any(word in name for word in only)):
            found[name] = HostTopology.of(nodes)
    return found


def _emptied(node: Node) -> Node:
    return node.replace(free_kib=node.memory_kib * 97 // 100, reclaimable_kib=0, pages={})


def is_far(host: HostTopology, nodes: set[int]) -> bool:
    """Whether two of these nodes are further apart than the nearest two of the host."""
    apart = min(host.distance(a, b) for a, b in combinations(host.nodes, 2))
    return any(host.distance(a, b) > apart for a, b in combinations(sorted(nodes), 2))
