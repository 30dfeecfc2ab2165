# SPDX-License-Identifier: Apache-2.0
"""What the service can be told at its start: which engine, and the limits of its work.

Each is an environment variable with the prefix OVIRT_NUMA_, so that one file serves systemd and
tests:

    >>> Settings.from_environment({"OVIRT_NUMA_ENGINE_URL": "https://e.example.org/"}).engine_url
    'https://e.example.org/ovirt-engine/api'
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from numa_domain.base.errors import NumaError

from ..engine_api.config import EngineConfig, api_url

PREFIX = "OVIRT_NUMA_"
PUBLIC_PATH = "/ovirt-engine-numa"


class SettingWrong(NumaError):
    what = "{value!r} is not {expected}"
    todo = "set it in the environment, or in the file that systemd reads it from"
    blames = "service"


@dataclass(frozen=True)
class Settings:
    """One service. Times are seconds."""

    engine_url: str
    """Of the engine's REST API; the only place that a token is ever sent to."""
    ca_file: str | None = None
    """The CA of the engine's certificate; None is the system's."""
    insecure: bool = False
    """Take any certificate: for a laboratory, never for users' tokens."""
    root_path: str = PUBLIC_PATH
    """Where httpd shows the service: what OpenAPI tells its readers."""
    host: str = "127.0.0.1"
    port: int = 8723
    request_seconds: float = 20.0
    """The longest that a request may take, whatever the engine does."""
    call_seconds: float = 10.0
    """The longest that one call of the engine may take."""
    connect_seconds: float = 3.0
    compress: bool = False
    """Ask for compressed answers: worth it from afar, and a waste beside the engine."""
    parallel: int = 16
    """Calls of the engine at the same time that one page of work is spread over."""
    threads: int = 48
    """Requests worked on at the same time."""
    waiting: int = 512
    """Requests that may wait for that; the next gets 503."""
    warm_seconds: float = 5.0
    """How old hosts' figures may be."""
    hooks_seconds: float = 60.0
    """How old the list of a host's hooks may be: the engine itself asks hosts rarely."""
    cached_hosts: int = 4000
    """Hosts whose figures are kept, all users together."""
    body_bytes: int = 64 * 1024
    query_bytes: int = 4 * 1024
    answer_bytes: int = 64 << 20
    """The largest answer of the engine that is read."""
    lock_dir: str | None = None
    """A folder that all processes of the service on this machine share, for locks on VMs."""

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> Settings:
        """Raises `SettingWrong` with the variable's name."""
        given: dict[str, object] = {}
        for field in fields(cls):
            name = PREFIX + field.name.upper()
            if environ.get(name, "") != "":
                given[field.name] = _read(name, environ[name], str(field.type))
        text = str(given.get("engine_url", ""))
        url = api_url(text)
        if url is None:
            expected = "the address of an engine, https://..."
            raise SettingWrong(f"{PREFIX}ENGINE_URL", value=text, expected=expected)
        given["engine_url"] = url
        return cls(**given)  # type: ignore[arg-type]  # read by each field's type

    def engine(self) -> EngineConfig:
        """What the client of the engine needs of them."""
        return EngineConfig(
            url=self.engine_url,
            ca_file=self.ca_file,
            insecure=self.insecure,
            compress=self.compress,
            request_seconds=self.request_seconds,
            call_seconds=self.call_seconds,
            connect_seconds=self.connect_seconds,
            parallel=self.parallel,
            kept_connections=self.parallel + self.threads,
            answer_bytes=self.answer_bytes,
            figures_seconds=self.warm_seconds,
            hooks_seconds=self.hooks_seconds,
        )


def _read(name: str, text: str, kind: str) -> object:
    try:
        if kind.startswith("bool"):
            return {"true": True, "1": True, "false": False, "0": False}[text.lower()]
        if kind.startswith(("int", "float")):
            number = float(text) if kind.startswith("float") else int(text)
            if number < 0:
                raise ValueError
            return number
    except (ValueError, KeyError):
        expected = "true or false" if kind.startswith("bool") else "a number from 0 up"
        raise SettingWrong(name, value=text, expected=expected) from None
    if name.endswith("CA_FILE") and not Path(text).is_file():
        raise SettingWrong(name, value=text, expected="a file with a certificate")
    return text
