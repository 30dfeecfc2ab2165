# SPDX-License-Identifier: Apache-2.0
"""Who imports whom: every import of a package, read from its sources.

An import counts wherever it stands: at the top of a file, in a function (`deferred`), or below
`if TYPE_CHECKING` (`types`). What is imported by a name made at run time is not seen.

    >>> [str(each) for each in imports(ROOT / "numa_domain" / "base" / "units.py")]
    ['numa_domain.base.units -> __future__', 'numa_domain.base.units -> numa_domain.base.errors']
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("numa_domain", "vdsm_hook", "engine_plugin")


@dataclass(frozen=True)
class Import:
    """One name that a file imports."""

    importer: str
    """Dotted name of the file; "a.b.__init__" for a package's own."""
    imported: str
    """Likewise where it is below the root; the module as written for other libraries."""
    line: int
    deferred: bool = False
    types: bool = False

    def __str__(self) -> str:
        return f"{self.importer} -> {self.imported}"


def sources(*packages: str, root: Path = ROOT) -> list[Path]:
    """The Python files of packages (folders below the root), in order."""
    found = [path for name in packages for path in sorted((root / name).rglob("*.py"))]
    return [path for path in found if "node_modules" not in path.parts]


def module(path: Path, root: Path = ROOT) -> str:
    """The dotted name of a file."""
    return ".".join(path.relative_to(root).with_suffix("").parts)


@cache
def tree(path: Path) -> ast.Module:
    """The parsed file."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


@cache
def imports(path: Path, root: Path = ROOT) -> tuple[Import, ...]:
    """All that a file imports, a name each."""
    here = module(path, root)
    return tuple(
        Import(here, name, node.lineno, deferred, types)
        for node, deferred, types in _statements(tree(path).body)
        for name in dict.fromkeys(_names(node, here, root))
    )


def own_imports(package: str, root: Path = ROOT) -> list[Import]:
    """The imports within a package."""
    return [
        each
        for path in sources(package, root=root)
        for each in imports(path, root)
        if each.imported.partition(".")[0] == package and each.imported != each.importer
    ]


def _statements(
    body: Iterable[ast.AST], *, deferred: bool = False, types: bool = False
) -> Iterator[tuple[ast.Import | ast.ImportFrom, bool, bool]]:
    for node in body:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            yield node, deferred, types
            continue
        only_types = isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        inside = deferred or isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        for part in ("body", "handlers", "orelse", "finalbody", "cases"):
            below = getattr(node, part, None)
            if isinstance(below, list):
                typed = types or (only_types and part == "body")
                yield from _statements(below, deferred=inside, types=typed)


def _names(node: ast.Import | ast.ImportFrom, here: str, root: Path) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (_file(alias.name, root) for alias in node.names)
        return
    base = node.module or ""
    if node.level:
        above = here.split(".")[: -node.level]
        base = ".".join([*above, *filter(None, [base])])
    for alias in node.names:
        inner = f"{base}.{alias.name}"
        yield _file(inner if _is_module(inner, root) else base, root)


def _file(name: str, root: Path) -> str:
    """A module's file: a package's is its __init__."""
    return f"{name}.__init__" if root.joinpath(*name.split("."), "__init__.py").is_file() else name


def _is_module(name: str, root: Path) -> bool:
    path = root.joinpath(*name.split("."))
    return path.with_suffix(".py").is_file() or (path / "__init__.py").is_file()
