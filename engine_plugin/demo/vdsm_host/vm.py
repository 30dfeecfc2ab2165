# SPDX-License-Identifier: Apache-2.0
"""A VM as a host knows it: the engine's XML, what the hooks made of it, its status.

Decides VDSM's words for a VM's status and the fields of its statistics. Never changes: a new
status is a new value. Knows no host.

    Vm.of_engine(xml).properties       # {"numa_nodeset": "0-1"}
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from .rpc import Failed

UP = "Up"
DOWN = "Down"
PAUSED = "Paused"
POWERING_DOWN = "Powering down"
WAIT_FOR_LAUNCH = "WaitForLaunch"
MIGRATION_SOURCE = "Migration Source"
MIGRATION_DESTINATION = "Migration Destination"

_OVIRT = "{http://ovirt.org/vm/1.0}"
_EVENT_BASE = 2**31 - 1
_EXTERNAL = {"nvram": "os/nvram", "tpm": "devices/tpm"}
_MADE = "AA=="
"""A zero byte in base64: the engine does not look into it."""


@dataclass(frozen=True)
class Exit:
    """Why a VM is down."""

    code: int
    reason: int
    message: str


MIGRATED = Exit(0, 4, "Migration succeeded")
BY_ADMIN = Exit(0, 6, "Admin shut down from the engine")
ON_REBOOT = Exit(0, 13, "Down as a part of the reboot process")


MOVED = {"status": {"code": 0, "message": "Migration done"}, "progress": 100, "downtime": 20}
NOT_MOVED = {"status": {"code": 12, "message": "Fatal error during migration"}, "progress": 0}
MOVING = {"status": {"code": 0, "message": "Migration in progress"}, "progress": 0}


def start_failed(message: str) -> Exit:
    return Exit(1, 1, message)


@dataclass(frozen=True)
class Vm:
    """One VM at one time."""

    id: str
    name: str
    xml: str
    """What libvirt gets: the engine's XML, and then what the hooks made of it."""
    properties: Mapping[str, str] = field(default_factory=dict)
    """The custom properties, of which the hooks' environment is made."""
    paused: bool = False
    """Whether it is to be launched so."""
    status: str = WAIT_FOR_LAUNCH
    exit: Exit | None = None
    since: float = field(default_factory=time.time)
    destroy_on_reboot: bool = False
    released: bool = False
    """Whether after_vm_destroy has run, which happens once."""
    migration: Mapping[str, Any] = field(default_factory=lambda: MOVING)
    """How the last one went; VDSM has an answer where there was none, too."""
    external: Mapping[str, str | None] = field(default_factory=dict)
    """What the engine keeps of a VM's firmware ("nvram") and "tpm"; none before a first start."""

    @classmethod
    def of_engine(cls, xml: str, kept: Mapping[str, Any]) -> Vm:
        """From the domain XML that the engine sends, and what it sends with it."""
        parser = etree.XMLParser(resolve_entities=False, no_network=True)
        try:
            domain = etree.fromstring(xml.encode(), parser)
        except etree.XMLSyntaxError as error:
            raise Failed(16, f"Unexpected exception: the domain is no XML: {error}") from None
        vm_id, name = domain.findtext("uuid"), domain.findtext("name")
        if not vm_id or not name:
            raise Failed(11, "Missing required parameter: the domain has no uuid or no name")
        metadata = domain.find(f"metadata/{_OVIRT}vm")
        custom = [] if metadata is None else metadata.findall(f"{_OVIRT}custom/*")
        paused = "" if metadata is None else metadata.findtext(f"{_OVIRT}launchPaused", "")
        return cls(
            id=vm_id,
            name=name,
            xml=xml,
            properties={etree.QName(each).localname: each.text or "" for each in custom},
            paused=paused.lower() == "true",
            external={
                kind: kept.get(f"_X_{kind}data")
                for kind, path in _EXTERNAL.items()
                if domain.find(path) is not None
            },
        )

    @property
    def runs(self) -> bool:
        return self.status not in (DOWN, WAIT_FOR_LAUNCH)

    def short(self) -> dict[str, Any]:
        """Id and status, as VM.create and Host.getVMList give them."""
        return {"vmId": self.id, "status": self.status, "statusTime": str(event_time())}

    def event(self) -> dict[str, Any]:
        """What a notification says: status, and why it is down or how it runs."""
        if self.exit is not None:
            return {"status": self.status, "vmId": self.id, **self._exit()}
        return {"status": self.status, **(self._running() if self.status == UP else {})}

    def stats(self) -> dict[str, Any]:
        """What VM.getStats and Host.getAllVmStats give."""
        if self.exit is not None:
            return {**self.short(), **self._exit()}
        fixed = {"vmName": self.name, "vmType": "kvm", "kvmEnable": "true", "acpiEnable": "true"}
        return {**self.short(), **fixed, **self._running(), **_guest()}

    def started(self) -> Mapping[str, str | None]:
        """`external` after QEMU has made what was not there."""
        return {kind: data or _MADE for kind, data in self.external.items()}

    def external_data(self, kind: str) -> dict[str, str]:
        """As VDSM: without a start there is no file, and the engine tries three times."""
        if kind not in self.external:
            raise _no_data(reason="No such device available", kind=kind)
        data = self.external[kind]
        if data is None:
            path = f"/var/lib/libvirt/qemu/{kind}/{self.id}.fd"
            raise _no_data(reason="Data path doesn't exist", path=path)
        return {"hash": hashlib.sha256(data.encode()).hexdigest(), "_X_data": data}

    def _exit(self) -> dict[str, Any]:
        assert self.exit is not None
        found = self.exit
        return {
            "exitCode": found.code,
            "exitReason": found.reason,
            "exitMessage": found.message,
            "timeOffset": "0",
        }

    def _running(self) -> dict[str, Any]:
        return {
            "elapsedTime": str(int(time.time() - self.since)),
            "monitorResponse": "0",
            "clientIp": "",
            "timeOffset": "0",
            "cpuUser": "0.00",
            "cpuSys": "0.00",
            "displayInfo": [],
            "network": {},
            "disks": {},
            **({"pauseCode": "NOERR"} if self.status == PAUSED else {}),
        }


def _no_data(**facts: str) -> Failed:
    return Failed(89, f"Failed to handle external VM data: {facts}")


def event_time() -> int:
    """By this the engine puts what it hears in order: milliseconds that never go back."""
    return _EVENT_BASE + int(time.monotonic() * 1000)


def _guest() -> dict[str, Any]:
    """Of a guest without an agent."""
    return {
        "username": "Unknown",
        "session": "Unknown",
        "memUsage": "0",
        "guestCPUCount": -1,
        "appsList": [],
        "guestIPs": "",
        "guestFQDN": "",
    }
