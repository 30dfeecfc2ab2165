# SPDX-License-Identifier: Apache-2.0
"""The service, set by the environment (OVIRT_NUMA_ENGINE_URL ...).

serve(None, 8723)
"""

from __future__ import annotations

import contextlib
import ctypes
import gc

from ..listener import listen
from ..service import log
from ..service.app import create_app
from ..service.environment import from_environment
from .listening import run

_ARENA_MAX, _ARENAS = -8, 2
"""M_ARENA_MAX of <malloc.h>."""
_OBJECTS = 50_000, 20, 20
"""New objects until the youngest are looked through, and how often these until older ones are."""


def serve(host: str | None, port: int | None) -> None:
    """Until interrupted; the address is the settings' where none is given."""
    settings = from_environment()
    log.configure()
    chosen = settings.port if port is None else port
    with listen(host or settings.host, chosen) as listener:
        _share_memory()
        app = create_app(settings)
        _collect_rarely()
        run(app, listener=listener)


def _share_memory() -> None:
    """glibc gives threads parts of memory of their own, eight for each CPU, and each keeps what
    the largest answers took; few are enough, since Python runs one thread at a time."""
    with contextlib.suppress(OSError, AttributeError):  # another C library
        ctypes.CDLL(None).mallopt(_ARENA_MAX, _ARENAS)


def _collect_rarely() -> None:
    """What is here now stays, and need not be looked through again and again: with Python's own
    limits every fourth fit over 500 hosts waited 0.1 s for that."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_OBJECTS)
