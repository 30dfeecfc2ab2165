# SPDX-License-Identifier: Apache-2.0
"""A VM divided into cells: vCPUs by whole sockets or cores, memory in whole pages, without
remainder.

vCPU ids count through the threads of a core first: core k of a VM with t threads is the vCPUs k*t
.. k*t+t-1. A VM starts with its current vCPUs, but the engine leaves room for hot-plug (`<vcpu
current="4">16</vcpu>`), and the cells have to cover all sixteen. If these were just cut in two, all
four running vCPUs would be in the first cell. So the running ones are divided first; the others
are dealt out socket by socket or core by core, so that the cells stay even however many are plugged
later.

    >>> from numa_domain.guest.model import CpuTopology, Guest
    >>> vm = Guest(name="vm", uuid="", memory_kib=1, current_memory_kib=1, max_memory_kib=1,
    ...            vcpus_max=16, vcpus_current=Cpuset.of(range(4)))
    >>> [str(cpus) for cpus in divide_vcpus(vm, [1, 1])]
    ['0-1,4,6,8,10,12,14', '2-3,5,7,9,11,13,15']
"""

from __future__ import annotations

from ..base.idset import Cpuset

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..guest.model import Guest


def cores(guest: Guest) -> list[int]:
    """For each core, in order, its vCPUs of 0..max-1 as bits."""
    threads, most = guest.threads, guest.vcpus_max
    whole = (1 << threads) - 1
    every = (1 << most) - 1
    return [whole << first & every for first in range(0, most, threads)]


def running_cores(guest: Guest) -> list[int]:
    """The cores that have at least one vCPU plugged when the guest starts, as bits."""
    current = guest.vcpus_current.bits
    return [core for core in cores(guest) if core & current]


def unit_sizes(guest: Guest) -> list[int]:
    """vCPUs of a socket, a die, a cluster and a core, the largest first; those that are equal once.
    Just the core if the domain does not say, since then libvirt makes each vCPU a socket.
    """
    topology, sizes = guest.topology, [guest.threads]
    if topology is None:
        return sizes
    for count in (topology.cores, topology.clusters, topology.dies):
        sizes.append(sizes[-1] * count)
    whole = sizes[-1] * topology.sockets == guest.vcpus_max
    return list(dict.fromkeys(reversed(sizes))) if whole else sizes[:1]


def divide_vcpus(guest: Guest, weights: Sequence[int]) -> list[Cpuset]:
    """All vCPUs, divided in proportion to the weights; a weight of 0 gets none.

    By whole sockets if there are enough with a running vCPU, else by dies, clusters or cores: a
    cell that ends within a socket contradicts the caches that the guest is told of.
    """
    every = (1 << guest.vcpus_max) - 1
    return deal_rest(guest, _split(guest, every, weights, unit_sizes(guest)))


def _split(guest: Guest, whole: int, weights: Sequence[int], sizes: Sequence[int]) -> list[int]:
    """The running units of `whole`, as bits for each weight."""
    size, *smaller = sizes
    running = [unit for unit in units(whole, size) if unit & guest.vcpus_current.bits]
    takers = sum(map(bool, weights))
    if not smaller or (len(running) >= takers and _even(len(running), weights)):
        taken, at = [], 0
        for count in in_proportion(len(running), weights, least=1):
            taken.append(sum(running[at : at + count]))
            at += count
        return taken
    each, over = divmod(len(weights), max(1, len(running)))
    if len(running) > 1 and not over and len(set(weights)) == 1:
        parts = [_split(guest, unit, weights[:each], smaller) for unit in running]
        if all(part for unit in parts for part in unit):
            return [part for unit in parts for part in unit]
    return _split(guest, whole, weights, smaller)


def _even(total: int, weights: Sequence[int]) -> bool:
    """Whether so many units can be divided with no cell a quarter off its share; equal cells may
    differ by one unit.
    """
    if len({weight for weight in weights if weight}) == 1:
        return True
    parts, whole = in_proportion(total, weights, least=1), sum(weights)
    return all(4 * abs(n * whole - total * w) <= total * w for n, w in zip(parts, weights))


