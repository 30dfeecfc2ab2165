# SPDX-License-Identifier: Apache-2.0
"""The rules of the house that a machine can hold: who may import whom, who may touch the
world, how long a file is, and on which Python the hosts' part runs.
"""

from __future__ import annotations

import ast
import doctest
import glob
import importlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.figure import PAGE, current
from tests.house.imports import PACKAGES, ROOT, imports, module, sources, tree
from tests.house.storeys import folders

ON_HOSTS = ("numa_domain", "vdsm_hook")

TOUCHES_THE_WORLD = (
    "host.settings",
    "host.default_page",
    "host.sysfs",
    "host.usable_cpus",
    "observed.cgroup",
    "observed.proc",
    "cli",
    "__main__",
)
"""The readers of this machine, and the command line."""
WORLD = ("os", "pathlib", "shutil", "socket", "subprocess", "sys", "tempfile", "logging", "time")
HOOKS_PATH = ("argparse", "dataclasses", "inspect", "json", "logging", "tempfile", "typing")
"""What costs a hook more to import than all that it does."""

VERMIN = str(Path(sys.executable).with_name("vermin"))


@pytest.mark.parametrize("path", sources(*PACKAGES), ids=module)
def test_packages_import_downwards(path: Path) -> None:
    """The core knows no shell, and no shell another."""
    package = module(path).partition(".")[0]
    others = {each.imported.partition(".")[0] for each in imports(path)} & set(PACKAGES)
    assert others <= {package, "numa_domain"}


@pytest.mark.parametrize("package", PACKAGES)
def test_package_has_no_knots(package: str) -> None:
    """Neither among the files of a folder nor among its subfolders, wherever an import stands:
    at the top, in a function, or for types alone. `python -m tests.house -v` shows each.
    """
    assert {each.name: each.knots for each in folders(package) if each.knots} == {}


def test_figures_of_the_architecture_are_true() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page.count("<!-- storeys of ") >= 3
    assert current(page) == page, "run: python -m tests.house --figure"


@pytest.mark.parametrize("path", sources("numa_domain"), ids=module)
def test_core_does_no_io(path: Path) -> None:
    """Only the readers of this machine and the command line touch anything outside."""
    place = module(path).partition(".")[2]
    if any(f"{place}.".startswith(f"{name}.") for name in TOUCHES_THE_WORLD):
        return
    assert {each.imported.partition(".")[0] for each in imports(path)} & set(WORLD) == set()
    called = {
        node.func.id
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert called & {"open", "print", "input", "exec", "eval", "__import__"} == set()


def test_hooks_path_imports_nothing_heavy() -> None:
    """What a hook with NUMA settings loads, on the interpreter as hooks run it."""
    lxml = Path(__import__("lxml").__file__).parent.parent
    code = (
        f"import sys; sys.path += [{str(ROOT)!r}, {str(lxml)!r}]; import lxml.etree\n"
        "before = set(sys.modules)\n"
        "import numa_domain.placement.place, numa_domain.domxml.rewrite\n"
        "import vdsm_hook.points.before_vm_start, numa_domain.host.sysfs\n"
        "print(*sorted(set(sys.modules) - before))"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=True
    )
    assert set(done.stdout.split()) & set(HOOKS_PATH) == set()


def test_hooks_do_without_lxml() -> None:
    """The executables put only our own packages on the path of `python3 -I -S`."""
    points = [path.stem for path in sources("vdsm_hook/points") if path.stem != "__init__"]
    code = (
        f"import sys; sys.path.append({str(ROOT)!r}); from vdsm_hook import supervisor\n"
        f"from vdsm_hook.points import {', '.join(points)}\n"
        "from numa_domain.observed.requested import Requested\n"
        "xml = '<domain><name>a</name><memory>1024</memory><vcpu>1</vcpu></domain>'\n"
        "Requested.from_domain(xml)\n"
        "print('lxml' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout == "False\n"


@pytest.mark.parametrize("path", sources(*PACKAGES, "tests", "benchmarks"), ids=module)
def test_file_is_one_noun(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    most = 300 if path.relative_to(ROOT).parts[0] in PACKAGES else 500  # cases are long lists
    assert len(lines) < most, "one file, one noun: split it"
    if lines:
        assert "# SPDX-License-Identifier: Apache-2.0" in lines[:2]
        assert ast.get_docstring(tree(path)), "say what is in the file"


@pytest.mark.parametrize(
    "path",
    [path for path in sources(*ON_HOSTS, "tests/house") if ">>> " in path.read_text("utf-8")],
    ids=module,
)
def test_examples_in_docstrings_are_true(path: Path) -> None:
    name = module(path).removesuffix(".__init__")
    assert doctest.testmod(importlib.import_module(name)).failed == 0


@pytest.mark.parametrize("path", sources(*PACKAGES), ids=module)
def test_functions_are_short(path: Path) -> None:
    """30 lines, docstring aside, is the rule; up to 40 where the code reads better in one."""
    long = {
        node.name: length
        for node in ast.walk(tree(path))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        and (length := _length(node)) > 40
    }
    assert long == {}


def _length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    body = node.body
    text = isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant)
    docstring = (body[0].end_lineno or 0) - body[0].lineno + 1 if text else 0
    return (node.end_lineno or 0) - node.lineno + 1 - docstring


def test_hosts_part_needs_python_3_9_only() -> None:
    """EL9's own Python."""
    done = subprocess.run(
        [VERMIN, "-t=3.9-", "--no-tips", "--violations", *ON_HOSTS],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_hosts_part_compiles_on_python_3_9(tmp_path: Path) -> None:
    pattern = os.path.expanduser("~/.pyenv/versions/3.9.*/bin/python3.9")
    python = next(iter([*glob.glob("/usr/bin/python3.9"), *glob.glob(pattern)]), None)
    if python is None:
        pytest.skip("there is no Python 3.9 here; vermin has looked at the same files")
    code = (
        "import pathlib, sys\n"
        "for name in sys.argv[1:]: compile(pathlib.Path(name).read_bytes(), name, 'exec')"
    )
    names = [str(path) for path in sources(*ON_HOSTS)]
    done = subprocess.run([python, "-c", code, *names], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
