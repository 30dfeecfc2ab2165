# SPDX-License-Identifier: Apache-2.0
"""A socket that listens for one of our servers.

listen("127.0.0.1", 8080).getsockname()[1]      8080
"""

from __future__ import annotations

import socket

from numa_domain.base.errors import NumaError

_BACKLOG = 1024


class PortWrong(NumaError):
    blames = "service"
    what = "{port} is not a port"
    todo = "give a number from 1 to 65535"


def listen(host: str, port: int) -> socket.socket:
    """Port 0 is any that is free. An `OSError` names host and port.

    It is told that it is TCP: of a socket that leaves that to the kernel, asyncio does not
    know it, sets no TCP_NODELAY, and each answer takes 40 ms.
    """
    if port > 65535:
        raise PortWrong(f"{host}:{port}", port=port)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        error.filename = f"{host}:{port}"  # which no OSError of a socket says
        raise
    return listener
