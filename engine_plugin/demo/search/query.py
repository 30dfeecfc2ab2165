# SPDX-License-Identifier: Apache-2.0
"""A search as SQL: conditions, order and page.

Decides what `name=db* and status=up sortby name desc page 2` finds: AND binds before OR, and
what stands side by side before neither. Knows no syntax and no column.

    >>> Search.parse("vm", "name=db* sortby name desc page 3").offset(100)
    200
    >>> Search.parse("vm", "name=").where()
    ('0', [])
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from ..faults import FAILED, Fault, query_failed
from . import moments, syntax
from .columns import Column, column, reference, stored
from .syntax import Token
from .words import KEY, MOMENT, NUMBER, PLURALS, TEXT, Field, words_of

_Condition = tuple[str, list[Any]]
_ID = re.compile(r"\{?(?:[0-9a-fA-F]{4}-?){7}[0-9a-fA-F]{4}\}?")
_NOT_BARE = ("APPS", "OS")
"""Text fields that are not looked through for a bare word."""


@dataclass(frozen=True)
class Search:
    """A search for objects of one kind; `tokens` is None where it is not understood."""

    kind: str
    tokens: tuple[Token, ...] | None = ()
    case_sensitive: bool = False

    @classmethod
    def parse(cls, kind: str, text: str, case_sensitive: bool = False) -> Search:
        return cls(kind, syntax.read(kind, text), case_sensitive)

    def where(self) -> _Condition:
        """An SQL condition and its values; false for all where the search is not understood."""
        if self.tokens is None:
            return "0", []
        parts: list[str] = []
        values: list[Any] = []
        for at, token in enumerate(self.tokens):
            if token.kind in (syntax.AND, syntax.OR):
                parts.append(token.kind)
            elif token.kind == syntax.VALUE:
                sql, found = self._condition(at)
                parts.append(sql)
                values += found
        return _joined(parts), values

    def order(self) -> str:
        """What follows ORDER BY; empty where the search says nothing of it."""
        name = self._text_of(syntax.SORT_FIELD)
        if not name:
            return ""
        down = self._text_of(syntax.DIRECTION) == "DESC"
        return f"{column(self.kind, name).rank} COLLATE NOCASE {'DESC' if down else 'ASC'}"

    @property
    def page(self) -> int:
        text = self._text_of(syntax.PAGE_NUMBER)
        return int(text) if text.isdigit() else 1

    def offset(self, most: int) -> int:
        """The engine's paging: without `max` a second page is beyond everything."""
        return 0 if self.page <= 1 else (self.page - 1) * (most if most >= 0 else 1 << 40)

    def _text_of(self, kind: str) -> str:
        return next((t.text for t in self.tokens or () if t.kind == kind), "")

    def _condition(self, at: int) -> _Condition:
        """That of the value at a place, told by what stands before it."""
        tokens = self.tokens or ()
        value = tokens[at].text
        before = [token.kind for token in tokens[max(0, at - 4) : at]]
        if not before or before[-1] != syntax.RELATION:
            return self._bare(self.kind, "=", value)
        relation = tokens[at - 1].text
        if before[-2] == syntax.REFERENCE:
            kind = _kind(tokens[at - 2])
            sql, values = self._bare(kind, relation, value)
            return reference(self.kind, kind, sql), values
        if before[-3:-2] != [syntax.DOT]:
            return self._compared(self.kind, tokens[at - 2].text, relation, value)
        kind = _kind(tokens[at - 4])
        sql, values = self._compared(kind, tokens[at - 2].text, relation, value)
        return reference(self.kind, kind, sql), values

    def _bare(self, kind: str, relation: str, value: str) -> _Condition:
        """A word without a field: anywhere in the texts of the object."""
        names = [n for n, f in words_of(kind).fields.items() if f.type == TEXT and not f.values]
        columns = [column(kind, name) for name in names if name not in _NOT_BARE]
        columns = [each for each in columns if each.value != "NULL"]
        test, bound = self._like(f"*{value}*", relation)
        tests = [each.condition(test) for each in columns]
        return f"({' OR '.join(tests) or '0'})", [bound] * len(tests)

    def _compared(self, kind: str, name: str, relation: str, value: str) -> _Condition:
        if (kind, name) == ("user", "USRNAME") and "@" in value:
            name = "USER_AND_DOMAIN"
        field, where = words_of(kind).fields[name], column(kind, name)
        if field.type == KEY:
            _check_id(value)
        if field.type == MOMENT:
            if kind == "vm":
                raise Fault(500, FAILED, "")  # the engine's SQL for it is wrong
            return moments.condition(where.value, relation, value)
        if field.values:
            return _ranked(field, where, relation, value)
        bound: Any = int(value) if field.type == NUMBER else value.lower()
        test = f"{relation} ?"
        if field.type == TEXT:
            test, bound = self._like(value, relation)
        sql = where.condition(test)
        if relation == "!=":
            sql = f"({where.value} IS NULL OR {sql})"
        return sql, [bound]

    def _like(self, value: str, relation: str) -> tuple[str, str]:
        """Text is compared as a pattern, in which only `*` means something."""
        negation = "" if relation == "=" else "NOT "
        if "*" not in value:
            collation = "BINARY" if self.case_sensitive else "NOCASE"
            return f"{'=' if relation == '=' else '!='} ? COLLATE {collation}", value
        if self.case_sensitive:
            parts = [part.replace("[", "[[]").replace("?", "[?]") for part in value.split("*")]
            return f"{negation}GLOB ?", "*".join(parts)
        for char in "\\%_":
            value = value.replace(char, "\\" + char)
        return f"{negation}LIKE ? ESCAPE '\\'", value.replace("*", "%")


def _ranked(field: Field, where: Column, relation: str, value: str) -> _Condition:
    """One of a few words; compared by its rank where the field has an order."""
    name = next(each for each in field.values if each.upper() == value.upper())
    if relation in ("=", "!="):
        sql = where.condition(f"{relation} ?")
        sql = sql if relation == "=" else f"({where.value} IS NULL OR {sql})"
        return sql, [stored(name)]
    return f"{where.rank} {relation} ?", [field.values.index(name)]


def _check_id(value: str) -> None:
    """Of ids the engine knows only how to ask PostgreSQL, which takes nothing else."""
    if not _ID.fullmatch(value):
        raise query_failed(f'ERROR: invalid input syntax for type uuid: "{value}"')


def _kind(token: Token) -> str:
    return PLURALS.get(token.text, token.text).lower()


def _joined(parts: list[str]) -> str:
    """AND first, then OR; what is left holds all together."""
    for word in (syntax.AND, syntax.OR):
        while word in parts:
            at = parts.index(word)
            parts[at - 1 : at + 2] = [f"({parts[at - 1]} {word} {parts[at + 1]})"]
    return " AND ".join(parts) or "1"
