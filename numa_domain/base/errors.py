# SPDX-License-Identifier: Apache-2.0
"""The form of every error: WHAT is wrong, WHERE, and WHAT TO DO.

A class holds the wording, as two templates; an instance holds the facts that fill them. So a
message can be shown, put into JSON, translated by its `code`, and looked up in the documentation.
Each rule has an error class of its own, beside the rule, derived from one of the bases here. The
base says who has to act: who wrote the request, who runs the host, or who made the XML.

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
    """The text; of one that is too long for a message the part around offset `at`.

    >>> excerpt("0-1,2-x", 6), len(excerpt("0," * 1000, 500))
    ('0-1,2-x', 86)
    """
    if len(text) <= _LONG:
        return text
    start = max(0, min(at - _WINDOW // 2, len(text) - _WINDOW))
    end = start + _WINDOW
    return f"{'...' if start else ''}{text[start:end]}{'...' if end < len(text) else ''}"


class _Ids(str):
    """Ids in a template: "{cells:cell}" becomes "cell 3" or "cells 2-3"."""

    def __format__(self, thing: str) -> str:
        many = "s" if "-" in self or "," in self else ""
        return f"{thing}{many} {self!s}" if thing else str(self)


class _Count(int):
    """A count in a template: "{cells:cell}" becomes "1 cell" or "2 cells"."""

    def __format__(self, thing: str) -> str:
        return f"{int(self)} {thing}{'' if self == 1 else 's'}" if thing else str(int(self))


def _for_template(fact: Any) -> Any:
    if isinstance(fact, str):
        return _Ids(excerpt(fact))
    return _Count(fact) if type(fact) is int else fact


class NumaError(Exception):
    """The base class. Hook, command line and service each catch it in one place.

    `where` is a path for people: a property, a cell, an XPath. Code that an error passes on its way
    up may put its own key in front with `within`. `facts` fill the templates.
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
        """A name for this kind of error. It stays the same when the wording changes."""
        return type(self).__name__

    @property
    def message(self) -> str:
        """What is wrong, without the place and the remedy."""
        return self.what.format(**self.template_facts())

    @property
    def remedy(self) -> str:
        """What to do about it; may be empty."""
        return self.todo.format(**self.template_facts())

    def template_facts(self) -> dict[str, Any]:
        """The facts as the templates get them: long texts are cut, so that the remedy is not pushed
        out of sight, and ids and counts can name what they count.
        """
        return {key: _for_template(value) for key, value in self.facts.items()}

    @property
    def problems(self) -> tuple[NumaError, ...]:
        """The single errors that this one stands for: itself, unless it is `Problems`."""
        return (self,)

    def within(self, outer: str) -> NumaError:
        """Put an outer key in front of the place, and return the error."""
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
    """The two inputs are wrong, in themselves or for this VM. Who wrote them must act."""


class TextError(RequestError):
    """A text does not follow its grammar.

    `text` is the whole text, `at` the 0-based offset of what is wrong, `length` how many characters
    of it are. In the wording, {text!r} is the text that was being parsed, also after `in_text` has
    put it into a longer one; {piece!r} is the part that is wrong, and {place} the 1-based number of
    its first character.
    """

    def __init__(self, where: str = "", *, text: str, at: int, length: int = 1, **facts: Any):
        super().__init__(where, text=text, at=at, length=length, **facts)
        self.text, self.at, self.length = text, at, length
        self._read_at = at

    def template_facts(self) -> dict[str, Any]:
        text, at = self.facts["text"], self._read_at
        piece = excerpt(text[at : at + self.length])
        return {
            **super().template_facts(),
            "text": excerpt(text, at),
            "piece": piece,
            "place": at + 1,
        }

    def caret(self) -> str:
        """Two lines for a terminal: the text, and carets under the part that is wrong."""
        marks = "^" * max(1, min(self.length, len(self.text) - self.at))
        shown = "".join(c if c.isprintable() else "?" for c in self.text)
        return f"{shown}\n{' ' * self.at}{marks}"

    def in_text(self, outer: str, offset: int) -> TextError:
        """Move into a longer text, in which this one starts at `offset`; return the error."""
        self.text, self.at = outer, self.at + offset
        self.facts["at"] = self.at
        return self


class HostError(NumaError):
    """The host lacks what was asked for, or cannot be read. The host's admin must act."""

    blames = "host"


class XMLError(NumaError):
    """The domain XML, or another XML document, cannot be used."""

    blames = "xml"


class Problems(NumaError):
    """Several errors at once, so that an admin sees all of them and not only the first."""

    def __init__(self, problems: Iterable[NumaError]) -> None:
        self._problems = tuple(p for problem in problems for p in problem.problems)
        super().__init__("")

    @property
    def problems(self) -> tuple[NumaError, ...]:
        return self._problems

    def within(self, outer: str) -> NumaError:
        """Put an outer key in front of the place of each; return the error."""
        for problem in self._problems:
            problem.within(outer)
        return self

    @property
    def blames(self) -> str:  # type: ignore[override]  # the first problem's
        return self._problems[0].blames

    def __str__(self) -> str:
        more = len(self._problems) - 1
        return str(self._problems[0]) + (f" (and {more} more)" if more else "")

    def to_dict(self) -> dict[str, Any]:
        first = self._problems[0].to_dict()
        return {**first, "problems": [p.to_dict() for p in self._problems]}


def raise_any(problems: Iterable[NumaError]) -> None:
    """Raise the error if there is one, `Problems` if there are several; return if there is none."""
    found = tuple(problems)
    if len(found) == 1:
        raise found[0]
    if found:
        raise Problems(found)
