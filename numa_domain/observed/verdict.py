# SPDX-License-Identifier: Apache-2.0
"""Compares what was requested for a running VM with where its memory and threads are.

    judge(requested, sample, cpus).state      "good", "drifted" or "unknown"

With strict, restrictive and interleave all memory must be on the requested nodes. With preferred
memory may be elsewhere; it is reported, but is not drift. How evenly interleave has spread it is in
the figures, but not judged, since it depends on which memory the guest touches. A VM without our
record is compared with its own numatune.
"""

from __future__ import annotations

from ..base.errors import HostError, NumaError
from ..base.frozen import Value
from ..base.idset import Nodeset
from ..base.units import show_memory
from .numa_maps import Area, match_blocks, total
from .requested import Requested, RequestedBlock
from .threads import DRIFTED, GOOD, UNBOUND, ThreadRow, judge_threads, thread_problems

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ..host.usable_cpus import HostCpus
    from .proc import Sample

IN_FLIGHT_KIB = 2048
"""Tolerated for each cell if its own mapping can be read: one transparent huge page that is being
moved at the moment. The mapping has neither QEMU's own pages nor shared libraries in it.
"""

QEMU_OWN_KIB = 128 * 1024
"""Tolerated for a VM if only its cgroup can be read, which includes QEMU's own memory: in the lab
24 to 36 MiB for a VM without devices, about 100 MiB with displays and dozens of disks. Only root
can see drift smaller than this.
"""

OVERFLOWED, UNSEEN = "overflowed", "unseen"


class MemoryElsewhere(HostError):
    what = "{memory} of {what} are on {nodes:node}, not on {asked:node}"
    todo = "shut the VM down and start it to bind it anew; docs/3am.md lists what moves memory"


class MemoryOverflowed(HostError):
    what = "{memory} of {what} are on {nodes:node}, not on the preferred {asked:node}"
    todo = "that is what preferred allows; use strict, or make room and start the VM anew"


class MemoryUnseen(HostError):
    what = "no mapping of the process has the size of {what}, {size}"
    todo = "report it with the output of numa-domain report"


class CellsUnseen(HostError):
    what = (
        "only the VM as a whole was checked, without huge pages and with a tolerance of {tolerance}"
    )
    todo = "run it as root: only root may read numa_maps, which tells the cells apart"


class NothingSeen(HostError):
    what = "neither numa_maps nor the cgroup of process {pid} can be read"
    todo = "run it as root"


class NumatuneChanged(HostError):
    what = "{what} was placed on {asked:node} and libvirt has it on {now:node}"
    todo = "someone used virsh numatune: change it back, or put the new nodes into numa_nodeset"


class Row(Value):
    """A part of the guest's memory: what was requested, and where it is."""

    what: str
    """ "cell 0", "memory", "memdimm0", or "VM" if only the whole VM can be seen."""
    mode: str
    asked: Nodeset | None
    size_kib: int
    resident: Mapping[int, int]
    """Node id -> KiB."""
    state: str

    @property
    def elsewhere(self) -> Mapping[int, int]:
        """Node id -> KiB, for nodes that were not requested."""
        if self.asked is None:
            return {}
        return {node: kib for node, kib in self.resident.items() if node not in self.asked and kib}

    @property
    def elsewhere_kib(self) -> int:
        return sum(self.elsewhere.values())


class Verdict(Value):
    """All that was found out about a VM."""

    rows: tuple[Row, ...]
    threads: tuple[ThreadRow, ...]
    source: str
    """"numa_maps", "cgroup" or "nothing"."""
    own: Mapping[int, int]
    """Node id -> KiB of QEMU's own memory; empty if that cannot be told from the guest's."""
    process: Mapping[int, int]
    """Node id -> KiB of the whole process."""
    problems: tuple[NumaError, ...]

    @property
    def state(self) -> str:
        """ "drifted" if anything is, else "unknown" if anything could not be seen, else "good"."""
        states = {row.state for row in self.rows} | {row.state for row in self.threads}
        if DRIFTED in states:
            return DRIFTED
        return "unknown" if UNSEEN in states or not self.rows else GOOD

    @property
    def misplaced_kib(self) -> int:
        return sum(row.elsewhere_kib for row in self.rows if row.state == DRIFTED)


