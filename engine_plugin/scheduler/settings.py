# SPDX-License-Identifier: Apache-2.0
"""What the scheduler can be told at its start: which engine, as whom, and where it listens.

The engine's address and CA are the service's (OVIRT_NUMA_ENGINE_URL, _CA_FILE, _INSECURE,
_PLAIN_HTTP); the rest, with the prefix NUMA_SCHEDULER_, is the scheduler's own:

    >>> Settings.from_environment({"OVIRT_NUMA_ENGINE_URL": "https://e.example.org/"}).port
    18781
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from numa_domain.base.errors import NumaError

from ..engine_api.config import EngineConfig, api_url

PREFIX, OWN = "OVIRT_NUMA_", "NUMA_SCHEDULER_"
PORT = 18781
"""The engine's default of ExternalSchedulerServiceURL."""
ACCOUNT = Path("/etc/ovirt-numa/scheduler.account")


class VariableWrong(NumaError):
    blames = "service"
    what = "{value!r} is not {expected}"
    todo = "set it in the environment, or in the file that systemd reads it from"


@dataclass(frozen=True)
class Settings:
    """One scheduler."""

    engine_url: str
    ca_file: str | None = None
    insecure: bool = False
    host: str = "127.0.0.1"
    port: int = PORT
    account: Path = ACCOUNT
    """The file with the user's name and password."""
    state: Path | None = None
    """A folder for the last decisions; None keeps them in memory alone."""

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> Settings:
        """Raises `VariableWrong` with the variable's name."""
        text = environ.get(f"{PREFIX}ENGINE_URL", "")
        url = api_url(text)
        plain = url is not None and url.startswith("http:")
        if url is None or (plain and not _true(environ, "PLAIN_HTTP")):
            expected = "the address of an engine, https://..."
            raise VariableWrong(f"{PREFIX}ENGINE_URL", value=text, expected=expected)
        port = environ.get(f"{OWN}PORT") or str(PORT)
        if not port.isascii() or not port.isdigit() or int(port) > 65535:
            name = f"{OWN}PORT"
            raise VariableWrong(name, value=port, expected="the number of a port")
        return cls(
            url,
            environ.get(f"{PREFIX}CA_FILE") or None,
            _true(environ, "INSECURE"),
            environ.get(f"{OWN}HOST") or "127.0.0.1",
            int(port),
            _account(environ),
            _state(environ),
        )

    def engine(self) -> EngineConfig:
        """For the client of the engine: patient, since nobody waits for it, and not greedy."""
        return EngineConfig(
            self.engine_url,
            self.ca_file,
            self.insecure,
            request_seconds=300,
            call_seconds=60,
            parallel=4,
            kept_connections=8,
            answer_bytes=256 << 20,
        )


def _true(environ: Mapping[str, str], name: str) -> bool:
    return environ.get(f"{PREFIX}{name}", "").lower() in ("1", "true")


def _account(environ: Mapping[str, str]) -> Path:
    """systemd's copy for this unit (LoadCredential=), where there is one."""
    given = environ.get(f"{OWN}ACCOUNT")
    if given:
        return Path(given)
    credentials = environ.get("CREDENTIALS_DIRECTORY")
    return Path(credentials) / "account" if credentials else ACCOUNT


def _state(environ: Mapping[str, str]) -> Path | None:
    given = environ.get(f"{OWN}STATE") or environ.get("STATE_DIRECTORY")
    return Path(given) if given else None
