# SPDX-License-Identifier: Apache-2.0
"""A running VM with our record: which host nodes each vCPU belongs to, and its present pins.

A vCPU belongs to the nodes of its cell as recorded, also if it was plugged in later.

    vm = PlacedVm.from_domain(xml); vm.homes[2], vm.pins[2]
"""

from __future__ import annotations

from ..base.frozen import Value
from ..base.idset import Cpuset, Nodeset
from ..domxml.cpu_numa import read_cells
from ..domxml.cpu_policy import CpuPolicy, read_cpu_policy
from ..domxml.cputune import VCPU, read_cpuset, read_pins
from ..domxml.metadata import read_record
from ..domxml.read import read_vcpus
from ..domxml.tree import parse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ..domxml.metadata import Record
    from ..domxml.tree import Element


class PlacedVm(Value):
    """What counts of a VM that was placed."""

    run: int
    """libvirt's number of this run of the VM; -1 where it does not run."""
    policy: CpuPolicy
    vcpus: Cpuset
    """Those that are plugged in."""
    homes: Mapping[int, Nodeset]
    """The host nodes of each of them whose memory is bound."""
    placed: Cpuset
    """Those that the hook has pinned: their nodes had CPUs when the VM started."""
    pins: Mapping[int, Cpuset]
    """What libvirt has now; a vCPU without a pin may run on `bound`."""
    bound: Cpuset | None
    """`vcpu/@cpuset`."""
    recorded: Mapping[int, Cpuset] = {}
    """The hook's own pins: with CPUs of nodes without memory, if those of its own were too few."""

    @staticmethod
    def from_domain(xml: bytes | str) -> PlacedVm | None:
        """From the XML of a running domain; None where it has no record. Raises `XMLError`."""
        return read_placed_vm(parse(xml).root)


def read_placed_vm(domain: Element) -> PlacedVm | None:
    """The same, of a domain that has been parsed."""
    record = read_record(domain)
    if record is None:
        return None
    most, online = read_vcpus(domain)
    pins = {pin.id: pin.cpus for pin in read_pins(domain) if pin.kind == VCPU}
    run = domain.get("id") or ""
    return PlacedVm(
        run=int(run) if run.isdecimal() else -1,
        policy=read_cpu_policy(domain, Cpuset.of(pins)),
        vcpus=online,
        homes={vcpu: nodes for vcpu, nodes in _homes(domain, record, most) if vcpu in online},
        placed=Cpuset.of(number for kind, number in record.pins if kind == VCPU),
        pins={vcpu: cpus for vcpu, cpus in pins.items() if vcpu in online},
        bound=read_cpuset(domain),
        recorded={id: cpus for (kind, id), cpus in record.pins.items() if kind == VCPU},
    )


def _homes(domain: Element, record: Record, most: int) -> Iterator[tuple[int, Nodeset]]:
    """As the hook's own pins follow from the placement (`cputune.py`)."""
    if not record.cells:
        if record.nodes is not None:
            yield from ((vcpu, record.nodes) for vcpu in range(most))
        return
    nodes = {cell.id: cell.nodes for cell in record.cells}
    for cell in read_cells(domain, most):
        home = nodes.get(cell.id)
        if home is not None:
            yield from ((vcpu, home) for vcpu in cell.cpus)
