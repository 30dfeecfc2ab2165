# SPDX-License-Identifier: Apache-2.0
"""A VM divided into cells: vCPUs by whole cores, memory in whole pages, without remainder.

vCPU ids count through the threads of a core first: core k of a VM with t threads is the vCPUs k*t
.. k*t+t-1. A VM starts with its current vCPUs, but the engine leaves room for hot-plug (`<vcpu
current="4">16</vcpu>`), and the cells have to cover all sixteen. If these were just cut in two, all
four running vCPUs would be in the first cell. So the running cores are divided first; the others
are dealt out one by one, so that the cells stay even however many are plugged later.

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


def divide_vcpus(guest: Guest, weights: Sequence[int]) -> list[Cpuset]:
    """All vCPUs, divided in proportion to the weights; a weight of 0 gets none."""
    running = running_cores(guest)
    counts = in_proportion(len(running), weights, least=1)
    taken, at = [], 0
    for count in counts:
        taken.append(sum(running[at : at + count]))
        at += count
    return deal_rest(guest, taken)


def deal_rest(guest: Guest, taken: Sequence[int]) -> list[Cpuset]:
    """The cells' vCPUs (bits per cell), with all vCPUs that are in no cell added core by core.

    A core that already has a thread in a cell goes to that cell. Any other core goes to the cell
    that has been dealt the fewest so far; of several to the smallest, then to the first. A cell
    that starts without vCPUs (memory only) gets none.
    """
    cells = list(taken)
    nobodys = ((1 << guest.vcpus_max) - 1) & ~_union(cells)
    dealt = [0] * len(cells)
    takers = [i for i, bits in enumerate(taken) if bits]
    for core in cores(guest):
        rest = core & nobodys
        if not rest or not takers:
            continue
        mates = [i for i in takers if cells[i] & core]
        chosen = mates[0] if mates else min(takers, key=lambda i: (dealt[i], _count(cells[i]), i))
        cells[chosen] |= rest
        if not mates:
            dealt[chosen] += _count(rest)
    return [Cpuset(bits) for bits in cells]


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
