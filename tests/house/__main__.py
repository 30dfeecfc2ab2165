# SPDX-License-Identifier: Apache-2.0
"""The plan of the house, read from the sources: storeys, arrows, knots.

    python -m tests.house                       all packages
    python -m tests.house numa_domain -v        with every import of an arrow
    python -m tests.house --figure              update the figures in docs/architecture.md

Exit code 1 if there is a knot.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator

from .figure import PAGE, current
from .imports import PACKAGES
from .storeys import Folder, folders


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.house", description="Which file or folder imports which."
    )
    parser.add_argument("packages", nargs="*", default=PACKAGES, metavar="PACKAGE")
    parser.add_argument("-v", "--verbose", action="store_true", help="each import, with its line")
    parser.add_argument("--figure", action="store_true", help=f"write the figures in {PAGE.name}")
    args = parser.parse_args()
    if args.figure:
        PAGE.write_text(current(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
        return 0
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
