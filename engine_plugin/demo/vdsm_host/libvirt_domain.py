# SPDX-License-Identifier: Apache-2.0
"""Domains in a real libvirt, as VDSM makes them: defined, then started.

Decides what a libvirt is given: the test driver the hooks' XML as it is, QEMU's driver one
that this machine can run (`demo/adapt.py`). Knows no VM of the engine, and no hook.

    libvirt = Libvirt("test:///default")
    libvirt.start(xml)                  # raises `LibvirtRefused` with libvirt's own words
"""

from __future__ import annotations

import contextlib
import os
import threading
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from ..adapt import stripped
from ..guest import QEMU_CONF


class LibvirtRefused(Exception):
    """libvirt's own words."""


class Libvirt:
    """One connection, kept: the test driver forgets its domains with the last one."""

    def __init__(self, uri: str) -> None:
        try:
            import libvirt
        except ImportError as error:
            what = "its Python module is not here: pip install libvirt-python"
            raise LibvirtRefused(what) from error
        self._libvirt: Any = libvirt
        self._started: set[str] = set()
        libvirt.registerErrorHandler(lambda *_: None, None)
        self._adapt = uri.startswith("qemu:")
        if self._adapt:
            _prepare(uri)
            libvirt.virEventRegisterDefaultImpl()
            threading.Thread(target=self._events, name="libvirt", daemon=True).start()
        try:
            self._connection: Any = libvirt.open(uri)
        except libvirt.libvirtError as error:
            raise LibvirtRefused(f"{uri}: {error}{_hint(uri)}") from error

    def start(self, xml: str) -> None:
        try:
            domain = self._connection.defineXML(stripped(xml) if self._adapt else xml)
            self._started.add(domain.UUIDString())
            try:
                domain.create()
            except self._libvirt.libvirtError:
                domain.undefine()
                raise
        except self._libvirt.libvirtError as error:
            raise LibvirtRefused(str(error)) from error

    def xml(self, vm_id: str) -> str:
        """The domain as libvirt has it."""
        try:
            return str(self._connection.lookupByUUIDString(vm_id).XMLDesc())
        except self._libvirt.libvirtError as error:
            raise LibvirtRefused(str(error)) from error

    def close(self) -> None:
        """Nothing that was started here is left."""
        for vm_id in list(self._started):
            self.destroy(vm_id)
        self._connection.close()

    def destroy(self, vm_id: str) -> None:
        """Stopped and forgotten; one that is not there, or does not run, is no error."""
        self._started.discard(vm_id)
        with contextlib.suppress(self._libvirt.libvirtError):
            domain = self._connection.lookupByUUIDString(vm_id)
            if domain.isActive():
                domain.destroy()
            domain.undefine()

    def _events(self) -> None:
        while True:
            self._libvirt.virEventRunDefaultImpl()


def _prepare(uri: str) -> None:
    """The embedded driver's folder, with a configuration that needs no daemon beside it."""
    os.environ.setdefault("LIBVIRT_DEBUG", "error")
    for root in parse_qs(urlsplit(uri).query).get("root", []):
        config = Path(root, "etc/qemu.conf")
        if not config.exists():
            config.parent.mkdir(parents=True, exist_ok=True)
            config.write_text(QEMU_CONF)


def _hint(uri: str) -> str:
    root = os.geteuid() == 0 and uri.startswith("qemu:///embed")
    return (
        "; start it as an ordinary user, libvirt's embedded driver is not for root" if root else ""
    )
