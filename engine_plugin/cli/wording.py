# SPDX-License-Identifier: Apache-2.0
"""What is typed for what an error tells to do.

WORDING.hint(HooksMissing(...))         "--force"
"""

from __future__ import annotations

from numa_domain.base.errors import NumaError

from ..documents.wording import Wording
from ..engine_api import errors as engine
from ..settings import errors as settings
from ..settings.conflict import MatchFailed, MatchMissing

_ENGINE = "--url and --ca-file"
_ADOPT = "ovirt-numa adopt {name}"
WORDING = Wording(
    hints={
        engine.TokenMissing: "OVIRT_TOKEN",
        engine.EngineUnreachable: _ENGINE,
        engine.EngineUnreadable: _ENGINE,
        settings.NothingAsked: "ovirt-numa clear",
        MatchMissing: "--if-match",
        MatchFailed: "ovirt-numa get {name} --json; --if-match takes their etag",
        settings.HooksMissing: "--force",
        settings.HooksOld: "--force",
        settings.NativeNodes: _ADOPT,
        settings.BothKinds: _ADOPT,
        settings.AdoptPartly: _ADOPT,
        settings.PoolDiffers: "--overwrite",
        settings.NoNativeNodes: "ovirt-numa set {name}",
        settings.PropertiesUndefined: "ovirt-numa health has the line for it",
    },
    places={"version": "--if-match", "token": "OVIRT_TOKEN", "nodeset": "--nodeset"},
)


def line(error: NumaError) -> str:
    """An error for people, with what to type."""
    return _hinted(WORDING.line(error), WORDING.hint(error))


def sentence(problem: dict[str, str]) -> str:
    """A problem inside a document: what is wrong, what to do, and what to type."""
    remedy = f"; {problem['remedy']}" if problem["remedy"] else ""
    return _hinted(f"{problem['message']}{remedy}", problem["hint"])


def _hinted(text: str, hint: str) -> str:
    return f"{text} ({hint})" if hint else text
