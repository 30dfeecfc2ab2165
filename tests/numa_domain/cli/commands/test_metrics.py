# SPDX-License-Identifier: Apache-2.0
"""numa-domain metrics: the text that Prometheus reads, and the dashboard that shows it."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path
from typing import Any

import pytest

from numa_domain.cli.prometheus import Family, exposition
from tests.captures import Capture
from tests.hosts import load_hosts
from tests.sysfs_tree import write_sysfs
from tests.vdsm_hook.affinity.test_state import STATE
from tests.vdsm_hook.domains import engine_domain
from tests.vdsm_hook.machine import Machine
from vdsm_hook.affinity.state import write

ROOT = Path(__file__).parents[4]
DASHBOARD = ROOT / "docs/grafana/ovirt-numa.json"
_SAMPLE = re.compile(
    r'([a-z_][a-z0-9_]*)(?:\{((?:[a-z_]+="(?:[^"\\\n]|\\[\\"n])*",?)*)\})? (-?[0-9.]+)'
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A host of four nodes with two VMs, one of which has drifted."""
    write_sysfs(load_hosts()["hwloc:16amd64-8n2c"], tmp_path / "sys")
    Capture("strict").write(tmp_path)
    Capture("cells").change("/numa_maps", "N0=32768", "N3=32768").write(tmp_path)
    return tmp_path


def samples(text: str) -> dict[str, dict[str, float]]:
    """name -> labels -> value; every line has to be one that Prometheus reads."""
    found: dict[str, dict[str, float]] = {}
    for line in text.splitlines():
        if line.startswith(("# HELP ", "# TYPE ")):
            continue
        match = _SAMPLE.fullmatch(line)
        assert match is not None, line
        by_labels = found.setdefault(match[1], {})
        assert (match[2] or "") not in by_labels, f"{line} is there twice"
        by_labels[match[2] or ""] = float(match[3])
    return found


def test_metrics_tell_nodes_and_vms(numa_domain: Any, root: Path) -> None:
    said = numa_domain("metrics", "--root", str(root), "--hooks-dir", str(root / "hooks"))
    assert (said.code, said.err) == (0, "")
    found = samples(said.out)
    assert len(found["ovirt_numa_node_free_bytes"]) == len(found["ovirt_numa_node_memory_bytes"])
    drifted = {k.split('"')[1]: v for k, v in found["ovirt_numa_vm_drifted"].items()}
    assert drifted == {"cells": 1, "strict": 0}
    misplaced = {k.split('"')[1]: v for k, v in found["ovirt_numa_vm_misplaced_bytes"].items()}
    assert misplaced == {"cells": 128 << 20, "strict": 0}
    (strict,) = (v for k, v in found["ovirt_numa_vm_resident_bytes"].items() if '"strict"' in k)
    assert strict == 256 << 20


def test_metrics_tell_reservations_and_runs(numa_domain: Any, root: Path) -> None:
    (root / "host").mkdir()
    machine = Machine(root / "host")
    machine.start(engine_domain(), "0")
    machine.start(engine_domain(), "7", vm_id="1" * 8)
    said = numa_domain("metrics", "--root", str(root), "--hooks-dir", str(machine.hooks))
    found = samples(said.out)
    assert found["ovirt_numa_hooks_known"] == {"": 1}
    assert found["ovirt_numa_reservations"] == {"": 1}
    reserved = found["ovirt_numa_node_reserved_bytes"]
    assert reserved.pop('node="0",page_kib="ordinary"') == 4 << 30
    assert set(reserved.values()) == {0}, "every node has a figure"
    assert found["ovirt_numa_node_promised_bytes"]['node="0",page_kib="ordinary"'] == 4 << 30
    assert found["ovirt_numa_hook_runs_total"] == {
        'point="before_vm_start",outcome="new"': 1,
        'point="before_vm_start",outcome="refused"': 1,
    }
    assert found["ovirt_numa_hook_refusals_total"] == {
        'point="before_vm_start",code="NodeUnknown"': 1
    }
    assert found["ovirt_numa_hook_seconds_count"] == {'point="before_vm_start"': 2}
    assert 0 < found["ovirt_numa_hook_seconds_sum"]['point="before_vm_start"'] < 20


def affinity(found: dict[str, dict[str, float]]) -> dict[str, dict[str, float]]:
    start = "ovirt_numa_affinity_"
    return {name[len(start) :]: v for name, v in found.items() if name.startswith(start)}


def test_metrics_tell_what_the_service_holds(numa_domain: Any, root: Path) -> None:
    (root / "host").mkdir()
    machine = Machine(root / "host")
    said = numa_domain("metrics", "--root", str(root), "--hooks-dir", str(machine.hooks))
    assert affinity(samples(said.out)) == {"running": {"": 0}, "connected": {"": 0}}
    now = int(time.time())
    write(STATE.replace(ticks=99, events=300, failures=1, last_pass=now - 60), str(machine.run_dir))
    (machine.proc / str(STATE.pid)).mkdir()
    stat = f"{STATE.pid} (python3) S {' '.join(['0'] * 18)} 99 0"
    (machine.proc / str(STATE.pid) / "stat").write_text(stat)
    said = numa_domain("metrics", "--root", str(root), "--hooks-dir", str(machine.hooks))
    found = affinity(samples(said.out))
    assert 60 <= found.pop("last_pass_age_seconds")[""] < 120
    vcpus = {
        f'state="{name}"': n for name, n in (("held", 3), ("away", 2), ("free", 1), ("left", 1))
    }
    assert found == {
        "running": {"": 1},
        "connected": {"": 1},
        "vcpus": vcpus,
        "pins_total": {"": 128},
        "events_total": {"": 300},
        "failures_total": {"": 1},
    }


