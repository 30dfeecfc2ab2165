# SPDX-License-Identifier: Apache-2.0
"""Where the fields of a search lie in this engine's tables.

Decides the SQL of each field, and how objects refer to each other. What this engine does not
keep (tags, addresses of guests, load) is NULL, so a search for it finds nothing, as before an
engine that has none. Knows no syntax.

    test("vm", "CLUSTER", "=")   -> "cluster IN (SELECT id FROM entity WHERE ... name = ?)"
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..model import DATA_CENTER, DATA_CENTER_DESCRIPTION
from .words import HOST_STATUS, SEVERITY, VM_STATUS

_STATUS_WORDS = {
    "migratingfrom": "migrating",
    "migratingto": "migrating",
    "installingos": "installing_os",
}


@dataclass(frozen=True)
class Column:
    """One field's place."""

    value: str
    """Its value, as SQL."""
    within: str = "{value} {test}"
    """The condition; other than by default where an index can be used so."""
    ranks: tuple[str, ...] = ()
    """Words whose order counts, not their letters."""

    def condition(self, test: str) -> str:
        return self.within.format(value=self.value, test=test)

    @property
    def rank(self) -> str:
        """What the field is sorted and compared by."""
        if not self.ranks:
            return self.value
        cases = " ".join(f"WHEN '{stored(w)}' THEN {i}" for i, w in enumerate(self.ranks))
        return f"CASE {self.value} {cases} END"


def stored(word: str) -> str:
    """The engine's own name of a status, as REST shows it and as it is kept here."""
    known = _STATUS_WORDS.get(word.lower())
    return known or re.sub(r"(?<=[a-z])(?=[A-Z])", "_", word).lower()


def _config(field: str) -> Column:
    return Column(f"json_extract(config, '$.{field}')")


def _data(field: str) -> Column:
    return Column(f"json_extract(data, '$.{field}')")


def _named(column: str, kind: str) -> Column:
    """The name of another entity, whose id is in a column."""
    of = f"FROM entity WHERE kind='{kind}' AND"
    value = f"(SELECT name {of} id = {{table}}.{column})"
    return Column(value, f"{column} IN (SELECT id {of} name {{test}})")


