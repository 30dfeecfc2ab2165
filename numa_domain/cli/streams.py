# SPDX-License-Identifier: Apache-2.0
"""The standard streams of a command, so that none of them can end it with a traceback.

Decides what becomes of a stream that the caller has closed, of text that the locale cannot
hold, and of output that nobody can take. Never decides an exit code.

    streams.prepare()
    with streams.flushed():
        print("é")          # \\xe9 where the locale is C
"""

from __future__ import annotations

import contextlib
import io
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_STREAMS = (("stdin", "r"), ("stdout", "w"), ("stderr", "w"))  # in the order of their numbers


def prepare() -> None:
    """Open what is closed, as the null device, and let stdout escape as stderr does."""
    for name, mode in _STREAMS:
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_RDWR), mode))
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


@contextlib.contextmanager
def flushed() -> Iterator[None]:
    """Have stdout written when this is left, also by an exit: later nobody could be told."""
    try:
        yield
    finally:
        sys.stdout.flush()


def silence(fd: int) -> None:
    """Give up on a stream: what is left of it is not tried once more when Python ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), fd)


def complain(text: str) -> None:
    """Print to stderr, which may be as full as stdout."""
    try:
        print(text, file=sys.stderr, flush=True)
    except OSError:
        silence(2)
