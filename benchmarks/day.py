# SPDX-License-Identifier: Apache-2.0
"""A host's day: VMs start and end, and a rule chooses the node of each. What is refused, and how
uneven do the nodes become?

Hosts and VMs are those of `day_host.py`; VMs ask for 95 % of the host's memory if not said
otherwise. A rule is compared with others by

    refused     per cent of the GiB that were asked for
    load        vCPUs per CPU of the busiest node over the host's mean, on average of all starts
    room        per cent of the starts at which a VM of half the largest node would find one node
    split       per cent of the VMs that lie on several nodes; far: whose nodes are not the nearest

`day.txt` has both tables: all captured hosts, four mixes, five seeds. On each of its 60 rows
`auto:1` refuses at most 1.10 times as much as the best of the other rules, at 1.10 times the least
load at most. Best fit refuses least and is up to 1.47 times as uneven; least load refuses up to
1.66 times as much. With fewer starts or seeds, figures differ by a tenth from run to run.

    $ .venv/bin/python benchmarks/day.py --starts 4000                   # one node each, all rules
    $ .venv/bin/python benchmarks/day.py --table requests --starts 400   # on several nodes, cells
    $ .venv/bin/python benchmarks/day.py --hosts spr-2s --mixes mixed    # one row
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.day_host import MIXES, Day, Laid, Vm, hosts, is_far, mix
from numa_domain.base.errors import NumaError
from numa_domain.base.idset import Cpuset, Nodeset
from numa_domain.guest.model import Guest
from numa_domain.host.model import HostTopology
from numa_domain.placement.model import Placement
from numa_domain.placement.place import place
from numa_domain.request.model import NumaRequest

CELLS_FROM = 4

Rule = Callable[[Day, Vm, random.Random], "Laid | None"]


def one_node(key: Callable[[Day, Vm, int, random.Random], object]) -> Rule:
    """The node that holds the VM and has the least key."""

    def rule(day: Day, vm: Vm, chance: random.Random) -> Laid | None:
        fitting = [i for i, free in day.free.items() if free >= vm.kib]
        if not fitting:
            return None
        node = min(fitting, key=lambda i: (key(day, vm, i, chance), i))  # type: ignore[arg-type]
        return Laid(vm, {node: vm.kib}, {Nodeset.of([node]): vm.vcpus})

    return rule


def asked(nodeset: str, topology: str | None = None) -> Rule:
    """What the product answers. Cells are for VMs of at least `CELLS_FROM` vCPUs."""
    plain = NumaRequest.parse(nodeset=nodeset)
    cells = NumaRequest.parse(nodeset=nodeset, topology=topology)

    def rule(day: Day, vm: Vm, chance: random.Random) -> Laid | None:
        try:
            request = cells if vm.vcpus >= CELLS_FROM else plain
            placement = place(_guest(vm), request, day.host)
        except NumaError:
            return None
        return Laid(vm, _kib(placement), dict(placement.vcpus))

    return rule


def _kib(placement: Placement) -> dict[int, int]:
    return {node: pages[0] for node, pages in placement.charges.items()}


def _guest(vm: Vm) -> Guest:
    return Guest(
        name="vm",
        uuid="",
        memory_kib=vm.kib,
        current_memory_kib=vm.kib,
        max_memory_kib=vm.kib,
        vcpus_max=vm.vcpus,
        vcpus_current=Cpuset.of(range(vm.vcpus)),
    )


RULES: dict[str, Rule] = {
    "auto:1": asked("auto:1"),
    "most free": one_node(lambda day, vm, i, _: -day.free[i]),
    "first fit": one_node(lambda day, vm, i, _: i),
    "best fit": one_node(lambda day, vm, i, _: day.free[i]),
    "random": one_node(lambda day, vm, i, chance: chance.random()),
    "least load": one_node(lambda day, vm, i, _: day.load(i, vm.vcpus)),
}


REQUESTS: dict[str, Rule] = {
    "auto": asked("auto"),
    "auto/2": asked("auto", "2"),
    "auto:2/host": asked("auto:2", "host"),
    "all": asked("all"),
}
"""Nodeset and topology of requests that may take several nodes."""


class Result(NamedTuple):
    refused: float
    load: float
    room: float
    split: float
    far: float


def simulate(host: HostTopology, rule: Rule, vms: Sequence[Vm], seed: int) -> Result:
    day, chance = Day(host), random.Random(seed)
    half = max(node.memory_kib for node in host.nodes.values()) // 2
    all_kib = refused = split = far = started = 0
    loads, rooms = [], 0
    for now, vm in enumerate(vms):
        day.end(now)
        all_kib += vm.kib
        laid = rule(day, vm, chance)
        if laid is None:
            refused += vm.kib
        else:
            day.start(laid)
            started += 1
            split += len(laid.kib) > 1
            far += is_far(host, set(laid.kib))
        if now >= len(vms) // 4:  # the host has filled by then
            loads.append(max(map(day.load, day.free)) / day.mean() if day.running else 1)
            rooms += max(day.free.values()) >= half
    return Result(
        100 * refused / all_kib,
        sum(loads) / len(loads),
        100 * rooms / len(loads),
        100 * split / max(1, started),
        100 * far / max(1, started),
    )


def average(results: Sequence[Result]) -> Result:
    return Result(*(sum(figures) / len(results) for figures in zip(*results)))


def row(host: HostTopology, rule: Rule, kind: str, options: Options) -> Result:
    """One rule on one host, on average of all seeds."""
    return average(
        [
            simulate(host, rule, list(mix(kind, host, options.starts, options.demand, seed)), seed)
            for seed in range(options.seeds)
        ]
    )


class Options(NamedTuple):
    starts: int = 1000
    seeds: int = 5
    demand: float = 0.95


def one_node_table(names: Sequence[str], mixes: Sequence[str], options: Options) -> Iterator[str]:
    """One node for each VM, by all rules."""
    yield f"{'refused / load / room':34}{'auto:1 to best':>16}" + _heads(RULES)
    for name, host in hosts(names).items():
        for kind in mixes:
            rows = {rule: row(host, RULES[rule], kind, options) for rule in RULES}
            yield _title(name, kind) + f"{_to_best(rows):>16}" + _cells(rows)


def requests_table(names: Sequence[str], mixes: Sequence[str], options: Options) -> Iterator[str]:
    """Requests that may take several nodes, and topologies."""
    yield f"{'refused / load / room (split / far)':34}" + _heads(REQUESTS)
    for name, host in hosts(names).items():
        for kind in mixes:
            rows = {ask: row(host, REQUESTS[ask], kind, options) for ask in REQUESTS}
            yield _title(name, kind) + _cells(rows)


TABLES = {"one": one_node_table, "requests": requests_table}


def _to_best(rows: dict[str, Result]) -> str:
    """What `auto:1` refuses, and its load, as multiples of the least of the other rules."""
    ours, others = rows["auto:1"], [rows[rule] for rule in rows if rule != "auto:1"]
    refused = ours.refused / max(0.01, min(r.refused for r in others))
    return f"{refused:.2f} / {ours.load / min(r.load for r in others):.2f}"


def _title(name: str, kind: str) -> str:
    return f"{name.split(':')[1][:26] + ' ' + kind:34}"


def _heads(rules: dict[str, Rule]) -> str:
    return "".join(f"{rule:>{WIDTH[rule in REQUESTS]}}" for rule in rules)


def _cells(rows: dict[str, Result]) -> str:
    return "".join(
        f"{_cell(r, rule in REQUESTS):>{WIDTH[rule in REQUESTS]}}" for rule, r in rows.items()
    )


def _cell(result: Result, several: bool) -> str:
    one = f"{result.refused:.1f} / {result.load:.2f} / {result.room:.0f}"
    return one + (f" ({result.split:.0f} / {result.far:.0f})" if several else "")


WIDTH = {False: 19, True: 28}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--starts", type=int, default=1000)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--demand", type=float, default=0.95, help="of the host's memory")
    parser.add_argument("--hosts", nargs="*", default=[], help="a part of their names")
    parser.add_argument("--mixes", nargs="*", default=list(MIXES), choices=list(MIXES))
    parser.add_argument("--table", default="one", choices=list(TABLES))
    given = parser.parse_args()
    options = Options(given.starts, given.seeds, given.demand)
    for line in TABLES[given.table](given.hosts, given.mixes, options):
        print(line, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
