# SPDX-License-Identifier: Apache-2.0
"""The documentation: it builds without a warning, and what it says is so.

Decides nothing about style. Tables of options are compared with the code in both directions;
commands in sh blocks are read by the commands' own parsers, and those of the inputs' page run.
"""

from __future__ import annotations

import dataclasses
import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from engine_plugin.service.host_schemas import HostState
from numa_domain import __version__
from numa_domain.request.grammar_level import LEVEL
from numa_domain.request.model import NumaRequest
from tests.sysfs_tree import write_sysfs
from tests.vdsm_hook.domains import engine_domain
from tests.vdsm_hook.machine import two_nodes
from vdsm_hook.config import Config

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
BIN = Path(sys.executable).parent
PAGES = sorted(path.name for path in DOCS.glob("*.md"))


def page(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def section(name: str, title: str) -> str:
    found = re.search(rf"^## {re.escape(title)}.*?$(.*?)(?=^## |\Z)", page(name), re.M | re.S)
    assert found is not None, f"{name} has no section {title}"
    return found[1]


def rows(text: str) -> list[list[str]]:
    """The cells of a table's rows, without those of its head."""
    found = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| `")]
    return [[cell.strip().strip("`") for cell in cells] for cells in found]


def commands(name: str) -> list[str]:
    blocks = re.findall(r"^```sh\n(.*?)^```", page(name), re.M | re.S)
    lines = [line.partition("   ")[0].strip() for block in blocks for line in block.splitlines()]
    return [line for line in lines if line]


def run(*command: str, **options: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # type: ignore[call-overload, no-any-return]  # options of any kind
        command, capture_output=True, text=True, timeout=240, check=False, **options
    )


def test_site_builds_without_a_warning(tmp_path: Path) -> None:
    """Links between pages and to their headings too; nothing of it is fetched from elsewhere."""
    environ = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(tmp_path)]
    done = run(*command, cwd=ROOT, env=environ)
    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stderr
    html = (tmp_path / "index.html").read_text()
    fetched = re.findall(r'<(?:script|link|img)[^>]+(?:src|href)="(https?://[^"]+)"', html)
    assert fetched == []


def test_folders_on_the_way_of_a_nodeset_are_there() -> None:
    steps = re.findall(
        r"^\d+\. .*(?:\n   .*)*", section("architecture.md", "Follow one nodeset"), re.M
    )
    folders = re.findall(r"`((?:engine_plugin|numa_domain|vdsm_hook)[\w/]*)`", "".join(steps))
    assert len(steps) == 10
    assert len(folders) >= 10
    assert [name for name in folders if not (ROOT / name).is_dir()] == []


def test_every_page_is_in_the_menu() -> None:
    menu = re.findall(r": ([\w-]+\.md)$", (ROOT / "mkdocs.yml").read_text(), re.M)
    assert sorted(menu) == PAGES


def test_options_of_the_hook_are_all_there_with_their_defaults() -> None:
    found = {cells[0]: cells[1] for cells in rows(section("options.md", "The hooks"))}
    assert found == {
        key: f"{value:g}" if isinstance(value, float) else str(value)
        for key, value in ((key, getattr(Config(), key)) for key in Config._fields)
    }


def test_options_of_the_service_are_all_there_with_their_defaults() -> None:
    from engine_plugin.service.settings import Settings

    found = {cells[0]: cells[1] for cells in rows(section("options.md", "The service"))}
    fields = dataclasses.fields(Settings)
    assert list(found) == [field.name.upper() for field in fields]
    for field in fields:
        shown = found[field.name.upper()]
        if field.default is False:
            assert shown == "false"
        elif isinstance(field.default, (int, float)):
            assert float(shown) == field.default
        elif isinstance(field.default, str):
            assert shown == field.default


def test_metrics_of_the_service_are_all_there() -> None:
    source = (ROOT / "engine_plugin/service/metrics.py").read_text()
    found = [cells[0] for cells in rows(section("options.md", "Metrics of the service"))]
    assert sorted(found) == sorted(set(re.findall(r'"(ovirt_numa_\w+)"', source)))


