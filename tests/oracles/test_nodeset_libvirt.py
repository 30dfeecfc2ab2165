# SPDX-License-Identifier: Apache-2.0
"""Nodesets as the installed libvirt reads them: the shared table, and texts at random."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest

from tests.fuzz import fuzz_nodeset
from tests.tools import missing

TABLE = json.loads((Path(__file__).parents[1] / "data" / "nodesets.json").read_text())


@pytest.fixture(scope="module")
def oracle() -> Iterator[fuzz_nodeset.Libvirt]:
    if fuzz_nodeset.libvirt is None:
        missing("libvirt's Python binding (package libvirt-python)")
    connected = fuzz_nodeset.Libvirt()
    yield connected
    connected.close()


def test_shared_table_is_what_libvirt_says(oracle: fuzz_nodeset.Libvirt) -> None:
    answers = {row["text"]: oracle.read(row["text"]) for row in TABLE}
    assert answers == {row["text"]: row["result"] for row in TABLE}
    assert len(answers) == len(TABLE)


def test_random_texts_same_answer_as_libvirt(oracle: fuzz_nodeset.Libvirt) -> None:
    texts = list(islice(fuzz_nodeset.texts(random.Random(2019)), 3000))
    ours = {text: fuzz_nodeset.read(text) for text in texts}
    assert ours == {text: oracle.read(text) for text in texts}
    # Neither side is bored: there are many of each
    accepted = sum(answer is not None for answer in ours.values())
    assert 500 < accepted < len(ours) - 500


@pytest.mark.parametrize("count", [1, 1000, 5461])
def test_long_texts_same_answer_as_libvirt(oracle: fuzz_nodeset.Libvirt, count: int) -> None:
    text = ",".join(f"{3 * i}-{3 * i + 1}" for i in range(count))
    assert fuzz_nodeset.read(text) == oracle.read(text) == text