def deal_rest(guest: Guest, taken: Sequence[int]) -> list[Cpuset]:
    """The cells' vCPUs (bits per cell), with all vCPUs that are in no cell added unit by unit.

    A unit (socket, die, cluster, core) of which a cell has a part goes to that cell; if several
    have, its smaller units are dealt among them. Units of which nobody has a part are dealt as
    long as there is one for each cell, then their smaller units: to the cell that has been dealt
    the fewest so far; of several to the smallest, then to the first. A cell that starts without
    vCPUs (memory only) gets none.
    """
    cells, dealt = list(taken), [0] * len(taken)
    takers = [i for i, bits in enumerate(taken) if bits]
    if takers:
        _deal((1 << guest.vcpus_max) - 1, unit_sizes(guest), takers, cells, dealt)
    return [Cpuset(bits) for bits in cells]


def _deal(
    whole: int, sizes: Sequence[int], takers: Sequence[int], cells: list[int], dealt: list[int]
) -> None:
    size, *smaller = sizes
    nobodys = []
    for unit in units(whole, size):
        owners = [i for i in takers if cells[i] & unit]
        rest = unit & ~_union(cells)
        if not owners:
            nobodys.append(unit)
        elif len(owners) == 1 or not smaller:
            cells[owners[0]] |= rest
        elif rest:
            _deal(unit, smaller, owners, cells, dealt)
    rounds = len(nobodys) - len(nobodys) % len(takers) if smaller else len(nobodys)
    for i, unit in enumerate(nobodys):
        rest = unit & ~_union(cells)
        chosen = min(takers, key=lambda i: (dealt[i], _count(cells[i]), i))
        largest = max(_count(cells[i]) for i in takers)
        if i < rounds or _count(cells[chosen]) + _count(rest) <= largest:
            cells[chosen] |= rest
            dealt[chosen] += _count(rest)
        else:
            _deal(unit, smaller, takers, cells, dealt)


def units(whole: int, size: int) -> list[int]:
    """Consecutive pieces of so many vCPUs; `whole` begins at a multiple of that."""
    unit, found = (1 << size) - 1, []
    first = (whole & -whole).bit_length() - 1 if whole else 0
    while whole >> first:
        found.append(unit << first & whole)
        first += size
    return found


def divide_memory(kib: int, weights: Sequence[int], granule_kib: int) -> list[int]:
    """KiB divided in proportion to the weights, in multiples of the granule.

    A remainder smaller than a granule goes to the last cell with a weight, so that the sum is
    exact. A weight of 0 gets nothing; every other gets at least one granule, if there are enough.
    """
    parts = in_proportion(kib // granule_kib, weights, least=1)
    shares = [part * granule_kib for part in parts]
    last = max(i for i, weight in enumerate(weights) if weight)
    shares[last] += kib % granule_kib
    return shares


def in_proportion(total: int, weights: Sequence[int], least: int = 0) -> list[int]:
    """Whole numbers that sum to `total`, by the largest remainder method; ties go to the first.

    >>> in_proportion(23, [1, 1, 1, 1]), in_proportion(3, [100, 1], least=1)
    ([6, 6, 6, 5], [2, 1])
    """
    whole = sum(weights)
    parts = [total * weight // whole for weight in weights]
    by_rest = sorted(range(len(weights)), key=lambda i: (-(total * weights[i] % whole), i))
    for i in by_rest[: total - sum(parts)]:
        parts[i] += 1
    for i, weight in enumerate(weights):
        richest = max(range(len(parts)), key=lambda j: (parts[j], -j))
        while weight and parts[i] < least and parts[richest] > least:
            parts[i] += 1
            parts[richest] -= 1
    return parts


def _union(cells: Sequence[int]) -> int:
    bits = 0
    for cell in cells:
        bits |= cell
    return bits


def _count(bits: int) -> int:
    return bin(bits).count("1")
