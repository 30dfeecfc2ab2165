# SPDX-License-Identifier: Apache-2.0
"""Which engine, and as whom: the options, the environment and files, in that order.

Decides what counts where several are given, and that a token which we fetched is given back.
The names in the environment are those of oVirt's Ansible modules (OVIRT_URL ...), the files
are ours (~/.ovirt-numa.conf) and that of the old oVirt shell (~/.ovirtshellrc).

    [engine]
    url = https://engine.example.org/ovirt-engine/api
    username = admin@internal
    password = ...
    ca_file = /etc/pki/ovirt-engine/ca.pem
"""

from __future__ import annotations

import argparse
import configparser
import contextlib
import getpass
import os
import stat
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ovirtsdk4 as sdk

from numa_domain.base.errors import NumaError

from ..engine_api.cache import Cache
from ..engine_api.engine import Session
from ..service.settings import Settings, engine_url
from ..service.shared import Shared
from ..settings.locks import Locks
from ..settings.storing import Writer

_FILES = (("~/.ovirt-numa.conf", "engine"), ("~/.ovirtshellrc", "ovirt-shell"))
_NAMES = ("url", "username", "password", "token", "ca_file", "insecure")
_SECRETS = ("password", "token")
_LOGIN_SECONDS = 15.0


class AccessUnclear(NumaError):
    blames = "request"
    what = "{missing} is not given"
    todo = "give {option}, set {variable}, or write it into ~/.ovirt-numa.conf ([engine])"


class FileReadable(NumaError):
    blames = "request"
    what = "{path} holds a password or token and may be read by others"
    todo = "chmod 600 {path}"


class LoginFailed(NumaError):
    blames = "user"
    what = "the engine refuses the login of {user}: {reason}"
    todo = "check the name (with its domain: admin@internal) and the password"


@dataclass(frozen=True)
class Access:
    """All that is needed to ask an engine."""

    url: str
    username: str | None
    password: str | None
    token: str | None
    ca_file: str | None
    insecure: bool


def access_of(args: argparse.Namespace, environ: Mapping[str, str] = os.environ) -> Access:
    """Raises `AccessUnclear`; asks for a password where a terminal is there to ask at."""
    found: dict[str, str] = {}
    for source in (_options(args), _environment(environ), *_files(args.config)):
        for name in _NAMES:
            if source.get(name) and name not in found:
                found[name] = str(source[name])
    if "url" not in found:
        raise AccessUnclear("engine", missing="its address", option="--url", variable="OVIRT_URL")
    if "token" not in found:
        _complete_login(found)
    return Access(
        url=engine_url(found["url"], "--url"),
        username=found.get("username"),
        password=found.get("password"),
        token=found.get("token"),
        ca_file=found.get("ca_file"),
        insecure=found.get("insecure", "").lower() in ("1", "true", "yes"),
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


@dataclass
class Desk:
    """What a command works with."""

    session: Session
    cache: Cache
    locks: Locks

    @property
    def writer(self) -> Writer:
        return Writer(self.session, self.cache, self.locks)


@contextlib.contextmanager
def desk(args: argparse.Namespace) -> Iterator[Desk]:
    """Logged in; and out again, where the token is our own."""
    access = access_of(args)
    settings = Settings(
        engine_url=access.url,
        ca_file=access.ca_file,
        insecure=access.insecure,
        compress=True,
        request_seconds=args.seconds,
        call_seconds=min(30.0, args.seconds),
    )
    shared = Shared.of(settings)
    with _token(access) as token:
        session = shared.engine.session(token, f"cli-{os.getpid()}")
        try:
            yield Desk(session, shared.cache, shared.locks)
        finally:
            shared.close()


@contextlib.contextmanager
def _token(access: Access) -> Iterator[str]:
    if access.token is not None:
        yield access.token
        return
    connection = sdk.Connection(
        url=access.url,
        username=access.username,
        password=access.password,
        ca_file=access.ca_file,
        insecure=access.insecure,
    )
    try:
        token: str = _in_time(connection.authenticate, access)
        yield token
    finally:
        with contextlib.suppress(NumaError):
            _in_time(lambda: connection.close(logout=connection._sso_token is not None), access)


def _in_time(work: Callable[[], Any], access: Access) -> Any:
    """The SDK's calls of the SSO have no time limit."""
    answer: list[Any] = []

    def run() -> None:
        try:
            answer.append((work(), None))
        except Exception as error:  # the SDK raises what pycurl raises, too
            answer.append((None, error))

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(_LOGIN_SECONDS)
    error = answer[0][1] if answer else TimeoutError(f"no answer within {_LOGIN_SECONDS:g} s")
    if error is not None:
        reason = " ".join(str(error).split()).rstrip(".")
        raise LoginFailed("engine", user=access.username, reason=reason) from error
    return answer[0][0]
