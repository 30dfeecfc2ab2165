# SPDX-License-Identifier: Apache-2.0
"""docs/rest.md: its commands, run one after the other, answer what stands below them."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parents[3] / "docs/rest.md"
BLOCK = re.compile(r"^```bash\n(.*?)^```\n(?:```json\n(.*?)^```\n)?", re.M | re.S)
MARK = "-- end of a block --"


def blocks() -> list[tuple[str, Any]]:
    """Commands, and what stands below them; None where nothing does."""
    found = BLOCK.findall(PAGE.read_text(encoding="utf-8"))
    return [(command, json.loads(answer) if answer else None) for command, answer in found]


def part_of(shown: Any, found: Any) -> bool:
    """Whether all that is shown is in what was found."""
    if isinstance(shown, dict) and isinstance(found, dict):
        return all(name in found and part_of(each, found[name]) for name, each in shown.items())
    if isinstance(shown, list) and isinstance(found, list):
        return len(shown) == len(found) and all(map(part_of, shown, found))
    return bool(shown == found)


def test_examples_of_the_page_answer_as_it_says(demo: str, tmp_path: Path) -> None:
    shown = blocks()
    assert len(shown) == 13
    script = "set -eu -o pipefail\nPASSWORD=demo\n"
    script += "".join(f"{command}\necho; echo '{MARK}'\n" for command, _ in shown)
    script = script.replace("https://engine.example.org", demo).replace("--cacert $CA", "")
    done = subprocess.run(
        ["bash", "-c", script], cwd=tmp_path, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    answers = done.stdout.split(MARK)
    assert len(answers) == len(shown) + 1
    for (command, answer), said in zip(shown, answers):
        if answer is not None:
            found, _ = json.JSONDecoder().raw_decode(said.strip())
            assert part_of(answer, found), (command, said)
        elif said.strip():
            json.loads(said)
