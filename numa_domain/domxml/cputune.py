# SPDX-License-Identifier: Apache-2.0
"""`cputune`: the pins of the VM's threads to host CPUs.

The placement gives the pins: emulator and I/O threads go to the CPUs of all nodes, each vCPU to
those of its cell's nodes. Nodes without CPUs give no pin, and `vcpu/@cpuset` limits every pin.

    <cputune>
      <vcpupin vcpu="0" cpuset="0-7"/>
      <iothreadpin iothread="1" cpuset="0-15"/>
      <emulatorpin cpuset="0-15"/>
    </cputune>

A pin is ours if our record (`metadata.py`) has it with the same CPUs. Pins that are ours are
replaced; all others belong to an admin and are kept. An admin's vcpupin that has no CPU in common
with the nodes of its cell is an error. An emulatorpin or iothreadpin is not: setting CPUs apart for
such threads is common practice, and only takes them further from the memory.
"""

from __future__ import annotations

from ..base.errors import XMLError, raise_any
from ..base.frozen import Value
from ..base.idset import Cpuset, Nodeset
from .edit import Node
from .scalars import attribute_number, attribute_set, text_number

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from ..guest.model import Guest
    from ..placement.model import Placement
    from .edit import Editor
    from .tree import Element

    Key = tuple[str, int]

_BEFORE = ("vcpus", "iothreadids", "iothreads", "vcpu", "currentMemory", "memory")
"""Where a new `cputune` is inserted: after the first of these that exists, which is where libvirt
writes it.
"""
MAX_IOTHREADS = 16384
"""Each gets an element of its own in the result. libvirt has no limit, QEMU has."""
VCPU, IOTHREAD, EMULATOR = "vcpu", "iothread", "emulator"


class PinTwice(XMLError):
    what = "{thread} has two pins"
    todo = "remove one: libvirt would refuse the domain too"


class IoThreadMissing(XMLError):
    what = "the pin is for I/O thread {thread}, and the VM has {threads}"
    todo = "remove the pin, or add the thread: libvirt would refuse the domain too"


class PinContradicts(XMLError):
    what = (
        "{vcpus} may run on {pin:CPU} only, and {owner} has its memory on {nodes} with {cpus:CPU}"
    )
    todo = "change the pins, or choose the nodes of those CPUs"


class Pin(Value):
    """The pin of one thread."""

    kind: str
    """"vcpu", "iothread" or "emulator"."""
    id: int
    """0 for the emulator."""
    cpus: Cpuset
    element: Element

    @property
    def key(self) -> Key:
        return self.kind, self.id


class _Home(Value):
    """vCPUs that belong together, their host nodes, and the CPUs of these."""

    owner: str
    vcpus: Cpuset
    nodes: Nodeset
    cpus: Cpuset
    isolated: Cpuset = Cpuset()
    """Other CPUs of these nodes, on which an admin may have pinned vCPUs on purpose."""


def read_pins(domain: Element) -> tuple[Pin, ...]:
    """The pins in document order, including those of vCPUs that the VM does not have."""
    pins: dict[Key, Pin] = {}
    for cputune in domain.all("cputune"):
        for element in cputune.children:
            if element.name not in ("vcpupin", "iothreadpin", "emulatorpin"):
                continue
            kind = element.name[:-3]
            thread = 0 if kind == EMULATOR else attribute_number(element, kind)
            pin = Pin(kind, thread, attribute_set(element, "cpuset", Cpuset), element)
            if pin.key in pins:
                raise PinTwice(
                    element.place, thread=kind if kind == EMULATOR else f"{kind} {thread}"
                )
            pins[pin.key] = pin
    return tuple(pins.values())


def read_cpuset(domain: Element) -> Cpuset | None:
    """`vcpu/@cpuset`; None with placement='auto', which overrides it."""
    vcpu = domain.find("vcpu")
    if vcpu is None or vcpu.get("cpuset") is None or vcpu.get("placement") == "auto":
        return None
    return attribute_set(vcpu, "cpuset", Cpuset)


def read_iothreads(domain: Element) -> tuple[int, ...]:
    """The ids of the I/O threads; those missing in `iothreadids` are numbered from 1."""
    element, listed = domain.find("iothreads"), domain.find("iothreadids")
    count = 0 if element is None else text_number(element, 0, MAX_IOTHREADS)
    ids = [] if listed is None else [attribute_number(i, "id", 1) for i in listed.all("iothread")]
    taken = set(ids)
    free = (i for i in range(1, count + len(ids) + 1) if i not in taken)
    return (*ids, *(next(free) for _ in range(count - len(ids))))


