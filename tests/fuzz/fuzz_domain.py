# SPDX-License-Identifier: Apache-2.0
"""Mutated domain XML: whatever is done to it, it is read, placed and rewritten, or refused.

Decides how the golden inputs are spoilt: bytes, tags, attributes and values, cut, doubled,
swapped and replaced by hostile ones. A finding is any exception but a `NumaError`, a message
that is not one printable line, a result that cannot be read again or that changes when it is
rewritten once more, or a document that takes longer than it may.

    $ .venv/bin/python tests/fuzz/fuzz_domain.py --seconds 60
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from numa_domain.domxml.read import parse_guest

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from numa_domain.base.errors import NumaError
from numa_domain.domxml.metadata import read_placement
from numa_domain.domxml.rewrite import rewrite
from numa_domain.placement.place import place
from numa_domain.request.model import NumaRequest
from tests.golden.cases import CASES, HERE, HOST

SEEDS = [
    path.read_bytes() for folder in ("in", "out") for path in sorted((HERE / folder).iterdir())
]
REQUESTS = [
    NumaRequest.parse(nodeset=case.nodeset, topology=case.topology) for case in CASES.values()
]
VALUES = (
    *(b"", b" ", b"0", b"1", b"-1", b"+1", b"00", b"0x1", b"1e3", b"1.5", b"\xd9\xa1", b"\xff"),
    *(b"16383", b"16384", b"4294967295", b"4294967296", b"9007199254740991", b"9" * 5000),
    *(b"0-3", b"0-16383", b"3-1", b"^1", b"0,^0", b"auto", b"static", b"strict", b"restrictive"),
    *(b"KiB", b"EiB", b"x", b"&#0;", b"&x;", b"&lt;", b"<", b"]]>", b"urn:ovirt-numa:1", b"numa"),
)
INSERTS = (
    *(b"<!DOCTYPE domain [<!ENTITY x 'y'>]>", b"<?xml version='1.0' encoding='utf-16'?>", b"\0"),
    *(b"<numatune/>", b"<numatune><memory nodeset='0'/></numatune>", b"<cputune>", b"</cputune>"),
    *(b"<cell memory='1'/>", b"<memory>1</memory>", b"<vcpu>9999999</vcpu>", b"<!-- ", b"-->"),
    *(b"<page size='0'/>", b"<vcpupin vcpu='0' cpuset='1'/>", b"<![CDATA[", b"]]>", b"<x:y/>"),
    *(b"<a>" * 300, b" xmlns='urn:x'", b" xmlns:numa='urn:x'", b"\xef\xbb\xbf", b"\xff\xfe"),
)
SLOW = 4.0
"""16384 vCPUs, each pinned, placed and rewritten twice, are the longest work: 1.5 s."""


def mutated(rng: random.Random) -> bytes:
    """One of the golden documents, spoilt in one to four places."""
    xml = rng.choice(SEEDS)
    for _ in range(rng.choice((1, 1, 1, 2, 4))):
        xml = rng.choice(MUTATIONS)(xml, rng)
    return xml


def _value(xml: bytes, rng: random.Random) -> bytes:
    return _replaced(xml, rng, rb"(?<==[\"'])[^\"'<>]*(?=[\"'])", rng.choice(VALUES))


def _text(xml: bytes, rng: random.Random) -> bytes:
    return _replaced(xml, rng, rb"(?<=>)[^<>\s]+(?=<)", rng.choice(VALUES))


def _attribute_gone(xml: bytes, rng: random.Random) -> bytes:
    return _replaced(xml, rng, rb"\s[\w:]+=(\"[^\"]*\"|'[^']*')", b"")


def _name(xml: bytes, rng: random.Random) -> bytes:
    names = re.findall(rb"<([\w:]+)", xml)
    return _replaced(xml, rng, rb"(?<=<)[\w:]+", rng.choice(names or [b"a"]))


def _element_gone(xml: bytes, rng: random.Random) -> bytes:
    return _replaced(xml, rng, rb"<([\w:]+)[^<>]*(/>|>[^<>]*</\1>)", b"")


def _element_doubled(xml: bytes, rng: random.Random) -> bytes:
    found = list(re.finditer(rb"<([\w:]+)[^<>]*(/>|>.*?</\1>)", xml, re.DOTALL))
    one = rng.choice(found) if found else None
    return xml if one is None else xml[: one.end()] + one[0] + xml[one.end() :]


def _insert(xml: bytes, rng: random.Random) -> bytes:
    at = rng.choice([m.end() for m in re.finditer(rb">", xml)] + [0, rng.randrange(len(xml) + 1)])
    return xml[:at] + rng.choice(INSERTS) + xml[at:]


def _cut(xml: bytes, rng: random.Random) -> bytes:
    start = rng.randrange(len(xml) + 1)
    return xml[:start] + xml[start + rng.choice((1, 2, 10, 100, 10000)) :]


def _byte(xml: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(xml) + 1)
    return xml[:at] + bytes([rng.randrange(256)]) + xml[at + 1 :]


def _replaced(xml: bytes, rng: random.Random, pattern: bytes, new: bytes) -> bytes:
    found = list(re.finditer(pattern, xml))
    if not found:
        return xml
    one = rng.choice(found)
    return xml[: one.start()] + new + xml[one.end() :]


MUTATIONS: Sequence[Callable[[bytes, random.Random], bytes]] = (
    *(_value, _value, _value, _text, _attribute_gone, _name),
    *(_element_gone, _element_doubled, _insert, _cut, _byte),
)


def examine(xml: bytes, request: NumaRequest) -> str:
    """What became of a document: "rewritten", or the code of its refusal."""
    start = time.process_time()
    outcome = _outcome(xml, request)
    spent = time.process_time() - start
    assert spent < SLOW, f"{spent:.1f} s"
    return outcome


def _outcome(xml: bytes, request: NumaRequest) -> str:
    try:
        read_placement(xml)
        placement = place(parse_guest(xml), request, HOST)
        new = rewrite(xml, placement)
    except NumaError as error:
        for problem in error.problems:
            assert str(problem).isprintable(), str(problem)
            assert len(str(problem)) < 2000, str(problem)
        return error.code
    parse_guest(new)
    assert rewrite(new, placement) == new, "not idempotent"
    return "rewritten"


def main() -> int:
    parser = argparse.ArgumentParser(description="Mutated domain XML.")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    args = parser.parse_args()
    rng, seen, end = random.Random(args.seed), Counter[str](), time.monotonic() + args.seconds
    while time.monotonic() < end:
        xml, request = mutated(rng), rng.choice(REQUESTS)
        try:
            seen[examine(xml, request)] += 1
        except BaseException:
            print(f"seed {args.seed}, {request}\n{xml!r}", file=sys.stderr)
            raise
    print(f"seed {args.seed}: {seen.total()} documents, no finding")
    print(", ".join(f"{name} {count}" for name, count in seen.most_common()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
