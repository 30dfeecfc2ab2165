# SPDX-License-Identifier: Apache-2.0
"""What has been promised to which VM, as values and as text: the rules, without the file.

Decides what a node still owes to the VMs on it, and when a promise lapses. Never reads or
writes a file (`ledger.py`), and never looks for a process (`residency.py`).

Free memory lies: a VM that was bound to 64 GiB of a node and has touched 2 of them will want
62 more. What it has touched is missing from the node's free memory already, so a node owes

    the VM's reservation there - what the VM has touched there

and a VM that starts is placed on what is free less what is owed.
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
    """Node -> page size in KiB (0: ordinary pages) -> KiB."""

_TITLE = "ovirt-numa reservations 1 boot"


class Reservation(Value):
    """Memory promised to a VM, from its start hook until it is gone."""

    vm_id: str
    made: int
    """Seconds since the host's boot (CLOCK_BOOTTIME), which no change of the clock moves."""
    charges: Charges
    pid: int = 0
    """Of its QEMU process where that has been seen, so that it need not be sought again."""

    def lapsed(self, looked: int, now: int, grace: int) -> bool:
        """Whether the VM, for whose process was looked in vain, had had time enough to get one.

        A start can fail after the hook, VDSM can be killed, and nobody tells us. `looked` is
        when: a reservation that was made since is none of its business. One from the future
        was made before the last boot.
        """
        return looked - self.made > grace or self.made > now


def owed(reservation: Reservation, resident: RunningVm | None) -> dict[int, dict[int, int]]:
    """What is left of a reservation, in the form of its charges.

    Without a process, or where it cannot be seen what that has touched, all of it. A VM that
    may use several nodes does not keep to our shares: what it has touched on one beyond its
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
    """The host as a new VM may see it: less what it owes to these."""
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
    """The ledger's text: a title, a line for each VM, and an end with their number."""
    lines = [_line(r) for r in reservations]
    return "\n".join([f"{_TITLE} {boot}", *lines, f"end {len(lines)}", ""])


def from_text(text: str, boot: str) -> tuple[list[Reservation], int]:
    """The reservations of this boot in a text, and how many lines of it are damaged.

    A damaged text yields what can be read of it: losing one promise is better than all.
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
        for word in words:
            place, kib = word.split("=")
            node, page = place.split(":")
            charges.setdefault(_whole(node), {})[_whole(page)] = _whole(kib)
        return Reservation(vm_id, _whole(made), charges, _whole(pid))
    except ValueError:
        return None


def _whole(text: str) -> int:
    """int() takes "-1", " 1", "1_0"; we have written none of these."""
    if not (text.isascii() and text.isdigit() and len(text) < 20):
        raise ValueError(text)
    return int(text)
