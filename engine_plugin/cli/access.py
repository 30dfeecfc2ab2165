# SPDX-License-Identifier: Apache-2.0
"""Which engine, and as whom: the options, the environment and files, in that order.

The names in the environment are those of oVirt's Ansible modules (OVIRT_URL ...), the files are
ours (~/.ovirt-numa.conf) and that of the old oVirt shell (~/.ovirtshellrc).

    [engine]
    url = https://engine.example.org/ovirt-engine/api
    username = admin@internal
    password = ...
    ca_file = /etc/pki/ovirt-engine/ca.pem
"""

from __future__ import annotations

import argparse
import configparser
import getpass
import os
import stat
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from numa_domain.base.errors import NumaError

from ..engine_api.config import EngineConfig, api_url

_FILES = (("~/.ovirt-numa.conf", "engine"), ("~/.ovirtshellrc", "ovirt-shell"))
_NAMES = ("url", "username", "password", "token", "ca_file", "insecure")
_SECRETS = ("password", "token")
_CALL_SECONDS = 30.0


class AccessUnclear(NumaError):
    what = "{missing} is not given"
    todo = "give {option}, set {variable}, or write it into ~/.ovirt-numa.conf ([engine])"


class AddressMalformed(NumaError):
    what = "{value!r} is not the address of an engine, https://..."
    todo = "correct --url, OVIRT_URL, or the url in ~/.ovirt-numa.conf"


class FileReadable(NumaError):
    what = "{path} holds a password or token and may be read by others"
    todo = "chmod 600 {path}"


@dataclass(frozen=True)
class Access:
    """All that is needed to ask an engine: a token, or a name and a password."""

    config: EngineConfig
    username: str
    password: str
    token: str | None


def access_of(args: argparse.Namespace, environ: Mapping[str, str] = os.environ) -> Access:
    """Raises `AccessUnclear`; asks for a password where a terminal is there to ask at."""
    found: dict[str, str] = {}
    for source in (_options(args), _environment(environ), *_files(args.config)):
        for name in _NAMES:
            if source.get(name) and name not in found:
                found[name] = str(source[name])
    if "url" not in found:
        raise AccessUnclear("engine", missing="its address", option="--url", variable="OVIRT_URL")
    url = api_url(found["url"])
    if url is None:
        raise AddressMalformed("engine", value=found["url"])
    if "token" not in found:
        _complete_login(found)
    return Access(
        _config(args, url, found),
        username=found.get("username", ""),
        password=found.get("password", ""),
        token=found.get("token"),
    )


def _config(args: argparse.Namespace, url: str, found: Mapping[str, str]) -> EngineConfig:
    return EngineConfig(
        url=url,
        ca_file=found.get("ca_file"),
        insecure=found.get("insecure", "").lower() in ("1", "true", "yes"),
        compress=True,
        request_seconds=args.seconds,
        call_seconds=min(_CALL_SECONDS, args.seconds),
    )


def _complete_login(found: dict[str, str]) -> None:
    if "username" not in found:
        raise AccessUnclear(
            "engine", missing="a user", option="--user", variable="OVIRT_USERNAME or OVIRT_TOKEN"
        )
    if "password" not in found and sys.stdin.isatty():
        found["password"] = getpass.getpass(f"Password of {found['username']}: ")
    if "password" not in found:
        raise AccessUnclear(
            "engine", missing="a password", option="--config", variable="OVIRT_PASSWORD"
        )


def _options(args: argparse.Namespace) -> dict[str, Any]:
    return {name: getattr(args, name, None) for name in _NAMES}


def _environment(environ: Mapping[str, str]) -> dict[str, str]:
    names = {name: f"OVIRT_{name.upper().replace('_', '')}" for name in _NAMES}
    return {name: environ.get(variable, "") for name, variable in names.items()}


def _files(config: str | None) -> Iterator[dict[str, str]]:
    files = _FILES if config is None else ((config, "engine"),)
    for name, section in files:
        path = Path(name).expanduser()
        if not path.is_file():
            continue
        parser = configparser.ConfigParser(interpolation=None)
        parser.read(path)
        if parser.has_section(section):
            found = dict(parser[section])
            if any(found.get(secret) for secret in _SECRETS) and _open_to_others(path):
                raise FileReadable(str(path), path=str(path))
            yield found


def _open_to_others(path: Path) -> bool:
    return bool(path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH))
