# SPDX-License-Identifier: Apache-2.0
"""Which release of the hooks a host has, as a name that VDSM tells the engine.

Decides how that name is written and read. VDSM reports every executable below its hooks
directory, by directory, name and checksum (lib/vdsm/common/hooks.py, installed), and nothing
else of a hook; the engine shows these at /hosts/ID/hooks. A checksum cannot carry a version,
since it changes with the interpreter and the configuration that an executable was made with.
So there is one more executable, in a directory that is no hook point: VDSM never runs it.

    >>> Release.of_name("hooks-0.1.0-grammar-1")
    Release(version='0.1.0', grammar=1)
"""

from __future__ import annotations

import re

from . import __version__
from .base.frozen import Value
from .request.grammar_level import LEVEL

DIRECTORY = "ovirt_numa"
"""Below VDSM's hooks directory."""

_NAME = re.compile(r"hooks-(?P<version>[^-]+)-grammar-(?P<grammar>[0-9]{1,4})")


class Release(Value):
    """A release of the hooks; this one where nothing is given."""

    version: str = __version__
    grammar: int = LEVEL
    """The level up to which it reads settings (`request/grammar_level.py`)."""

    @classmethod
    def of_name(cls, name: str) -> Release | None:
        """None where it is no such name."""
        match = _NAME.fullmatch(name)
        return cls(match["version"], int(match["grammar"])) if match else None

    @property
    def name(self) -> str:
        """Without "=", ",", braces and blanks, at which the engine would cut it."""
        return f"hooks-{self.version}-grammar-{self.grammar}"
