# SPDX-License-Identifier: Apache-2.0
"""A host file that says nothing of what kernel and QEMU need: fit answers as a hook there would."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.vdsm_hook.domains import engine_domain
from tests.vdsm_hook.machine import Machine

GIB, MIB = 1 << 20, 1 << 10
NODE = {"id": 0, "cpus": "0-3", "memory_kib": 4 * GIB, "free_kib": 1014100}


def domain(tmp_path: Path, mib: int) -> str:
    path = tmp_path / "vm.xml"
    xml = engine_domain(vcpus=2, memory_gib=4).decode()
    path.write_text(xml.replace(str(4 * GIB), str(mib * MIB)))
    return str(path)


@pytest.mark.parametrize(
    ("told", "mib", "code"),
    [
        ({}, 988, 1),
        ({}, 850, 1),
        ({}, 848, 0),  # beside 72 MiB that the kernel keeps, 64 for QEMU and 4.9 for page tables
        ({"qemu_percent": 0}, 988, 0),
    ],
)
def test_fit_leaves_what_kernel_and_qemu_need(
    tmp_path: Path, numa_domain: Any, told: dict[str, int], mib: int, code: int
) -> None:
    (tmp_path / "small.json").write_text(json.dumps({"nodes": [NODE], **told}))
    vm = domain(tmp_path, mib)
    said = numa_domain("fit", vm, "--nodeset", "0", "--host", "small.json")
    assert (said.code, said.err) == (code, ""), said.out
    if code:
        assert "node 0: 990.33 MiB free less 72 MiB for the kernel," in said.out


def test_file_of_a_host_whose_hooks_keep_nothing_is_believed(
    tmp_path: Path, numa_domain: Any
) -> None:
    """`numa-hook host` says so, and the file is not taken for one that tells nothing."""
    machine = Machine(tmp_path / "machine", kernel_percent=0, qemu_percent=0)
    command = [sys.executable, "-m", "vdsm_hook.install", "host", "--hooks-dir", str(machine.hooks)]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert json.loads(printed)["qemu_percent"] == 0
    (tmp_path / "whole.json").write_text(printed)
    free = json.loads(printed)["nodes"][0]["free_kib"]
    vm = domain(tmp_path, free // MIB)
    assert numa_domain("fit", vm, "--nodeset", "0", "--host", "whole.json").code == 0
