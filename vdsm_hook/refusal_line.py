# SPDX-License-Identifier: Apache-2.0
"""The line that an admin sees when a hook refuses.

It is printable ASCII of at most 300 characters, and says what is wrong, where, and what to do. VDSM
passes stderr on, and the engine shows it in Python's notation:

    VM web1 is down with error. Exit message: Hook Error: (b'numa: numa_nodeset: the host has
    no node 7; its nodes are 0-1: name some of these, or auto, or choose another host\\n',)

Long values are shortened in the middle, or around the part that is wrong, before anything of the
remedy is cut off.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from numa_domain.base.errors import NumaError

LIMIT = 300
"""Characters, including the newline."""

_WIDTHS = (80, 50, 30, 15)


def refusal(error: NumaError) -> bytes:
    """The line for an error; for several, the first one and the number of others."""
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
    """Printable ASCII; everything else as Python's escapes."""
    if text.isascii() and text.isprintable():
        return text
    escaped = (c if c.isprintable() else _escape(c) for c in text)
    return "".join(escaped).encode("ascii", "backslashreplace").decode("ascii")


def _escape(char: str) -> str:
    return char.encode("unicode_escape", "surrogatepass").decode("ascii")


def _shortened(error: NumaError, width: int) -> NumaError:
    """A copy of the error, with long facts cut to about `width` characters."""
    shown = error.template_facts()
    place = shown.get("place")
    facts = {name: _clip(value, width) for name, value in shown.items()}
    if isinstance(place, int) and "text" in error.facts:
        facts["text"] = _window(error.facts["text"], place - 1, width)
    copy = type(error).__new__(type(error))
    copy.__dict__.update(error.__dict__, template_facts=lambda: facts)
    copy.where = _clip(error.where, 2 * width)
    return copy


def _clip(value: Any, width: int) -> Any:
    """The value; of a long text its two ends."""
    text = str(value)
    if len(text) <= width:
        return value
    half = (width - 3) // 2
    return f"{text[:half]}...{text[-half:]}"


def _window(text: str, at: int, width: int) -> str:
    """The part of a text around an offset."""
    start = max(0, min(at - width // 2, len(text) - width))
    end = start + width
    return f"{'...' if start else ''}{text[start:end]}{'...' if end < len(text) else ''}"
