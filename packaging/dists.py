# SPDX-License-Identifier: Apache-2.0
"""Wheel and source archive, from the source tree, by setuptools.

Decides that both are the same for the same commit. The wheel has the built tab inside; the source
archive has all that git tracks besides, so that packages can be made of it without git or Node.

    .venv/bin/python packaging/dists.py --into build/dist
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

from snapshot import Refused
from source_tree import Tree, source_tree


def main() -> None:
    parser = argparse.ArgumentParser(description=str(__doc__).partition("\n")[0])
    parser.add_argument("--into", required=True, type=Path)
    into = parser.parse_args().into.absolute()
    with source_tree() as tree:
        made = [_wheel(tree), _source(tree)]
        into.mkdir(parents=True, exist_ok=True)
        for old in (*into.glob("ovirt_numa-*.whl"), *into.glob("ovirt_numa-*.tar.gz")):
            old.unlink()
        for path in made:
            print(shutil.copy2(path, into))


def _wheel(tree: Tree) -> Path:
    """Its build leaves traces, so it has a copy of the tree for itself."""
    copy = tree.path.parent / "wheel"
    shutil.copytree(tree.path, copy)
    return _setup(tree, copy, "bdist_wheel")


def _source(tree: Tree) -> Path:
    """What setuptools packs, packed again with the commit's times."""
    path = _setup(tree, tree.path, "sdist")
    unpacked = tree.path.parent / "sdist"
    with tarfile.open(path) as archive:
        archive.extractall(unpacked)
    (inner,) = unpacked.iterdir()
    tree._replace(path=inner).archive(path)
    return path


def _setup(tree: Tree, folder: Path, command: str) -> Path:
    out = tree.path.parent / f"out-{command}"
    words = [sys.executable, "-W", "ignore", "setup.py", "--quiet", command, "--dist-dir", str(out)]
    environ = {**os.environ, "SOURCE_DATE_EPOCH": str(tree.snapshot.epoch)}
    done = subprocess.run(
        words, cwd=folder, env=environ, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise Refused(f"{done.stdout}{done.stderr}\nsetuptools could not make the {command}")
    (path,) = out.iterdir()
    return path


if __name__ == "__main__":
    main()