_NOTHING = Column("NULL")
_EMPTY = Column("''")
_CENTER = Column(f"'{DATA_CENTER}'")
_LEVEL = (
    "COALESCE(json_extract(config, '$.compatibility'), (SELECT json_extract(data, '$.level')"
    " FROM entity WHERE kind='cluster' AND id = vm.cluster))"
)
_ARCHITECTURE = Column(
    "(SELECT json_extract(data, '$.architecture') FROM entity WHERE kind='cluster'"
    " AND id = {table}.cluster)"
)
_VM = {
    "NAME": Column("name"),
    "ID": Column("id"),
    "STATUS": Column("status", ranks=VM_STATUS),
    "COMMENT": _config("comment"),
    "DESCRIPTION": _config("description"),
    "CLUSTER": _named("cluster", "cluster"),
    "HOST": _named("host", "host"),
    "POOL": _named("pool", "pool"),
    "MEMORY": _config("memory_mb"),
    "GUARANTEED_MEMORY": _config("guaranteed_mb"),
    "VCPUS": Column(" * ".join(_config(f).value for f in ("sockets", "cores", "threads"))),
    "OS": _config("os"),
    "TYPE": _config("kind"),
    "ARCHITECTURE": _ARCHITECTURE,
    "DATACENTER": _CENTER,
    "QUOTA": _CENTER,
    "COMPATIBILITY_LEVEL": Column(_LEVEL),
    "CUSTOM_COMPATIBILITY_LEVEL": _config("compatibility"),
    "NEXT_RUN_CONFIG_EXISTS": Column("(CASE WHEN pending IS NULL THEN 'false' ELSE 'true' END)"),
    "HAS_ILLEGAL_IMAGES": Column("'false'"),
    "CREATIONDATE": _config("created"),
    **{name: Column("0") for name in ("CPU_USAGE", "MEM_USAGE", "NETWORK_USAGE")},
}
_HOST = {
    "NAME": Column("name"),
    "ID": Column("id"),
    "STATUS": Column("status", ranks=HOST_STATUS),
    "COMMENT": _EMPTY,
    "CLUSTER": _named("cluster", "cluster"),
    "ADDRESS": _data("address"),
    "CPU_MODEL": _data("topology"),
    "ARCHITECTURE": _ARCHITECTURE,
    "DATACENTER": _CENTER,
    "EXTERNAL_STATUS": Column("'ok'"),
    "UPDATE_AVAILABLE": Column("'false'"),
    "ACTIVE_VMS": Column("(SELECT COUNT(*) FROM vm WHERE host = entity.id)"),
    **{name: Column("0") for name in ("CPU_USAGE", "MEM_USAGE", "NETWORK_USAGE", "LOAD")},
}
_TEMPLATE = {
    "NAME": Column("name"),
    "_VMT_ID": Column("id"),
    "COMMENT": _data("comment"),
    "DESCRIPTION": _data("description"),
    "CLUSTER": _named("cluster", "cluster"),
    "OS": _data("os"),
    "MEM": _data("memory_mb"),
    "CHILDCOUNT": Column("(SELECT COUNT(*) FROM vm WHERE template = entity.id)"),
    "STATUS": Column("'ok'"),
    "ARCHITECTURE": _ARCHITECTURE,
    "DATACENTER": _CENTER,
    "QUOTA": _CENTER,
    "CREATIONDATE": _data("created"),
}
_CLUSTER = {
    "NAME": Column("name"),
    "COMMENT": _EMPTY,
    "DESCRIPTION": _data("description"),
    "CPU_TYPE": _data("cpu"),
    "ARCHITECTURE": _data("architecture"),
    "COMPATIBILITY_LEVEL": _data("level"),
}
_RUNNING = "(SELECT NULLIF(COUNT(*), 0) FROM vm WHERE pool = entity.id AND status != 'down')"
_POOL = {
    "NAME": Column("name"),
    "COMMENT": _EMPTY,
    "DESCRIPTION": _data("description"),
    "CLUSTER": _named("cluster", "cluster"),
    "DATACENTER": _CENTER,
    "ARCHITECTURE": _ARCHITECTURE,
    "TYPE": Column("'automatic'"),
    "ASSIGNED_VM_COUNT": Column("(SELECT COUNT(*) FROM vm WHERE pool = entity.id)"),
    "RUNNING_VM_COUNT": Column(_RUNNING),
}
_DATA_CENTER = {
    "NAME": _CENTER,
    "COMMENT": _EMPTY,
    "DESCRIPTION": Column(f"'{DATA_CENTER_DESCRIPTION}'"),
}
_LOGIN, _DOMAIN = "substr(name, 1, instr(name, '@') - 1)", "substr(name, instr(name, '@') + 1)"
_DIRECTORY = f"{_DOMAIN} || CASE {_DOMAIN} WHEN 'internal' THEN '-authz' ELSE '' END"
_USER = {
    **{name: Column(f"({_LOGIN})") for name in ("NAME", "USRNAME", "LOGIN")},
    "USER_AND_DOMAIN": Column(f"({_LOGIN} || '@' || {_DIRECTORY})"),
    "DIRECTORY": Column(f"({_DIRECTORY})"),
    "LASTNAME": _EMPTY,
    "DEPARTMENT": _EMPTY,
    "TYPE": Column("'user'"),
}
_EVENT = {
    "MESSAGE": Column("text"),
    "TYPE": Column("code"),
    "SEVERITY": Column("severity", ranks=SEVERITY),
    "TIME": Column("time"),
    "USRNAME": Column("user"),
    "CORRELATION_ID": Column("correlation"),
    "ORIGIN": Column("'oVirt'"),
    "CUSTOM_EVENT_ID": Column("-1"),
    "DELETED": Column("'false'"),
    "EVENT_VM": Column("vm_name"),
    "EVENT_HOST": Column("host_name"),
    "EVENT_TEMPLATE": Column("template_name"),
    "_EVENT_VM_ID": Column("vm"),
    "_EVENT_HOST_ID": Column("host"),
    "_EVENT_TEMPLATE_ID": Column("template"),
}
_COLUMNS = {
    "vm": _VM,
    "host": _HOST,
    "template": _TEMPLATE,
    "cluster": _CLUSTER,
    "pool": _POOL,
    "event": _EVENT,
    "user": _USER,
    "datacenter": _DATA_CENTER,
}
_TABLES = {"vm": "vm", "event": "event"}
_ENTITIES = "SELECT id FROM entity WHERE kind='{kind}' AND {condition}"
_REFERENCES = {
    ("vm", "host"): "host IN (" + _ENTITIES + ")",
    ("vm", "template"): "template IN (" + _ENTITIES + ")",
    ("vm", "event"): "id IN (SELECT vm FROM event WHERE {condition})",
    ("host", "vm"): "id IN (SELECT host FROM vm WHERE {condition})",
    ("host", "event"): "id IN (SELECT host FROM event WHERE {condition})",
    ("template", "vm"): "id IN (SELECT template FROM vm WHERE {condition})",
    ("template", "event"): "id IN (SELECT template FROM event WHERE {condition})",
    ("event", "vm"): "vm IN (SELECT id FROM vm WHERE {condition})",
    ("event", "host"): "host IN (" + _ENTITIES + ")",
    ("event", "template"): "template IN (" + _ENTITIES + ")",
    ("event", "cluster"): "cluster IN (" + _ENTITIES + ")",
}


def column(kind: str, field: str) -> Column:
    found = _COLUMNS.get(kind, {}).get(field, _NOTHING)
    table = _TABLES.get(kind, "entity")
    return Column(found.value.replace("{table}", table), found.within, found.ranks)


def reference(kind: str, other: str, condition: str) -> str:
    """That an object refers to one of another kind for which a condition holds."""
    form = _REFERENCES.get((kind, other), "0")
    return form.format(kind=other, condition=condition)
