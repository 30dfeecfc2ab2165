# SPDX-License-Identifier: Apache-2.0
"""The word to systemd that the service has started, as its unit's Type=notify has it.

A datagram to the socket that NOTIFY_SOCKET names (sd_notify(3)); an @ stands for the byte 0.

    ready(os.environ)        READY=1
"""

from __future__ import annotations

import socket
from collections.abc import MutableMapping


def ready(environ: MutableMapping[str, str]) -> None:
    """Say it once, if systemd has asked. Raises `OSError`."""
    name = environ.pop("NOTIFY_SOCKET", "")
    if name:
        address = f"\0{name[1:]}" if name.startswith("@") else name
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as out:
            out.sendto(b"READY=1", address)