def judge(
    requested: Requested, sample: Sample, cpus: HostCpus, tolerance_kib: int | None = None
) -> Verdict:
    """The verdict. `tolerance_kib` replaces the two tolerances above."""
    if sample.areas is not None:
        found, rest = match_blocks([block.block for block in requested.blocks], sample.areas)
        slack = IN_FLIGHT_KIB if tolerance_kib is None else tolerance_kib
        rows = tuple(_row(block, found.get(block.block.id), slack) for block in requested.blocks)
        source, own, process = "numa_maps", total(rest), total(sample.areas)
    else:
        slack = QEMU_OWN_KIB if tolerance_kib is None else tolerance_kib
        rows = (_whole(requested, sample, slack),)
        source, own, process = "cgroup" if sample.cgroup else "nothing", {}, dict(sample.cgroup)
    threads = judge_threads(requested, sample.threads, cpus)
    problems = (*_problems(requested, rows, threads), *_blind(source, sample, slack))
    return Verdict(rows, threads, source, own, process, problems)


def unjudged(error: NumaError) -> Verdict:
    """The verdict on a VM that could not be looked at."""
    return Verdict((), (), "nothing", {}, {}, (error,))


def _row(block: RequestedBlock, area: Area | None, slack: int) -> Row:
    row = Row(
        what=block.what,
        mode=block.mode,
        asked=block.nodes,
        size_kib=block.block.size_kib,
        resident={} if area is None else area.nodes,
        state=GOOD,
    )
    if area is None and block.touched:
        return row.replace(state=UNSEEN)
    return row.replace(state=_state(row, slack))


def _whole(requested: Requested, sample: Sample, slack: int) -> Row:
    """The VM in one row; its nodes are those of all cells, if every cell is bound."""
    modes = {block.mode for block in requested.blocks}
    bound = [block.nodes for block in requested.blocks if block.nodes is not None]
    nodes = Nodeset()
    for each in bound:
        nodes |= each
    row = Row(
        what="VM",
        mode=modes.pop() if len(modes) == 1 else "preferred" if "preferred" in modes else "strict",
        asked=nodes if bound and len(bound) == len(requested.blocks) else None,
        size_kib=sum(block.block.size_kib for block in requested.blocks),
        resident=sample.cgroup,
        state=GOOD,
    )
    state = _state(row, slack) if sample.cgroup else UNSEEN
    hidden = state == GOOD and any(block.huge for block in requested.blocks)
    return row.replace(state=UNSEEN if hidden else state)


def _state(row: Row, slack: int) -> str:
    if row.asked is None:
        return UNBOUND
    if row.elsewhere_kib <= slack:
        return GOOD
    return OVERFLOWED if row.mode == "preferred" else DRIFTED


def _problems(
    requested: Requested, rows: Sequence[Row], threads: Sequence[ThreadRow]
) -> Iterator[NumaError]:
    for row in rows:
        facts = {
            "what": "the VM" if row.what == "VM" else row.what,
            "memory": show_memory(row.elsewhere_kib),
            "nodes": str(Nodeset.of(row.elsewhere)),
            "asked": str(row.asked),
        }
        if row.state == DRIFTED:
            yield MemoryElsewhere(**facts)
        elif row.state == OVERFLOWED:
            yield MemoryOverflowed(**facts)
        elif row.state == UNSEEN and row.what != "VM":
            yield MemoryUnseen(what=row.what, size=show_memory(row.size_kib))
    yield from thread_problems(requested, threads)
    for block in requested.blocks:
        if block.now is not None and block.nodes is not None and block.now != block.nodes:
            yield NumatuneChanged(what=block.what, asked=str(block.nodes), now=str(block.now))


def _blind(source: str, sample: Sample, slack: int) -> Iterator[NumaError]:
    """What could not be seen."""
    if source == "cgroup":
        yield CellsUnseen(tolerance=show_memory(slack))
    elif source == "nothing":
        yield NothingSeen(pid=sample.pid)
