# SPDX-License-Identifier: Apache-2.0
"""Custom properties: which names and values the engine takes, and with which words it refuses.

Decides after CustomPropertiesUtils and VmPropertiesUtils: definitions per compatibility
level, values matched whole by Java regular expressions, 4000 characters for all of a VM's
properties. Knows no property of its own beyond the engine's predefined ones.

    >>> defined = Definitions.parse("numa_nodeset=^[0-9,-]+$;note", "4.7")
    >>> defined.problems("numa_nodeset=0-1;note=any = text")
    []
    >>> defined.problems("numa_nodeset=x;color=red", action="edit")[0]
    'Cannot edit VM if some of the specified custom properties are not configured by the system. \
The keys are: color'
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from . import hashmap

PREDEFINED = (
    ((0, 0), "sap_agent=^(true|false)$;sndbuf=^[0-9]+$;hugepages=^[0-9]+$"),
    ((0, 0), "vhost=^(([a-zA-Z0-9_-]*):(true|false))(,(([a-zA-Z0-9_-]*):(true|false)))*$"),
    ((0, 0), "viodiskcache=^(none|writeback|writethrough)$"),
    ((4, 4), "scsi_hostdev=^(scsi_generic|scsi_block|scsi_hd|virtio_blk_pci)$"),
    ((4, 4), "nvram_template=^.*$"),
    ((4, 6), "extra_cpu_flags=^([+-]?[a-zA-Z0-9_-]+)(,[+-]?[a-zA-Z0-9_-]+)*$"),
)
"""The engine's own properties, and since which compatibility level."""
LONGEST = 4000
"""Of vm_static.userdefined_properties, all properties of a VM together."""

_SYNTAX = re.compile(r"([a-z_A-Z0-9]+=[^;]*(;[a-z_A-Z0-9]+=[^;]*)*;?)?")
_WHOLE = "Cannot {action} {type} if "
_KEYS = _WHOLE + "some of the specified custom properties are not configured by the system."
_VALUES = _WHOLE + "some of the specified custom properties have illegal values."
_FORMAT = _WHOLE + "custom properties are in invalid format. Please check the input."


@dataclass(frozen=True)
class Definitions:
    """What may be set at one compatibility level."""

    user: dict[str, str]
    predefined: dict[str, str]

    @classmethod
    def parse(cls, text: str, level: str) -> Definitions:
        """Of a UserDefinedVMProperties value: `key=expression;key`; the last of a key wins."""
        at = tuple(map(int, level.split(".")))
        own = ";".join(defined for since, defined in PREDEFINED if since <= at)
        return cls(_definitions(text), _definitions(own))

    def problems(self, text: str, *, action: str = "edit", type_: str = "VM") -> list[str]:
        """The engine's messages about a VM's properties; none where all is well."""
        if not _SYNTAX.fullmatch(text):
            return [_FORMAT.format(action=action, type=type_)]
        unknown, wrong = self._refused(pairs(text))
        said = []
        for keys, words in ((unknown, _KEYS), (wrong, _VALUES)):
            if keys:
                found = words.format(action=action, type=type_)
                said.append(f"{found} The keys are: {','.join(sorted(keys))}")
        return said

    def taken(self, text: str) -> tuple[tuple[str, str], ...]:
        """What of the properties the engine keeps, in its order: predefined ones first, each
        kind in that of a HashMap.

        Unknown names and illegal values are dropped without a word; so it does at VM start
        and before it looks at permissions.
        """
        given = pairs(text)
        unknown, wrong = self._refused(given)
        kept = {k: v for k, v in given.items() if k not in unknown | wrong}
        own = hashmap.in_order(key for key in kept if key in self.user)
        others = hashmap.in_order(key for key in kept if key not in self.user)
        return tuple((key, kept[key]) for key in (*others, *own))

    def too_long(self, text: str) -> bool:
        """Whether the user's own properties exceed their column."""
        mine = [pair for pair in pairs(text).items() if pair[0] in self.user]
        return len(joined(mine)) > LONGEST

    def _refused(self, given: dict[str, str]) -> tuple[set[str], set[str]]:
        rules = {**self.predefined, **self.user}
        unknown = given.keys() - rules.keys()
        wrong = {k for k in given.keys() - unknown if not java_matches(rules[k], given[k])}
        return unknown, wrong


def sent_text(properties: Sequence[tuple[str, str]]) -> str:
    """As REST hands a request's properties to the engine: a `;` after each."""
    return "".join(f"{name}={value};" for name, value in properties)


def splits(text: str) -> bool:
    """Whether the engine's own splitting survives it: it takes for granted that each part has
    a `=`. Empty parts at the end do not count, as in Java's String.split."""
    parts = text.rstrip(";").split(";")
    return all("=" in part for part in parts) or parts == [""]


def joined(properties: list[tuple[str, str]] | tuple[tuple[str, str], ...]) -> str:
    """The engine's own form of a VM's properties: there is no escaping."""
    return ";".join(f"{name}={value}" for name, value in properties)


def pairs(text: str) -> dict[str, str]:
    """Back from the engine's form: a value with a `;` has become two properties by then."""
    parts = (part.partition("=") for part in text.split(";") if "=" in part)
    return {name: value for name, _, value in parts}


def java_matches(expression: str, value: str) -> bool:
    """Java's String.matches: the whole value, ASCII classes, `.` stops at line ends."""
    return _compiled(expression).fullmatch(value) is not None


@lru_cache(maxsize=256)
def _compiled(expression: str) -> re.Pattern[str]:
    translated = re.sub(
        r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|(\.)",
        lambda m: r"[^\n\r\u0085\u2028\u2029]" if m.group(1) else m.group(),
        expression,
        flags=re.DOTALL,
    )
    return re.compile(translated, re.ASCII)


def _definitions(text: str) -> dict[str, str]:
    found = {}
    for part in text.split(";"):
        name, equals, expression = part.partition("=")
        if name:
            found[name] = expression if equals else "[^;]*"
    return found
