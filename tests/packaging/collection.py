# SPDX-License-Identifier: Apache-2.0
"""Ansible's collection ovirt.ovirt, which is in the package `ansible` on PyPI, and of that alone.

Decides which release is tested against. Run by the Makefile; the other two hundred
collections in it are left out.

    python -m tests.packaging.collection .venv/collections
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

PACKAGE = "ansible==12.3.0"
PART = "ansible_collections/ovirt/ovirt/"


def main(folder: str) -> None:
    with tempfile.TemporaryDirectory() as here:
        pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "download"]
        subprocess.run([*pip, "--no-deps", "--dest", here, PACKAGE], check=True)
        (wheel,) = Path(here).glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(
                folder, [name for name in archive.namelist() if name.startswith(PART)]
            )


if __name__ == "__main__":
    main(sys.argv[1])
