# SPDX-License-Identifier: Apache-2.0
"""The command as it is typed, in a folder with a host of two nodes."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from numa_domain.cli.main import main

GIB = 1024**2
NODES: list[dict[str, Any]] = [
    {
        "id": 0,
        "cpus": "0-7",
        "memory_kib": 16 * GIB,
        "free_kib": 12 * GIB,
        "distances": {"0": 10, "1": 21},
        "pages": {"2048": {"total": 512, "free": 500}},
    },
    {
        "id": 1,
        "cpus": "8-15",
        "memory_kib": 16 * GIB,
        "free_kib": GIB // 4,
        "distances": {"0": 21, "1": 10},
    },
]
HOST = {"nodes": NODES, "qemu_percent": 0}
"""Without margins, for plain figures: test_margins_of_a_host_file.py has them."""


class Said(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture
def numa_domain(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Any:
    """The command, in a folder with host.json."""
    (tmp_path / "host.json").write_text(json.dumps(HOST))
    monkeypatch.chdir(tmp_path)

    def run(*argv: str, stdin: str = "") -> Said:
        monkeypatch.setattr(
            sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode("utf-8", "surrogateescape")))
        )
        try:
            code = main(list(argv))
        except SystemExit as exit:
            code = int(exit.code or 0)
        return Said(code, *capsys.readouterr())

    return run
