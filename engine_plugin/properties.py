# SPDX-License-Identifier: Apache-2.0
"""Our custom properties as the engine has to define them.

Decides names and expressions, for `engine-config` and for whoever checks what is defined. The
expressions keep out what cannot stand in any request, so that a mistyped word is refused in
oVirt's own dialog too; the grammar itself is the core's. They hold no `;`, which would end the
definition, and only what Java and JavaScript read alike.

    engine-config -m "UserDefinedVMProperties=numa_nodeset=^...$" --cver=4.7
"""

from __future__ import annotations

DEFINITIONS = {
    "numa_nodeset": (
        "^((strict|preferred|interleave|restrictive) *: *)?"
        "(all|auto( *: *[0-9]{1,5})?|[0-9, ^-]{1,200})$"
    ),
    "numa_topology": "^[a-zA-Z0-9 =,/^:-]{1,3000}$",
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

    >>> merged("note").startswith("note;numa_nodeset=^(")
    True
    """
    found = {**parse(option), **DEFINITIONS}
    parts = (name if e is None else f"{name}={e}" for name, e in found.items())
    return ";".join(parts)


def command(option: str, level: str) -> str:
    """What an administrator types on the engine's machine; the engine restarts after it."""
    return (
        f"engine-config -s '{OPTION}={merged(option)}' --cver={level}"
        " && systemctl restart ovirt-engine"
    )
