# SPDX-License-Identifier: Apache-2.0
"""The journal: the latest runs of the hooks with inputs and outcome, and counts of all runs.

It is one small file next to the reservations, empty after a boot. A hook never fails because of it:
an entry that cannot be written, or cannot get the lock at once, is lost. It contains no domain XML
and nothing secret, just the two inputs, the outcome and the messages.

    /run/vdsm/ovirt-numa/journal, with tabs between the fields
        total  before_vm_start  new  412  71.204         runs that are no longer listed, seconds
        1772355302  before_vm_start  0d5f...  new  0.171  0-1  2  placed on nodes 0-1: ...
        1772355377  before_vm_start  9a43...  NoRoom  0.142  2    cell 0 needs 64 GiB ...
"""

from __future__ import annotations

import os
import time
from fcntl import LOCK_EX, LOCK_NB, flock

from numa_domain.base.frozen import Value

from .contract import read_all, write_all
from .kept_file import open_kept, read_kept, replace
from .refusal_line import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .config import Config
    from .contract import Call

    Totals = Mapping[tuple[str, str], tuple[int, float]]
    """(point, outcome) -> number of runs, and their seconds."""

UNCHANGED, NEW = "unchanged", "new"
"""Outcomes: whether there is a new domain XML. Other outcomes are the codes of errors."""

LARGEST = 192 * 1024
"""Bytes, about 600 runs. Beyond that, the older half is only counted."""
_STARTED = time.monotonic()
"""When this process started: this module is one of the first that it imports."""
_LONGEST = 400
"""Characters of an input or a message."""
_TRIES = 20
_PAUSE = 0.005


class Run(Value):
    """A run of a hook."""

    at: int
    """Seconds since 1970."""
    point: str
    vm_id: str
    outcome: str
    seconds: float
    nodeset: str = ""
    topology: str = ""
    said: str = ""


class Journal(Value):
    """The contents of the file."""

    runs: tuple[Run, ...] = ()
    """The latest runs, the oldest first."""
    totals: Totals = {}
    """Of all runs since the boot, including those in `runs`."""


def record(config: Config, call: Call, outcome: str, said: str) -> None:
    """Add a run that ends now."""
    run = Run(
        at=int(time.time()),
        point=call.point,
        vm_id=call.vm_id,
        outcome=outcome,
        seconds=time.monotonic() - _STARTED,
        nodeset=call.nodeset or "",
        topology=call.topology or "",
        said=said,
    )
    try:
        _append(f"{config.run_dir}/journal", f"{_line(run)}\n".encode("ascii"))
    except OSError:
        return  # the entry is lost


def read(config: Config) -> Journal:
    """The journal; empty if there is no file."""
    try:
        text = read_kept(f"{config.run_dir}/journal", 2 * LARGEST) or b""
    except OSError:
        return Journal()
    return from_text(text.decode("ascii", "replace"))


def from_text(text: str) -> Journal:
    """The journal in a text. Damaged lines are skipped."""
    runs = []
    totals: dict[tuple[str, str], tuple[int, float]] = {}
    for line in text.splitlines():
        words = line.split("\t")
        if not all(map(str.isprintable, words)):
            continue
        try:
            if words[0] == "total":
                _, point, outcome, number, seconds = words
                if count := _whole(number):
                    _count(totals, point, outcome, count, _seconds(seconds))
            else:
                at, point, vm_id, outcome, took, nodeset, topology, said = words
                run = Run(
                    _whole(at), point, vm_id, outcome, _seconds(took), nodeset, topology, said
                )
                _count(totals, point, outcome, 1, run.seconds)
                runs.append(run)
        except ValueError:
            continue
    return Journal(tuple(runs), totals)


def to_text(runs: Iterable[Run], earlier: Totals) -> str:
    """The file's text: first the counts of earlier runs, then the runs."""
    lines = [
        f"total\t{point}\t{outcome}\t{count}\t{seconds:.3f}"
        for (point, outcome), (count, seconds) in sorted(earlier.items())
    ]
    return "\n".join([*lines, *map(_line, runs), ""])


def _line(run: Run) -> str:
    words = (
        *(str(run.at), run.point, run.vm_id, run.outcome, f"{run.seconds:.3f}"),
        *(printable(text[:_LONGEST]) for text in (run.nodeset, run.topology, run.said)),
    )
    return "\t".join(words)


def _whole(text: str) -> int:
    """int() would accept "-1" and numbers that no clock has."""
    if not (text.isascii() and text.isdigit() and len(text) < 12):
        raise ValueError(text)
    return int(text)


def _seconds(text: str) -> float:
    """float() would accept "nan" and "1e400"."""
    _whole(text.replace(".", "", 1))
    return float(text)


def _count(
    totals: dict[tuple[str, str], tuple[int, float]],
    point: str,
    outcome: str,
    count: int,
    seconds: float,
) -> None:
    had = totals.get((point, outcome), (0, 0.0))
    totals[point, outcome] = had[0] + count, had[1] + seconds


def _append(path: str, line: bytes) -> None:
    """Append under the file's own lock, so that nothing is lost while another run shortens it."""
    for _ in range(_TRIES):
        fd = open_kept(path, os.O_RDWR | os.O_APPEND, 0o640)
        try:
            status = os.fstat(fd)
            flock(fd, LOCK_EX | LOCK_NB)
            if os.stat(path).st_ino == status.st_ino:  # otherwise it has just been replaced
                if status.st_size <= LARGEST:
                    write_all(fd, line)
                    return
                _shorten(fd, path)
        except BlockingIOError:
            time.sleep(_PAUSE)
        finally:
            os.close(fd)


def _shorten(fd: int, path: str) -> None:
    """Replace the file by one with the newer half of the runs, and the other half counted."""
    os.lseek(fd, 0, os.SEEK_SET)
    journal = from_text(read_all(fd, 2 * LARGEST).decode("ascii", "replace"))
    kept = journal.runs[len(journal.runs) // 2 :]
    earlier = dict(journal.totals)
    for run in kept:
        _count(earlier, run.point, run.outcome, -1, -run.seconds)
    earlier = {key: figures for key, figures in earlier.items() if figures[0]}
    replace(path, to_text(kept, earlier).encode("ascii"), 0o640)
