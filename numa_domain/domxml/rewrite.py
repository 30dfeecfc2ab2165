# SPDX-License-Identifier: Apache-2.0
"""Writes a placement into a domain XML. Each element is written by the module that has its name.

What is not ours stays byte for byte; a domain that already says it all comes back unchanged; and
rewriting twice gives the same as once. `<memory>` is never touched.

    rewrite(xml, place(parse_guest(xml), request, host))
"""

from __future__ import annotations

from ..base.errors import NumaError, RequestError, raise_any
from ..base.idset import Cpuset
from ..base.units import show_memory
from .cpu_numa import rewrite_cpu_numa
from .cputune import plan_pins, rewrite_cputune
from .edit import Editor
from .memory_backing import plan_hugepages, rewrite_hugepages
from .memory_devices import check_devices
from .metadata import NO_RECORD, make_record, read_record, rewrite_metadata
from .numatune import rewrite_numatune
from .read import read_guest
from .tree import parse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import TypeVar

    Done = TypeVar("Done")

    from ..guest.model import Guest
    from ..placement.model import Placement
    from .tree import Document


class PlacementOfOtherMemory(RequestError):
    what = "the cells have {cells} together, and the VM has {memory}"
    todo = "place this VM anew: the placement was made for another domain XML"


class PlacementOfOtherVcpus(RequestError):
    what = "the cells have vCPUs {cells}, and the VM has vCPUs {vcpus}"
    todo = "place this VM anew: the placement was made for another domain XML"


def rewrite(domain_xml: bytes | str, placement: Placement) -> bytes:
    """The domain with this placement, in UTF-8.

    Raises a subclass of `XMLError` if the document does not allow it, `RequestError` if the
    placement is for another VM, `Problems` for several errors.
    """
    return rewrite_document(parse(domain_xml), placement)


def rewrite_document(document: Document, placement: Placement) -> bytes:
    """`rewrite` for a parsed document."""
    domain = document.root
    guest, ours = read_guest(domain), read_record(domain) or NO_RECORD
    raise_any(_mismatches(guest, placement))
    problems: list[NumaError] = []
    pins = _attempt(problems, plan_pins, domain, guest, placement, ours.pins)
    pages = _attempt(problems, plan_hugepages, domain, placement, ours.page_cells)
    edit = Editor(document)
    _attempt(problems, rewrite_cputune, edit, pins or {}, ours.pins)
    our_memory = ours.nodes is not None
    _attempt(problems, rewrite_numatune, edit, placement, our_memory, ours.memnodes)
    _attempt(problems, rewrite_cpu_numa, edit, placement)
    _attempt(problems, check_devices, domain, placement)
    raise_any(problems)
    assert pins is not None  # otherwise an error was raised
    assert pages is not None
    rewrite_hugepages(edit, pages)
    rewrite_metadata(edit, make_record(placement, pins, pages.ours))
    return edit.apply()


def _attempt(problems: list[NumaError], work: Callable[..., Done], *args: object) -> Done | None:
    """Run one part and collect its errors, so that the errors of all parts are reported."""
    try:
        return work(*args)
    except NumaError as error:
        problems.append(error)
        return None


def _mismatches(guest: Guest, placement: Placement) -> Iterator[NumaError]:
    """Errors if the placement was made for a VM of other size."""
    cells = [placed.cell for placed in placement.cells]
    memory = sum(cell.memory_kib for cell in cells)
    if cells and memory != guest.memory_kib:
        facts = {"cells": show_memory(memory), "memory": show_memory(guest.memory_kib)}
        yield PlacementOfOtherMemory("placement", **facts)
    vcpus = [vcpu for cell in cells for vcpu in cell.cpus]
    if cells and sorted(vcpus) != list(range(guest.vcpus_max)):
        every = str(Cpuset.of(range(guest.vcpus_max)))
        shown = str(Cpuset.of(vcpus))
        yield PlacementOfOtherVcpus("placement", cells=shown, vcpus=every)
