# SPDX-License-Identifier: Apache-2.0
"""The storeys of a package: which file or folder of it stands on which others.

Read from the folders alone. The children of a folder are its files and its subfolders, a
subfolder with all that is in it as one. A child that imports no sibling is on storey 0, every
other one storey above the highest that it imports; children that import each other in a circle
are a knot, and share a storey.

    >>> folder("numa_domain").storeys[0]
    ['base']
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from .imports import ROOT, Import, module, own_imports, sources


@dataclass(frozen=True)
class Folder:
    """A folder's children and the imports among them."""

    name: str
    """Dotted: "numa_domain.placement"."""
    children: tuple[str, ...]
    arrows: Mapping[tuple[str, str], tuple[Import, ...]]
    """(importing child, imported child) -> the imports that it is made of."""

    def below(self, child: str) -> list[str]:
        """The siblings that a child imports."""
        return sorted(lower for upper, lower in self.arrows if upper == child)

    @property
    def knots(self) -> list[list[str]]:
        """The sets of children that import each other in a circle."""
        return [group for group in groups(self.children, self.arrows) if len(group) > 1]

    @property
    def storeys(self) -> list[list[str]]:
        """The children by storey, the lowest first."""
        level: dict[str, int] = {}
        for group in groups(self.children, self.arrows):  # each after all that it imports
            under = {low for child in group for low in self.below(child)} - set(group)
            for child in group:
                level[child] = 1 + max((level[low] for low in under), default=-1)
        return [
            sorted(child for child in level if level[child] == number)
            for number in range(max(level.values(), default=-1) + 1)
        ]


def folder(name: str) -> Folder:
    """One folder of a package."""
    return next(each for each in folders(name.partition(".")[0]) if each.name == name)


def folders(package: str, root: Path = ROOT) -> list[Folder]:
    """A package and all its folders, each outer one before those in it."""
    modules = [module(path, root) for path in sources(package, root=root)]
    found = own_imports(package, root)
    names = {each.rpartition(".")[0] for each in modules}
    return [_folder(name, modules, found) for name in sorted(names)]


def _folder(name: str, modules: list[str], found: list[Import]) -> Folder:
    arrows: dict[tuple[str, str], tuple[Import, ...]] = {}
    for each in found:
        upper, lower = _child(name, each.importer), _child(name, each.imported)
        if upper and lower and upper != lower:
            arrows[upper, lower] = (*arrows.get((upper, lower), ()), each)
    children = {_child(name, each) for each in modules} - {""}
    bare = {"__init__"} - {child for arrow in arrows for child in arrow}  # with a docstring alone
    return Folder(name, tuple(sorted(children - bare)), arrows)


def _child(folder: str, module: str) -> str:
    """The child of a folder that a module is, or is in; "" outside of the folder."""
    if not module.startswith(f"{folder}."):
        return ""
    return module[len(folder) + 1 :].partition(".")[0]


def groups(names: Iterable[str], arrows: Collection[tuple[str, str]]) -> list[list[str]]:
    """Tarjan's strongly connected components, each after all that it has arrows to."""
    found: list[list[str]] = []
    number: dict[str, int] = {}
    lowest: dict[str, int] = {}
    stack: list[str] = []
    targets: dict[str, list[str]] = {}
    for upper, lower in sorted(arrows):
        targets.setdefault(upper, []).append(lower)

    def visit(name: str) -> None:
        number[name] = lowest[name] = len(number)
        stack.append(name)
        for target in targets.get(name, ()):
            if target not in number:
                visit(target)
            if target in stack:
                lowest[name] = min(lowest[name], lowest[target])
        if lowest[name] == number[name]:
            at = stack.index(name)
            found.append(sorted(stack[at:]))
            del stack[at:]

    for name in names:
        if name not in number:
            visit(name)
    return found
