# SPDX-License-Identifier: Apache-2.0
"""The scheduler's own user of the engine: name and password in a file that nobody else can read.

    username=ovirt-numa@internal
    password=...

Account.of(Path("/etc/ovirt-numa/scheduler.account"), config).token()
"""

from __future__ import annotations

import contextlib
import stat
import threading
from collections.abc import Callable
from pathlib import Path

from numa_domain.base.errors import NumaError

from ...engine_api.config import EngineConfig
from ...engine_api.login import logged_in

Login = Callable[[EngineConfig, str, str], contextlib.AbstractContextManager[str]]


class AccountUnreadable(NumaError):
    blames = "service"
    what = "the file with the scheduler's user cannot be used: {reason}"
    todo = "run ovirt-numa setup --scheduler, which writes it"


class Account:
    """Holds one token, which goes to the engine and to nobody else."""

    def __init__(
        self, config: EngineConfig, username: str, password: str, login: Login = logged_in
    ) -> None:
        self.config, self.username = config, username
        self._password, self._login = password, login
        self._guard = threading.Lock()
        self._open = contextlib.ExitStack()
        self._token: str | None = None

    @classmethod
    def of(cls, path: Path, config: EngineConfig) -> Account:
        """Raises `AccountUnreadable`."""
        username, password = read(path)
        return cls(config, username, password)

    def token(self) -> str:
        """The one that is held, or a new one. Raises `LoginFailed`."""
        with self._guard:
            if self._token is None:
                login = self._login(self.config, self.username, self._password)
                self._token = self._open.enter_context(login)
            return self._token

    def renew(self, refused: str) -> None:
        """The engine does not take this one any more; the next `token` is another."""
        with self._guard:
            if self._token == refused:
                self._drop()

    def close(self) -> None:
        """Log out."""
        with self._guard:
            self._drop()

    def _drop(self) -> None:
        self._token = None
        stack, self._open = self._open, contextlib.ExitStack()
        stack.close()


def read(path: Path) -> tuple[str, str]:
    """Name and password. Raises `AccountUnreadable`, also where others may read the file."""
    try:
        if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise AccountUnreadable(str(path), reason="others may read it (chmod 600)")
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise AccountUnreadable(str(path), reason=str(error)) from None
    found = dict(_pair(line) for line in lines if "=" in line and not line.startswith("#"))
    if not found.get("username") or not found.get("password"):
        raise AccountUnreadable(str(path), reason="it has no username= and password=")
    return found["username"], found["password"]


def _pair(line: str) -> tuple[str, str]:
    name, _, value = line.partition("=")
    return name.strip(), value
