# SPDX-License-Identifier: Apache-2.0
"""The rooms of engine_plugin: which may import which, which libraries each may know, and that
the settings' rules speak no HTTP and no command line.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.imports import ROOT, imports, module, sources, tree
from tests.house.storeys import folder

MAY_IMPORT = {
    "properties": set(),
    "listener": set(),
    "engine_api": set(),
    "model": {"engine_api"},
    "settings": {"engine_api", "model", "properties"},
    "documents": {"engine_api", "model", "settings"},
    "service": {"engine_api", "model", "settings", "documents"},
    "scheduler": {"engine_api", "model", "settings"},
    "setup": {"properties"},
    "demo": {"properties", "listener"},
    "servers": {"service", "scheduler", "setup", "demo", "listener"},
    "cli": {"engine_api", "model", "settings", "documents", "servers", "setup", "demo"},
    "ui": set(),
}
"""Neither of the two adapters, service and cli, knows the other: `servers` starts the service."""
LIBRARIES = {
    "ovirtsdk4": {"engine_api", "demo"},
    "pycurl": {"engine_api"},
    "fastapi": {"service"},
    "pydantic": {"service"},
    "prometheus_client": {"service"},
    "anyio": {"service", "demo"},
    "starlette": {"service", "servers", "demo"},
    "uvicorn": {"servers", "demo"},
    "rich": {"cli"},
}
ADAPTERS_WORDS = re.compile(
    r"\b(GET|PUT|POST|PATCH|DELETE|HTTP|ETag|If-Match|Bearer)\b|/api/|\?\w+=|(?<!\w)--\w|\b[45]\d\d\b"
)
"""Methods, headers, paths, queries and statuses of HTTP, and options of a command line."""
FILES = sources("engine_plugin")


def room(path: Path) -> str:
    return path.relative_to(ROOT / "engine_plugin").parts[0].removesuffix(".py")


def test_rooms_import_the_rooms_below_them_and_no_others() -> None:
    plan = folder("engine_plugin")
    assert {child: set(plan.below(child)) - MAY_IMPORT[child] for child in plan.children} == {
        child: set() for child in MAY_IMPORT
    }


@pytest.mark.parametrize("library", LIBRARIES)
def test_library_is_known_in_its_rooms_only(library: str) -> None:
    knowing = {
        room(path)
        for path in FILES
        if any(each.imported.partition(".")[0] == library for each in imports(path))
    }
    assert knowing <= LIBRARIES[library]
    assert knowing, "nobody knows it: strike it off"


@pytest.mark.parametrize("path", sources("engine_plugin/settings"), ids=module)
def test_settings_speak_neither_http_nor_options(path: Path) -> None:
    assert [text for text in strings(path) if ADAPTERS_WORDS.search(text)] == []


def strings(path: Path) -> Iterator[str]:
    """The texts of a file, docstrings aside."""
    for node in ast.walk(tree(path)):
        for field, value in ast.iter_fields(node):
            for each in value if isinstance(value, list) else [value]:
                docstring = field == "value" and isinstance(node, ast.Expr)
                if isinstance(each, ast.Constant) and not docstring and isinstance(each.value, str):
                    yield each.value


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("store all the same with ?force=true", True),
        ("take them over with POST {path}/adopt", True),
        ("answers 404", True),
        ("or use --force", True),
        ("cpu_tune is left out -- the host chooses", False),
        ("a putsch in http", False),
    ],
)
def test_words_of_adapters_are_recognized(text: str, told: bool) -> None:
    assert bool(ADAPTERS_WORDS.search(text)) is told
