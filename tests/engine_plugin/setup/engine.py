# SPDX-License-Identifier: Apache-2.0
"""An engine's machine for setup: files below one root, engine-config and systemctl as programs.

engine = Engine(tmp_path, {"4.7": "color=^red$"})
engine.setup("--yes").returncode
"""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

HERE = Path(__file__).parent
SOURCE = HERE.parents[2]


class Engine:
    """The machine; the command runs as a process of its own, without the service's libraries."""

    def __init__(self, path: Path, rows: Mapping[str, str]) -> None:
        self.root, self._bin = path / "root", path / "bin"
        self._rows, self._systemctl = path / "rows.json", path / "systemctl.json"
        self._bin.mkdir(parents=True)
        for name in ("engine_config", "systemctl"):
            script = self._bin / name.replace("_", "-")
            program = f"{shlex.quote(sys.executable)} -IS {shlex.quote(str(HERE / name))}.py"
            script.write_text(f'#!/bin/sh\nexec {program} "$@"\n')
            script.chmod(0o755)
        settings = self.root / "etc/ovirt-engine/engine.conf.d/10-setup-protocols.conf"
        settings.parent.mkdir(parents=True)
        settings.write_text("ENGINE_FQDN=engine.example.org\nENGINE_PROXY_ENABLED=true\n")
        plugins = self.root / "usr/share/ovirt-engine/ui-plugins"
        plugins.mkdir(parents=True)
        for name in ("ovirt-numa.json", "ovirt-numa-resources"):
            (plugins / name).touch()  # as the RPM brings them
        self.rows = dict(rows)

    @property
    def rows(self) -> dict[str, str]:
        found: dict[str, str] = json.loads(self._rows.read_text())
        return found

    @rows.setter
    def rows(self, rows: Mapping[str, str]) -> None:
        self._rows.write_text(json.dumps(rows))

    @property
    def told(self) -> list[str]:
        """What systemctl was told to do."""
        if not self._systemctl.exists():
            return []
        found: list[str] = json.loads(self._systemctl.read_text())["log"]
        return found

    @property
    def writes(self) -> int:
        log = self._rows.with_suffix(".log")
        calls = [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []
        return sum(call[0] == "-s" for call in calls)

    def tell(self, program: str, command: str) -> None:
        """Have a program do something else first."""
        script = self._bin / program
        first, rest = script.read_text().split("\n", 1)
        script.write_text(f"{first}\n{command}\n{rest}")

    def line(self) -> str:
        """The command as a line that any program may run."""
        environ = {
            "PATH": f"{self._bin}:/usr/bin:/bin",
            "PYTHONPATH": str(SOURCE),
            "ENGINE_ROWS": str(self._rows),
            "SYSTEMCTL_STATE": str(self._systemctl),
        }
        command = [sys.executable, "-S", "-m", "engine_plugin.setup", "--root", str(self.root)]
        config = ["--engine-config", str(self._bin / "engine-config")]
        words = [f"{name}={text}" for name, text in environ.items()]
        return shlex.join(["env", *words, *command, *config])

    def setup(
        self, *words: str, dies_at: int | None = None, killed_at: int | None = None,
        fails: str = "", umask: int = 0o022,
    ) -> subprocess.CompletedProcess[str]:  # fmt: skip
        """`dies_at`: engine-config's n-th writing; `killed_at`: dying.py; `fails`: systemctl's."""
        environ = {
            **os.environ,
            "PATH": f"{self._bin}:/usr/bin:/bin",
            "PYTHONPATH": str(SOURCE),
            "ENGINE_ROWS": str(self._rows),
            "SYSTEMCTL_STATE": str(self._systemctl),
            "ENGINE_DIES_AT": "" if dies_at is None else str(dies_at),
            "SYSTEMCTL_FAILS": fails,
        }
        # -S: no site-packages, so nothing but the standard library.
        program = ["-m", "engine_plugin.setup"]
        if killed_at is not None:
            program, environ["DIES_AT"] = [str(HERE / "dying.py")], str(killed_at)
        command = [sys.executable, "-S", *program, "--root", str(self.root)]
        return subprocess.run(
            [*command, *words],
            env=environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=240,  # a busy machine
            umask=umask,
            check=False,
        )

    def files(self) -> dict[str, bytes]:
        found = sorted(path for path in self.root.rglob("*") if path.is_file())
        return {str(path.relative_to(self.root)): path.read_bytes() for path in found}