def test_metrics_tell_vcpus_that_are_away(numa_domain: Any, root: Path) -> None:
    capture = Capture("cells")
    path = next(p for p, t in capture.files.items() if "Name:\tCPU 3/KVM" in t)
    capture.files[path] = capture.files[path].replace("_list:\t2-3", "_list:\t0-5")
    capture.write(root)
    found = samples(numa_domain("metrics", "--root", str(root)).out)
    away = {k.split('"')[1]: v for k, v in found["ovirt_numa_vm_vcpus_away"].items()}
    assert away == {"cells": 1, "strict": 0}


def test_vm_that_cannot_be_judged_hides_no_other(numa_domain: Any, root: Path) -> None:
    (root / "run/libvirt/qemu/cells.xml").write_text("<domstatus/>")
    found = samples(numa_domain("metrics", "--root", str(root)).out)
    unreadable = {k.split('"')[1]: v for k, v in found["ovirt_numa_vm_unreadable"].items()}
    assert unreadable == {"cells": 1, "strict": 0}
    assert len(found["ovirt_numa_vm_drifted"]) == 1


def test_output_is_replaced_in_one_step(numa_domain: Any, root: Path) -> None:
    path = root / "numa.prom"
    path.write_text("old\n")
    said = numa_domain("metrics", "--root", str(root), "--output", str(path))
    assert said == (0, "", "")
    assert samples(path.read_text())
    assert path.stat().st_mode & 0o777 == 0o644
    assert [p.name for p in root.iterdir() if "prom" in p.name] == ["numa.prom"]


def test_output_that_cannot_be_written_is_one_line(numa_domain: Any, root: Path) -> None:
    path = root / "none" / "numa.prom"
    said = numa_domain("metrics", "--root", str(root), "--output", str(path))
    assert said == (
        2,
        "",
        f"numa-domain metrics: {path}: the file cannot be written: No such file or directory; "
        "check the directory, its permissions and free space\n",
    )


def test_exposition_escapes_what_would_end_a_label() -> None:
    family = Family("x", "gauge", "X.")
    family.add(0.5, vm='a"b\\c\nd')
    assert exposition([family]) == (
        '# HELP ovirt_numa_x X.\n# TYPE ovirt_numa_x gauge\novirt_numa_x{vm="a\\"b\\\\c\\nd"} 0.5\n'
    )


def test_dashboard_asks_for_metrics_that_there_are(numa_domain: Any, root: Path) -> None:
    (root / "host").mkdir()
    machine = Machine(root / "host")
    machine.start(engine_domain(), "0")
    said = numa_domain("metrics", "--root", str(root), "--hooks-dir", str(machine.hooks))
    names = set(re.findall(r"^# TYPE (\S+)", said.out, re.MULTILINE))
    names |= {f"{name}{suffix}" for name in names for suffix in ("_sum", "_count")}
    dashboard = json.loads(DASHBOARD.read_text(encoding="utf-8"))
    panels = [panel for panel in dashboard["panels"] if panel["type"] != "row"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    for panel in panels:
        assert panel["targets"], panel["title"]
        for target in panel["targets"]:
            asked = set(re.findall(r"ovirt_numa_\w+", target["expr"]))
            assert asked, target["expr"]
            assert asked <= names, target["expr"]


def test_dashboard_boxes_do_not_overlap() -> None:
    dashboard = json.loads(DASHBOARD.read_text(encoding="utf-8"))
    taken: set[tuple[int, int]] = set()
    for panel in dashboard["panels"]:
        box = panel["gridPos"]
        assert box["x"] + box["w"] <= 24
        cells = {
            (x, y)
            for x in range(box["x"], box["x"] + box["w"])
            for y in range(box["y"], box["y"] + box["h"])
        }
        assert not cells & taken, panel["title"]
        taken |= cells


def test_metrics_json_has_every_sample(numa_domain: Any, tmp_path: Path) -> None:
    write_sysfs(load_hosts()["hwloc:16amd64-8n2c"], tmp_path / "sys")
    Capture("strict").write(tmp_path)
    argv = ("metrics", "--root", str(tmp_path), "--hooks-dir", str(tmp_path / "hooks"))
    lines = [line for line in numa_domain(*argv).out.splitlines() if not line.startswith("#")]
    answer = json.loads(numa_domain(*argv, "--json").out)
    samples = [sample for metric in answer["metrics"] for sample in metric["samples"]]
    assert [sample["name"] for sample in samples] == [re.split("[{ ]", line)[0] for line in lines]
    memory = next(m for m in answer["metrics"] if m["name"] == "ovirt_numa_node_memory_bytes")
    assert memory["samples"][0]["labels"] == {"node": "0"}
    assert memory["samples"][0]["value"] > 2**30
