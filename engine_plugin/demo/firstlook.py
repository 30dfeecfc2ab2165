# SPDX-License-Identifier: Apache-2.0
"""`make demo-hook`: two inputs become a running guest, each step shown as it really happens.

Decides what is shown and in which order; every step is a real one (numa-hook installs, the
hook runs as a process under VDSM's contract, libvirt defines and boots, the guest reports).
Never changes anything outside a folder of its own, which is gone at the end.

    $ make demo-hook
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from numa_domain.base.errors import NumaError
from numa_domain.base.units import show_memory
from numa_domain.cli.table import colours, difference, table
from numa_domain.host.model import HostTopology
from numa_domain.host.sysfs import read_sysfs
from numa_domain.request.model import NumaRequest
from numa_domain.request.parts import CellRequest

from .guest import GuestFailed, GuestReport, Machine, missing
from .vdsm import HookFailed, HookResult, run_hooks

ENGINE_XML = Path(__file__).with_name("vm.xml")
VM_ID = "7e1b9c04-58d2-4b6f-a3c1-90d5e2f7186a"
_CELLS = (("cpus=0-1", 256, (10, 21, 31)), ("cpus=2-3", 192, (21, 10, 31)), ("", 64, (31, 31, 10)))
_FIRMWARE_KIB = 1024
"""What a guest's firmware may keep of a cell: the hole below 1 MiB, ACPI tables."""


def main() -> int:
    """The whole demonstration; 0 where everything that could be shown was as asked."""
    with tempfile.TemporaryDirectory(prefix="numa-demo-") as folder:
        try:
            Path(folder).chmod(0o755)  # as the hooks' folder on a host: VDSM's user reads it
            host = read_sysfs()
            hooks = _install(Path(folder))
            return _show(host, hooks)
        except NumaError as error:
            print(error, file=sys.stderr)
        except HookFailed as error:
            print(error.exit_message, file=sys.stderr)
        except GuestFailed as error:
            print(error, file=sys.stderr)
    return 1


def inputs(host: HostTopology) -> dict[str, str]:
    """The two inputs for this machine: three cells, on different host nodes where it has any."""
    free = sorted(host.memory_nodes, key=lambda i: -host.nodes[i].available_kib)[:3]
    cells = []
    for i, (cpus, mib, row) in enumerate(_CELLS):
        node = free[i % len(free)]
        text = f"{cpus} mem={mib}M nodes={node} dist={','.join(map(str, row))}"
        cells.append(text.strip())
    return {
        "numa_nodeset": ",".join(map(str, sorted(free))),
        "numa_topology": " / ".join(cells),
    }


