# SPDX-License-Identifier: Apache-2.0
"""What is packaged: the files that git tracks, and what the packages made of them are called.

Decides the release: the commit's time and its number in the history, so that a newer snapshot of
one version is an update to dnf and pip, and two builds of one commit are the same. Never packages
a file that is only lying about.

An archive that was made of a snapshot has it inside (packaging/snapshot.json), and is one without
git:

    {"version": "0.1.0", "release": "1.20260131093005.147.g2e62ade0", "epoch": 1769851805,
     "files": {"numa_domain/host.py": false, "packaging/bin/numa-hook": true}}
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

RECORD = "packaging/snapshot.json"
ROOT = Path(__file__).resolve().parents[1]
_SHOWN = 5


class Refused(SystemExit):
    """Ends the program with one line and exit status 1."""

    def __init__(self, text: str) -> None:
        super().__init__(text)


class Snapshot(NamedTuple):
    """`files` says of each path whether it is executable, in the order of names."""

    version: str
    release: str
    epoch: int
    files: dict[str, bool]

    def to_json(self) -> str:
        return json.dumps(self._asdict(), indent=0) + "\n"

    @classmethod
    def of(cls, root: Path) -> Snapshot:
        """Of an unpacked archive, or of a checkout as it is now."""
        record = root / RECORD
        if record.exists():
            return cls(**json.loads(record.read_text(encoding="utf-8")))
        return cls._of_checkout(root)

    @classmethod
    def _of_checkout(cls, root: Path) -> Snapshot:
        version = _version(root)
        epoch = int(_git(root, "log", "-1", "--format=%ct"))
        commit = _git(root, "rev-parse", "HEAD")[:8]
        count = _git(root, "rev-list", "--count", "HEAD").strip()
        release = f"1.{time.strftime('%Y%m%d%H%M%S', time.gmtime(epoch))}.{count}"
        changed = _names(_git(root, "diff", "--name-only", "-z", "HEAD"))
        if changed or f"v{version}" not in _git(root, "tag", "--points-at", "HEAD").split():
            release += f".g{commit}"
        if changed:
            release += ".dirty"
            _say("packaged as they are, not as the commit has them", changed)
        if _git(root, "rev-parse", "--is-shallow-repository").strip() == "true":
            _say("the clone is shallow: commits are miscounted (git fetch --unshallow)", [])
        others = _names(_git(root, "ls-files", "--others", "--exclude-standard", "-z"))
        if others:
            _say("not tracked by git, and left out", others)
        return cls(version, release, epoch, _tracked(root))


def _version(root: Path) -> str:
    text = (root / "numa_domain/__init__.py").read_text(encoding="utf-8")
    found: str = re.findall('__version__ = "(.+)"', text)[0]
    return found


def _tracked(root: Path) -> dict[str, bool]:
    """Without what was removed since."""
    found = {}
    for entry in sorted(_names(_git(root, "ls-files", "--stage", "-z"))):
        kind, _, path = entry.partition("\t")
        mode = kind.split()[0]
        if mode not in ("100644", "100755"):
            raise Refused(f"{path}: only files can be packaged, and git has it with mode {mode}")
        if (root / path).exists():
            found[path] = mode == "100755"
    return dict(sorted(found.items()))


def _names(text: str) -> list[str]:
    return [name for name in text.split("\0") if name]


def _git(root: Path, *words: str) -> str:
    command = ["git", "-C", str(root), *words]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise Refused("git is missing: what is packaged is what it tracks") from None
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["it said nothing"])[0]
        raise Refused(
            f"{root}: git does not say what it tracks: {reason}; package from a clone,"
            " or from an archive that make dist made"
        )
    return done.stdout


def _say(what: str, names: list[str]) -> None:
    shown = " ".join(names[:_SHOWN]) + (f" and {len(names) - _SHOWN} more" * (len(names) > _SHOWN))
    print(f"{what}{': ' + shown if names else ''}", file=sys.stderr)
