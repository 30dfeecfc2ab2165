# SPDX-License-Identifier: Apache-2.0
"""Memory reserved for VMs: what of it is still owed, when a reservation lapses, and the file's
format.

Free memory is misleading: a VM that is bound to 64 GiB of a node and has touched 2 of them will
want 62 more. What it has touched is missing from the node's free memory already, so a node owes

    the VM's reservation on it - what the VM has touched on it

and a VM that starts is placed in the free memory less what is owed to others.
"""

from __future__ import annotations

from numa_domain.base.frozen import Value
from numa_domain.placement.memory_fit import ORDINARY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numa_domain.host.model import HostTopology

    from .running_vms import RunningVm

    Charges = Mapping[int, Mapping[int, int]]
    """Node id -> page size in KiB (0: ordinary pages) -> KiB."""

_TITLE = "ovirt-numa reservations 1 boot"


class Reservation(Value):
    """Memory reserved for a VM, from its start hook until it is gone."""

    vm_id: str
    made: int
    """Seconds since boot (CLOCK_BOOTTIME), which do not change when the clock is set."""
    charges: Charges
    pid: int = 0
    """Its QEMU process, once that has been seen, so that it need not be searched again."""

    def lapsed(self, looked: int, now: int, grace: int) -> bool:
        """Whether a VM without a process has had enough time to get one.

        A start can fail after the hook, or VDSM can be killed, and nobody tells us. `looked` is
        when the process was searched: a reservation made later is not affected. One made in the
        future is from before the last boot.
        """
        return looked - self.made > grace or self.made > now


def owed(reservation: Reservation, resident: RunningVm | None) -> dict[int, dict[int, int]]:
    """The part of a reservation that the VM has not touched yet, in the same form as its charges.

    All of it, if the VM has no process, or it cannot be seen what it has touched. A VM that may use
    several nodes need not use them in our proportions: what it has touched on one node beyond its
    share there, it will not want from another.
    """
    left: dict[int, dict[int, int]] = {}
    for page in {page for pages in reservation.charges.values() for page in pages}:
        shares = {n: pages[page] for n, pages in reservation.charges.items() if page in pages}
        for node, kib in _left(shares, page, resident).items():
            left.setdefault(node, {})[page] = kib
    return left


def _left(shares: dict[int, int], page: int, resident: RunningVm | None) -> dict[int, int]:
    if resident is None:
        return shares
    if page != ORDINARY:  # QEMU takes all huge pages before it runs its vCPUs
        return {} if resident.runs else shares
    touched = resident.touched
    short = {n: kib - touched.get(n, 0) for n, kib in shares.items() if kib > touched.get(n, 0)}
    rest = max(0, sum(shares.values()) - sum(touched.get(n, 0) for n in shares))
    total = sum(short.values())
    return {n: -(-kib * rest // total) for n, kib in short.items() if rest}


def with_promises(
    host: HostTopology,
    reservations: Iterable[Reservation],
    residents: Mapping[str, RunningVm],
) -> HostTopology:
    """The host as a new VM may use it: less what is owed to these VMs."""
    debts: dict[int, dict[int, int]] = {}
    for reservation in reservations:
        for node, pages in owed(reservation, residents.get(reservation.vm_id)).items():
            debt = debts.setdefault(node, {})
            for page, kib in pages.items():
                debt[page] = debt.get(page, 0) + kib
    nodes = dict(host.nodes)
    for id, debt in debts.items():
        if id in nodes:
            pools = {
                size: pool.replace(promised=-(-debt.get(size, 0) // size))
                for size, pool in nodes[id].pages.items()
            }
            nodes[id] = nodes[id].replace(promised_kib=debt.get(ORDINARY, 0), pages=pools)
    return host.replace(nodes=nodes)


def to_text(reservations: Iterable[Reservation], boot: str) -> str:
    """The file's text: a title, a line for each VM, and an end with their number."""
    lines = [_line(r) for r in reservations]
    return "\n".join([f"{_TITLE} {boot}", *lines, f"end {len(lines)}", ""])


def from_text(text: str, boot: str) -> tuple[list[Reservation], int]:
    """The reservations of this boot in a text, and the number of damaged lines.

    From a damaged text all undamaged lines are used: losing one reservation is better than losing
    all.
    """
    title, _, rest = text.partition("\n")
    lines = rest.splitlines()
    whole = bool(lines) and lines.pop() == f"end {len(lines)}"
    if whole and title.startswith(f"{_TITLE} ") and title != f"{_TITLE} {boot}":
        return [], 0
    found = [_reservation(line) for line in lines]
    good = [reservation for reservation in found if reservation is not None]
    damaged = (title != f"{_TITLE} {boot}") + (not whole) + len(found) - len(good)
    return good, damaged


def _line(reservation: Reservation) -> str:
    charges = [
        f"{node}:{page}={kib}"
        for node, pages in sorted(reservation.charges.items())
        for page, kib in sorted(pages.items())
    ]
    return " ".join([reservation.vm_id, str(reservation.made), str(reservation.pid), *charges])


def _reservation(line: str) -> Reservation | None:
    charges: dict[int, dict[int, int]] = {}
    try:
        vm_id, made, pid, *words = line.split(" ")
        if not (vm_id.isascii() and vm_id.isprintable() and vm_id):
            return None
        for word in words:
            place, kib = word.split("=")
            node, page = place.split(":")
            charges.setdefault(_whole(node), {})[_whole(page)] = _whole(kib)
        return Reservation(vm_id, _whole(made), charges, _whole(pid))
    except ValueError:
        return None


def _whole(text: str) -> int:
    """int() would accept "-1", " 1" and "1_0" too, none of which we write."""
    if not (text.isascii() and text.isdigit() and len(text) < 20):
        raise ValueError(text)
    return int(text)
