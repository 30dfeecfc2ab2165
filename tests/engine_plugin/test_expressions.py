# SPDX-License-Identifier: Apache-2.0
"""The expressions that the engine has, beside the grammar: by Java and JavaScript themselves.

Decides what the words are made of; which of them are requests, the grammar decides.
"""

from __future__ import annotations

import base64
import itertools
import random
import re
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from engine_plugin.properties import DEFINITIONS
from numa_domain.base.errors import NumaError
from numa_domain.request.model import NumaRequest

HERE = Path(__file__).parent
NODESET, TOPOLOGY = DEFINITIONS["numa_nodeset"], DEFINITIONS["numa_topology"]
PROGRAMS = {"java": ["java", f"{HERE}/Matches.java"], "node": ["node", f"{HERE}/matches.js"]}
MODES = ("strict", "preferred", "interleave", "restrictive")
LONGEST = 4000
Pair = tuple[str, str]

REFUSED = (
    *("strict", "strict:", "sometimes:0", "Strict:0", "auto:x", "autos", "0-1;2", "0..3", "all:0"),
    *("none", "", "$(id)", "strict:preferred:0", "0-1\u00a0", "node0", "-1", "0x1"),
)


def answers(program: str, pairs: Sequence[Pair]) -> list[tuple[bool, int]]:
    """Of each expression and value: whether it matches, and milliseconds."""
    if shutil.which(program) is None:
        pytest.skip(f"missing tool: {program}")
    lines = (" ".join(base64.b64encode(t.encode()).decode() for t in pair) for pair in pairs)
    done = subprocess.run(
        PROGRAMS[program], input="\n".join(lines), capture_output=True, text=True, timeout=300,
        check=True,
    )  # fmt: skip
    found = (line.split() for line in done.stdout.splitlines())
    return [(word == "true", int(milliseconds)) for word, milliseconds in found]


def nodeset_of(rng: random.Random) -> str:
    def space() -> str:
        return rng.choice(("", "", "", " ", "\t", "  ", "\n"))

    if rng.random() < 0.3:
        target = rng.choice(("all", "auto", f"auto{space()}:{space()}{rng.randint(1, 16384):05}"))
    else:
        ids = (rng.randint(0, 300) for _ in range(rng.choice((1, 2, 4, 120))))
        ranges = (f"{i}{space()}-{space()}{i + 3}" if rng.random() < 0.3 else f"{i}" for i in ids)
        target = f"{space()},{space()}".join(
            f"^{item}" if rng.random() < 0.2 and "-" not in item else item for item in ranges
        )
    mode = rng.choice(("", "", f"{rng.choice(MODES)}{space()}:{space()}"))
    return f"{space()}{mode}{target}{space()}"


def topology_of(rng: random.Random) -> str:
    if rng.random() < 0.2:
        return rng.choice(("host", " host ", "2", "128", " 16\t"))
    cells = []
    for _ in range(rng.choice((1, 2, 8, 100))):
        fields = {
            f"cpus={rng.randint(0, 9)}-{rng.randint(10, 99)},^{rng.randint(10, 11)}",
            f"mem={rng.randint(1, 99)}{rng.choice(('', 'K', 'M', 'g', 'T'))}",
            *rng.sample(("nodes=0,8", "mode=preferred", "page=1G", "access=shared", "dist=10"), 2),
        }
        cells.append(rng.choice((" ", "  ", "\t")).join(sorted(fields)))
    return rng.choice((" / ", "/", "\n/ ")).join(cells)


def mistyped(text: str, rng: random.Random) -> str:
    """With one character more, less, or another."""
    at = rng.randint(0, len(text))
    return text[:at] + rng.choice("0-^,:= \t/xS;é") + text[at + rng.randint(0, 1) :]


def is_request(nodeset: str | None = None, topology: str | None = None) -> bool:
    try:
        request = NumaRequest.parse(nodeset=nodeset, topology=topology)
    except NumaError:
        return False
    return bool(request.to_properties())


def made(
    one: Callable[[random.Random], str], asks: Callable[[str], bool], count: int = 3000
) -> list[tuple[str, bool]]:
    """Texts and whether the grammar takes them; both kinds are many."""
    rng = random.Random(7)
    whole = [one(rng) for _ in range(count)]
    texts = [*whole, *(mistyped(text, rng) for text in whole)]
    found = [(text, asks(text)) for text in texts if len(text) <= LONGEST]
    assert sum(taken for _, taken in found) > count / 2
    assert sum(not taken for _, taken in found) > count / 4
    return found


@pytest.mark.parametrize("program", PROGRAMS)
def test_what_the_grammar_takes_the_engine_takes(program: str) -> None:
    nodesets = made(nodeset_of, lambda text: is_request(nodeset=text))
    topologies = made(topology_of, lambda text: is_request(topology=text))
    pairs = [
        (expression, text)
        for expression, texts in ((NODESET, nodesets), (TOPOLOGY, topologies))
        for text, taken in texts
        if taken
    ]
    found = answers(program, pairs)
    assert [p for p, (taken, _) in zip(pairs, found, strict=True) if not taken] == []


@pytest.mark.parametrize("program", PROGRAMS)
def test_engine_answers_as_python_does(program: str) -> None:
    """So that the embedded engine, whose rules are Python's, is none of its own."""
    texts = [text for text, _ in made(nodeset_of, lambda text: is_request(nodeset=text), 500)]
    pairs = [(NODESET, text) for text in texts]
    expected = [re.fullmatch(NODESET, text) is not None for text in texts]
    assert [taken for taken, _ in answers(program, pairs)] == expected


@pytest.mark.parametrize("program", PROGRAMS)
def test_engine_refuses_a_mistyped_nodeset(program: str) -> None:
    taken = [found for found, _ in answers(program, [(NODESET, text) for text in REFUSED])]
    # JavaScript counts a no-break space among spaces; the engine itself does not.
    allowed = {"0-1\u00a0"} if program == "node" else set()
    assert {t for t, found in zip(REFUSED, taken, strict=True) if found} == allowed


@pytest.mark.parametrize("program", PROGRAMS)
def test_no_text_keeps_the_engine_busy(program: str) -> None:
    """Whatever stands before the character that does not fit, as often as the engine can store."""
    starts = ("", "strict", "strict:", "auto", "auto:", "0", "all", "^", "0-1,")
    runs = (" ", "\t", "0", ",", "^", "-", "0 ", "strict:", "auto ", "a", "=", "/ ")
    texts = [
        (start + run * LONGEST)[: LONGEST - 1] + "!"
        for start, run in itertools.product(starts, runs)
    ]
    pairs = [(expression, text) for expression in (NODESET, TOPOLOGY) for text in texts]
    slowest = max(milliseconds for _, milliseconds in answers(program, pairs))
    assert slowest < 1000  # a square of the length would be some, a cube a minute
