# SPDX-License-Identifier: Apache-2.0
"""The figures in docs/architecture.md: a package's storeys, each room with what is in it.

What is in it is the first sentence of the docstring of a file, or of a folder's __init__. A line
separates two storeys; imports go down only.

    ─────────────────────────────────────────────────
     topology/    The guest's NUMA cells: which vCPUs and how much memory each of them gets.
    ─────────────────────────────────────────────────
     guest/       The VM: what its domain XML says about CPUs and memory.
"""

from __future__ import annotations

import ast
import re
import textwrap

from .imports import ROOT, tree
from .storeys import Folder, folder

PAGE = ROOT / "docs" / "architecture.md"
_FIGURE = re.compile(r"(<!-- storeys of ([\w.]+) -->\n```\n).*?(\n```\n)", re.DOTALL)
_WIDTH = 98


def current(page: str) -> str:
    """The page with its figures as they should be."""
    return _FIGURE.sub(lambda found: f"{found[1]}{figure(folder(found[2]))}{found[3]}", page)


def figure(each: Folder) -> str:
    """A folder's storeys, the highest first."""
    names = {child: f"{child}/" if _is_folder(each, child) else child for child in each.children}
    shown = [child for child in each.children if not child.startswith("__")]
    width = max(len(names[child]) for child in shown)
    rule = "─" * _WIDTH
    lines = [rule]
    for children in reversed(each.storeys):
        rooms = [child for child in children if child in shown]
        for child in rooms:
            said = textwrap.wrap(_summary(each, child), _WIDTH - width - 3)
            lines.append(f" {names[child].ljust(width)}  {said[0]}")
            lines += [f" {'':{width}}  {more}" for more in said[1:]]
        lines += [rule] if rooms else []
    return "\n".join(lines)


def _is_folder(each: Folder, child: str) -> bool:
    return (ROOT.joinpath(*each.name.split("."), child)).is_dir()


def _summary(each: Folder, child: str) -> str:
    path = ROOT.joinpath(*each.name.split("."), child)
    file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    text = (ast.get_docstring(tree(file)) or "").split("\n\n")[0]
    return " ".join(text.split())
