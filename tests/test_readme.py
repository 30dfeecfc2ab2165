# SPDX-License-Identifier: Apache-2.0
"""README's example is a real run: what stands there is what comes out.

Decides nothing about the text around it. A block belongs to the comment before it,
`<!-- example: NAME -->`.
"""

from __future__ import annotations

import re
from pathlib import Path

from numa_domain.domxml.read import parse_guest
from numa_domain.domxml.rewrite import rewrite
from numa_domain.host.json_format import read_json
from numa_domain.placement.place import place
from numa_domain.request.model import NumaRequest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def block(name: str) -> str:
    found = re.search(rf"<!-- example: {name} -->\n```\w*\n(.*?)```", README, re.DOTALL)
    assert found is not None, f"README has no block {name}"
    return found.group(1)


def test_readme_example_is_what_comes_out() -> None:
    properties = dict(line.split(" = ", 1) for line in block("properties").splitlines())
    request = NumaRequest.parse(
        nodeset=properties["numa_nodeset"], topology=properties["numa_topology"]
    )
    before = block("before").encode()
    placement = place(parse_guest(before), request, read_json(block("host")))
    assert rewrite(before, placement).decode() == block("after")


def test_readme_names_only_files_that_are_there() -> None:
    named = re.findall(r"\]\(((?!https?:)[^)#]+)\)", README)
    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_readme_make_targets_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for part in re.findall(r"^include (\S+)", makefile, re.MULTILINE):
        makefile += (ROOT / part).read_text(encoding="utf-8")
    for target in re.findall(r"(?:^|`)make ([a-z-]+)", README, re.MULTILINE):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
