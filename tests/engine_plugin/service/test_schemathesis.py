# SPDX-License-Identifier: Apache-2.0
"""Whatever is sent, the service keeps to its description: Schemathesis with all its checks, in all
its phases, before an embedded engine. What it is told beside is in `schemathesis.toml`.
"""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import httpx

from tests.tools import missing

ROOT = Path(__file__).parents[3]
EXAMPLES = os.environ.get("NUMA_API_EXAMPLES", "6")
"""Random requests for each operation; more by hand (NUMA_API_EXAMPLES=200)."""


def ids(engine) -> dict[str, list[str]]:
    """Entities that are there, so that requests get past 404."""
    system = engine.sdk.system_service()
    vms = [engine.new_vm(), engine.new_vm(numa_nodeset="0-1"), engine.vm("too-big").id]
    return {
        "vms": vms,
        "templates": [each.id for each in system.templates_service().list()],
        "vmpools": [each.id for each in system.vm_pools_service().list()],
        "hosts": [each.id for each in system.hosts_service().list()],
        "clusters": [each.id for each in system.clusters_service().list()],
    }


def test_whatever_is_sent_the_service_keeps_to_its_description(
    engine, service, admin_token, tmp_path
):
    if importlib.util.find_spec("schemathesis") is None:
        missing("schemathesis (pip install '.[test]')")
    report = tmp_path / "answers.ndjson"
    words = ["--url", service.base, "-H", f"Authorization: Bearer {admin_token}", "--no-color"]
    words += ["--checks", "all", "-n", EXAMPLES, "--seed", "7", "--report-ndjson-path", str(report)]
    done = subprocess.run(
        [sys.executable, "-m", "schemathesis.cli", "run", f"{service.base}/openapi.json", *words],
        cwd=ROOT,
        env={**os.environ, "NUMA_API_IDS": json.dumps(ids(engine)), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    paths = httpx.get(f"{service.base}/openapi.json", timeout=30).json()["paths"]
    count = sum(map(len, paths.values()))
    assert f"Selected: {count}/{count}" in done.stdout, done.stdout
    for phase in ("Examples", "Coverage", "Fuzzing", "Stateful"):
        assert f"✅ {phase}" in done.stdout, done.stdout
    assert {200, 202, 401, 404, 409, 412, 422, 428} <= statuses(report).keys()


def statuses(report: Path) -> Counter[int]:
    """Of all answers: the report has each as `"status_code":200`."""
    found: Counter[int] = Counter()
    for part in report.read_text().split('"status_code":')[1:]:
        found[int(part.strip()[:3])] += 1
    return found
