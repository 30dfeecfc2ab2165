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


class ConfigUnreadable(NumaError):
    what = "the file cannot be read: {reason}"
    todo = "give one with a section [engine] and url, username, password in it"


class CaUnreadable(NumaError):
    what = "the CA file cannot be read: {reason}"
    todo = "correct --ca-file, OVIRT_CAFILE, or the ca_file in ~/.ovirt-numa.conf"


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
    if "ca_file" in found:
        _check_ca(found["ca_file"])
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


def _check_ca(path: str) -> None:
    try:
        with open(path, "rb") as file:
            file.read(1)
    except OSError as error:
        raise CaUnreadable(path, reason=error.strerror) from None


def _options(args: argparse.Namespace) -> dict[str, Any]:
    return {name: getattr(args, name, None) for name in _NAMES}


def _environment(environ: Mapping[str, str]) -> dict[str, str]:
    names = {name: f"OVIRT_{name.upper().replace('_', '')}" for name in _NAMES}
    return {name: environ.get(variable, "") for name, variable in names.items()}


def _files(config: str | None) -> Iterator[dict[str, str]]:
    files = _FILES if config is None else ((config, "engine"),)
    for name, section in files:
        path = Path(name).expanduser()
        if config is None and not path.exists():
            continue
        parser = _parsed(path)
        if config is not None and not parser.has_section(section):
            raise ConfigUnreadable(str(path), reason="it has no section [engine]")
        if parser.has_section(section):
            found = dict(parser[section])
            if any(found.get(secret) for secret in _SECRETS) and _open_to_others(path):
                raise FileReadable(str(path), path=str(path))
            yield found


def _parsed(path: Path) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None)
    try:
        with path.open(encoding="utf-8") as file:
            parser.read_file(file)
    except OSError as error:
        raise ConfigUnreadable(str(path), reason=error.strerror) from None
    except (configparser.Error, UnicodeDecodeError) as error:
        raise ConfigUnreadable(str(path), reason=_malformed(error)) from None
    return parser


def _malformed(error: configparser.Error | UnicodeDecodeError) -> str:
    """Where, and nothing of what stands there: it may be a password."""
    if isinstance(error, UnicodeDecodeError):
        return "it is not text in UTF-8"
    if isinstance(error, configparser.MissingSectionHeaderError):
        return f"line {error.lineno} stands before any [section]"
    if isinstance(error, configparser.ParsingError):
        return f"line {error.errors[0][0]} is not KEY = VALUE"
    if isinstance(error, configparser.DuplicateOptionError):
        return f"line {error.lineno} gives {error.option} a second time"
    line = getattr(error, "lineno", None)
    return "it cannot be parsed" if line is None else f"line {line} repeats a section"


def _open_to_others(path: Path) -> bool:
    return bool(path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH))