def test_metrics_of_a_host_are_all_there(tmp_path: Path) -> None:
    done = run(str(BIN / "numa-domain"), "metrics")
    told = re.findall(r"^# HELP (\w+)", done.stdout, re.M)
    found = [cells[0] for cells in rows(section("options.md", "Metrics of a host"))]
    assert sorted(found) == sorted(told)


@pytest.mark.parametrize("program", ["numa-domain", "numa-hook", "ovirt-numa"])
def test_commands_are_all_there(program: str) -> None:
    """And no others."""
    listed = [cells[0] for cells in rows(section("options.md", "Commands"))]
    mine = [line.split()[1] for line in listed if line.startswith(f"{program} ")]
    helped = run(str(BIN / program), "--help").stdout
    known = re.findall(r"^    (\w+)(?: |$)", helped, re.M)
    assert sorted(mine) == sorted(known)


@pytest.mark.parametrize("name", PAGES)
def test_options_in_commands_exist(name: str) -> None:
    for line in commands(name):
        words = shlex.split(line)
        if words[0] not in ("numa-domain", "numa-hook", "ovirt-numa"):
            continue
        helped = run(str(BIN / words[0]), words[1], "--help")
        assert helped.returncode == 0, line
        for word in words[2:]:
            if word.startswith("--"):
                assert word in helped.stdout, line


@pytest.mark.parametrize("name", PAGES)
def test_make_targets_exist(name: str) -> None:
    makefiles = ("Makefile", "packaging/packaging.mk", "tests/lab/lab.mk")
    text = "\n".join((ROOT / path).read_text() for path in makefiles)
    for target in re.findall(r"(?:^|`)make ([a-z-]+)", page(name), re.M):
        assert re.search(rf"^{target}:", text, re.M), target


@pytest.mark.parametrize(
    ("title", "key"), [("numa_nodeset", "nodeset"), ("numa_topology", "topology")]
)
def test_examples_of_inputs_are_understood(title: str, key: str) -> None:
    table = section("inputs.md", title).split("\n\n")[1]
    examples = [cells[0] for cells in rows(table)]
    assert len(examples) > 4
    for text in examples:
        NumaRequest.parse(**{"nodeset": "", "topology": "", key: text})


def test_fields_of_a_cell_are_understood() -> None:
    """One cell with all of them."""
    fields = [cells[0] for cells in rows(section("inputs.md", "numa_topology")) if "=" in cells[0]]
    single = [text for text in fields if "/" not in text and " " not in text]
    assert len(single) == 7
    NumaRequest.parse(nodeset="", topology=f"{' '.join(single)} / mem=1G dist=21,10")


def test_commands_of_inputs_run(tmp_path: Path) -> None:
    """On a host with two nodes, for the VM of the engine's usual shape."""
    (tmp_path / "vm.xml").write_bytes(engine_domain())
    sysfs = write_sysfs(two_nodes(), tmp_path / "sys")
    told = run(str(BIN / "numa-domain"), "host", "--sysfs", str(sysfs), "--json")
    (tmp_path / "host.json").write_text(told.stdout)
    assert len(json.loads(told.stdout)["nodes"]) == 2
    for line in commands("inputs.md"):
        program, command, *words = shlex.split(line)
        more = [] if command in ("nodeset", "host") else ["--host", "host.json"]
        done = run(str(BIN / program), command, *words, *more, cwd=tmp_path)
        assert (done.returncode, done.stderr) == (0, ""), line


def test_levels_of_the_grammar_and_states_of_a_hook_are_documented() -> None:
    levels = [int(n) for n in re.findall(r"^\| (\d+) \|", section("upgrade.md", "Levels"), re.M)]
    assert levels == list(range(LEVEL + 1))
    assert f"hooks-{__version__}-grammar-{LEVEL}\n" in page("upgrade.md")
    states = {row[0] for row in rows(section("upgrade.md", "What the engine knows"))}
    described = HostState.model_fields["hook"].description or ""
    assert states == {part.partition(":")[0] for part in described.split("; ")}
