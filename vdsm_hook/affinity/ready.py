# SPDX-License-Identifier: Apache-2.0
"""The word to systemd that the service has started, as its unit's Type=notify has it.

A datagram to the socket that NOTIFY_SOCKET names (sd_notify(3)); an @ stands for the byte 0.

    ready(os.environ)        READY=1
"""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import MutableMapping

LATEST = 5.0
"""Seconds that systemctl start waits for libvirt's first answer."""


def ready_at_last(environ: MutableMapping[str, str]) -> None:
    """Have it said in that time: a daemon that hangs is no failure of the service to start. (What
    is within a call of libvirt can do nothing, so a thread does, which then ends.)"""
    if "NOTIFY_SOCKET" in environ:
        timer = threading.Timer(LATEST, ready, [environ])
        timer.daemon = True
        timer.start()


def ready(environ: MutableMapping[str, str]) -> None:
    """Say it once, if systemd has asked. Where nobody listens the service goes on: systemd counts
    one that it does not hear of as failed, and says so."""
    name = environ.pop("NOTIFY_SOCKET", "")
    if name:
        address = f"\0{name[1:]}" if name.startswith("@") else name
        kind = socket.SOCK_DGRAM | socket.SOCK_CLOEXEC | socket.SOCK_NONBLOCK
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, kind) as out:
            out.sendto(b"READY=1", address)
