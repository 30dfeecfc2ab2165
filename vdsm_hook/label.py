# SPDX-License-Identifier: Apache-2.0
"""The label: an executable that VDSM never runs, whose name tells the engine our release.

Decides what is in it, and whether the one that is there is this release's. The name, and why
there is one, is `numa_domain/release.py`.

    /usr/libexec/vdsm/hooks/ovirt_numa/hooks-0.1.0-grammar-1
"""

from __future__ import annotations

import os
from pathlib import Path

from numa_domain.release import DIRECTORY, Release

_TEXT = """\
#!/bin/sh
# Installed by numa-hook (ovirt-numa). VDSM never runs this: its name tells the engine which
# release of the hooks is here, and which settings they can read.
echo "ovirt-numa {version}, grammar {grammar}"
"""


def path(hooks_dir: Path) -> Path:
    """Where this release's belongs."""
    return hooks_dir / DIRECTORY / Release().name


def text() -> bytes:
    """What is in it."""
    release = Release()
    return _TEXT.format(version=release.version, grammar=release.grammar).encode("ascii")


def labels(hooks_dir: Path) -> list[Path]:
    """Those of any release: one, as long as nobody copies anything."""
    found = sorted((hooks_dir / DIRECTORY).glob("[!.]*"))
    return [each for each in found if Release.of_name(each.name)]


def state(hooks_dir: Path) -> str:
    """ "installed" where this release's is there and no other, "other", or "missing"."""
    found, ours = labels(hooks_dir), path(hooks_dir)
    if not found:
        return "missing"
    whole = found == [ours] and ours.read_bytes() == text() and os.access(ours, os.X_OK)
    return "installed" if whole else "other"
