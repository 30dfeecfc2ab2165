# SPDX-License-Identifier: Apache-2.0
"""What reading a nodeset costs, against splitting the text and reading its numbers alone.

    $ .venv/bin/python benchmarks/nodeset.py

To reach: 1,000 ranges in less than 1 ms.
"""

from __future__ import annotations

import timeit
from collections.abc import Callable

from numa_domain.base.errors import TextError
from numa_domain.base.idset import Nodeset

RANGES = ",".join(f"{16 * i}-{16 * i + 7}" for i in range(1000))
SPACED = RANGES.replace(",", ", ")


def best(call: Callable[[], object], count: int = 20) -> float:
    """Milliseconds of one call: the best of ten rounds, which the machine disturbed least."""
    return min(timeit.repeat(call, number=count, repeat=10)) / count * 1e3


def split() -> None:
    for part in RANGES.split(","):
        for number in part.split("-"):
            int(number)


def refuse() -> None:
    try:
        Nodeset.parse("0-4294967295")
    except TextError:
        return
    raise AssertionError("0-4294967295 was read")


def main() -> None:
    floor, nodes = best(split), Nodeset.parse(RANGES)
    print(f"split and int() of 1,000 ranges           {floor:7.3f} ms")
    for name, milliseconds in (
        ("Nodeset.parse of 1,000 ranges", best(lambda: Nodeset.parse(RANGES))),
        ("the same with a space behind each comma", best(lambda: Nodeset.parse(SPACED))),
        ("the same with ^ in front, read with care", best(lambda: Nodeset.parse("^0," + RANGES))),
        ("str() of 1,000 ranges", best(lambda: str(nodes))),
        ("Nodeset.parse of 0-3,8", best(lambda: Nodeset.parse("0-3,8"), 1000)),
        ("refusing 0-4294967295", best(refuse, 1000)),
    ):
        print(f"{name:<41} {milliseconds:7.3f} ms  {milliseconds / floor:6.2f} times that")


if __name__ == "__main__":
    main()
