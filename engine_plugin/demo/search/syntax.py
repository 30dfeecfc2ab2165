# SPDX-License-Identifier: Apache-2.0
"""A search, read the way the engine reads it: character by character, in states.

Decides what is a field, a relation, a value and a bare word, and when a text is no search:
then there is None, and the engine answers with an empty list, not with an error. Its quirks
are kept, since they decide what a client gets: a field at the beginning counts only before a
relation, so `bogus=1` and `cluster.name=x` are bare words; after a value each word that begins
like a keyword is waited for. Knows no table.

    read("vm", "name=db* and status=up")   -> name, =, db*, AND, status, =, up
    read("vm", "name=")                    -> None
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from .words import OBJECTS, PLURALS, Words, words_of

FIELD, RELATION, VALUE, REFERENCE, DOT = "field", "relation", "value", "reference", "dot"
AND, OR, SORT, SORT_FIELD, DIRECTION = "AND", "OR", "SORTBY", "sort field", "direction"
PAGE, PAGE_NUMBER, START = "PAGE", "page number", "start"
_NOT_ALLOWED = frozenset("';")
_EQUALS = ("=", "!=")
_SPACES_COUNT = (RELATION, START, VALUE, AND, OR)


@dataclass(frozen=True)
class Token:
    """One part of a search: what it is, and its text (upper case, unless it is a value)."""

    kind: str
    text: str


class _Malformed(Exception):
    """The engine would find no sense in it."""


def read(kind: str, text: str) -> tuple[Token, ...] | None:
    """The parts of a search for objects of a kind; None where it is not understood."""
    try:
        return _Reader(kind, f" {text}").tokens()
    except _Malformed:
        return None


def _begins(word: str, *keywords: str) -> bool:
    return any(keyword.startswith(word) for keyword in keywords)


class _Reader:
    """The state is the kind of the last token; `_from` is where the next one begins."""

    def __init__(self, kind: str, text: str) -> None:
        self._kind, self._text = kind, text
        self._words = words_of(kind)
        self._tokens: list[Token] = [Token(START, kind)]
        self._from = self._at = 0
        self._valid = True
        self._bare: set[str] = set()

    def tokens(self) -> tuple[Token, ...] | None:
        steps: dict[str, Callable[[str], None]] = {
            START: self._first,
            VALUE: self._after_value,
            AND: self._after_and,
            OR: self._after_and,
            FIELD: self._after_field,
            RELATION: self._after_relation,
            REFERENCE: self._after_reference,
            DOT: self._after_dot,
            SORT: self._after_sort,
            SORT_FIELD: self._after_sort_field,
            DIRECTION: self._after_direction,
            PAGE: self._after_page,
            PAGE_NUMBER: self._after_page_number,
        }
        while self._at < len(self._text):
            char = self._text[self._at]
            if char in _NOT_ALLOWED:
                raise _Malformed
            if char == " " and self._state not in _SPACES_COUNT:
                self._from += 1
            else:
                steps[self._state](self._text[self._from : self._at + 1].upper())
            self._at += 1
        return tuple(self._tokens[1:]) if self._valid else None

    @property
    def _state(self) -> str:
        return self._tokens[-1].kind

    def _add(self, kind: str, text: str) -> None:
        self._tokens.append(Token(kind, text))
        self._from = self._at + 1

    def _back(self, steps: int, kind: str) -> str:
        """The text of an earlier token, where it is of that kind."""
        if len(self._tokens) <= steps or self._tokens[-1 - steps].kind != kind:
            return ""
        return self._tokens[-1 - steps].text

    def _words_back(self, steps: int) -> Words:
        """Those of the object that an earlier token refers to, else of the one searched for."""
        reference = self._back(steps, REFERENCE)
        return words_of(PLURALS.get(reference, reference).lower()) if reference else self._words

    def _first(self, word: str) -> None:
        valid = False
        if word in self._words.fields:
            after = self._text[self._at + 1 : self._at + 2]
            if after and after in " !=<>":
                self._add(FIELD, word)
        elif word in (SORT, PAGE):
            self._add(word, word)
        elif word in self._words.references:
            self._refer(word)
        else:
            if self._value():
                self._bare.add(self._kind)
            valid = True
        self._valid = self._valid and valid

    def _after_and(self, word: str) -> None:
        if word in self._words.fields:
            self._add(FIELD, word)
        elif word in self._words.references:
            self._refer(word)
        elif self._value():
            self._count_bare(self._kind)
            return
        self._valid = False

    def _after_value(self, word: str) -> None:
        word = word.strip()
        if not word:
            return
        if word in self._words.fields:
            self._add(FIELD, word)
        elif word in (SORT, PAGE, AND, OR):
            self._add(word, word)
        elif word in self._words.references:
            self._refer(word)
        elif self._waits_for(word):
            pass
        elif self._value():
            self._count_bare(self._kind)
            return
        self._valid = False

    def _waits_for(self, word: str) -> bool:
        """Whether more of it could make a keyword: it is none of the search's own words then."""
        return self._words.begins(word) or _begins(word, SORT, AND, OR, *OBJECTS)

    def _after_field(self, word: str) -> None:
        relations = self._words_back(2).relations(self._tokens[-1].text)
        if not relations:
            raise _Malformed
        if self._at + 1 < len(self._text) and self._text[self._from : self._at + 2] in relations:
            return
        if word in relations:
            self._tokens.append(Token(RELATION, word))
        elif not _begins(word, *relations):
            raise _Malformed
        self._from = self._at + 1
        self._valid = False

    def _after_relation(self, word: str) -> None:
        if self._value() and self._tokens[-3].kind == REFERENCE:
            reference = self._tokens[-3].text
            self._count_bare(PLURALS.get(reference, reference).lower())

    def _after_reference(self, word: str) -> None:
        if word == ".":
            self._add(DOT, word)
        elif self._text[self._from : self._at + 2] == "!=":
            return
        elif word in _EQUALS:
            self._add(RELATION, word)
        else:
            raise _Malformed

    def _after_dot(self, word: str) -> None:
        words = self._words_back(1)
        if word in words.fields:
            self._add(FIELD, word)
        elif not words.begins(word):
            raise _Malformed

    def _after_sort(self, word: str) -> None:
        if word in self._words.fields:
            self._add(SORT_FIELD, word)
            self._valid = True
        elif not self._words.begins(word):
            raise _Malformed

    def _after_sort_field(self, word: str) -> None:
        if word in ("ASC", "DESC"):
            self._add(DIRECTION, word)
            self._valid = True
        elif not _begins(word, "ASC", "DESC"):
            raise _Malformed

    def _after_direction(self, word: str) -> None:
        if word == PAGE:
            self._add(PAGE, word)
            self._valid = True
        elif not _begins(word, PAGE):
            raise _Malformed

    def _after_page(self, word: str) -> None:
        """What follows the digits is read with them, and the page is then the first."""
        digits = re.match(r"[0-9]+", self._text[self._at :])
        if digits is None:
            raise _Malformed
        end = self._at + len(digits.group())
        self._add(PAGE_NUMBER, self._text[self._at : end + 1])
        self._at = end + 1
        self._valid = True

    def _after_page_number(self, word: str) -> None:
        raise _Malformed

    def _refer(self, word: str) -> None:
        """To another object; an `s` that follows belongs to its name."""
        if self._text[self._at + 1 : self._at + 2].upper() == "S":
            self._at += 1
            word += "S"
        self._add(REFERENCE, word)

    def _count_bare(self, kind: str) -> None:
        """Bare words count once for each object."""
        if kind in self._bare:
            raise _Malformed
        self._bare.add(kind)

    def _value(self) -> bool:
        """Whether a value ends here; it is added then. In quotes, or up to a space."""
        char = self._text[self._at]
        word = self._text[self._from : self._at + 1]
        quoted = '"' in word[:-1]
        complete = False
        if char == '"':
            if not quoted and not re.fullmatch(r'\s*"', word):
                raise _Malformed
            word, complete, quoted = word.strip('"'), quoted, not quoted
        if not complete and not quoted and (char == " " or self._at + 1 == len(self._text)):
            word = word.strip()
            complete = bool(word) and not re.search(r"\s", word)
            if not complete:
                self._from = self._at + 1
        if not complete:
            return False
        field = self._back(1, FIELD)
        if field and not self._words_back(3).takes(field, word):
            raise _Malformed
        self._add(VALUE, word)
        self._valid = True
        return True
