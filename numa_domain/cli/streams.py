# SPDX-License-Identifier: Apache-2.0
"""Standard streams that cannot end a command with a traceback.

They may have been closed by the caller, may have an encoding that cannot represent a text, or may
fail when written to.

    streams.prepare()
    with streams.flushed():
        print("é")          # \\xe9 in the locale C
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
    """Open closed streams as the null device; let stdout escape what it cannot represent."""
    for name, mode in _STREAMS:
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_RDWR), mode))
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


@contextlib.contextmanager
def flushed() -> Iterator[None]:
    """Flush stdout on leaving, also by an exception: later, errors could not be reported."""
    try:
        yield
    finally:
        sys.stdout.flush()


def silence(fd: int) -> None:
    """Point a stream to the null device, so that Python does not fail when it flushes at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), fd)


def print_error(text: str) -> None:
    """Print to stderr; if that fails, give up on it."""
    try:
        print(text, file=sys.stderr, flush=True)
    except OSError:
        silence(2)
