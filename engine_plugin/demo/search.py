# SPDX-License-Identifier: Apache-2.0
"""The engine's search language, the part that clients of a REST API use.

Decides what `name=db* and status=up sortby name desc page 2` means, and the SQL for it.
Knows no table beyond its columns' names. Differs from the engine in that a field that is
not known here is refused: the engine knows many more.

    >>> Search.parse("name=db* sortby name desc page 3").offset(100)
    200
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from .faults import FAILED, Fault
from .model import DATA_CENTER

_NAMED = "IN (SELECT id FROM entity WHERE kind='{kind}' AND name {{op}})"
_CONFIG = "json_extract(config, '$.{field}') {{op}}"
_FIELDS: dict[str, dict[str, str]] = {
    "vm": {
        "name": "name {op}",
        "id": "id {op}",
        "status": "status {op}",
        "cluster": "cluster " + _NAMED.format(kind="cluster"),
        "host": "host " + _NAMED.format(kind="host"),
        "template": "template " + _NAMED.format(kind="template"),
        "pool": "pool " + _NAMED.format(kind="pool"),
        "description": _CONFIG.format(field="description"),
        "comment": _CONFIG.format(field="comment"),
    },
    "event": {
        "id": "id {op}",
        "severity": "severity {op}",
        "message": "text {op}",
        "type": "code {op}",
        "event_vm": "vm IN (SELECT id FROM vm WHERE name {op})",
        "vm.name": "vm IN (SELECT id FROM vm WHERE name {op})",
        "vm.id": "vm {op}",
        "event_host": "host " + _NAMED.format(kind="host"),
        "host.name": "host " + _NAMED.format(kind="host"),
        "usrname": "user {op}",
        "time": "time {op}",
    },
}
_ENTITY = {
    "name": "name {op}",
    "id": "id {op}",
    "status": "status {op}",
    "cluster": "cluster " + _NAMED.format(kind="cluster"),
    "datacenter": f"'{DATA_CENTER}' {{op}}",
    "vm.name": "id IN (SELECT template FROM vm WHERE name {op})",
}
_TOKEN = re.compile(r'\s*(?:"([^"]*)"|(!=|>=|<=|=|>|<)|([^\s=<>!"]+))')
_COMPARE = ("=", "!=", "<", ">", "<=", ">=")


@dataclass(frozen=True)
class Condition:
    """One comparison; without a field the value is looked for everywhere."""

    field: str
    op: str
    value: str


@dataclass(frozen=True)
class Search:
    """A parsed search: alternatives of conditions that hold together, an order, a page."""

    any_of: tuple[tuple[Condition, ...], ...] = ()
    sort: str = ""
    descending: bool = False
    page: int = 1
    case_sensitive: bool = False

    @classmethod
    def parse(cls, text: str, case_sensitive: bool = False) -> Search:
        """Read a search; a mistake is a fault 400, as from the engine."""
        words = _words(text)
        words, page = _take(words, "page", 1)
        words, sort = _take(words, "sortby", 2)
        down = len(sort) > 1 and sort[1].lower() == "desc"
        return cls(
            _alternatives(words, text),
            sort[0].lower() if sort else "",
            down,
            int(page[0]) if page and page[0].isdigit() else 1,
            case_sensitive,
        )

    def where(self, kind: str) -> tuple[str, list[Any]]:
        """An SQL condition and its values."""
        values: list[Any] = []
        alternatives = []
        for together in self.any_of:
            parts = []
            for condition in together:
                sql, found = self._sql(condition, kind)
                parts.append(sql)
                values += found
            alternatives.append(" AND ".join(parts))
        return f"({' OR '.join(alternatives) or '1'})", values

    def order(self, kind: str) -> str:
        if not self.sort:
            return ""
        column = _column(kind, self.sort).partition(" ")[0]
        return f"{column} COLLATE NOCASE {'DESC' if self.descending else 'ASC'}"

    def offset(self, most: int) -> int:
        """The engine's paging: without `max` a second page is beyond everything."""
        return 0 if self.page <= 1 else (self.page - 1) * (most if most >= 0 else 1 << 40)

    def _sql(self, condition: Condition, kind: str) -> tuple[str, list[Any]]:
        if not condition.field:
            texts = ["message"] if kind == "event" else ["name"]
            texts += ["description", "comment"] if kind == "vm" else []
            likes = [_column(kind, f).format(op="LIKE ?") for f in texts]
            return f"({' OR '.join(likes)})", [f"%{condition.value}%"] * len(likes)
        value, op = condition.value, condition.op
        if "*" in value and op in ("=", "!="):
            like = "GLOB ?" if self.case_sensitive else "LIKE ?"
            value = value if self.case_sensitive else value.replace("*", "%")
            op = like if op == "=" else f"NOT {like}"
        else:
            op += " ? COLLATE " + ("BINARY" if self.case_sensitive else "NOCASE")
        return _column(kind, condition.field).format(op=op), [value]


def _words(text: str) -> list[str]:
    """Words with their quotes kept as a leading mark, so that "and" in quotes is a value."""
    words, at = [], 0
    while at < len(text.rstrip()):
        found = _TOKEN.match(text, at)
        if not found:
            raise _wrong(text)
        quoted, op, word = found.groups()
        words.append(f'"{quoted}' if quoted is not None else op or word)
        at = found.end()
    return words


def _take(words: list[str], key: str, count: int) -> tuple[list[str], list[str]]:
    """The words without `key` and the words after it, and those."""
    for i, word in enumerate(words):
        if word.lower() == key:
            return words[:i] + words[i + 1 + count :], words[i + 1 : i + 1 + count]
    return words, []


def _alternatives(words: list[str], text: str) -> tuple[tuple[Condition, ...], ...]:
    groups: list[list[Condition]] = [[]]
    at = 0
    while at < len(words):
        word = words[at]
        if word.lower() == "or":
            groups.append([])
            at += 1
        elif word.lower() == "and":
            at += 1
        elif word in _COMPARE:
            raise _wrong(text)
        elif at + 1 < len(words) and words[at + 1] in _COMPARE:
            if at + 2 >= len(words):
                raise _wrong(text)
            groups[-1].append(Condition(word.lower(), words[at + 1], words[at + 2].lstrip('"')))
            at += 3
        else:
            groups[-1].append(Condition("", "", word.lstrip('"')))
            at += 1
    return tuple(tuple(group) for group in groups if group)


def _column(kind: str, field: str) -> str:
    columns = _FIELDS.get(kind, _ENTITY)
    if field not in columns:
        raise Fault(400, FAILED, f"The search field '{field}' is not known for this collection")
    return columns[field]


def _wrong(text: str) -> Fault:
    return Fault(400, FAILED, f"Invalid search query: {text}")
