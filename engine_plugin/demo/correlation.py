# SPDX-License-Identifier: Apache-2.0
"""The Correlation-Id of the request that is being answered.

Decides that it goes along with the work, into threads as well, so that each line of the audit
log names the request that it comes from. Knows no HTTP.

    with following("req-7"): ...        # current() == "req-7"
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from contextvars import ContextVar, copy_context
from typing import Any

_CURRENT: ContextVar[str] = ContextVar("correlation", default="")


def current() -> str:
    """Empty where no request stands behind what is done."""
    return _CURRENT.get()


@contextlib.contextmanager
def following(correlation: str) -> Iterator[None]:
    before = _CURRENT.set(correlation)
    try:
        yield
    finally:
        _CURRENT.reset(before)


def carried(work: Callable[..., Any]) -> Callable[..., Any]:
    """The work for another thread, with the Correlation-Id of this one."""
    context = copy_context()
    return lambda *args: context.run(work, *args)
