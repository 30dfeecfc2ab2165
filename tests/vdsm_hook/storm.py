# SPDX-License-Identifier: Apache-2.0
"""What must be true after a storm of starts, whatever order the hooks took the lock in.

Decides which refusals were wrong. Starts nothing: `benchmarks/start_storm.py` does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from numa_domain.base.errors import NumaError
from numa_domain.domxml.read import parse_guest
from numa_domain.host.model import HostTopology
from numa_domain.placement.memory_flow import Flow
from numa_domain.placement.place import place
from numa_domain.request.model import NumaRequest
from tests.vdsm_hook.machine import Machine
from vdsm_hook.reservation_file import peek
from vdsm_hook.reservations import Reservation, with_promises


@dataclass
class Start:
    """One VM's start, and what became of it."""

    vm_id: str
    xml: bytes
    properties: dict[str, str]
    kill_after: float | None
    kill_worker: bool
    began: float = 0.0
    ended: float = 0.0
    rc: int = 0
    line: str = ""
    after: bytes = b""
    problems: list[str] = field(default_factory=list)

    @property
    def killed(self) -> bool:
        return self.rc < 0 or "was ended by signal 9" in self.line

    @property
    def gave_up(self) -> bool:
        return "no answer within" in self.line

    @property
    def refused(self) -> bool:
        return self.rc == 2 and not self.killed and not self.gave_up

    @property
    def request(self) -> NumaRequest:
        return NumaRequest.parse(
            self.properties["numa_nodeset"], self.properties.get("numa_topology")
        )


def check(machine: Machine, vms: list[Start]) -> Iterator[str]:
    """Everything that is wrong after the storm."""
    reservations = peek(machine.config)
    by_vm = {reservation.vm_id: reservation for reservation in reservations}
    if (machine.run_dir / "reservations.damaged").exists():
        yield "a hook found the file of reservations damaged"
    yield from over_promised(machine.host, reservations)
    for start in vms:
        yield from (f"{start.vm_id}: {p}" for p in check_one(start, by_vm.get(start.vm_id)))
        if start.refused:
            yield from check_refusal(machine.host, start, vms, by_vm)


def over_promised(host: HostTopology, reservations: list[Reservation]) -> Iterator[str]:
    """All that was promised has to lie on its nodes somehow (a flow)."""
    flow = Flow({node.id: node.free_kib for node in host.nodes.values()})
    for claim in (claim for r in reservations for claim in r.promised):
        missing = flow.add(claim.nodes, claim.kib)
        if missing:
            yield f"nodes {claim.nodes} have {missing} KiB less than is promised there"


def check_one(start: Start, reservation: Reservation | None) -> Iterator[str]:
    new = start.after != start.xml
    if start.rc == 0 and not new:
        yield "started with the old XML"
    if start.rc != 0 and not start.killed and new:
        yield "refused with new XML"
    if start.rc == 2 and not start.killed and reservation is not None:
        yield "refused, and has a reservation"
    if start.rc not in (0, 2, -9):
        yield f"exit code {start.rc}"
    if start.rc == 2 and not (start.line.endswith("\n") and len(start.line) <= 300):
        yield f"refused with {start.line!r}"
    guest = parse_guest(start.after)  # raises where it is torn
    if not new:
        return
    if reservation is None:
        yield "has new XML, and no reservation"
        return
    promised = sum(kib for pages in reservation.charges.values() for kib in pages.values())
    pieces = len(reservation.charges) * max(1, len(guest.cells))
    if not 0 <= promised - guest.memory_kib < 4 * pieces:  # interleaved pieces are whole pages
        yield f"has {guest.memory_kib} KiB, and {promised} reserved"
    if not set(reservation.charges) <= set(guest.memory_nodes or ()):
        yield f"is bound to {guest.memory_nodes}, and has reserved {reservation.charges}"


def check_refusal(
    host: HostTopology, start: Start, vms: list[Start], by_vm: dict[str, Reservation]
) -> Iterator[str]:
    """Place it among all VMs whose hook began before this one ended: they include all that it
    can have been kept out by, so if it fits beside them, its refusal was wrong.
    """
    if fits(
        host, start, [by_vm[s.vm_id] for s in vms if s.vm_id in by_vm and s.began < start.ended]
    ):
        yield f"{start.vm_id}: was refused and fits: {start.line}"


def undecided(
    host: HostTopology, start: Start, vms: list[Start], by_vm: dict[str, Reservation]
) -> bool:
    """Whether a refusal depends on the order of the few hooks that ran at the same time: it is
    certainly right where the VM does not fit beside those that had ended before it began."""
    return fits(
        host, start, [by_vm[s.vm_id] for s in vms if s.vm_id in by_vm and s.ended < start.began]
    )


def fits(host: HostTopology, start: Start, others: list[Reservation]) -> bool:
    try:
        place(parse_guest(start.xml), start.request, with_promises(host, others, {}))
    except NumaError:
        return False
    return True
