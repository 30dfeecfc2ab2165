# SPDX-License-Identifier: Apache-2.0
"""What setup has to remember from one run to the next.

Decides the form of the file: what an option was before us and what we made of it, for --undo, and
the restarts that are due. It is written before what it tells of is done, so that a run that was
cut off is known to the next.

    {"version": 1, "former": {"4.7": "a=^x$"}, "written": {"4.7": ["a=^x$;numa_nodeset=^..."]},
     "due": ["ovirt-engine"], "options": {"ExternalSchedulerEnabled": "false"},
     "policies": {"none_numa": {"Default": "b4ed2332-..."}}}
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from numa_domain.base.errors import NumaError


class RecordUnreadable(NumaError):
    blames = "engine"
    what = "the record of earlier runs cannot be read: {reason}"
    todo = "restore {path}, or remove it: then --undo leaves property definitions as they are"


class Record:
    """The file; absent where nothing was ever done."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.former: dict[str, str] = {}
        """Level -> the option's value before us."""
        self.written: dict[str, list[str]] = {}
        """Level -> the values that we wrote since, or were about to write."""
        self.due: set[str] = set()
        self.options: dict[str, str] = {}
        """Option without a level -> its value before us."""
        self.policies: dict[str, dict[str, str]] = {}
        """Our policy -> cluster -> the id of its policy before."""
        if path.exists():
            self._read()

    def _read(self) -> None:
        try:
            found: dict[str, Any] = json.loads(self._path.read_text(encoding="utf-8"))
            self.former, self.written = dict(found["former"]), dict(found["written"])
            self.due = set(found["due"])
            self.options = dict(found.get("options", {}))
            self.policies = {k: dict(v) for k, v in found.get("policies", {}).items()}
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise RecordUnreadable(
                str(self._path), path=str(self._path), reason=str(error)
            ) from None

    def write(self) -> None:
        """All of it at once, and on the disk."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        new = self._path.with_suffix(".new")
        with open(new, "w", encoding="utf-8") as file:
            found = {
                "version": 1,
                "former": self.former,
                "written": self.written,
                "due": sorted(self.due),
                "options": self.options,
                "policies": self.policies,
            }
            json.dump(found, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        new.replace(self._path)

    def mark(self, *services: str) -> None:
        """These have to be restarted."""
        self.due.update(services)
        self.write()

    def settle(self, service: str) -> None:
        """It has been."""
        self.due.discard(service)
        self.write()

    def forget(self, levels: Iterable[str]) -> None:
        """What was taken back; with the last of it goes the file, and its directory if empty."""
        for level in levels:
            self.former.pop(level, None)
            self.written.pop(level, None)
        if self.former or self.due or self.options or self.policies:
            self.write()
        else:
            self._remove()

    def _remove(self) -> None:
        for path in (self._path, self._path.with_suffix(".new")):
            path.unlink(missing_ok=True)
        if self._path.parent.is_dir() and not any(self._path.parent.iterdir()):
            self._path.parent.rmdir()
