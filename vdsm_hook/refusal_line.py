# SPDX-License-Identifier: Apache-2.0
"""The one line that an admin gets to see when a hook refuses.

Decides how every error becomes one line of printable ASCII, at most 300 characters, that
still says what, where and what to do. Never knows who prints it. VDSM hands stderr on as it
is, and the engine shows it (as Python shows bytes):

    VM web1 is down with error. Exit message: Hook Error: (b'numa: numa_nodeset: the host has
    no node 7; its nodes are 0-1: name some of these, or auto, or choose another host\\n',)

A long value is shortened in its middle, or around the place that is meant, before the
remedy would be cut off.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from numa_domain.base.errors import NumaError

LIMIT = 300
"""Characters, the line's end included."""

_WIDTHS = (80, 50, 30, 15)


def refusal(error: NumaError) -> bytes:
    """The line of a refusal; of several problems the first, and how many more there are."""
    first, more = error.problems[0], len(error.problems) - 1
    tail = f" (and {more} more: see numa-domain check)" if more else ""
    room = LIMIT - len("numa: ") - len(tail) - 1
    text = printable(str(first))
    for width in _WIDTHS:
        if len(text) <= room:
            break
        text = printable(str(_shortened(first, width)))
    if len(text) > room:
        text = f"{text[: room - 3]}..."
    return f"numa: {text}{tail}\n".encode("ascii")


def printable(text: str) -> str:
    """Printable ASCII; all else as Python's escapes."""
    if text.isascii() and text.isprintable():
        return text
    escaped = (c if c.isprintable() else _escape(c) for c in text)
    return "".join(escaped).encode("ascii", "backslashreplace").decode("ascii")


def _escape(char: str) -> str:
    return char.encode("unicode_escape", "surrogatepass").decode("ascii")


def _shortened(error: NumaError, width: int) -> NumaError:
    """A copy whose long facts are shown with about `width` characters."""
    shown = error._shown()
    place = shown.get("place")
    facts = {name: _clip(value, width) for name, value in shown.items()}
    if isinstance(place, int) and "text" in error.facts:
        facts["text"] = _window(error.facts["text"], place - 1, width)
    copy = type(error).__new__(type(error))
    copy.__dict__.update(error.__dict__, _shown=lambda: facts)
    copy.where = _clip(error.where, 2 * width)
    return copy


def _clip(value: Any, width: int) -> Any:
    """The value, or the two ends of its text where that is long."""
    text = str(value)
    if len(text) <= width:
        return value
    half = (width - 3) // 2
    return f"{text[:half]}...{text[-half:]}"


def _window(text: str, at: int, width: int) -> str:
    """The part of a text around the place that is meant."""
    start = max(0, min(at - width // 2, len(text) - width))
    end = start + width
    return f"{'...' if start else ''}{text[start:end]}{'...' if end < len(text) else ''}"
