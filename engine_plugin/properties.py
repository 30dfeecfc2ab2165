# SPDX-License-Identifier: Apache-2.0
"""Our custom properties as the engine has to define them.

For `engine-config`, and for whoever checks what is defined. The expressions keep out what cannot
stand in any request, so that a mistyped word is refused in oVirt's own dialog too; the grammar
itself is the core's, and all that it takes they take. They hold no `;`, which would end the
definition, and only what Java and JavaScript read alike; and no two parts beside each other can
take the same characters, so that reading takes linear time.

    engine-config -s "UserDefinedVMProperties=numa_nodeset=^...$" --cver=4.7
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping

DEFINITIONS = {
    "numa_nodeset": (
        r"^\s*((strict|preferred|interleave|restrictive)\s*:\s*)?"
        r"(all\s*|auto\s*(:\s*[0-9]{1,8}\s*)?|[0-9^][0-9,^\s-]*)$"
    ),
    "numa_topology": r"^[a-zA-Z0-9=,/^:\s-]+$",
    "numa_restore": "^(migratable|user_migratable|pinned)(,cpu_tune)?$",
}
"""Name -> expression, which has to match the whole value."""

OPTION = "UserDefinedVMProperties"
LEVELS = ("4.2", "4.3", "4.4", "4.5", "4.6", "4.7", "4.8")


def parse(option: str) -> dict[str, str | None]:
    """The definitions in the option's value; None is a property that may have any value.

    >>> parse("color=^(red|blue)$;note")
    {'color': '^(red|blue)$', 'note': None}
    """
    found: dict[str, str | None] = {}
    for part in option.split(";"):
        name, equals, expression = part.partition("=")
        if name.strip():
            found[name.strip()] = expression if equals else None
    return found


def merged(option: str) -> str:
    """The option's value with our definitions in it, all others as they are.

    >>> merged("note=a;note=b").startswith("note=a;note=b;numa_nodeset=^(")
    True
    """
    return replaced(option, {name: f"{name}={e}" for name, e in DEFINITIONS.items()})


def replaced(option: str, wanted: Mapping[str, str | None]) -> str:
    """The option's value with these definitions, by name; None takes one out.

    Others keep their text and their order, also where one is defined twice. Where one of ours
    is, the last stays, since that is the one that the engine takes.

    >>> replaced("b=1;a;b=2;c=3", {"b": "b=^x$", "d": None})
    'a;b=^x$;c=3'
    """
    left, kept = dict(wanted), []
    for part in reversed(option.split(";")):
        name = part.partition("=")[0].strip()
        if name not in wanted:
            kept.append(part)
        elif (text := left.pop(name, None)) is not None:
            kept.append(text)
    parts = [part for part in reversed(kept) if part.strip()]
    found = ";".join([*parts, *(text for text in left.values() if text is not None)])
    return option if found == option.rstrip(";") else found


def command(option: str, level: str) -> str:
    """What an administrator types on the engine's machine; the engine restarts after it."""
    return (
        f"engine-config -s {shlex.quote(f'{OPTION}={merged(option)}')} --cver={level}"
        " && systemctl restart ovirt-engine"
    )
