# SPDX-License-Identifier: Apache-2.0
"""Whether a change replaces the version of the settings that its author has seen.

require(Expected.of("5f0c..."), vm, lambda: read(inventory, target, vm))
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..engine_api.vm_config import VmConfig
from .errors import SettingsError
from .reading import Reading
from .version import Expected


class MatchMissing(SettingsError):
    what = "{name} has settings, and the request does not say which version of them it replaces"
    todo = "read them, and name the version that you read"


class MatchFailed(SettingsError):
    what = "the settings of {name} have changed since they were read"
    todo = "look at the newer ones, and decide again"

    def __init__(self, where: str, *, newer: Reading, **facts: Any) -> None:
        super().__init__(where, **facts)
        self.newer = newer


def require(expected: Expected | None, vm: VmConfig, newer: Callable[[], Reading]) -> None:
    """Raises `MatchMissing` where there are settings and None is expected, and `MatchFailed`,
    with what is there, where it is another version."""
    if expected is None:
        if vm.has_settings:
            raise MatchMissing("version", name=vm.name)
    elif not expected.includes(vm):
        raise MatchFailed("version", name=vm.name, newer=newer())
