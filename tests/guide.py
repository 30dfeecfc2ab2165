# SPDX-License-Identifier: Apache-2.0
"""The messages of docs/3am.md and those of the code, side by side.

Decides which classes are messages, and how a row of the guide's tables looks. The columns
"says" and "remedy" come from the classes; "means" is written by hand, and kept.

    python -m tests.guide          # bring the tables of docs/3am.md up to date, name what lacks
"""

from __future__ import annotations

import importlib
import pkgutil
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import numa_domain
import vdsm_hook
from numa_domain.base.errors import NumaError

GUIDE = Path(__file__).parent.parent / "docs" / "3am.md"
START, END = "<!-- messages -->", "<!-- end of messages -->"
HEAD = "| code | says | means | remedy |\n|---|---|---|---|"
PARTS = {
    "In the engine's event log: the request": ("request", "base"),
    "In the engine's event log: the request and this VM": ("topology",),
    "In the engine's event log: the host": ("placement", "sysfs"),
    "In the engine's event log: the VM's XML": ("domxml",),
    "From the service numa-affinity, in the host's journal": ("affinity",),
    "From numa-hook": ("host_problems", "refused_report", "packaged"),
    "In the engine's event log: the hook itself": ("vdsm_hook",),
    "From numa-domain verify, metrics and report": (
        *("observed", "running_vms", "live_xml", "metrics", "hook_state"),
    ),
    "From numa-domain host --advise, and on the host's page": ("host.advice",),
    "From the other commands": ("commands", "capabilities", "json_format", "json_values"),
}
"""The headings, and the modules whose messages stand below them."""


def messages() -> list[type[NumaError]]:
    """The classes that say something: all that inherit no wording unchanged."""
    for package in (numa_domain, vdsm_hook):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.endswith("__main__"):
                importlib.import_module(module.name)
    ours = (c for c in set(_walk(NumaError)) if c.__module__.startswith(("numa_", "vdsm_")))
    return sorted((c for c in ours if c.what != NumaError.what), key=lambda c: c.__name__)


def _walk(base: type[NumaError]) -> Iterator[type[NumaError]]:
    for each in base.__subclasses__():
        yield each
        yield from _walk(each)


def row(message: type[NumaError], means: str) -> str:
    """A row of a table."""
    return f"| `{message.__name__}` | {_cell(message.what)} | {means} | {_cell(message.todo)} |"


def _cell(template: str) -> str:
    """A template for people: its facts in italics by their names."""
    text = template.replace("{{", "\0").replace("}}", "\1")
    text = re.sub(r"\{(\w+)[^}]*\}", lambda m: f"*{m[1]}*", text)
    text = text.replace("\0", "{").replace("\1", "}").replace("|", "\\|")
    return text.replace("<", "&lt;")


def meanings(text: str) -> dict[str, str]:
    """What the guide says by hand, by code."""
    rows = re.findall(r"^\| `(\w+)` \| (.*) \|$", text, re.MULTILINE)
    return {code: re.split(r"(?<!\\) \| ", rest)[1].strip() for code, rest in rows}


def tables(known: dict[str, str]) -> str:
    """All tables, with the meanings that are known."""
    left = {message.__name__: message for message in messages()}
    parts = []
    for heading, modules in PARTS.items():
        mine = [
            m
            for m in left.values()
            if any(f".{m.__module__}.".find(f".{name}.") >= 0 for name in modules)
        ]
        rows = [row(left.pop(m.__name__), known.get(m.__name__, "")) for m in mine]
        parts.append("\n".join([f"### {heading}", "", HEAD, *rows]))
    assert not left, f"name the modules of {sorted(left)} in PARTS"
    return "\n\n".join(parts)


def current(text: str) -> str:
    """The guide as it should be."""
    before, _, rest = text.partition(START)
    _, _, after = rest.partition(END)
    return f"{before}{START}\n\n{tables(meanings(text))}\n\n{END}{after}"


def main() -> int:
    text = GUIDE.read_text(encoding="utf-8")
    new = current(text)
    GUIDE.write_text(new, encoding="utf-8")
    lacking = [code for code, means in meanings(new).items() if not means]
    if lacking:
        print(f"write what these mean: {', '.join(lacking)}", file=sys.stderr)
    return 1 if lacking else 0


if __name__ == "__main__":
    sys.exit(main())
