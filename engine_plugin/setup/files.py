# SPDX-License-Identifier: Apache-2.0
"""The steps that write files: the service's settings, httpd's, the unit, and the tab's links.

Decides what is in them, and that a file which is not ours is left alone. What the RPM brings
(unit, links) is not written again.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from pathlib import Path

from numa_domain.base.errors import NumaError

from .places import Places, template
from .record import Record
from .step import FileForeign, Step

MARK = "Written by ovirt-numa setup"
SERVICE = "ovirt-engine-numa"
SCHEDULER = "ovirt-engine-numa-scheduler"
HOST, PORT, ROOT_PATH = "127.0.0.1", "8723", "/ovirt-engine-numa"
"""The service's own defaults."""
_HOST = re.compile(r"[A-Za-z0-9.-]+|\[[0-9a-fA-F:]+\]")
_PORT = re.compile(r"[1-9]\d{0,4}")
_PATH = re.compile(r"(/[A-Za-z0-9._~-]+)+")
_NAMES = ("ovirt-numa.json", "ovirt-numa-resources")


class EngineAddressUnknown(NumaError):
    blames = "request"
    what = "the engine's name is not in /etc/ovirt-engine/engine.conf.d"
    todo = "run engine-setup first, or give --engine-url"


class SettingOdd(NumaError):
    blames = "request"
    what = "{value!r} cannot be written into httpd's configuration"
    todo = "correct it in /etc/ovirt-numa/service.conf"


class TextFile(Step):
    """A file of ours, which is as we write it or not at all."""

    def __init__(self, title: str, path: Path, text: str, record: Record, due: str) -> None:
        self.title, self._path, self._text = title, path, text
        self._record, self._due = record, due

    def missing(self) -> list[str]:
        if self._path.exists() and self._path.read_bytes() == self._text.encode():
            return []
        return [f"{self._path}{' is an older one' if self._path.exists() else ''}"]

    def apply(self) -> None:
        if self._path.exists() and not _is_ours(self._path):
            raise FileForeign(str(self._path))
        self._record.mark(self._due)
        put(self._path, self._text)

    def undo(self) -> list[str]:
        if _is_ours(self._path):
            self._record.mark(self._due)
        return drop(self._path)

    def left(self) -> list[str]:
        return _foreign(self._path)


class Settings(Step):
    """Written once, and the admin's from then on."""

    title = "settings"

    def __init__(self, places: Places, record: Record, engine_url: str | None) -> None:
        self._places, self._record, self._url = places, record, engine_url

    def missing(self) -> list[str]:
        path = self._places.settings
        if not path.exists() or not path.read_bytes().strip():
            return [str(path)]
        return []

    def apply(self) -> None:
        url = self._url
        if url is None:
            address = self._places.engine_address()
            if address is None:
                raise EngineAddressUnknown("settings")
            url = f"https://{address}/ovirt-engine/api"
        lines = [f"# {MARK}, once; change it as you like, and restart {SERVICE}.",
                 f"OVIRT_NUMA_ENGINE_URL={url}"]  # fmt: skip
        ca_file = self._places.ca_file()
        if ca_file is not None:
            lines.append(f"OVIRT_NUMA_CA_FILE={ca_file}")
        self._record.mark(SERVICE)
        put(self._places.settings, "\n".join([*lines, ""]))

    def undo(self) -> list[str]:
        path = self._places.settings
        dropped, folder = drop(path), path.parent
        if not self._places.packaged.exists() and folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
        return dropped

    def left(self) -> list[str]:
        return _foreign(self._places.settings)


class Links(Step):
    """WebAdmin's tab, where the RPM has not brought it."""

    title = "tab in WebAdmin"

    def __init__(self, places: Places) -> None:
        self._places = places

    def missing(self) -> list[str]:
        links = [self._places.plugins / name for name in _NAMES]
        return [str(link) for link in links if not link.exists()]

    def apply(self) -> None:
        self._places.plugins.mkdir(parents=True, exist_ok=True)
        for name in _NAMES:
            link, target = self._places.plugins / name, self._places.built_tab / name
            if link.exists() or not target.exists():
                continue
            link.unlink(missing_ok=True)
            link.symlink_to(target)

    def undo(self) -> list[str]:
        found = [self._places.plugins / name for name in _NAMES]
        ours = [link for link in found if link.is_symlink() and self._leads_to_us(link)]
        for link in ours:
            link.unlink()
        return [str(link) for link in ours]

    def _leads_to_us(self, link: Path) -> bool:
        """And not into the RPM's directory, whose link is the RPM's."""
        return self._places.built_tab in link.readlink().parents


class HttpdFile(TextFile):
    """Made of the service's settings whenever it is looked at: an earlier step may write them."""

    def __init__(self, places: Places, record: Record) -> None:
        super().__init__("httpd", places.httpd, "", record, "httpd")
        self._places = places

    def missing(self) -> list[str]:
        self._text = httpd_text(self._places.service())
        return super().missing()

    def apply(self) -> None:
        self._text = httpd_text(self._places.service())
        super().apply()


def httpd_text(settings: Mapping[str, str]) -> str:
    """httpd's side of the service's address and path, which are set in one place."""
    host, port = settings.get("HOST") or HOST, settings.get("PORT") or PORT
    path = settings.get("ROOT_PATH") or ROOT_PATH
    host = {"0.0.0.0": HOST, "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    for name, value, allowed in (
        ("HOST", host, _HOST),
        ("PORT", port, _PORT),
        ("ROOT_PATH", path, _PATH),
    ):
        if not allowed.fullmatch(value):
            raise SettingOdd(f"OVIRT_NUMA_{name}", value=value)
    text = template("httpd.conf").replace(f"{HOST}:{PORT}", f"{host}:{port}")
    return text.replace(f"<Location {ROOT_PATH}>", f"<Location {path}>")


def unit(places: Places, record: Record) -> TextFile:
    """For a wheel: the same unit, with this Python."""
    text = template("ovirt-engine-numa.service").replace(
        "/usr/bin/ovirt-numa serve", f"{sys.executable} -sP -m engine_plugin.cli serve"
    )
    return TextFile("unit", places.unit, f"# {MARK}\n{text}", record, SERVICE)


def scheduler_unit(places: Places, record: Record) -> TextFile:
    """The same for the scheduler."""
    text = template("ovirt-engine-numa-scheduler.service").replace(
        "/usr/bin/ovirt-numa scheduler", f"{sys.executable} -sP -m engine_plugin.cli scheduler"
    )
    return TextFile("scheduler's unit", places.scheduler, f"# {MARK}\n{text}", record, SCHEDULER)


def put(path: Path, text: str) -> None:
    """Whole, or not at all; the directory too, where it is not there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = _beside(path)
    new.write_text(text, encoding="utf-8")
    new.chmod(0o644)
    new.replace(path)


def drop(path: Path) -> list[str]:
    """Ours, and what a `put` that was cut off has left; says what was dropped."""
    _beside(path).unlink(missing_ok=True)
    if not _is_ours(path):
        return []
    path.unlink()
    return [str(path)]


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.new")


def _is_ours(path: Path) -> bool:
    return path.exists() and MARK in path.read_text(encoding="utf-8", errors="replace")


def _foreign(path: Path) -> list[str]:
    return [f"{path}, which setup did not write"] if path.exists() else []
