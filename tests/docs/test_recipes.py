# SPDX-License-Identifier: Apache-2.0
"""The recipes' XML is what comes out, and libvirt's own schema takes it."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.docs import recipes
from tests.tools import need

TEXT = recipes.PAGE.read_text(encoding="utf-8")


def test_recipes_have_the_xml_that_comes_out() -> None:
    assert recipes.current(TEXT) == TEXT, "run: python -m tests.docs.recipes"


def test_recipe_with_another_xml_is_not_in_step() -> None:
    """The test can fail."""
    broken = TEXT.replace('nodeset="0-1"', 'nodeset="0"', 1)
    assert broken != TEXT
    assert recipes.current(broken) == TEXT


def test_each_vm_has_a_recipe_and_each_recipe_a_vm() -> None:
    assert sorted(recipes.names(TEXT)) == sorted(recipes.VMS)
    assert len(re.findall(r"<!-- recipe:", TEXT)) == len(recipes.VMS)


def test_host_of_the_page_is_the_host_of_the_test() -> None:
    """The figures that the page says of it."""
    nodes = recipes.host().nodes
    assert [node.memory_kib // recipes.GIB for node in nodes.values()] == [512, 512, 256]
    assert "512 GiB each" in TEXT
    assert "200 pages of 1 GiB" in TEXT
    assert "256 GiB of CXL memory" in TEXT


@pytest.mark.parametrize("name", recipes.VMS)
def test_recipe_is_a_domain_for_libvirt(name: str, tmp_path: Path) -> None:
    inputs = {m[1]: m[2] for m in recipes._RECIPE.finditer(TEXT)}[name]
    given = dict(line.split(" = ", 1) for line in inputs.splitlines())
    assert set(given) <= {"numa_nodeset", "numa_topology"}
    (tmp_path / "vm.xml").write_bytes(recipes.rewritten(name, inputs))
    done = subprocess.run(
        [need("virt-xml-validate"), str(tmp_path / "vm.xml"), "domain"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
