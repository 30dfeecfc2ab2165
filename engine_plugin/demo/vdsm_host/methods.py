# SPDX-License-Identifier: Apache-2.0
"""The table of methods: what can be called of a host, by the names of VDSM's schema.

Decides that a method is a function that registers itself, and what is said of one that is not
there. Knows none of them.

    METHODS = Methods()

    @METHODS.add("Host.ping2")
    def ping2(host: VdsmHost, params: Params) -> None: ...
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .host import VdsmHost
from .rpc import METHOD_NOT_FOUND, Failed, Params

Handler = Callable[[VdsmHost, Params], Any]


class Methods:
    """Methods by the names that VDSM's schema gives them."""

    def __init__(self, *others: Methods) -> None:
        self._handlers: dict[str, Handler] = {}
        for other in others:
            self._handlers.update(other._handlers)

    def add(self, *names: str) -> Callable[[Handler], Handler]:
        def register(handler: Handler) -> Handler:
            self._handlers.update(dict.fromkeys(names, handler))
            return handler

        return register

    def find(self, name: str) -> Handler:
        handler = self._handlers.get(name)
        if handler is None:
            what = "The method does not exist or is not available"
            raise Failed(METHOD_NOT_FOUND, f"{what}: {{'method': {name!r}}}")
        return handler
