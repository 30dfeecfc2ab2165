# SPDX-License-Identifier: Apache-2.0
"""Hosts and cells at random, of the kinds that have misled placements elsewhere.

Decides what is tried: one seed is one case, always the same. Knows no rule of placement;
`brute.py` and `solver.py` do, and read only what stands here.

    >>> case("rivals", seed=7, nodes=4, cells=3).demands[0].kib
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import NamedTuple

from numa_domain.base.idset import Cpuset, Nodeset
from numa_domain.host.model import HostTopology, Node, PagePool
from numa_domain.placement.auto.stage_order import Rules
from numa_domain.placement.memory_fit import Demand

GIB = 1024 * 1024
M2, G1 = 2048, 1024 * 1024
"""Huge page sizes in KiB."""


class Case(NamedTuple):
    """One question to `choose`."""

    kind: str
    seed: int
    host: HostTopology
    demands: tuple[Demand, ...]
    rules: Rules
    devices: tuple[int, ...]

    def __str__(self) -> str:
        free = {
            i: (n.available_kib, {s: p.available * s for s, p in n.pages.items()}, len(n.cpus))
            for i, n in self.host.nodes.items()
        }
        rows = {i: dict(n.distances) for i, n in self.host.nodes.items()}
        cells = [(d.kib, d.page_kib, d.vcpus, str(d.nodes), d.mode) for d in self.demands]
        return (
            f"{self.kind} {self.seed}: nodes (KiB, pages, CPUs) {free}, distances {rows}, cells "
            f"(KiB, page, vCPUs, nodes, mode) {cells}, {self.rules}, devices {self.devices}, "
            f"vCPUs {self.host.vcpus}"
        )


class _Maker:
    """The pieces that kinds are made of, all from one seed."""

    def __init__(self, seed: str, nodes: int, cells: int) -> None:
        self.chance = random.Random(seed)
        self.ids = sorted(self.chance.sample(range(nodes + self.chance.choice((0, 0, 4))), nodes))
        self.cells = cells
        self.unit = self.chance.choice((GIB, GIB, GIB, 1024 * 5, 4))
        self.rooms = [self.chance.randint(4, 20) for _ in self.ids]
        self.pages: list[dict[int, int]] = [{} for _ in self.ids]
        """Of each node: page size -> free pages."""
        self.cpus = [8] * nodes
        self.needs = [self.chance.randint(1, 12) for _ in range(cells)]
        self.vcpus = [self.chance.randint(1, 4) for _ in range(cells)]
        self.page = [0] * cells
        self.candidates = [set(self.ids) for _ in range(cells)]
        self.mode = "strict"
        self.rules = Rules()
        self.devices: tuple[int, ...] = ()
        self.busy: dict[Nodeset, int] = {}
        self.distances = self.chance.choice((self.flat, self.clusters, self.uneven))()

    def flat(self) -> dict[int, dict[int, int]]:
        return {} if self.chance.random() < 0.3 else self._rows(lambda a, b: 20)

    def clusters(self) -> dict[int, dict[int, int]]:
        size = self.chance.choice((2, 2, 3, 4))
        at = {node: i // size for i, node in enumerate(self.ids)}
        return self._rows(lambda a, b: 12 if at[a] == at[b] else 32)

    def uneven(self) -> dict[int, dict[int, int]]:
        known = {(a, b): self.chance.randint(11, 60) for a in self.ids for b in self.ids}
        if self.chance.random() < 0.5:
            return self._rows(lambda a, b: known[min(a, b), max(a, b)])
        return self._rows(lambda a, b: known[a, b])

    def _rows(self, apart: Callable[[int, int], int]) -> dict[int, dict[int, int]]:
        return {a: {b: 10 if a == b else apart(a, b) for b in self.ids} for a in self.ids}

    def case(self, kind: str, seed: int) -> Case:
        nodes, first = [], 0
        for i, node in enumerate(self.ids):
            free = self.rooms[i] * self.unit
            pools = {size: PagePool(count + 1, count) for size, count in self.pages[i].items()}
            nodes.append(
                Node(
                    id=node,
                    cpus=Cpuset.of(range(first, first + self.cpus[i])),
                    memory_kib=free + GIB,
                    free_kib=free,
                    distances=self.distances.get(node, {}),
                    pages=pools,
                )
            )
            first += self.cpus[i]
        demands = tuple(
            Demand(
                cell=i,
                kib=self.needs[i] * (self.page[i] or self.unit),
                page_kib=self.page[i],
                nodes=Nodeset.of(self.candidates[i]),
                mode=self.mode,
                vcpus=self.vcpus[i],
            )
            for i in range(self.cells)
        )
        host = HostTopology.of(nodes).replace(vcpus=self.busy)
        return Case(kind, seed, host, demands, self.rules, self.devices)


def _easy(m: _Maker) -> None:
    m.needs = [m.chance.randint(1, 4) for _ in m.needs]


def _tight(m: _Maker) -> None:
    """Little is left over, in all and on each node."""
    m.rooms = [m.chance.randint(4, 9) for _ in m.ids]
    m.needs = [m.chance.randint(2, 8) for _ in m.needs]


def _planted(m: _Maker) -> None:
    """Every cell has a node that it fills to the last KiB, if there are so many."""
    m.rooms = [m.chance.randint(1, 20) for _ in m.ids]
    order = m.chance.sample(range(len(m.ids)), len(m.ids))
    m.needs = [m.rooms[order[i % len(order)]] for i in range(m.cells)]
    m.needs = [max(1, need - m.chance.choice((0, 0, 0, 1))) for need in m.needs]


def _hall(m: _Maker) -> None:
    """More large cells than nodes that hold one (Hall's condition)."""
    large = m.chance.randint(1, max(1, min(len(m.ids), m.cells - 1)))
    m.rooms = [m.chance.randint(10, 13) if i < large else 3 for i in range(len(m.ids))]
    m.needs = [
        m.chance.randint(4, 9) if i <= large else m.chance.randint(1, 3) for i in range(m.cells)
    ]
    m.chance.shuffle(m.rooms)
    m.chance.shuffle(m.needs)


def _rivals(m: _Maker) -> None:
    """Two or more cells for one large node, which holds both, one, or only a part."""
    m.rooms = [m.chance.randint(4, 6) for _ in m.ids]
    m.rooms[m.chance.randrange(len(m.ids))] = m.chance.randint(10, 40)
    m.needs = [m.chance.randint(1, 5) for _ in m.needs]
    for i in m.chance.sample(range(m.cells), min(m.cells, m.chance.choice((2, 2, 3)))):
        m.needs[i] = m.chance.randint(7, 20)


def _pages(m: _Maker) -> None:
    """Huge pages of two sizes beside ordinary ones."""
    m.unit = GIB
    for pools in m.pages:
        for size in (M2, G1):
            if m.chance.random() < 0.8:
                pools[size] = m.chance.randint(0, 12)
    sizes = m.chance.choice(((M2,), (G1,), (0, G1), (0, M2, G1)))
    m.page = [m.chance.choice(sizes) for _ in m.page]
    m.needs = [m.chance.randint(1, 8) for _ in m.needs]


def _candidates(m: _Maker) -> None:
    """Each cell has nodes of its own to choose from."""
    m.candidates = [
        set(m.chance.sample(m.ids, m.chance.randint(1, len(m.ids)))) for _ in range(m.cells)
    ]


def _cpuless(m: _Maker) -> None:
    """Nodes without CPUs, as with CXL memory; cells without vCPUs."""
    m.cpus = [m.chance.choice((0, 8)) for _ in m.ids]
    m.vcpus = [m.chance.choice((0, 2, 4)) for _ in m.vcpus]
    m.needs = [m.chance.randint(1, 9) for _ in m.needs]


def _scarce(m: _Maker) -> None:
    """CPUs that do not suffice everywhere."""
    m.cpus = [m.chance.choice((0, 1, 2, 4, 8)) for _ in m.ids]
    m.vcpus = [m.chance.randint(0, 9) for _ in m.vcpus]


def _devices(m: _Maker) -> None:
    m.devices = tuple(sorted(m.chance.sample(m.ids, min(len(m.ids), m.chance.choice((1, 1, 2))))))


def _busy(m: _Maker) -> None:
    """Other VMs have vCPUs on the nodes."""
    m.busy = {Nodeset.of([i]): m.chance.choice((0, 4, 9, 20)) for i in m.ids}


def _count(m: _Maker) -> None:
    m.rules = m.rules.replace(count=m.chance.randint(1, len(m.ids)))


def _exclusive(m: _Maker) -> None:
    m.rules = m.rules.replace(exclusive=True)


def _never(m: _Maker) -> None:
    m.rules = m.rules.replace(spread=False)


def _interleave(m: _Maker) -> None:
    m.mode = "interleave"


def _large(m: _Maker) -> None:
    """Cells that no node holds."""
    m.needs = [m.chance.randint(8, 40) for _ in m.needs]


def _full(m: _Maker) -> None:
    """Nodes of which some have nothing left."""
    m.rooms = [m.chance.choice((0, 0, room)) for room in m.rooms]


SHAPES = (_easy, _tight, _planted, _hall, _rivals, _large, _pages, _full)
TWISTS = (
    _candidates,
    _cpuless,
    _scarce,
    _devices,
    _count,
    _exclusive,
    _never,
    _interleave,
    _busy,
)
KINDS: dict[str, tuple[Callable[[_Maker], None], ...]] = {
    shape.__name__[1:]: (shape,) for shape in SHAPES
} | {
    f"{shape.__name__[1:]} {twist.__name__[1:]}": (shape, twist)
    for shape in SHAPES
    for twist in TWISTS
}


def case(kind: str, seed: int, nodes: int, cells: int) -> Case:
    """The case of this kind and seed; kind "mixed" takes a shape and up to three twists."""
    maker = _Maker(f"{kind} {seed} {nodes} {cells}", nodes, cells)
    steps = KINDS.get(kind)
    if steps is None:
        steps = (maker.chance.choice(SHAPES), *maker.chance.sample(TWISTS, 3))
    for step in steps:
        step(maker)
    return maker.case(kind, seed)


def cases(first: int, count: int, most_nodes: int = 6, most_cells: int = 6) -> Iterator[Case]:
    """Every kind in turn, sizes at random."""
    kinds = [*KINDS, *["mixed"] * 16]
    for seed in range(first, first + count):
        chance = random.Random(f"size {seed}")
        nodes, cells = chance.randint(1, most_nodes), chance.randint(1, most_cells)
        yield case(kinds[seed % len(kinds)], seed, nodes, cells)