def plan_pins(
    domain: Element, guest: Guest, placement: Placement, ours: Mapping[Key, Cpuset]
) -> Mapping[Key, Cpuset]:
    """Every pin that is to be ours, where `ours` are those in our record so far.

    Raises `PinContradicts` for an admin's pin that leaves a vCPU no CPU of its nodes.
    """
    theirs = {pin.key: pin for pin in read_pins(domain) if ours.get(pin.key) != pin.cpus}
    homes, threads = list(_homes(guest, placement)), read_iothreads(domain)
    problems = list(_contradictions(domain, homes, theirs, guest.vcpu_cpuset))
    raise_any([*problems, *_missing_threads(theirs, threads)])
    wanted: dict[Key, Cpuset] = {}
    for home in homes:
        for vcpu in home.vcpus if home.cpus else ():
            pin = _bounded(home.cpus, guest.vcpu_cpuset)
            if pin:  # else it is bound to isolated CPUs, on purpose
                wanted[VCPU, vcpu] = pin
    everywhere = _bounded(_cpus(placement.cpus, Nodeset.of(placement.cpus)), guest.vcpu_cpuset)
    if everywhere:
        wanted.update(((IOTHREAD, thread), everywhere) for thread in threads)
        wanted[EMULATOR, 0] = everywhere
    return {key: wanted[key] for key in sorted(wanted, key=_order) if key not in theirs}


def rewrite_cputune(edit: Editor, wanted: Mapping[Key, Cpuset], ours: Mapping[Key, Cpuset]) -> None:
    """Replace the pins that were ours by the wanted ones."""
    domain = edit.document.root
    left = dict(wanted)
    for pin in read_pins(domain):
        cpus = left.pop(pin.key, None)
        if cpus is None:
            if ours.get(pin.key) == pin.cpus:
                edit.remove(pin.element)
        elif cpus != pin.cpus:
            edit.replace(pin.element, _node(pin.key, cpus))
    nodes = [_node(key, cpus) for key, cpus in left.items()]
    cputune = domain.find("cputune")
    if cputune is not None:
        edit.append(cputune, nodes)
    elif nodes:
        edit.insert_after(_BEFORE, Node("cputune", {}, nodes))


def _homes(guest: Guest, placement: Placement) -> Iterator[_Home]:
    """A home for each bound cell; one for the whole VM if it has no cells."""
    for placed in placement.cells:
        if placed.nodes is not None and placed.cell.cpus:
            cpus = _cpus(placement.cpus, placed.nodes)
            apart = _cpus(placement.isolated, placed.nodes)
            yield _Home(f"cell {placed.cell.id}", placed.cell.cpus, placed.nodes, cpus, apart)
    if not placement.cells and placement.nodes is not None:
        every = Cpuset((1 << guest.vcpus_max) - 1)
        nodes = placement.nodes
        apart = _cpus(placement.isolated, nodes)
        yield _Home("the VM", every, nodes, _cpus(placement.cpus, nodes), apart)


def _contradictions(
    domain: Element, homes: Iterable[_Home], theirs: Mapping[Key, Pin], bound: Cpuset | None
) -> Iterator[XMLError]:
    """An error for each set of equal pins that have no CPU of their nodes."""
    for home in homes:
        found: dict[Cpuset, list[int]] = {}
        for vcpu in home.vcpus if home.cpus else ():
            pin = theirs.get((VCPU, vcpu))
            allowed = pin.cpus if pin is not None else bound
            if allowed is not None and not allowed & (home.cpus | home.isolated):
                found.setdefault(allowed, []).append(vcpu)
        for cpus, vcpus in found.items():
            pin = theirs.get((VCPU, vcpus[0]))
            vcpu_element = domain.find("vcpu")
            element = pin.element if pin is not None else vcpu_element or domain
            yield PinContradicts(
                element.place,
                vcpus=f"vCPU{'s' if len(vcpus) > 1 else ''} {Cpuset.of(vcpus)}",
                pin=str(cpus),
                owner=home.owner,
                nodes=f"node{'s' if len(home.nodes) > 1 else ''} {home.nodes}",
                cpus=str(home.cpus),
            )


def _missing_threads(theirs: Mapping[Key, Pin], threads: Sequence[int]) -> Iterator[XMLError]:
    has = f"I/O threads {Cpuset.of(threads)}" if threads else "no I/O threads"
    for (kind, thread), pin in theirs.items():
        if kind == IOTHREAD and thread not in threads:
            yield IoThreadMissing(pin.element.place, thread=thread, threads=has)


def _order(key: Key) -> tuple[int, int]:
    """The order in which libvirt writes them."""
    return (VCPU, EMULATOR, IOTHREAD).index(key[0]), key[1]


def _cpus(texts: Mapping[int, str], nodes: Nodeset) -> Cpuset:
    cpus = Cpuset()
    for node in nodes:
        text = texts.get(node)
        if text:
            cpus = cpus | Cpuset.parse(text)
    return cpus


def _bounded(cpus: Cpuset, bound: Cpuset | None) -> Cpuset:
    return cpus if bound is None else cpus & bound


def _node(key: Key, cpus: Cpuset) -> Node:
    kind, thread = key
    attrs = {} if kind == EMULATOR else {kind: str(thread)}
    return Node(f"{kind}pin", {**attrs, "cpuset": str(cpus)})
