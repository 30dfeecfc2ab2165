# SPDX-License-Identifier: Apache-2.0
"""What a hook costs a VM's start: whole processes, as ratios to Python alone in the same run.

    no property                                    to  python -I -S -c pass
    numa_nodeset=0-1                               to  the same importing lxml.etree
    four cells, eight host nodes, XML of 320 lines to  the same importing lxml.etree

The five programs are run in turn, so that whatever else the machine does hits all of them;
the medians are compared, and the fastest runs beside them.

    python benchmarks/hook_cost.py --runs 100 --python /usr/bin/python3
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import lxml

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.hosts import load_hosts
from tests.vdsm_hook.domains import engine_domain
from tests.vdsm_hook.machine import Machine
from tests.vdsm_hook.vdsm import VM_ID
from vdsm_hook import interpreter

HOST = "numactl:epyc-2s-nps4"
NODESET = {"numa_nodeset": "0-1"}
CELLS = {
    "numa_nodeset": "0-3",
    "numa_topology": " / ".join(f"cpus={2 * i}-{2 * i + 1} mem=16G nodes={i}" for i in range(4)),
}

Program = tuple[Sequence[str], Mapping[str, str]]


def main() -> int:
    parser = argparse.ArgumentParser(description="What a hook costs a VM's start.")
    parser.add_argument("--runs", type=int, default=60)
    parser.add_argument("--python", default=sys.executable, help="that runs the hooks")
    args = parser.parse_args()
    root = Path(tempfile.mkdtemp())
    try:
        machine = Machine(root, load_hosts()[HOST], os.path.realpath(args.python))
        list(interpreter.compile_modules(machine.settings))
        times = measure(programs(machine), args.runs)
    finally:
        shutil.rmtree(root)
    return report(times, machine.settings.python)


def _lxml() -> str:
    """The directory of this interpreter's lxml, for the program that imports nothing else."""
    return str(Path(lxml.__file__).parents[1])


def programs(machine: Machine) -> dict[str, Program]:
    """By name: the command and its environment."""
    settings = machine.settings
    script = [str(machine.script("before_vm_start"))]
    domain = machine.files / "domain.xml"
    domain.write_bytes(engine_domain(vcpus=8, memory_gib=64, disks=15))
    hook = {**os.environ, "vmId": VM_ID, "_hook_domxml": str(domain)}
    isolated = [settings.python, "-I", "-S", "-c"]
    imports = f"import sys; sys.path.append({_lxml()!r}); import lxml.etree"
    return {
        "pass": ([*isolated, "pass"], os.environ),
        "lxml": ([*isolated, imports], os.environ),
        "none": (script, hook),
        "nodeset": (script, {**hook, **NODESET}),
        "cells": (script, {**hook, **CELLS}),
    }


def measure(programs: Mapping[str, Program], runs: int) -> dict[str, list[float]]:
    """Seconds of each run of each program, the first round left out."""
    domain = Path(programs["none"][1]["_hook_domxml"])
    xml = domain.read_bytes()
    times: dict[str, list[float]] = {name: [] for name in programs}
    for i in range(runs + 1):
        for name, (command, environ) in programs.items():
            domain.write_bytes(xml)
            begin = time.perf_counter()
            done = subprocess.run(command, env=environ, capture_output=True, check=False)
            end = time.perf_counter()
            changed = domain.read_bytes() != xml
            if done.returncode or changed != (name in ("nodeset", "cells")):
                raise SystemExit(f"{name}: exit code {done.returncode}: {done.stderr.decode()}")
            if i:
                times[name].append(end - begin)
    return times


def report(times: Mapping[str, list[float]], python: str) -> int:
    """Print the ratios; 1 where one is not reached."""
    print(f"before_vm_start with {python}, {len(times['pass'])} runs each; ms")
    print(f"{'':34}{'median':>8}{'fastest':>9}{'ratio':>8}{'fastest':>9}{'to reach':>10}")
    missed = 0
    for name, base, limit, title in (
        ("pass", "pass", 0.0, "python -I -S -c pass"),
        ("none", "pass", 1.3, "no property"),
        ("lxml", "lxml", 0.0, "python importing lxml.etree"),
        ("nodeset", "lxml", 1.5, "nodeset only"),
        ("cells", "lxml", 1.5, "four cells, eight nodes, 320 lines"),
    ):
        median, fastest = statistics.median(times[name]), min(times[name])
        ratio = median / statistics.median(times[base])
        line = f"{title:34}{median * 1e3:8.2f}{fastest * 1e3:9.2f}{ratio:8.2f}"
        line += f"{fastest / min(times[base]):9.2f}"
        if limit:
            line += f"{limit:10.1f}" + ("" if ratio <= limit else "  MISSED")
            missed += ratio > limit
        print(line)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
