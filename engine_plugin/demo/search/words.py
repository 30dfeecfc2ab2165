# SPDX-License-Identifier: Apache-2.0
"""The words of the engine's search: for each kind of object its fields and what they take.

Decides, after the engine's ConditionFieldAutoCompleters, which fields there are, which
relations and values each takes, and which other objects a search may refer to. Knows no
column: `columns` has them.

    words_of("vm").takes("STATUS", "Up")          -> True
    words_of("vm").takes("STATUS", "powering_up") -> False: the names are the engine's own
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from . import moments

TEXT, NUMBER, KEY, MOMENT, SPAN, LEVEL = "text", "number", "key", "moment", "span", "level"
_EQUALS = ("=", "!=")
_COMPARES = ("<", ">", "<=", ">=", "=", "!=")
_AROUND = ("<", ">")

VM_STATUS = (
    *("Unassigned", "Down", "Up", "PoweringUp", "Paused", "MigratingFrom", "MigratingTo"),
    *("Unknown", "NotResponding", "WaitForLaunch", "RebootInProgress", "SavingState"),
    *("RestoringState", "Suspended", "ImageIllegal", "ImageLocked", "PoweringDown"),
)
HOST_STATUS = (
    *("Unassigned", "Down", "Maintenance", "Up", "NonResponsive", "Error", "Installing"),
    *("InstallFailed", "Reboot", "PreparingForMaintenance", "NonOperational", "PendingApproval"),
    *("Initializing", "Connecting", "InstallingOS", "Kdumping"),
)
SEVERITY = ("normal", "warning", "error", "alert")
_ARCHITECTURE = ("undefined", "x86_64", "ppc64", "ppc64le", "s390x")
_BIT = ("true", "false")


@dataclass(frozen=True)
class Field:
    """One field: what its values are, and how they may be compared."""

    type: str = TEXT
    values: tuple[str, ...] = ()
    relations: tuple[str, ...] = _EQUALS
    hidden: bool = False
    """Known, but not proposed: a word that begins like it is not waited for."""


def _numbers(*names: str) -> dict[str, Field]:
    return {name: Field(NUMBER, relations=_COMPARES) for name in names}


def _texts(*names: str) -> dict[str, Field]:
    return {name: Field() for name in names}


_VM = {
    **_texts("NAME", "COMMENT", "IP", "HOST", "FQDN", "OS", "ADDRESS", "APPS", "CLUSTER", "POOL"),
    **_texts("LOGGEDINUSER", "TAG", "DATACENTER", "QUOTA", "DESCRIPTION", "NAMESPACE"),
    **_texts("CUSTOM_EMULATED_MACHINE", "CUSTOM_CPU_TYPE", "COMPATIBILITY_LEVEL"),
    **_numbers("CPU_USAGE", "MEM_USAGE", "NETWORK_USAGE", "MEMORY", "GUARANTEED_MEMORY"),
    **_numbers("MIGRATION_PROGRESS_PERCENT", "VCPUS"),
    "STATUS": Field(values=VM_STATUS),
    "TYPE": Field(values=("Desktop", "Server", "HighPerformance")),
    "ARCHITECTURE": Field(values=_ARCHITECTURE),
    "BIOS_TYPE": Field(values=("I440FX_SEA_BIOS", "Q35_SEA_BIOS", "Q35_OVMF", "Q35_SECURE_BOOT")),
    "NEXT_RUN_CONFIG_EXISTS": Field(values=_BIT),
    "HAS_ILLEGAL_IMAGES": Field(values=_BIT),
    "ID": Field(KEY),
    "CREATED_BY_USER_ID": Field(KEY),
    "CUSTOM_COMPATIBILITY_LEVEL": Field(LEVEL),
    "UPTIME": Field(SPAN, relations=_AROUND),
    "CREATIONDATE": Field(MOMENT, relations=_AROUND),
}
_HOST = {
    **_texts("NAME", "COMMENT", "CLUSTER", "ADDRESS", "VERSION", "CPU_MODEL", "TAG", "DATACENTER"),
    **_numbers("CPU_USAGE", "MEM_USAGE", "NETWORK_USAGE", "LOAD", "CPUS", "MEMORY", "CPU_SPEED"),
    **_numbers("ACTIVE_VMS", "COMMITTED_MEM"),
    "MIGRATING_VMS": Field(NUMBER),
    "HA_SCORE": Field(NUMBER),
    "SPM_ID": Field(NUMBER),
    "HW_ID": Field(),
    "STATUS": Field(values=HOST_STATUS),
    "EXTERNAL_STATUS": Field(values=("Ok", "Info", "Warning", "Error", "Failure")),
    "TYPE": Field(values=("RHEL", "oVirtVintageNode", "oVirtNode")),
    "ARCHITECTURE": Field(values=_ARCHITECTURE),
    "UPDATE_AVAILABLE": Field(values=_BIT),
    "ID": Field(KEY, hidden=True),
}
_TEMPLATE = {
    **_texts("NAME", "COMMENT", "OS", "DESCRIPTION", "CLUSTER", "DATACENTER", "QUOTA"),
    **_texts("VERSION_NAME", "TAG"),
    **_numbers("CHILDCOUNT", "MEM"),
    "CREATIONDATE": Field(MOMENT, relations=(*_AROUND, "=")),
    "STATUS": Field(values=("OK", "Locked", "Illegal")),
    "SEALED": Field("bit"),
    "ARCHITECTURE": Field(values=_ARCHITECTURE),
    "_VMT_ID": Field(KEY, hidden=True),
}
_CLUSTER = {
    **_texts("NAME", "DESCRIPTION", "COMMENT", "CPU_TYPE"),
    "ARCHITECTURE": Field(values=_ARCHITECTURE),
    "COMPATIBILITY_LEVEL": Field(LEVEL),
}
_POOL = {
    **_texts("NAME", "DESCRIPTION", "COMMENT", "CLUSTER", "DATACENTER"),
    "TYPE": Field(values=("AUTOMATIC", "MANUAL")),
    "ARCHITECTURE": Field(values=_ARCHITECTURE),
    "ASSIGNED_VM_COUNT": Field(NUMBER),
    "RUNNING_VM_COUNT": Field(NUMBER),
}
_DATA_CENTER = _texts("NAME", "DESCRIPTION", "COMMENT")
_EVENT = {
    **_texts("MESSAGE", "USRNAME", "EVENT_HOST", "EVENT_VM", "EVENT_TEMPLATE", "EVENT_STORAGE"),
    **_texts("EVENT_DATACENTER", "EVENT_VOLUME", "CORRELATION_ID", "ORIGIN"),
    "TYPE": Field(NUMBER),
    "CUSTOM_EVENT_ID": Field(NUMBER),
    "SEVERITY": Field(values=SEVERITY, relations=_COMPARES),
    "TIME": Field(MOMENT, relations=(*_AROUND, "=")),
    "DELETED": Field(values=_BIT),
    "_EVENT_VM_ID": Field(hidden=True),
    "_EVENT_TEMPLATE_ID": Field(hidden=True),
    "_EVENT_HOST_ID": Field(hidden=True),
    "_EVENT_DATACENTER_ID": Field(hidden=True),
    "_EVENT_QUOTA_ID": Field(hidden=True),
    "_EVENT_STORAGE_ID": Field(hidden=True, relations=()),
    "USRID": Field(hidden=True, relations=()),
}
"""The last two are fields that can be compared with nothing: the engine forgot how."""
_USER = {
    **_texts("NAME", "LASTNAME", "USRNAME", "USER_AND_DOMAIN", "LOGIN", "DIRECTORY", "DEPARTMENT"),
    **_texts("TAG", "POOL"),
    "TYPE": Field(values=("User", "Group")),
}
_FIELDS = {
    "vm": _VM,
    "host": _HOST,
    "template": _TEMPLATE,
    "cluster": _CLUSTER,
    "pool": _POOL,
    "datacenter": _DATA_CENTER,
    "event": _EVENT,
    "user": _USER,
}
KINDS = tuple(_FIELDS)
_REFERENCES = {
    "vm": "HOSTS TEMPLATES EVENTS USERS STORAGE VNIC HOST TEMPLATE EVENT USER",
    "host": "VMS TEMPLATES EVENTS USERS STORAGE NIC VM TEMPLATE EVENT USER",
    "template": "VMS HOSTS EVENTS USERS STORAGE VNIC VM HOST EVENT USER",
    "cluster": "DATACENTER STORAGE CLUSTER_NETWORK",
    "datacenter": "CLUSTER STORAGE DISK NETWORK",
    "event": "VMS TEMPLATES USERS CLUSTERS VOLUMES QUOTA VM HOST TEMPLATE USER CLUSTER VOLUME",
}
PLURALS = {
    name + "S": name
    for name in ("VM", "HOST", "TEMPLATE", "EVENT", "USER", "CLUSTER", "VOLUME", "STORAGE")
}
OBJECTS = (
    *("VMS", "POOLS", "HOSTS", "TEMPLATES", "EVENTS", "USERS", "GROUPS", "CLUSTERS", "DISKS"),
    *("DATACENTER", "STORAGE", "VOLUMES", "QUOTA", "NETWORKS", "PROVIDERS", "INSTANCETYPES"),
    *("IMAGETYPES", "SESSIONS", "JOBS", "VNICPROFILES"),
)


@dataclass(frozen=True)
class Words:
    """Those of one kind of object."""

    fields: dict[str, Field]
    references: frozenset[str]

    def begins(self, word: str) -> bool:
        return any(n.startswith(word) for n, field in self.fields.items() if not field.hidden)

    def relations(self, name: str) -> tuple[str, ...]:
        field = self.fields.get(name)
        return field.relations if field else ()

    def takes(self, name: str, value: str) -> bool:
        """Whether the field can have that value at all."""
        field = self.fields[name]
        if field.values:
            return value.upper() in {each.upper() for each in field.values}
        if field.type == NUMBER:
            return value.lstrip("+-").isdigit()
        if field.type == MOMENT:
            return moments.seconds(value) is not None
        return True


@lru_cache
def words_of(kind: str) -> Words:
    """Of objects that this engine does not have, none: they match nothing."""
    references = frozenset(_REFERENCES.get(kind, "").split())
    return Words(_FIELDS.get(kind, {}), references)
