# SPDX-License-Identifier: Apache-2.0
"""The RPMs for one release of EL: from the source tree, by rpmbuild, into a folder of their own.

Decides what the spec file is filled in with, and that nothing of the build's machine or time gets
in. Packages of this release that are there are replaced when the new ones are whole; others stay.

    python3 packaging/rpms.py --el 9 --into build/rpm        build/rpm/el9/*.rpm, el9/source/
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

from snapshot import Refused
from source_tree import TAB, Tree, source_tree

SPEC = "packaging/rpm/ovirt-numa.spec.in"
NAMES = ("python3-numa-domain", "vdsm-hook-numa", "ovirt-engine-numa", "ovirt-numa")
RELEASES = ("9", "10")
OURS = "Apache-2.0"


def main() -> None:
    parser = argparse.ArgumentParser(description=str(__doc__).partition("\n")[0])
    parser.add_argument("--el", required=True)
    parser.add_argument("--into", required=True, type=Path)
    parser.add_argument("rpmbuild", nargs="*", help="more options of rpmbuild, after --")
    args = parser.parse_args()
    if args.el not in RELEASES:
        raise Refused(f"EL={args.el}: it is one of {', '.join(RELEASES)}")
    into = args.into.absolute() / f"el{args.el}"
    with source_tree() as tree:
        work = _built(tree, args.el, args.rpmbuild)
        _replace(work, into)
    for path in sorted(into.rglob("*.rpm")):
        print(path)


def _built(tree: Tree, el: str, options: list[str]) -> Path:
    work = tree.path.parent / "rpm"
    for name in ("SOURCES", "SPECS", "TMP"):
        (work / name).mkdir(parents=True)
    tree.archive(work / "SOURCES" / f"{tree.name}.tar.gz")
    spec = work / "SPECS" / "ovirt-numa.spec"
    spec.write_text(spec_of(tree), encoding="utf-8")
    os.utime(spec, (tree.snapshot.epoch,) * 2)
    macros = {
        "_topdir": str(work),
        "_tmppath": str(work / "TMP"),
        "el": el,
        "_buildhost": "build",
        "use_source_date_epoch_as_buildtime": "1",
        "clamp_mtime_to_source_date_epoch": "1",
        "build_mtime_policy": "clamp_to_source_date_epoch",
    }
    defines = [word for item in macros.items() for word in ("--define", " ".join(item))]
    command = ["rpmbuild", "--quiet", "-ba", *defines, *_unchecked(), *options, str(spec)]
    environ = {**os.environ, "SOURCE_DATE_EPOCH": str(tree.snapshot.epoch)}
    if subprocess.run(command, env=environ, check=False).returncode:
        raise Refused("rpmbuild could not make the packages; the former ones are as they were")
    return work


def _unchecked() -> list[str]:
    """Where the system's own packages are not RPMs, rpmbuild knows of nothing that is there."""
    known = subprocess.run(["rpm", "-q", "rpm"], capture_output=True, check=False)
    return ["--nodeps"] if known.returncode else []


def spec_of(tree: Tree) -> str:
    """The spec file, filled in."""
    bundled = json.loads((tree.path / TAB / "bundled.json").read_text(encoding="utf-8"))
    values = {
        "VERSION": tree.snapshot.version,
        "RELEASE": tree.snapshot.release,
        "DATE": time.strftime("%a %b %d %Y", time.gmtime(tree.snapshot.epoch)),
        "LICENSES": " AND ".join([OURS, *sorted({each["license"] for each in bundled} - {OURS})]),
        "BUNDLED": "\n".join(f"Provides:       {_provided(each)}" for each in bundled),
    }
    text = (tree.path / SPEC).read_text(encoding="utf-8")
    for key, value in values.items():
        text = text.replace(f"@{key}@", value)
    return text


def _provided(each: dict[str, Any]) -> str:
    if each["version"] is None:
        return f"bundled({each['name']})"
    return f"bundled(npm({each['name']})) = {each['version']}"


def _replace(work: Path, into: Path) -> None:
    source = into / "source"
    source.mkdir(parents=True, exist_ok=True)
    for folder in (into, source):
        for name in NAMES:
            for old in folder.glob(f"{name}-[0-9]*.rpm"):
                old.unlink()
    for path in (work / "RPMS" / "noarch").iterdir():
        shutil.copy2(path, into)
    for path in (*(work / "SRPMS").iterdir(), work / "SPECS" / "ovirt-numa.spec"):
        shutil.copy2(path, source)


if __name__ == "__main__":
    main()
