# SPDX-License-Identifier: Apache-2.0
"""Man pages and completion are what the parsers say, and work in the programs that read them."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tools import need

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "packaging"))

import manual  # noqa: E402  # a script beside the packages

NAMES = sorted(manual.PROGRAMS)


def test_pages_and_completions_are_as_the_parsers_are() -> None:
    wrong = [path.name for path, text in manual.files() if path.read_text() != text]
    assert wrong == [], "run: make manual"


@pytest.mark.parametrize("name", NAMES)
def test_page_has_every_command_with_its_examples(name: str) -> None:
    page = (ROOT / "packaging/man" / f"{name}.1").read_text()
    _, commands = manual.whole(name)
    assert re.findall(r"^\.SS (\S+)$", page, re.M) == list(commands)
    for command in commands:
        section = page.split(f".SS {command}\n")[1].split(".SS ")[0]
        examples = section.partition(".nf\n")[2].partition(".fi")[0].replace("\\-", "-")
        assert f"{name} {command}" in examples


@pytest.mark.parametrize("name", NAMES)
def test_page_is_read_by_man_without_a_warning(name: str) -> None:
    page = str(ROOT / "packaging/man" / f"{name}.1")
    done = subprocess.run(
        [need("man"), "--warnings", "-l", "-Tutf8", page],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/bin:/bin", "MANWIDTH": "100"},
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "EXIT STATUS" in re.sub(".\b", "", done.stdout)


def completed(program: str, *words: str) -> set[str]:
    """What bash offers for the last of the words."""
    line = " ".join(f"'{word}'" for word in (program, *words))
    script = (
        f"source packaging/completion/{program}; COMP_WORDS=({line}); COMP_CWORD={len(words)};"
        f' _{program.replace("-", "_")}; printf "%s\\n" "${{COMPREPLY[@]}}"'
    )
    done = subprocess.run(
        ["bash", "-euc", script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    return set(done.stdout.split())


def test_completion_offers_commands_options_and_choices() -> None:
    assert {"get", "set", "health", "--version"} <= completed("ovirt-numa", "")
    assert completed("ovirt-numa", "he") == {"health"}
    assert completed("ovirt-numa", "get", "db1", "--k") == {"--kind"}
    assert completed("ovirt-numa", "set", "--kind", "p") == {"pool"}
    assert completed("numa-domain", "fit", "vm.xml", "--spread", "") == {"allowed", "never"}
    assert completed("numa-domain", "check", "--no") == {"--no-host", "--nodeset"}
    assert completed("numa-hook", "journal", "--x") == {"--xml"}
    assert completed("numa-affinity", "--c") == {"--config"}


def test_completion_leaves_files_to_bash() -> None:
    assert completed("numa-domain", "check", "vm") == set()
