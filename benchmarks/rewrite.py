# SPDX-License-Identifier: Apache-2.0
"""What reading and rewriting a domain cost, against lxml reading and writing it untouched.

    $ .venv/bin/python benchmarks/rewrite.py

To reach: 320 lines rewritten in less than 3 ms, 10,000 lines in proportion.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

from lxml import etree

from numa_domain.domxml.read import parse_guest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from numa_domain.domxml.rewrite import rewrite
from numa_domain.placement.place import place
from numa_domain.request.model import NumaRequest
from tests.golden.cases import HOST
from tests.vdsm_hook.domains import engine_domain

REQUEST = NumaRequest.parse(
    "0-2", " / ".join(f"cpus={2 * i}-{2 * i + 1} mem=4G nodes={i % 3}" for i in range(4))
)
LINES = (320, 10_000)


def document(lines: int) -> bytes:
    """A domain of about so many lines: most of them are disks."""
    bare, one = (
        engine_domain(vcpus=8, memory_gib=16, disks=disks).count(b"\n") for disks in (0, 1)
    )
    return engine_domain(vcpus=8, memory_gib=16, disks=round((lines - bare) / (one - bare)))


def best(call: Callable[[], object], seconds: float = 2) -> float:
    """Milliseconds of one call: the fastest of as many as fit the time."""
    fastest, end = float("inf"), time.perf_counter() + seconds
    while time.perf_counter() < end:
        start = time.perf_counter()
        call()
        fastest = min(fastest, time.perf_counter() - start)
    return fastest * 1e3


def main() -> None:
    rewriting: dict[str, list[float]] = {}
    for xml in map(document, LINES):
        lines = xml.count(b"\n")
        placement = place(parse_guest(xml), REQUEST, HOST)
        again = rewrite(xml, placement)
        floor = best(lambda xml=xml: etree.tostring(etree.fromstring(xml)))
        print(f"{lines:6} lines: lxml parse and tostring  {floor:7.3f} ms")
        for name, call in (
            ("parse_guest", lambda xml=xml: parse_guest(xml)),
            ("rewrite", lambda xml=xml, p=placement: rewrite(xml, p)),
            ("rewrite of the result", lambda xml=again, p=placement: rewrite(xml, p)),
        ):
            spent = best(call)
            rewriting.setdefault(name, []).append(spent)
            print(f"{lines:6} lines: {name:<24} {spent:7.3f} ms  {spent / floor:5.2f} times that")
    growth = LINES[1] / LINES[0]
    for name, (short, long) in rewriting.items():
        print(f"{name}: {long / short:.1f} times as long for {growth:.0f} times the lines")


if __name__ == "__main__":
    main()
