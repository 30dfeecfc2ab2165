# SPDX-License-Identifier: Apache-2.0
"""Tables and coloured diffs for a terminal.

>>> print(table("<node >memory", [("0", "8 GiB"), ("250", "512 MiB")]))
node    memory
0        8 GiB
250    512 MiB
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterable, Iterator, Sequence
from typing import TextIO

_RED, _GREEN, _CYAN, _PLAIN = "\033[31m", "\033[32m", "\033[36m", "\033[0m"


def table(heads: str, rows: Iterable[Sequence[str]]) -> str:
    """Aligned columns, and a row is a line, however long: nothing is cut, and grep finds it. A
    heading begins with < or >, for its alignment; underscores in it become spaces.
    """
    marks = heads.split()
    names = [mark[1:].replace("_", " ") for mark in marks]
    lines = [names, *(list(map(printable, row)) for row in rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(marks))]
    return "\n".join(
        "   ".join(
            cell.rjust(width) if mark[0] == ">" else cell.ljust(width)
            for cell, width, mark in zip(line, widths, marks)
        ).rstrip()
        for line in lines
    )


def printable(text: str) -> str:
    r"""A text that does not break its line, nor command the terminal.

    >>> print(printable("0-1\n\x1b[2J"))
    0-1\n\x1b[2J
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def difference(before: str, after: str, *, colour: bool, context: int = 2) -> Iterator[str]:
    """The lines of a unified diff; none if the texts are equal."""
    lines = difflib.unified_diff(
        before.splitlines(), after.splitlines(), "before", "after", n=context, lineterm=""
    )
    for line in lines:
        paint = {"+": _GREEN, "-": _RED, "@": _CYAN}.get(line[:1], "")
        yield f"{paint}{line}{_PLAIN}" if colour and paint else line


def colours(stream: TextIO) -> bool:
    """Whether to colour what is written to a stream: it is a terminal, and NO_COLOR is not set."""
    return stream.isatty() and not os.environ.get("NO_COLOR")
