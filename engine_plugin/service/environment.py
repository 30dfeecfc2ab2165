# SPDX-License-Identifier: Apache-2.0
"""The service's settings, read from environment variables and checked.

Every variable with our prefix is one of them, so that a name that is spelled wrong is told and not
ignored.

    >>> from_environment({"OVIRT_NUMA_ENGINE_URL": "https://e.example.org/"}).engine_url
    'https://e.example.org/ovirt-engine/api'
"""

from __future__ import annotations

import difflib
import math
import os
import re
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path

from numa_domain.base.errors import NumaError

from ..engine_api.config import api_url
from .settings import Settings

PREFIX = "OVIRT_NUMA_"
_TRUTH = {"true": True, "1": True, "false": False, "0": False}
_ZERO = ("warm_seconds", "hooks_seconds", "waiting")
"""Numbers that may be 0: nothing is kept, nobody waits."""
_LARGEST = {"port": 65535, "threads": 1000, "parallel": 1000}
_ENGINE = "the address of an engine, https://..."
_TLS = "an address with TLS, https://...; OVIRT_NUMA_PLAIN_HTTP=true allows others, in a laboratory"
_PATH = re.compile(r"(/[A-Za-z0-9._~-]+)+")


class SettingWrong(NumaError):
    what = "{value!r} is not {expected}"
    todo = "set it in the environment, or in the file that systemd reads it from"
    blames = "service"


class SettingUnknown(NumaError):
    what = "there is no such setting{near}"
    todo = "correct its name in the environment, or in the file that systemd reads it from"
    blames = "service"


def from_environment(environ: Mapping[str, str] = os.environ) -> Settings:
    """Raises `SettingWrong` or `SettingUnknown`, with the variable's name."""
    found = given(environ)
    text = str(found.get("engine_url", ""))
    url = api_url(text)
    if url is None:
        raise wrong("engine_url", text, _ENGINE)
    if url.startswith("http:") and not found.get("plain_http"):
        raise wrong("engine_url", text, _TLS)
    return Settings(**{**found, "engine_url": url})  # type: ignore[arg-type]  # read by type


def given(environ: Mapping[str, str]) -> dict[str, object]:
    """What is set, by name and type. Raises `SettingWrong`, `SettingUnknown`."""
    known = {PREFIX + field.name.upper(): field for field in fields(Settings)}
    found: dict[str, object] = {}
    for name in sorted(environ):
        if not name.startswith(PREFIX):
            continue
        if name not in known:
            names = [field.name.upper() for field in fields(Settings)]
            near = difflib.get_close_matches(name.removeprefix(PREFIX), names, 1)
            said = f"; perhaps {PREFIX}{near[0]} is meant" if near else ""
            raise SettingUnknown(name, near=said)
        if environ[name] != "":
            field = known[name]
            found[field.name] = _read(field.name, environ[name], str(field.type))
    return found


def _read(name: str, text: str, kind: str) -> object:
    if kind == "bool":
        if text.lower() not in _TRUTH:
            raise wrong(name, text, "true or false")
        return _TRUTH[text.lower()]
    if kind in ("int", "float"):
        return _number(name, text, kind)
    if name == "ca_file" and not Path(text).is_file():
        raise wrong(name, text, "a file with a certificate")
    if name == "root_path" and not _PATH.fullmatch(text):
        raise wrong(name, text, "a path such as /ovirt-engine-numa")
    return text


def _number(name: str, text: str, kind: str) -> float:
    least = 0 if name in _ZERO else 1 if kind == "int" else 0.001
    most = _LARGEST.get(name, math.inf)
    try:
        found = int(text) if kind == "int" else float(text)
    except ValueError:
        found = math.nan
    if math.isfinite(found) and least <= found <= most:
        return found
    whole = "a whole number" if kind == "int" else "a number"
    until = "" if most == math.inf else f" to {most}"
    raise wrong(name, text, f"{whole} from {least}{until or ' up'}")


def wrong(name: str, text: str, expected: str) -> SettingWrong:
    return SettingWrong(PREFIX + name.upper(), value=text, expected=expected)
