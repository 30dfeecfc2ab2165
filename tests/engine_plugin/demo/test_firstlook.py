# SPDX-License-Identifier: Apache-2.0
"""`make demo-hook`, run as it is run: with a guest, and where none can be booted."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from engine_plugin.demo.firstlook import inputs
from engine_plugin.demo.guest import missing as lacking
from numa_domain.host.model import HostTopology
from numa_domain.request.model import NumaRequest
from tests.hosts import load_hosts
from tests.tools import missing


def firstlook(**environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "engine_plugin.demo.firstlook"],
        env={**os.environ, **environ},
        cwd=Path(__file__).parents[3],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=150,
        check=False,
    )


def test_demo_guest_says_what_was_asked() -> None:
    if lacking():
        missing("; ".join(lacking()))
    done = firstlook()
    assert done.returncode == 0, done.stdout + done.stderr
    verdicts = [line for line in done.stdout.splitlines() if line.endswith("as asked")]
    assert len(verdicts) == 9  # vCPUs, memory and distances of three cells
    assert "NOT" not in done.stdout


def test_demo_without_libvirt_says_so_and_shows_the_rest() -> None:
    done = firstlook(PATH="/nonexistent")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "missing: virsh (package libvirt-clients, or libvirt-client)\n" in done.stdout
    assert "missing: QEMU (package qemu-system-x86, or qemu-kvm-core)\n" in done.stdout
    assert '+    <memory mode="strict" nodeset="' in done.stdout
    assert "the admin reads: Hook Error: (b'numa: numa_nodeset: the host has no node 900;" in (
        done.stdout
    )


@pytest.mark.parametrize("name", load_hosts())
def test_inputs_use_nodes_with_memory_that_the_host_has(name: str) -> None:
    host: HostTopology = load_hosts()[name]
    texts = inputs(host)
    request = NumaRequest.parse(texts["numa_nodeset"], texts["numa_topology"])
    assert request.target is not None
    assert request.target.nodes <= host.memory_nodes
    assert len(request.target.nodes) == min(3, len(host.memory_nodes))
