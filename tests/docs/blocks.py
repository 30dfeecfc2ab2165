# SPDX-License-Identifier: Apache-2.0
"""The commands that README and documentation tell to type, and why a test cannot run some.

A command is a line of a block marked `sh`; what stands behind `#` is said of it. Lines of one page
run in order, in one folder.

    commands(ROOT / "README.md")[0]       Command("README.md", 12, "make demo")
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    [
        ROOT / "README.md",
        *(ROOT / "docs").glob("*.md"),
        *(ROOT / "packaging").glob("ansible/roles/*/README.md"),
    ]
)
_BLOCK = re.compile(r"^( *)```sh\n(.*?)^\1```", re.MULTILINE | re.DOTALL)


class Command(NamedTuple):
    page: str
    line: int
    text: str


def commands(page: Path) -> list[Command]:
    """The commands of a page, in its order."""
    text = page.read_text(encoding="utf-8")
    name = str(page.relative_to(ROOT))
    found = []
    for block in _BLOCK.finditer(text):
        first = text.count("\n", 0, block.start()) + 2
        for number, line in enumerate(block[2].splitlines(), first):
            command = re.sub(r"(^|\s+)#\s.*$", "", line).strip()
            if command:
                found.append(Command(name, number, command))
    return found


ENGINE = "needs an engine's machine; tests/engine_plugin/setup and tests/packaging run it in a root"
MAKE = "builds for minutes; tests/packaging and CI do it"
GUEST = "is typed in a guest"
LIBVIRT = "needs a libvirtd with a VM; the lab (make test-lab) has one"
COUNTERS = "counts of the processor, which machines for tests do not have"

EXCUSED = {
    r"make (demo|test|dist|rpm|docs|wheels)\b.*": MAKE,
    r"dnf .*": "installs packages on EL; tests/packaging installs ours into a root",
    r"ovirt-numa setup.*": ENGINE,
    r"systemctl .*|journalctl .*": "needs systemd",
    r"virsh -r .*": LIBVIRT,
    r"numastat.*|perf stat .*|cat /proc/PID.*": COUNTERS,
    r"gcc .*stream\.c.*|.*\./stream": GUEST,
    r"numactl .*|lscpu.*": GUEST,
    r"git tag .*|rpm --addsign .*": "needs the key that releases are signed with",
    r"openssl req .*|/usr/share/ovirt-engine/.*|printf 'InstallVds.*|engine-config .*": ENGINE,
    r"\.venv/bin/python -m engine_plugin\.demo\.vdsm_host .*|curl --cacert .*": ENGINE,
    r"python3\.11 -m venv .*|/opt/ovirt-numa/.*|ln -s /opt/.*": (
        "tests/packaging/test_dist.py installs the wheel so"
    ),
    r"echo .* > /(sys|proc)/.*|sysctl .*|grubby .*": "changes the host that it runs on",
    r"ausearch .*|restorecon .*|semanage .*|ls -Z .*|getsebool .*": "needs SELinux",
}
"""Expressions of whole lines, and why no test runs them as they stand."""

ANSWERS = {
    "numa-hook status": (None, r"all is well$"),
    "numa-hook journal": (0, r"before_vm_start +NodeUnknown"),
    "numa-hook journal --xml web1 | numa-domain check -": (1, r"the host has no node 7"),
    "numa-domain fit web1.xml --nodeset auto --topology 2": (0, r"^fits: "),
    "numa-domain check web1.xml --nodeset 0-1 --topology 2": (0, r"^no problems"),
    "numa-domain verify": (0, r"(?s)web1: good.*"),
    "numa-domain verify web1": (0, r"^web1: good"),
    "numa-domain verify db1": (0, r"^db1: good"),
    "numa-domain nodeset 0-3,^1": (0, r"^0,2-3$"),
    "numa-domain nodeset 0-3,^2": (0, r"^0-1,3$"),
    "numa-domain host": (0, r"^node +CPUs"),
    "numa-domain host --advise": (0, r"to change"),
    "numa-domain report": (0, r"numa-report-.*\.tar\.gz: .*host\.json"),
    "ovirt-numa suggest db1": (0, r"ovirt-numa set db1 --nodeset"),
    "ovirt-numa fit db1 --nodeset auto --topology host": (0, r"^fits [1-9]\d* of \d+ hosts$"),
    "ovirt-numa set db1 --nodeset auto --topology host": (0, r"nodeset +auto"),
    "ovirt-numa health": (1, r"HOST +STATUS +HOOK"),
}
"""What commands do by the text around them: exit code (None: whatever) and what they print. Others
have to end with 0."""
