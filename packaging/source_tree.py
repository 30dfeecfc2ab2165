# SPDX-License-Identifier: Apache-2.0
"""The sources in a folder of their own: what git tracks, and the tab in WebAdmin built from it.

Decides that all packages are made there and never in the checkout, where other files lie, and
that modes and times are those of the commit, not of the umask or the clock. npm's modules are the
checkout's own (`make` has installed them); an archive has the built tab inside.

    with source_tree() as tree: ...        tree.path / "numa_domain/host.py"
"""

from __future__ import annotations

import contextlib
import gzip
import os
import re
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from snapshot import RECORD, ROOT, Refused, Snapshot

UI = "engine_plugin/ui"
TAB = f"{UI}/dist"
_PLAIN = re.compile(r"[\w./+-]+", re.ASCII)


class Tree(NamedTuple):
    path: Path
    snapshot: Snapshot

    @property
    def name(self) -> str:
        return self.path.name

    def archive(self, into: Path) -> None:
        """As a .tar.gz that is the same whenever and wherever it is made."""
        with (
            open(into, "wb") as raw,
            gzip.GzipFile("", "wb", 9, raw, mtime=0) as packed,
            tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as tar,
        ):
            tar.add(self.path, self.name, filter=self._as_committed)
        os.utime(into, (self.snapshot.epoch,) * 2)

    def _as_committed(self, entry: tarfile.TarInfo) -> tarfile.TarInfo:
        entry.uid = entry.gid = 0
        entry.uname = entry.gname = "root"
        entry.mtime = self.snapshot.epoch
        return entry


@contextlib.contextmanager
def source_tree() -> Iterator[Tree]:
    """Below a directory that is removed afterwards; the tree's parent is free for use."""
    os.umask(0o022)
    with workplace() as work:
        snapshot = Snapshot.of(ROOT)
        tree = Tree(work / f"ovirt-numa-{snapshot.version}", snapshot)
        _copy(tree)
        if f"{TAB}/ovirt-numa.json" not in snapshot.files:
            _build_tab(tree)
        _record(tree)
        yield tree


@contextlib.contextmanager
def workplace() -> Iterator[Path]:
    """Of a name without blanks, quotes and the like: rpm's macros and scripts bear none."""
    base = Path(os.environ.get("TMPDIR") or "/var/tmp")
    if not _PLAIN.fullmatch(str(base)):
        raise Refused(
            f"TMPDIR is {str(base)!r}: rpmbuild needs a path of letters, digits and ./+-_ only;"
            " run it with TMPDIR=/var/tmp"
        )
    with tempfile.TemporaryDirectory(prefix="ovirt-numa-", dir=base) as name:
        yield Path(name)


def _copy(tree: Tree) -> None:
    for name, executable in tree.snapshot.files.items():
        target = tree.path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, target)
        target.chmod(0o755 if executable else 0o644)
        os.utime(target, (tree.snapshot.epoch,) * 2)


def _build_tab(tree: Tree) -> None:
    modules = ROOT / UI / "node_modules"
    if not modules.is_dir():
        raise Refused(f"{modules} is not there; make ui-modules installs it")
    link = tree.path / UI / "node_modules"
    link.symlink_to(modules)
    command = ["npm", "--prefix", str(tree.path / UI), "--silent", "run", "build"]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    if done.returncode:
        said = done.stdout.decode(errors="replace")
        raise Refused(f"{said}\nthe tab in WebAdmin cannot be built from what git tracks")
    link.unlink()


def _record(tree: Tree) -> None:
    """What was built, and the snapshot itself, so that the tree is one without git."""
    files = dict(tree.snapshot.files)
    for path in sorted((tree.path / TAB).rglob("*")):
        if path.is_file():
            files[str(path.relative_to(tree.path))] = False
            path.chmod(0o644)
    files[RECORD] = False
    record = tree.path / RECORD
    record.write_text(tree.snapshot._replace(files=files).to_json(), encoding="utf-8")
    for path in (record, *(tree.path / TAB).rglob("*")):
        os.utime(path, (tree.snapshot.epoch,) * 2)
