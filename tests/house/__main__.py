# SPDX-License-Identifier: Apache-2.0
"""The plan of the house, as it is in the sources: storeys, arrows, knots.

    python -m tests.house                       all packages
    python -m tests.house numa_domain -v        with each import behind an arrow
    python -m tests.house --figure              the figure in docs/architecture.md

Exit code 1 where there is a knot.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator

from .imports import PACKAGES
from .storeys import Folder, folders


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.house", description="The plan.")
    parser.add_argument("packages", nargs="*", default=PACKAGES, metavar="PACKAGE")
    parser.add_argument("-v", "--verbose", action="store_true", help="each import, with its line")
    args = parser.parse_args()
    found = [each for package in args.packages for each in folders(package)]
    for each in found:
        print("\n".join(plan(each, verbose=args.verbose)), end="\n\n")
    knots = [(each.name, knot) for each in found for knot in each.knots]
    for name, knot in knots:
        print(f"knot in {name}: {', '.join(knot)}")
    print(f"{len(found)} folders, {len(knots) or 'no'} knot{'' if len(knots) == 1 else 's'}")
    return 1 if knots else 0


def plan(each: Folder, *, verbose: bool = False) -> Iterator[str]:
    """A folder: the highest storey first, each child with the siblings that it imports."""
    yield each.name
    width = max(map(len, each.children), default=0)
    for number, children in reversed(list(enumerate(each.storeys))):
        for child in children:
            below = each.below(child)
            arrows = f"  -> {', '.join(below)}" if below else ""
            yield f"  {number}  {child.ljust(width) if below else child}{arrows}"
            for lower in below if verbose else ():
                for one in each.arrows[child, lower]:
                    when = " (types)" if one.types else " (in a function)" if one.deferred else ""
                    yield f"       {one}, line {one.line}{when}"


if __name__ == "__main__":
    sys.exit(main())
