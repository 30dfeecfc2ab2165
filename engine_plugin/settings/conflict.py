# SPDX-License-Identifier: Apache-2.0
"""Whether a change replaces what its author has not seen: another version of the settings, or what
somebody else wrote at the same moment.

require(Expected.of("5f0c..."), vm, lambda: read(inventory, target, vm))
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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


class WriteCrossed(SettingsError):
    """Somebody wrote between our last look and our write, which replaced what they had set."""

    what = "{users} changed {name} while its settings were being written: {told}; {kept}"
    todo = "look at what stands there now, and decide again"

    def __init__(
        self,
        where: str,
        *,
        newer: Reading,
        by: Sequence[dict[str, Any]],
        theirs: Mapping[str, Any],
        put_back: Sequence[str],
        stored: bool,
        name: str,
    ) -> None:
        said = [
            f"{each} {'removed' if value is None else f'= {value}'}"
            f" ({'put back' if each in put_back else 'lost'})"
            for each, value in theirs.items()
        ]
        super().__init__(
            where,
            name=name,
            users=", ".join(_writer(each) for each in by) or "somebody",
            told=", ".join(said) or "what they set was not seen, and may be lost",
            kept="ours are stored" if stored else "ours are not stored, for they changed them too",
        )
        self.newer = newer
        self.extra = {
            "stored": stored,
            "by": list(by),
            "theirs": [
                {"property": each, "value": value, "put_back": each in put_back}
                for each, value in theirs.items()
            ],
        }


def require(expected: Expected | None, vm: VmConfig, newer: Callable[[], Reading]) -> None:
    """Raises `MatchMissing` where there are settings and None is expected, and `MatchFailed`,
    with what is there, where it is another version."""
    if expected is None:
        if vm.has_settings:
            raise MatchMissing("version", name=vm.name)
    elif not expected.includes(vm):
        raise MatchFailed("version", name=vm.name, newer=newer())


def _writer(each: dict[str, Any]) -> str:
    return f"{each['user']} (at {each['at']})" if each["at"] else str(each["user"])
