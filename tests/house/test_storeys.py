# SPDX-License-Identifier: Apache-2.0
"""The plan of a package that is made here: every kind of import counts, and a knot is seen."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.imports import ROOT, own_imports
from tests.house.storeys import folders

FILES = {
    "p/__init__.py": '"""A docstring alone."""\n',
    "p/low/__init__.py": "",
    "p/low/a.py": "import os\n",
    "p/low/b.py": "from .a import x\n",
    "p/high.py": "import p.low.a\nfrom . import low\nfrom .low import b\n",
}


def made(root: Path, **changes: str) -> Path:
    for name, text in {**FILES, **{f"p/{key}.py": text for key, text in changes.items()}}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def test_storeys_are_counted_from_the_lowest(tmp_path: Path) -> None:
    package, low = folders("p", made(tmp_path))
    assert (package.name, package.storeys, package.knots) == ("p", [["low"], ["high"]], [])
    assert (low.name, low.storeys, low.knots) == ("p.low", [["a"], ["b"]], [])


def test_arrows_are_to_the_files_that_are_meant(tmp_path: Path) -> None:
    assert [str(each) for each in own_imports("p", made(tmp_path))] == [
        "p.high -> p.low.a",
        "p.high -> p.low.__init__",
        "p.high -> p.low.b",
        "p.low.b -> p.low.a",
    ]


@pytest.mark.parametrize(
    "back",
    [
        "from .high import x\n",
        "def f():\n    from . import high\n",
        "if TYPE_CHECKING:\n    from p.high import x\n",
        "try:\n    pass\nexcept OSError:\n    import p.high\n",
        "class C:\n    async def f(self):\n        with x:\n            from .high import y\n",
    ],
)
def test_circle_is_a_knot_whatever_it_is_made_of(tmp_path: Path, back: str) -> None:
    root = made(tmp_path, high="from . import other\n", other=back)
    assert folders("p", root)[0].knots == [["high", "other"]]


def test_circle_through_a_folder_is_a_knot_of_the_outer_one(tmp_path: Path) -> None:
    root = made(tmp_path, other="from .low.b import x\n")
    (root / "p/low/a.py").write_text("from ..other import x\n")
    package, low = folders("p", root)
    assert package.knots == [["low", "other"]]
    assert low.knots == []


def test_command_prints_the_plan() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.house", "numa_domain", "-v"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0] == "numa_domain"
    assert "  0  base" in lines
    assert lines[-1].endswith("folders, no knots")
