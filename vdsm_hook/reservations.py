# SPDX-License-Identifier: Apache-2.0
"""Memory reserved for VMs: what of it is still owed, when a reservation lapses, and the file's
format.

Free memory is misleading: a VM that is bound to 64 GiB of a node and has touched 2 of them will
want 62 more. What it has touched is missing from the node's free memory already, so a node owes

    the VM's reservation on it - what the VM has touched on it

and a VM that starts is placed in the free memory less what is owed to others. What may lie on any
of several nodes is owed by them together (`Claim`), not by one of them.
"""

from __future__ import annotations

from numa_domain.base.errors import TextError
from numa_domain.base.frozen import Value
from numa_domain.base.idset import Nodeset
from numa_domain.host.model import Claim
from numa_domain.placement.memory_fit import ORDINARY
from numa_domain.placement.memory_flow import Flow

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from numa_domain.host.model import HostTopology, Node

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
    """One way in which it can lie on the nodes."""
    pid: int = 0
    """Its QEMU process, once that has been seen, so that it need not be searched again."""
    claims: tuple[Claim, ...] = ()
    """All of it, by the nodes on which it may lie; none if each part has one node (`charges`)."""
    vcpus: Mapping[Nodeset, int] = {}
    """How many vCPUs it has near these nodes."""

    @property
    def promised(self) -> tuple[Claim, ...]:
        """All that it was promised, as claims."""
        return self.claims or tuple(
            Claim(Nodeset.of([node]), kib, page)
            for node, pages in self.charges.items()
            for page, kib in pages.items()
        )

    def told(self) -> list[dict[str, Any]]:
        """All that it was promised, as JSON."""
        return [
            {"nodes": str(claim.nodes), "kib": claim.kib, "page_kib": claim.page_kib}
            for claim in self.promised
        ]

    def lapsed(self, looked: int, now: int, grace: int) -> bool:
        """Whether a VM without a process has had enough time to get one.

        A start can fail after the hook, or VDSM can be killed, and nobody tells us. `looked` is
        when the process was searched: a reservation made later is not affected. One made in the
        future is from before the last boot.
        """
        return looked - self.made > grace or self.made > now


def claims_left(reservation: Reservation, resident: RunningVm | None) -> list[Claim]:
    """The part of a reservation that the VM has not touched yet, by the nodes on which it may lie.

    Which cell has touched what cannot be seen. It is counted for those that may lie on most nodes
    first, so that what is left is owed where it is hardest to have.
    """
    promised = reservation.promised
    if resident is None:
        return list(promised)
    huge = [claim for claim in promised if claim.page_kib != ORDINARY]
    plain = [claim for claim in promised if claim.page_kib == ORDINARY]
    touched = Flow({n: kib for n, kib in resident.touched.items() if kib > 0})
    there = Nodeset.of(touched.room)
    left = [] if resident.runs else huge  # QEMU takes all huge pages before it runs its vCPUs
    for claim in sorted(plain, key=lambda claim: -len(claim.nodes)):
        kib = touched.add(claim.nodes & there, claim.kib)
        if kib:
            left.append(claim.replace(kib=kib))
    return left


def owed(reservation: Reservation, resident: RunningVm | None) -> dict[int, dict[int, int]]:
    """The same in the form of `charges`, to be shown: what may lie on several nodes in equal
    parts.
    """
    left: dict[int, dict[int, int]] = {}
    for claim in claims_left(reservation, resident):
        rest = claim.kib
        for at, node in enumerate(claim.nodes):
            part = -(-rest // (len(claim.nodes) - at))
            pages = left.setdefault(node, {})
            pages[claim.page_kib] = pages.get(claim.page_kib, 0) + part
            rest -= part
    return left


def with_promises(
    host: HostTopology,
    reservations: Iterable[Reservation],
    residents: Mapping[str, RunningVm],
) -> HostTopology:
    """The host as a new VM may use it: less what is owed to these VMs, and with their vCPUs."""
    debts: dict[int, dict[int, int]] = {}
    claims: list[Claim] = []
    vcpus: dict[Nodeset, int] = {}
    known = Nodeset.of(host.nodes)
    for reservation in reservations:
        for nodes, count in reservation.vcpus.items():
            vcpus[nodes] = vcpus.get(nodes, 0) + count
        for claim in claims_left(reservation, residents.get(reservation.vm_id)):
            if len(claim.nodes & known) == 1:
                debt = debts.setdefault(next(iter(claim.nodes & known)), {})
                debt[claim.page_kib] = debt.get(claim.page_kib, 0) + claim.kib
            elif claim.nodes & known:
                claims.append(claim.replace(nodes=claim.nodes & known))
    owing = {id: _owing(node, debts.get(id, {})) for id, node in host.nodes.items()}
    return host.replace(nodes=owing, claims=tuple(claims), vcpus=vcpus)


def _owing(node: Node, debt: Mapping[int, int]) -> Node:
    if not debt:
        return node
    pools = {
        size: pool.replace(promised=-(-debt.get(size, 0) // size))
        for size, pool in node.pages.items()
    }
    return node.replace(promised_kib=debt.get(ORDINARY, 0), pages=pools)


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
    words = [
        f"{node}:{page}={kib}"
        for node, pages in sorted(reservation.charges.items())
        for page, kib in sorted(pages.items())
    ]
    words += [f"any:{claim.nodes}:{claim.page_kib}={claim.kib}" for claim in reservation.claims]
    words += [f"vcpus:{nodes}={count}" for nodes, count in reservation.vcpus.items()]
    return " ".join([reservation.vm_id, str(reservation.made), str(reservation.pid), *words])


def _reservation(line: str) -> Reservation | None:
    """Older hooks wrote words of the first kind only."""
    charges: dict[int, dict[int, int]] = {}
    claims, vcpus = [], {}
    try:
        vm_id, made, pid, *words = line.split(" ")
        if not (vm_id.isascii() and vm_id.isprintable() and vm_id):
            return None
        for word in words:
            place, amount = word.split("=")
            first, *rest = place.split(":")
            if first == "any":
                claims.append(Claim(Nodeset.parse(rest[0]), _whole(amount), _whole(rest[1])))
            elif first == "vcpus":
                vcpus[Nodeset.parse(rest[0])] = _whole(amount)
            else:
                charges.setdefault(_whole(first), {})[_whole(rest[0])] = _whole(amount)
        return Reservation(vm_id, _whole(made), charges, _whole(pid), tuple(claims), vcpus)
    except (ValueError, IndexError, TextError):
        return None


def _whole(text: str) -> int:
    """int() would accept "-1", " 1" and "1_0" too, none of which we write."""
    if not (text.isascii() and text.isdigit() and len(text) < 20):
        raise ValueError(text)
    return int(text)
