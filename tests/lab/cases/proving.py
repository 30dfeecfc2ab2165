# SPDX-License-Identifier: Apache-2.0
"""Cases that prove the proofs: verify against numastat, and VMs that are wrong on purpose."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tarfile
from pathlib import Path
from typing import Any

from .. import numa_maps
from ..case import Result, case
from ..lab import PYTHON, Lab, environment
from ..vm import Vm
from .placing import show


@case("verify and numastat -p read the same pages", limit=150)
def agrees_with_numastat(lab: Lab, result: Result) -> None:
    topology = "cpus=0-1 mem=128M nodes=0 / cpus=2-3 mem=128M nodes=1"
    vm = Vm(lab, "numastat", {"numa_topology": topology})
    vm.start()
    show(vm, result)
    _, answer = vm.verify()
    process = {int(node): kib for node, kib in answer["process_kib"].items()}
    said = lab.run("numastat", "-p", str(vm.pid)).stdout
    shown = [float(text) for text in re.findall(r"^Total +(.*)$", said, re.M)[0].split()]
    result.verify = [f"{kib / 1024:.2f} MB on node {node}" for node, kib in process.items()]
    result.note.append("numastat shows 0.01 MB, and knows 4 KiB pages; the lab's own reader: KiB")
    for node, megabytes in enumerate(shown[:-1]):
        ours = f"{process.get(node, 0) / 1024:.2f}"
        result.expect(f"MB on node {node}, verify and numastat", ours, f"{megabytes:.2f}")
    pages = numa_maps.total(numa_maps.read(vm.pid))
    result.expect("KiB by node, verify and numa_maps", process, pages)
    cells = [row["resident_kib"] for row in answer["memory"]]
    result.expect("cells in KiB", cells, [{"0": 128 << 10}, {"1": 128 << 10}])


@case("metrics, journal and report of a host with two VMs", limit=240)
def told_to_others(lab: Lab, result: Result) -> None:
    vms = [Vm(lab, f"told{i}", {"numa_nodeset": str(i)}, memory_mib=128) for i in (0, 1)]
    for vm in vms:
        vm.start()
    show(vms[0], result)
    text = lab.numa_domain("metrics").stdout
    want = [
        f'ovirt_numa_vm_resident_bytes{{vm="{vm.name}",id="{vm.id}",node="{i}"}} {128 << 20}'
        for i, vm in enumerate(vms)
    ]
    want += ["ovirt_numa_reservations 2", "ovirt_numa_hooks_known 1"]
    want += [f'ovirt_numa_node_memory_bytes{{node="{node}"}}' for node in range(4)]
    for line in want:
        result.expect_that(f"metrics have {line}", line in text, "no such line")
    bundle = "/run/report.tar.gz"
    lab.numa_domain("report", "--output", bundle, check=True)
    shutil.copy(bundle, lab.shared / "report.tar.gz")
    with tarfile.open(bundle) as file:
        parts = {Path(m.name).name: file.extractfile(m).read().decode() for m in file.getmembers()}
    verdicts = {vm["vm"]: vm["verdict"] for vm in json.loads(parts["vms.json"])}
    result.expect("verdicts in the report", verdicts, {vm.name: "good" for vm in vms})
    runs = [(run["point"], run["outcome"]) for run in json.loads(parts["journal.json"])["runs"]]
    result.expect("the last run", runs[-1], ("after_vm_start", "unchanged"))
    result.host.append(f"report: {', '.join(sorted(parts))}")


@case("wrong on purpose: a memnode that is not the one that was placed", limit=150)
def bound_wrongly(lab: Lab, result: Result) -> None:
    vm = Vm(lab, "wrong", {"numa_nodeset": "1"})
    xml = vm.hook("before_vm_start", vm.xml)
    wrong = re.sub(r"(<mem(?:ory|node)\b[^>]*nodeset=\")1\"", r'\g<1>0"', xml)
    wrong = wrong.replace('<emulatorpin cpuset="2-3"', '<emulatorpin cpuset="0-1"')
    result.expect_that("the XML was changed", wrong != xml, len(xml))
    vm.launch(wrong)
    show(vm, result)
    result.expect("pages of the guest's memory", vm.pages(256), [{0: 256 << 10}])
    code, answer = vm.verify()
    codes = sorted(problem["code"] for problem in answer["problems"])
    result.verify = [p["message"] for p in answer["problems"]]
    result.expect("exit code of numa-domain verify", code, 1)
    result.expect("what is misplaced", answer["misplaced_kib"], 256 << 10)
    result.expect("problems", codes, ["MemoryElsewhere", "NumatuneChanged", "ThreadElsewhere"])
    vm.hook("after_vm_start", vm.live_xml())
    after = vm.runs[-1]
    line = after.stderr.decode()
    result.verify.append(f"after_vm_start ends with {after.rc}, and vdsm.log gets: {line.strip()}")
    result.expect("exit code of after_vm_start", after.rc, 0)
    told = (
        line.startswith("numa: ")
        and "of the VM are on node" in line
        and ", not on node 1; " in line
    )
    result.expect_that("what after_vm_start tells vdsm.log", told, line)


@case("wrong on purpose: pages moved behind our back, while verify watches", limit=200)
def moved_away(lab: Lab, result: Result) -> None:
    vm = Vm(lab, "moved", {"numa_nodeset": "1"})
    vm.start()
    code, _ = vm.verify()
    result.expect("exit code before", code, 0)
    command = [PYTHON, "-m", "numa_domain", "verify", vm.name, "--watch", "1", "--times", "60"]
    watch = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment(), cwd="/")
    assert watch.stdout is not None
    first = watch.stdout.readline()
    lab.run("migratepages", str(vm.pid), "1", "0")
    rest, _ = watch.communicate(timeout=90)
    lab.say(f"verify --watch: {first}{rest}")
    show(vm, result)
    result.verify = [line for line in (first + rest).splitlines() if line.startswith(vm.name)]
    result.expect("exit code of verify --watch", watch.returncode, 1)
    result.expect("pages of the guest's memory", vm.pages(256), [{0: 256 << 10}])
    answer = lab.as_vdsm(lambda: _verify_as_vdsm(vm.name))
    result.verify.append(f"as the user vdsm: {answer['verdict']}, by {answer['source']}")
    result.expect("as the user vdsm", (answer["verdict"], answer["source"]), ("drifted", "cgroup"))


@case("wrong on purpose: a thread pinned elsewhere", limit=150)
def thread_elsewhere(lab: Lab, result: Result) -> None:
    vm = Vm(lab, "threads", {"numa_nodeset": "1"})
    vm.start()
    code, answer = vm.verify()
    result.expect("exit code before", code, 0)
    result.host = [f"{t['what']}: CPUs {t['allowed']}" for t in answer["threads"]]
    kinds = {row["what"].split()[0] for row in answer["threads"]}
    result.expect("kinds of threads", sorted(kinds), ["emulator", "iothread", "vcpu"])
    lab.virsh("emulatorpin", vm.name, "4-5", "--live")
    code, answer = vm.verify()
    result.verify = [p["message"] for p in answer["problems"]]
    result.expect("exit code after", code, 1)
    wrong = [row["what"] for row in answer["threads"] if row["state"] == "drifted"]
    result.expect("threads that drifted", wrong, ["emulator"])


def _verify_as_vdsm(name: str) -> Any:
    command = [PYTHON, "-m", "numa_domain", "verify", name, "--json"]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env=environment(), cwd="/"
    )
    if not done.stdout:
        raise RuntimeError(done.stderr)
    return json.loads(done.stdout)
