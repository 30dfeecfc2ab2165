# SPDX-License-Identifier: Apache-2.0
"""Placement proved on as many cases as one has time for.

Decides how many cases are tried and what is told of them. `--nodes 6` compares with a brute
force, more nodes with scipy's solvers; `--balance` says how far from the best the evenness of
shared nodes is, which is not promised to be best.

    $ .venv/bin/python tests/exact/run.py --cases 50000
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.exact import brute, compare, solver
from tests.exact.brute import Best, TooLarge
from tests.exact.cases import Case, cases


def proved(first: int, count: int, nodes: int, cells: int) -> Iterator[tuple[Case, Best, str]]:
    """Each case with the right answer, and what is wrong with ours."""
    best = brute.best if nodes <= 6 else solver.best
    for case in cases(first, count, nodes, cells):
        try:
            expected = best(case)
        except TooLarge:
            yield case, Best("not tried"), ""
        else:
            yield case, expected, compare.wrong(case, compare.ours(case), expected)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--cases", type=int, default=1000)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--nodes", type=int, default=6, help="at most, up to 16 (default: 6)")
    parser.add_argument("--cells", type=int, default=6, help="at most, up to 16 (default: 6)")
    parser.add_argument("--balance", action="store_true", help="how even shared nodes are")
    options = parser.parse_args()
    if options.balance:
        return _balance(options)
    began = time.monotonic()
    stages: Counter[str] = Counter()
    wrong = 0
    for case, expected, why in proved(options.first, options.cases, options.nodes, options.cells):
        stages[expected.stage] += 1
        if why:
            wrong += 1
            print(f"WRONG {why}\n  {case}", flush=True)
    told = ", ".join(f"{stage} {count}" for stage, count in sorted(stages.items()))
    print(f"{options.cases} cases in {time.monotonic() - began:.0f} s: {told}; {wrong} wrong")
    return 1 if wrong else 0


def _balance(options: argparse.Namespace) -> int:
    """For shared nodes: how often our packing is the most even, else how much worse."""
    same, busier, worse = 0, 0, []
    for case, expected, _ in proved(options.first, options.cases, options.nodes, options.cells):
        chosen = compare.ours(case)
        if expected.stage != "shared" or chosen is None:
            continue
        ours = brute.evenness(case, [min(nodes) for nodes in chosen])
        best = brute.most_even(case)
        if ours == best:
            same += 1
        elif ours[:3] != best[:3]:
            busier += 1
        else:
            worse.append(ours[3] / best[3] - 1 if best[3] else float("inf"))
    total = same + busier + len(worse)
    print(f"{total} cases with shared nodes: {same} as even as can be")
    print(f"{busier} with CPUs more crowded, or memory-only cells beside CPUs, than need be")
    if worse:
        worse.sort()
        middle, most = worse[len(worse) // 2], worse[-1]
        print(f"{len(worse)} with a larger sum of squares: median {middle:.2%}, most {most:.2%}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
