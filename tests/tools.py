# SPDX-License-Identifier: Apache-2.0
"""The programs that tests run: found, or the test is skipped and says which is missing.

Decides what a missing tool means: a skip on a developer's machine, a failure in CI (the
variable CI is set), where a skip would hide that nothing was tested.

    >>> virsh = need("virsh")          # in a test; "/usr/bin/virsh"
"""

from __future__ import annotations

import os
import shutil
from typing import NoReturn

import pytest

PACKAGES = {
    "qemu-system-x86_64": "qemu-system-x86",
    "virsh": "libvirt-clients",
    "virt-qemu-run": "libvirt-daemon-driver-qemu",
    "virt-xml-validate": "libvirt-clients",
    "xmllint": "libxml2-utils",
}
"""Debian's package of each program that does not bear its package's name."""


def need(program: str) -> str:
    """The path of a program."""
    path = shutil.which(program)
    if path is None:
        missing(f"{program} (Debian: {PACKAGES.get(program, program)})")
    return path


def missing(tool: str) -> NoReturn:
    """Skip the running test for want of a tool; in CI fail it."""
    text = f"missing tool: {tool}"
    if os.environ.get("CI"):
        pytest.fail(f"{text}; CI must have it, see .ci/deps", pytrace=False)
    pytest.skip(text)
