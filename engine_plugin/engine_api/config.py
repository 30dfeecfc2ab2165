# SPDX-License-Identifier: Apache-2.0
"""Which engine is asked, and within which limits.

EngineConfig("https://engine.example.org/ovirt-engine/api", ca_file="/etc/pki/ca.pem")
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

_API = "/ovirt-engine/api"


@dataclass(frozen=True)
class EngineConfig:
    """One engine. Times are seconds."""

    url: str
    """Of its REST API; the only place that a token is ever sent to."""
    ca_file: str | None = None
    """The CA of its certificate; None is the system's."""
    insecure: bool = False
    """Accept any certificate."""
    compress: bool = False
    """Ask for compressed answers."""
    request_seconds: float = 20.0
    """The longest that all calls for one request may take together."""
    call_seconds: float = 10.0
    host_seconds: float = 3.0
    """The longest that one question about one host may take."""
    connect_seconds: float = 3.0
    parallel: int = 16
    """Calls at the same time that one request is spread over."""
    kept_connections: int = 64
    """Connections that stay open for the next call."""
    answer_bytes: int = 64 << 20
    """The largest answer that is read."""
    figures_seconds: float = 15.0
    """How old a host's figures may be: the engine itself keeps new ones every 15 s
    (VdsRefreshRate times NumberVmRefreshesBeforeSave)."""
    hooks_seconds: float = 60.0
    """How old the list of a host's hooks, or an option, may be."""


def api_url(text: str) -> str | None:
    """The address of the REST API, from that or from the engine's own; None where it is neither.

    >>> api_url("https://engine.example.org/ovirt-engine/")
    'https://engine.example.org/ovirt-engine/api'
    """
    try:
        parts = urlsplit(text.strip())
        host = parts.hostname
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host or parts.query:
        return None
    path = parts.path.rstrip("/")
    if path in ("", "/ovirt-engine"):
        path = _API
    return f"{parts.scheme}://{parts.netloc}{path}"
