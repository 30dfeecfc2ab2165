# SPDX-License-Identifier: Apache-2.0
"""The kernel's messages that a CPU of the host came online or went offline.

Every user may listen to them (lib/kobject_uevent.c).

    offline@/devices/system/cpu/cpu3 ACTION=offline DEVPATH=/devices/system/cpu/cpu3 SUBSYSTEM=cpu
"""

from __future__ import annotations

import errno
import socket

_UEVENT = 15
"""NETLINK_KOBJECT_UEVENT (linux/netlink.h), for which Python has no name."""
_KERNEL = 1
"""The group of the kernel's own messages; udev sends its to another."""
_LARGEST = 1 << 16


class CpuEvents:
    """A socket to wait for."""

    def __init__(self) -> None:
        kind = socket.SOCK_DGRAM | socket.SOCK_CLOEXEC | socket.SOCK_NONBLOCK
        self._socket = socket.socket(socket.AF_NETLINK, kind, _UEVENT)
        self._socket.bind((0, _KERNEL))

    def fileno(self) -> int:
        return self._socket.fileno()

    def close(self) -> None:
        self._socket.close()

    def read(self) -> bool:
        """Take in what there is; whether a CPU came or went, or that may have been missed."""
        found = False
        while True:
            try:
                message = self._socket.recv(_LARGEST)
            except BlockingIOError:
                return found
            except OSError as error:  # more messages than the socket holds
                if error.errno != errno.ENOBUFS:
                    raise
                found = True
            else:
                found = found or is_about_cpu(message)


def is_about_cpu(message: bytes) -> bool:
    """Whether a message says that a CPU came online or went offline."""
    fields = message.split(b"\0")
    return b"SUBSYSTEM=cpu" in fields and (
        b"ACTION=online" in fields or b"ACTION=offline" in fields
    )
