# SPDX-License-Identifier: Apache-2.0
"""`ovirt-numa` where nothing is installed but the wheel: help works, the rest says what to do."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
COMMANDS = ("get", "set", "clear", "fit", "suggest", "health", "serve", "setup")
BARE = (
    f"import sys; sys.path.insert(0, {str(ROOT)!r}); sys.argv[0] = 'ovirt-numa';"
    "from engine_plugin.cli import main; sys.exit(main())"
)
"""With -S there are no site-packages."""


def run(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-ISc", BARE, *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def test_bare_help_names_every_command() -> None:
    done = run("--help")
    assert (done.returncode, done.stderr) == (0, "")
    for name in (*COMMANDS, "demo"):
        assert f"\n    {name} " in done.stdout


@pytest.mark.parametrize("name", COMMANDS)
def test_bare_help_of_a_command_has_its_options(name: str) -> None:
    done = run(name, "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"usage: ovirt-numa {name} [-h]")


@pytest.mark.parametrize(
    "words",
    [("get",), ("set", "a"), ("clear", "a"), ("fit", "a"), ("suggest", "a"), ("health",),
     ("serve",), ("demo", "--help")],
    ids=" ".join,
)  # fmt: skip
def test_bare_command_says_what_to_install(words: tuple[str, ...]) -> None:
    done = run(*words)
    assert (done.returncode, done.stdout) == (2, "")
    library = done.stderr.split()[3]
    assert done.stderr == (
        f"ovirt-numa: the library {library} is not installed; install the command with what it"
        " needs: pip install 'ovirt-numa[service]', or the wheel's path with [service] at its end\n"
    )


def test_bare_setup_works(tmp_path: Path) -> None:
    """It needs nothing but Python, and its errors are its own."""
    done = run("setup", "--root", str(tmp_path))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "ovirt-numa: settings: the engine's name is not in /etc/ovirt-engine/engine.conf.d;"
        " run engine-setup first, or give --engine-url\n"
    )


def test_module_of_ours_that_is_missing_is_no_library(tmp_path: Path) -> None:
    """A broken package must be seen as one."""
    code = (
        "import sys; from engine_plugin.cli import main;"
        "sys.modules['engine_plugin.servers'] = None; sys.exit(main(['serve']))"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "ModuleNotFoundError" in done.stderr