def _install(folder: Path) -> Path:
    """The hooks in a folder of their own, by the command that an admin would use."""
    _step("The hooks, installed as on a host")
    config = folder / "hook.conf"
    config.write_text(f"run_dir = {folder}/run\nlog_file = {folder}/hook.log\n")
    command = ["numa-hook", "install", "--hooks-dir", f"{folder}/hooks", "--config", str(config)]
    print("$", " ".join(command))
    program = str(Path(sys.executable).with_name("numa-hook"))
    done = subprocess.run([program, *command[1:]], check=False, stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        raise SystemExit(done.returncode)
    print(done.stdout, end="")
    return folder / "hooks"


def _show(host: HostTopology, hooks: Path) -> int:
    properties = inputs(host)
    xml, lacks = ENGINE_XML.read_text(encoding="utf-8"), missing()
    if lacks:
        _step("No guest can be booted here; the rest is shown all the same")
        print("\n".join(f"missing: {lack}" for lack in lacks))
        _rewritten(hooks, xml, properties)
        return 0
    with Machine() as machine:
        xml, changes = machine.adapt(xml)
        _step("The engine's XML of a VM (512 MiB, 4 vCPUs of 16), made to run on this machine")
        print("\n".join(f"- {change}" for change in changes))
        result = _rewritten(hooks, xml, properties)
        _told(machine.qemu_argv(result))
        report = _booted(machine, result)
    return _compared(properties, report)


def _rewritten(hooks: Path, xml: str, properties: dict[str, str]) -> str:
    """What the hook makes of the XML, and how it refuses what this host cannot do."""
    _step("The VM's two custom properties, as an admin writes them in the engine")
    for name, text in properties.items():
        print(f"{name} = {text}")
    _step("VDSM runs before_vm_start; the difference is all that libvirt will see of it")
    result = _run(hooks, xml, properties)
    for line in difference(xml, result.data, colour=colours(sys.stdout)):
        print(line)
    _step("What the hook says to a VM without the properties, and to a node that is not there")
    _run(hooks, xml, {})
    try:
        _run(hooks, xml, {"numa_nodeset": "900"})
        print("NOT refused, though there is no node 900")
    except HookFailed as error:
        print(f"the admin reads: {error.exit_message}")
    return result.data


def _run(hooks: Path, xml: str, properties: dict[str, str]) -> HookResult:
    try:
        result = run_hooks(hooks, "before_vm_start", xml, vm_id=VM_ID, properties=properties)
    except HookFailed as error:
        _log(error.result)
        raise
    _log(result)
    return result


def _log(result: HookResult) -> None:
    for run in result.runs:
        print(f"{Path(run.script).name}: rc={run.rc}, {run.seconds * 1000:.0f} ms", flush=True)


def _told(argv: str) -> None:
    """The memory backends of QEMU's command line: one a cell, each with its host nodes."""
    _step("libvirt defines it; what QEMU is told")
    rows = []
    for text in re.findall(r"-object '(\{[^']*\})'", argv):
        backend = json.loads(text)
        if backend.get("qom-type", "").startswith("memory-backend"):
            nodes = ",".join(map(str, backend.get("host-nodes", ()))) or "any"
            size = show_memory(backend["size"] // 1024)
            rows.append((backend["id"], size, nodes, backend.get("policy", "default")))
    print(table("<backend >size <host_nodes <policy", rows))


def _booted(machine: Machine, xml: str) -> GuestReport:
    _step("libvirt starts it; emulated, this takes some seconds")
    began = time.monotonic()
    report = machine.boot(xml)
    print(f"the guest has reported and powered off after {time.monotonic() - began:.0f} s")
    return report


def _compared(properties: dict[str, str], report: GuestReport) -> int:
    """What the guest says of itself, beside what was asked for."""
    _step("What the guest itself says")
    asked = NumaRequest.parse(topology=properties["numa_topology"]).cells
    assert isinstance(asked, tuple)  # `inputs` wrote it so
    rows = [row for i, cell in enumerate(asked) for row in _cell_rows(i, cell, report)]
    print(table("<cell <fact <asked <guest_says <verdict", rows))
    extra = set(report.nodes) - set(range(len(asked)))
    bad = [row for row in rows if row[-1] != "as asked"]
    print(f"\nrunning vCPUs: {report.online}; cells: {len(report.nodes)}, asked: {len(asked)}")
    return 1 if bad or extra else 0


def _cell_rows(i: int, cell: CellRequest, report: GuestReport) -> Iterator[tuple[str, ...]]:
    node = report.nodes.get(i)
    if node is None:
        yield (str(i), "cell", "there", "absent", "NOT as asked")
        return
    asked_kib = cell.memory_kib or 0
    row = ",".join(str(node.distances[j]) for j in sorted(node.distances))
    facts = (
        ("vCPUs", str(cell.cpus or "none"), str(node.cpus or "none"), None),
        (
            "memory",
            show_memory(asked_kib),
            f"{show_memory(node.memory_kib)} ({show_memory(node.usable_kib)} usable)",
            asked_kib - _FIRMWARE_KIB < node.memory_kib <= asked_kib,
        ),
        ("distances", ",".join(map(str, cell.distances or ())), row, None),
    )
    for fact, asked, said, good in facts:
        same = asked == said if good is None else good
        yield (str(i), fact, asked, said, "as asked" if same else "NOT as asked")


def _step(title: str) -> None:
    bold, plain = ("\033[1m", "\033[0m") if colours(sys.stdout) else ("", "")
    print(f"\n{bold}== {title}{plain}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
