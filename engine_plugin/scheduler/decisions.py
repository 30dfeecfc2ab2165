# SPDX-License-Identifier: Apache-2.0
"""The last decisions of each VM, host by host with the reasons, as documents: for the service and
its users. Bounded, and kept over a restart in a file of the scheduler's own.

    decisions.of("0d5f...")[0]["outcome"]       "passed"
"""

from __future__ import annotations

import json
import logging
import threading
from collections import OrderedDict, deque
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

LOG = logging.getLogger(__name__)
_EACH = 5
_VMS = 1000
_HOSTS = 64
"""Hosts that a decision tells of one by one."""
Document = dict[str, Any]


class Decisions:
    """May be used from any thread. A document is replaced and never changed."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._guard = threading.Lock()
        self._kept: OrderedDict[str, deque[Document]] = OrderedDict()
        self._changed = False
        if path is not None:
            self._read(path)

    def put(self, document: Document) -> None:
        """The newest of its VM; one with the same number is replaced."""
        with self._guard:
            of_vm = self._kept.setdefault(document["vm"], deque(maxlen=_EACH))
            self._kept.move_to_end(document["vm"])
            for at, each in enumerate(of_vm):
                if each["number"] == document["number"]:
                    of_vm[at] = _chosen(document, each["chosen"])
                    break
            else:
                of_vm.appendleft(document)
            while len(self._kept) > _VMS:
                self._kept.popitem(last=False)
            self._changed = True

    def went(self, vm_id: str, host_id: str, name: str) -> None:
        """The VM of the last decision is on this host."""
        with self._guard:
            of_vm = self._kept.get(vm_id)
            if of_vm and of_vm[0]["chosen"] is None:
                of_vm[0] = _chosen(of_vm[0], {"id": host_id, "name": name})
                self._changed = True

    def of(self, vm_id: str) -> list[Document]:
        """The newest first."""
        with self._guard:
            return list(self._kept.get(vm_id, ()))

    def write(self) -> None:
        """Into the file, if there is anything new."""
        with self._guard:
            if self._path is None or not self._changed:
                return
            found = json.dumps([list(each) for each in self._kept.values()])
            self._changed = False
        new = self._path.with_suffix(".new")
        try:
            new.write_text(found, encoding="utf-8")
            new.replace(self._path)
        except OSError as error:
            LOG.warning("decisions cannot be kept in %s: %s", self._path, error)

    def _read(self, path: Path) -> None:
        """What cannot be read, or is of another release, is begun anew: these are reports, not
        settings."""
        try:
            for of_vm in json.loads(path.read_text(encoding="utf-8")):
                documents = [_usable(each) for each in of_vm]
                if documents:
                    self._kept[documents[0]["vm"]] = deque(documents, maxlen=_EACH)
        except FileNotFoundError:
            return
        except (OSError, ValueError, LookupError, TypeError, RecursionError) as error:
            LOG.warning("decisions in %s cannot be read: %s", path, error)
            self._kept.clear()


def _usable(found: Any) -> Document:
    """A document as `record` makes it. Raises `TypeError` or `LookupError` for any other."""
    chosen, hosts = found["chosen"], found["hosts"]
    if not (isinstance(found["vm"], str) and isinstance(found["number"], int)):
        raise TypeError("it is not a VM's decision")
    if not (chosen is None or isinstance(chosen["id"], str)):
        raise TypeError("the host that was chosen is none")
    if not all(isinstance(each[name], str) for each in hosts for name in ("id", "name", "state")):
        raise TypeError("a host is none")
    document: Document = {name: found[name] for name in _NAMES}
    return document


_NAMES = (
    "number", "vm", "name", "at", "outcome", "chosen", "hosts", "more_hosts", "problem",
    "model_age_seconds", "took_ms",
)  # fmt: skip


def bounded(hosts: list[Document]) -> tuple[list[Document], int]:
    """The hosts to tell of, and how many more there are: those that were let through first."""
    order = {"passed": 0, "unknown": 1, "refused": 2, "not_asked": 3}
    hosts = sorted(hosts, key=lambda each: (order[each["state"]], each["name"]))
    kept = [each for each in hosts if each["state"] == "passed"][: _HOSTS // 2]
    rest = [each for each in hosts if each not in kept]
    kept += rest[: _HOSTS - len(kept)]
    return kept, len(hosts) - len(kept)


def now() -> str:
    """This moment, as documents have it."""
    return datetime.now(timezone.utc).isoformat(timespec="milliseconds")


def _chosen(document: Document, host: Document | None) -> Document:
    """With the host that the VM went to."""
    if host is None:
        return document
    hosts = [
        {**each, "state": "chosen"} if each["id"] == host["id"] else each
        for each in document["hosts"]
    ]
    return {**document, "chosen": host, "hosts": hosts}
