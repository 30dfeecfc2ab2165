# SPDX-License-Identifier: Apache-2.0
"""The golden pairs of tests/golden, byte for byte; a real libvirt judges them in tests/oracles."""

from __future__ import annotations

import pytest

from numa_domain.domxml.metadata import read_placement
from numa_domain.domxml.rewrite import rewrite
from tests.golden.cases import CASES, HERE


@pytest.mark.parametrize("name", sorted(CASES))
def test_golden_pair(name: str) -> None:
    """If a difference is meant: `python -m tests.golden`, and read `git diff`."""
    assert CASES[name].rewritten().decode() == (HERE / "out" / f"{name}.xml").read_bytes().decode()


def test_golden_files_all_belong_to_a_case() -> None:
    assert {path.stem for path in (HERE / "out").iterdir()} == set(CASES)


@pytest.mark.parametrize("name", sorted(CASES))
def test_golden_output_with_the_same_placement_stays_as_it_is(name: str) -> None:
    new = CASES[name].rewritten()
    assert rewrite(new, CASES[name].placement()) == new


@pytest.mark.parametrize("name", sorted(CASES))
def test_golden_output_keeps_the_request(name: str) -> None:
    record = read_placement(CASES[name].rewritten())
    assert record is not None
    given = {"numa_nodeset": record.nodeset, "numa_topology": record.topology}
    request = CASES[name].placement().request.to_properties()
    assert {key: text for key, text in given.items() if text is not None} == request
    assert not record.migratable
