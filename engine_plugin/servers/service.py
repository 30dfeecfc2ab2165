# SPDX-License-Identifier: Apache-2.0
"""The service, set by the environment (OVIRT_NUMA_ENGINE_URL ...).

serve(None, 8723)
"""

from __future__ import annotations

from ..listener import listen
from ..service import log
from ..service.app import create_app
from ..service.environment import from_environment
from .listening import run


def serve(host: str | None, port: int | None) -> None:
    """Until interrupted; the address is the settings' where none is given."""
    settings = from_environment()
    log.configure()
    chosen = settings.port if port is None else port
    with listen(host or settings.host, chosen) as listener:
        run(create_app(settings), listener=listener)
