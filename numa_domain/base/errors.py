# SPDX-License-Identifier: Apache-2.0
"""The errors of the core: each says WHAT is wrong, WHERE, and WHAT TO DO.

Decides the form of every refusal and who has to act on it. Knows no NUMA rule: each
rule's own error class stands beside the rule, derived from one of the four bases here.

A class owns the wording, as two templates, and an instance the facts; so a message can be
shown, put into JSON, translated by its `code`, and found in the documentation.

    >>> class PageMissing(HostError):
    ...     what = "node {node} has no {page} pages"
    ...     todo = "reserve some, or ask for another size"
    >>> print(PageMissing("numa_topology, cell 1", node=3, page="1 GiB"))
    numa_topology, cell 1: node 3 has no 1 GiB pages; reserve some, or ask for another size
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any


_LONG = 160
_WINDOW = 80


def excerpt(text: str, at: int = 0) -> str:
    """The text, or the part around offset `at` of one that is too long for a message.

    >>> excerpt("0-1,2-x", 6), len(excerpt("0," * 1000, 500))
    ('0-1,2-x', 86)
    """
    if len(text) <= _LONG:
        return text
    start = max(0, min(at - _WINDOW // 2, len(text) - _WINDOW))
    end = start + _WINDOW
    return f"{'...' if start else ''}{text[start:end]}{'...' if end < len(text) else ''}"


class _Ids(str):
    """Ids in a template: "{cells:cell}" is "cell 3" or "cells 2-3"."""

    def __format__(self, thing: str) -> str:
        many = "s" if "-" in self or "," in self else ""
        return f"{thing}{many} {self!s}" if thing else str(self)


class _Count(int):
    """A number in a template: "{cells:cell}" is "1 cell" or "2 cells"."""

    def __format__(self, thing: str) -> str:
        return f"{int(self)} {thing}{'' if self == 1 else 's'}" if thing else str(int(self))


def _shown(fact: Any) -> Any:
    if isinstance(fact, str):
        return _Ids(excerpt(fact))
    return _Count(fact) if type(fact) is int else fact


class NumaError(Exception):
    """The base class, the one that each shell catches, once.

    `where` is a path for people: a property, a cell, an XPath; each level that an error
    passes on its way up may prepend its own key with `within`. `facts` fill the templates.
    """

    what = "the NUMA settings cannot be used"
    todo = ""
    blames = "request"
    """Who has to act: "request" (the admin's two inputs), "host", or "xml"."""

    def __init__(self, where: str = "", **facts: Any) -> None:
        super().__init__(where)
        self.where = where
        self.facts = facts

    @property
    def code(self) -> str:
        """A name for this kind of error that never changes with its wording."""
        return type(self).__name__

    @property
    def message(self) -> str:
        """What is wrong, without the place and the remedy."""
        return self.what.format(**self._shown())

    @property
    def remedy(self) -> str:
        """What to do about it; may be empty."""
        return self.todo.format(**self._shown())

    def _shown(self) -> dict[str, Any]:
        """The facts as the templates get them: with long texts cut, so that a pasted essay
        cannot push the remedy away, and able to name what they count.
        """
        return {key: _shown(value) for key, value in self.facts.items()}

    @property
    def problems(self) -> tuple[NumaError, ...]:
        """The single problems that this error stands for: itself, unless it is `Problems`."""
        return (self,)

    def within(self, outer: str) -> NumaError:
        """Itself, with the place prefixed by the key of an outer level."""
        self.where = f"{outer}, {self.where}" if self.where else outer
        return self

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        remedy = f"; {self.remedy}" if self.remedy else ""
        return f"{place}{self.message}{remedy}"

    def to_dict(self) -> dict[str, Any]:
        """For JSON: code, blames, where, message, remedy and the facts."""
        return {
            "code": self.code,
            "blames": self.blames,
            "where": self.where,
            "message": self.message,
            "remedy": self.remedy,
            "facts": self.facts,
        }


class RequestError(NumaError):
    """The two inputs are wrong, in themselves or for this VM: who wrote them must act."""


class TextError(RequestError):
    """A text that does not follow its grammar, with the place in it.

    `text` is the whole text, `at` the 0-based offset where it stops making sense, `length`
    how much of it is meant. In the wording, {text!r} is the part that was being read, also
    when the error has moved into a longer text (`in_text`), {piece!r} what is meant of it,
    and {place} the number of its first character.
    """

    def __init__(self, where: str = "", *, text: str, at: int, length: int = 1, **facts: Any):
        super().__init__(where, text=text, at=at, length=length, **facts)
        self.text, self.at, self.length = text, at, length
        self._read_at = at

    def _shown(self) -> dict[str, Any]:
        text, at = self.facts["text"], self._read_at
        piece = excerpt(text[at : at + self.length])
        return {**super()._shown(), "text": excerpt(text, at), "piece": piece, "place": at + 1}

    def caret(self) -> str:
        """The text with a line of carets under the place (for terminals, not for one line)."""
        marks = "^" * max(1, min(self.length, len(self.text) - self.at))
        shown = "".join(c if c.isprintable() else "?" for c in self.text)
        return f"{shown}\n{' ' * self.at}{marks}"

    def in_text(self, outer: str, offset: int) -> TextError:
        """Itself, moved into a longer text in which its own begins at `offset`."""
        self.text, self.at = outer, self.at + offset
        self.facts["at"] = self.at
        return self


class HostError(NumaError):
    """The host lacks what is asked for, or cannot be read: the host's admin must act."""

    blames = "host"


class XMLError(NumaError):
    """The domain XML (or another XML document) is not one that can be worked on."""

    blames = "xml"


class Problems(NumaError):
    """Several problems at once, so that an admin sees every one, not only the first."""

    def __init__(self, problems: Iterable[NumaError]) -> None:
        self._problems = tuple(p for problem in problems for p in problem.problems)
        super().__init__("")

    @property
    def problems(self) -> tuple[NumaError, ...]:
        return self._problems

    def within(self, outer: str) -> NumaError:
        """Itself, with the key before the place of each problem."""
        for problem in self._problems:
            problem.within(outer)
        return self

    @property
    def blames(self) -> str:  # type: ignore[override]  # told by its parts
        return self._problems[0].blames

    def __str__(self) -> str:
        more = len(self._problems) - 1
        return str(self._problems[0]) + (f" (and {more} more)" if more else "")

    def to_dict(self) -> dict[str, Any]:
        first = self._problems[0].to_dict()
        return {**first, "problems": [p.to_dict() for p in self._problems]}


def raise_any(problems: Iterable[NumaError]) -> None:
    """Raise the problem, or all of them as one; nothing where there is none."""
    found = tuple(problems)
    if len(found) == 1:
        raise found[0]
    if found:
        raise Problems(found)
