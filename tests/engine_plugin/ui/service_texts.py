# SPDX-License-Identifier: Apache-2.0
"""The English words of what the service says to a page: engine_plugin/ui/tests/service.en.json.

The pages have the words of other languages for these, which a test of theirs holds against the
file; another test holds the file up to date. Run this after a change of wording:

    python -m tests.engine_plugin.ui.service_texts
"""

from __future__ import annotations

import json
from pathlib import Path

from engine_plugin.engine_api import errors as engine
from engine_plugin.engine_api import hidden_nodes, hosts
from engine_plugin.model import promises
from engine_plugin.settings import conflict, errors, fit, lying
from numa_domain.base.errors import NumaError
from numa_domain.domxml import cputune, memory_backing, numatune
from numa_domain.host import advice
from numa_domain.placement import cell_warnings, model, warnings
from numa_domain.placement.refusal import auto_refusal

OUT = Path(__file__).parents[3] / "engine_plugin" / "ui" / "tests" / "service.en.json"
MODULES = (
    *(model, auto_refusal, warnings, cell_warnings, fit, promises, hidden_nodes, hosts),
    *(errors, conflict, engine, numatune, cputune, memory_backing, advice, lying),
)
NOT_ON_PAGES = {
    "BodyMalformed",
    "EngineBroke",
    "EngineUnreadable",
    "IdMalformed",
    "LocksUnusable",
    "LoginFailed",
    "MatchMissing",
    "MemnodeTwice",
    "NumatuneTwice",
    "PinTwice",
    "PoolPartly",
    "SearchMalformed",
    "TokenMissing",
    "TokenRejected",
    "WriteUnseen",
}
"""Those of other clients, or of a document that no engine writes."""
BY_THE_EDITOR = {"NodeUnknown", "CoreSplit"}
"""It finds these by itself as well, so they are among its own (tools/problem_texts.py)."""


def texts() -> str:
    """The file's content: code -> what is wrong, what to do."""
    found = {}
    for module in MODULES:
        for name, kind in vars(module).items():
            own = getattr(kind, "__module__", "") == module.__name__
            if not (own and isinstance(kind, type) and issubclass(kind, NumaError)):
                continue
            if kind.what != NumaError.what and name not in NOT_ON_PAGES | BY_THE_EDITOR:
                found[name] = [kind.what, kind.todo]
    return json.dumps(dict(sorted(found.items())), indent=2) + "\n"


if __name__ == "__main__":
    OUT.write_text(texts())
