# SPDX-License-Identifier: Apache-2.0
"""The two inputs at random: each text is a request or a refusal, and nothing else ever escapes.

Decides which texts are tried: rows of tests/data/requests.json and what mistakes make of them,
words of the grammar in any order, and noise. A request is then joined with a VM and a host at
random, where also only refusals may come out, and none may take long.

    $ .venv/bin/python tests/fuzz/fuzz_request.py --seconds 60
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))

from numa_domain.base.errors import NumaError, TextError
from numa_domain.guest.model import Guest
from numa_domain.host.model import HostTopology
from numa_domain.placement.place import place
from numa_domain.request.model import NumaRequest
from tests.makers import host, vm

ROWS = json.loads((Path(__file__).parents[1] / "data" / "requests.json").read_text())
WORDS = (
    *("strict", "preferred", "interleave", "restrictive", "auto", "all", "host", "nodes=0-1"),
    *("cpus=0-3", "cpus=4-7", "mem=8G", "mem=512", "mem=0", "nodes=1", "mode=preferred"),
    *("page=2M", "page=1G", "page=4K", "dist=10,20", "dist=20,10", "access=shared", "="),
    *("0", "1", "2", "0-3", "^1", "16383", "99999", "9" * 30, ":", "/", ",", "-", "^", ";"),
)
NOISE = (
    *(" ", "\t", "\n", "\r", "\v", "\f", "\0", "\x1c", "\x85", "\u00a0", "\u2003", "\ufeff"),
    *("\u0661", "\u00b2", "\uff11", "\ud800", "\U0001f600", "{", "}", "{0}", "%s", "'", '"', "\\"),
    *("<", "&", "K", "M", "G", "T", "x", "+", "=", ":", "/", ",", "-", "^", "0", "7"),
)
SLOW_S = 1.0
"""CPU seconds that no request may take."""


def texts(chance: random.Random) -> Iterator[tuple[str | None, str | None]]:
    """Pairs of inputs without end."""
    while True:
        pair = [_text(chance, "nodeset"), _text(chance, "topology")]
        if chance.random() < 0.3:
            pair[chance.randint(0, 1)] = None
        yield pair[0], pair[1]


def _text(chance: random.Random, name: str) -> str | None:
    kind = chance.random()
    if kind < 0.5:
        text: str = chance.choice([row["text"] for row in ROWS if row["input"] == name])
        for _ in range(chance.choice((0, 0, 1, 1, 2, 5))):
            text = _changed(text, chance)
        return text
    if kind < 0.8:
        glue = chance.choice((" ", " ", "", " / "))
        return glue.join(chance.choices(WORDS, k=chance.randint(1, 8)))
    if kind < 0.99:
        return "".join(chance.choices((*NOISE, *WORDS), k=chance.randint(0, 12)))
    return chance.choice(WORDS + NOISE) * chance.randint(500, 5000)


def _changed(text: str, chance: random.Random) -> str:
    at = chance.randint(0, len(text))
    kind = chance.random()
    if kind < 0.5:
        return text[:at] + chance.choice(NOISE + WORDS) + text[at:]
    if kind < 0.8:
        return text[:at] + text[at + chance.randint(1, 3) :]
    return text[:at] + text[chance.randint(0, len(text)) :]


def machines(chance: random.Random) -> tuple[Guest, HostTopology]:
    """A VM and a host; the VM fits more often than not."""
    nodes = chance.randint(1, 8)
    machine = host(
        *(chance.choice((0, 4, 16, 64)) for _ in range(nodes)),
        cpus=[chance.choice((0, 8, 8)) for _ in range(nodes)],
        pages={i: {2048: chance.choice((0, 4096))} for i in range(nodes)},
    )
    vcpus = chance.choice((1, 4, 8))
    memory = chance.choice((1, 8, 16, 32.5))
    return vm(memory, vcpus, chance.choice((vcpus, 2 * vcpus)), chance.choice((1, 2))), machine


def read(nodeset: str | None, topology: str | None) -> NumaRequest | None:
    """The request, or None for a refusal in which nothing is wrong."""
    try:
        request = NumaRequest.parse(nodeset, topology)
    except NumaError as error:
        for problem in error.problems:
            _check(problem, nodeset, topology)
        return None
    properties = request.to_properties()
    again = NumaRequest.parse(properties.get("numa_nodeset"), properties.get("numa_topology"))
    assert again == request, f"{again} != {request}"
    return request


def _check(problem: NumaError, nodeset: str | None, topology: str | None) -> None:
    line = str(problem)
    assert line.isprintable(), line
    assert len(line) < 1200, line  # an excerpt of 86 characters, each told as \U000e0001
    json.dumps(problem.to_dict())
    if isinstance(problem, TextError):
        assert problem.text in (nodeset, topology), problem.text
        assert 0 <= problem.at <= len(problem.text), (problem.at, problem.text)
        assert problem.length >= 0
        problem.caret()


def placed(request: NumaRequest, guest: Guest, machine: HostTopology) -> bool:
    """Whether it is placed; a refusal is as good as a placement, anything else is not."""
    try:
        placement = place(guest, request, machine)
    except NumaError as error:
        for problem in error.problems:
            assert str(problem).isprintable()
            json.dumps(problem.to_dict())
        return False
    for warning in placement.warnings:
        assert str(warning).isprintable()
    return True


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seconds", type=float, default=10, help="how long (default: 10)")
    parser.add_argument("--seed", type=int, default=None, help="to see a finding again")
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else random.randrange(1 << 32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    end = time.monotonic() + options.seconds
    tried = requests = places = 0
    for nodeset, topology in texts(chance):
        if time.monotonic() >= end:
            break
        guest, machine = machines(chance)
        began = time.process_time()
        try:
            request = read(nodeset, topology)
            found = request is not None and placed(request, guest, machine)
        except Exception:  # whatever it is, it must not escape: told with what caused it
            print(
                f"nodeset {nodeset!a}, topology {topology!a}, {guest}, {machine}", file=sys.stderr
            )
            raise
        took = time.process_time() - began
        assert took < SLOW_S, f"{took:.1f} s for {nodeset!a}, {topology!a}"
        tried, requests, places = tried + 1, requests + (request is not None), places + found
    print(f"{tried} pairs of texts: {requests} are requests, {places} of them placed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
