# SPDX-License-Identifier: Apache-2.0
"""What is typed for what an error tells to do: commands and options that there are."""

from __future__ import annotations

import re
import string

import pytest

from engine_plugin.cli.main import COMMANDS, parser
from engine_plugin.cli.wording import WORDING, line, sentence
from engine_plugin.settings.errors import HooksOld, VmRuns
from numa_domain.base.errors import NumaError

KINDS = sorted(WORDING.hints, key=lambda kind: kind.__name__)


@pytest.mark.parametrize("kind", KINDS)
def test_hint_needs_no_fact_that_the_message_lacks(kind: type[NumaError]) -> None:
    def fields(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    assert fields(WORDING.hints[kind]) <= fields(kind.what)


@pytest.mark.parametrize("kind", KINDS)
def test_hint_names_commands_and_options_that_there_are(kind: type[NumaError]) -> None:
    hint = WORDING.hints[kind]
    assert set(re.findall(r"ovirt-numa (\w+)", hint)) <= set(COMMANDS)
    helped = "".join(
        next(a.choices[name].format_help() for a in parser(name)._actions if a.choices)
        for name in ("set", "get")
    )
    assert [option for option in re.findall(r"--[\w-]+", hint) if option not in helped] == []


def test_hint_stands_in_brackets_behind_the_remedy() -> None:
    old = HooksOld("cluster lab", name="db1", hosts="h1", needs=2)
    assert line(old) == (
        "cluster lab: no host of db1 has a hook that can read these settings, which are of level 2:"
        " h1 would refuse to start it; update vdsm-hook-numa there, or store the settings all the"
        " same (--force)"
    )


def test_problem_without_a_hint_has_no_brackets() -> None:
    runs = VmRuns("numanodes", name="db1", vm_status="up")
    found = {"message": runs.message, "remedy": runs.remedy, "hint": WORDING.hint(runs)}
    assert sentence(found) == (
        "db1 is up: oVirt removes virtual NUMA nodes only while a VM is down; shut it down first"
    )
