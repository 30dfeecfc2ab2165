# SPDX-License-Identifier: Apache-2.0
"""The versions that are tested together: what pip would install today within setup.py's bounds.

Decides which file a library is pinned in: packaging/requirements.txt has what the service runs on,
which `ovirt-numa setup` installs on an engine; .ci/constraints.txt has what the checkout needs
besides. Asks for the oldest Python that the service may have, so run it with that one (3.11).

    .venv/bin/python packaging/pins.py
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SERVICE = ROOT / "packaging/requirements.txt"
TOOLS = ROOT / ".ci/constraints.txt"
BUILDING = ("setuptools>=64", "wheel")


def main() -> None:
    if sys.version_info[:2] != (3, 11):
        raise SystemExit(f"pins are made with Python 3.11, and this is {sys.version.split()[0]}")
    service = resolved(".[service]")
    tools = resolved(".[service,test]", *BUILDING, *(f"{k}=={v}" for k, v in service.items()))
    _write(SERVICE, service)
    _write(TOOLS, {name: tools[name] for name in tools if name not in service})


def resolved(*wanted: str) -> dict[str, str]:
    """Every library that pip would install, as name -> version."""
    options = ["--dry-run", "--ignore-installed", "--quiet", "--disable-pip-version-check"]
    done = subprocess.run(
        [sys.executable, "-m", "pip", "install", *options, "--report", "-", *wanted],
        cwd=ROOT, stdout=subprocess.PIPE, check=True, text=True,
    )  # fmt: skip
    found = {}
    for each in json.loads(done.stdout)["install"]:
        name = re.sub(r"[-_.]+", "-", each["metadata"]["name"]).lower()
        if name != "ovirt-numa":
            found[name] = each["metadata"]["version"]
    return dict(sorted(found.items()))


def _write(path: Path, pins: dict[str, str]) -> None:
    """Below the comment that the file begins with."""
    head = [line for line in path.read_text(encoding="utf-8").splitlines() if line[:1] == "#"]
    lines = [*head, *(f"{name}=={version}" for name, version in pins.items())]
    path.write_text("\n".join([*lines, ""]), encoding="utf-8")


if __name__ == "__main__":
    main()
