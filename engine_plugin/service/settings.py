# SPDX-License-Identifier: Apache-2.0
"""What the service can be told at its start: which engine, and the limits of its work.

Each is an environment variable with the prefix OVIRT_NUMA_ (`environment`), so that one file serves
systemd and tests.

    Settings("https://e.example.org/ovirt-engine/api", threads=8)
"""

from __future__ import annotations

from dataclasses import dataclass

from ..engine_api.config import EngineConfig

PUBLIC_PATH = "/ovirt-engine-numa"


@dataclass(frozen=True)
class Settings:
    """One service. Times are seconds."""

    engine_url: str
    """Of the engine's REST API; the only place that a token is ever sent to."""
    ca_file: str | None = None
    """The CA of the engine's certificate; None is the system's."""
    insecure: bool = False
    """Take any certificate: for a laboratory, never for users' tokens."""
    plain_http: bool = False
    """Ask the engine without TLS: everybody on the way can read the users' tokens."""
    root_path: str = PUBLIC_PATH
    """Where httpd shows the service: what OpenAPI tells its readers."""
    host: str = "127.0.0.1"
    port: int = 8723
    request_seconds: float = 20.0
    """The longest that a request may take, whatever the engine does."""
    call_seconds: float = 10.0
    """The longest that one call of the engine may take."""
    host_seconds: float = 3.0
    """The longest that one question about one host may take; then it is left alone for a while."""
    connect_seconds: float = 3.0
    compress: bool = False
    """Ask for compressed answers: worth it from afar, and a waste beside the engine."""
    parallel: int = 16
    """Calls of the engine at the same time that one page of work is spread over."""
    threads: int = 48
    """Requests worked on at the same time."""
    waiting: int = 512
    """Requests that may wait for that; the next gets 503."""
    warm_seconds: float = 15.0
    """How old hosts' figures may be: the engine itself keeps new ones every 15 s."""
    hooks_seconds: float = 60.0
    """How old the list of a host's hooks may be: the engine itself asks hosts rarely."""
    cached_hosts: int = 4000
    """Hosts whose figures are kept, all users together."""
    body_bytes: int = 64 * 1024
    query_bytes: int = 8 * 1024
    answer_bytes: int = 64 << 20
    """The largest answer of the engine that is read."""
    scheduler_url: str = "http://127.0.0.1:18781"
    """Of the scheduler on this machine, which tells what it has decided; it gets no token."""
    lock_dir: str | None = None
    """A folder that all processes of the service on this machine share, for locks on VMs."""

    def engine(self) -> EngineConfig:
        """What the client of the engine needs of them."""
        return EngineConfig(
            url=self.engine_url,
            ca_file=self.ca_file,
            insecure=self.insecure,
            compress=self.compress,
            request_seconds=self.request_seconds,
            call_seconds=self.call_seconds,
            host_seconds=self.host_seconds,
            connect_seconds=self.connect_seconds,
            parallel=self.parallel,
            kept_connections=self.parallel + self.threads * 3 // 2,
            answer_bytes=self.answer_bytes,
            figures_seconds=self.warm_seconds,
            hooks_seconds=self.hooks_seconds,
        )
