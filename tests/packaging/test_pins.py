# SPDX-License-Identifier: Apache-2.0
"""Libraries: each bounded in setup.py, and pinned within its bounds to what the tests run with."""

from __future__ import annotations

import ast
import importlib.metadata

import pytest
from packaging.requirements import Requirement

from tests.packaging.build import SOURCE

FILES = ("packaging/requirements.txt", ".ci/constraints.txt")


def asked() -> dict[str, Requirement]:
    """What setup.py asks for, extras included."""
    found = {}
    for node in ast.walk(ast.parse((SOURCE / "setup.py").read_text())):
        if isinstance(node, ast.List) and node.elts:
            texts = [each.value for each in node.elts if isinstance(each, ast.Constant)]
            if all(">=" in text or "==" in text for text in texts):
                found.update({Requirement(text).name: Requirement(text) for text in texts})
    return found


def pinned(name: str) -> dict[str, str]:
    lines = (SOURCE / name).read_text().splitlines()
    return dict(line.split("==") for line in lines if not line.startswith("#"))


PINS = {name: version for file in FILES for name, version in pinned(file).items()}


def test_every_library_has_an_upper_bound() -> None:
    assert len(asked()) > 20
    open_ended = [
        name
        for name, each in asked().items()
        if not any(part.operator in ("<", "==") for part in each.specifier)
    ]
    assert open_ended == []


@pytest.mark.parametrize("name", asked())
def test_library_is_pinned_within_its_bounds(name: str) -> None:
    assert asked()[name].specifier.contains(PINS[name])


def test_pins_are_in_one_file_each() -> None:
    first, second = (pinned(name) for name in FILES)
    assert set(first) & set(second) == set()


def test_pins_are_what_the_tests_run_with() -> None:
    """Else they are of something that nobody has tried."""
    installed = {
        each.metadata["Name"].lower().replace("_", "-").replace(".", "-"): each.version
        for each in importlib.metadata.distributions()
    }
    ours = {"ovirt-numa", "pip"}
    assert {name: PINS.get(name) for name in installed if name not in ours} == {
        name: version for name, version in installed.items() if name not in ours
    }
