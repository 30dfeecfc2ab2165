# SPDX-License-Identifier: Apache-2.0
"""The step that keeps the scheduler's user of the engine: name and password, in a file of root's.

Decides that the user must be able to read all VMs, hosts, events and policies, and that it is
looked at before the file is written. Root's alone: systemd hands a copy to the scheduler.

    Account(places, record, rest, "ovirt-numa@internal", secret).missing()
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path

from numa_domain.base.errors import NumaError

from .files import MARK, SCHEDULER
from .record import Record
from .rest import AskedInVain, Rest
from .step import Step

Connect = Callable[[], Rest]
_NEEDED = ("/vms?max=1", "/hosts?max=1", "/events?max=1", "/clusters?max=1", "/schedulingpolicies")
"""What the scheduler asks; the last is answered to administrators of some kind only."""


class UserUnnamed(NumaError):
    blames = "request"
    what = "the scheduler's user of the engine is not named"
    todo = (
        "give --scheduler-user ovirt-numa@internal, one with the role ReadOnlyAdmin on everything;"
        " its password is asked for, or read from OVIRT_NUMA_SCHEDULER_PASSWORD"
    )


class UserLacks(NumaError):
    blames = "engine"
    what = "{user} may not read {paths}, which the scheduler needs"
    todo = "give this user the role ReadOnlyAdmin on everything (System), and run this again"


class Account(Step):
    """The file, and that the engine takes what is in it."""

    title = "scheduler's user"

    def __init__(
        self,
        path: Path,
        record: Record,
        connect: Connect,
        user: str | None,
        secret: Callable[[], str],
    ) -> None:
        self._path, self._record, self._connect = path, record, connect
        self._user, self._secret = user, secret

    def missing(self) -> list[str]:
        if not self._path.exists():
            return [str(self._path)]
        if stat.S_IMODE(self._path.stat().st_mode) & 0o077:
            return [f"{self._path} may be read by others"]
        user, password = self._kept()
        if self._user not in (None, user):
            return [f"{self._path} is of {user}"]
        try:
            rights(self._connect(), user, password)
        except NumaError as error:
            return [str(error)]
        return []

    def apply(self) -> None:
        if self._path.exists() and self._user in (None, self._kept()[0]):
            self._path.chmod(0o600)
            if not self.missing():
                return
        if self._user is None:
            raise UserUnnamed("--scheduler-user")
        password = self._secret()
        rights(self._connect(), self._user, password)
        self._record.mark(SCHEDULER)
        self._put(f"# {MARK}\nusername={self._user}\npassword={password}\n")

    def undo(self) -> list[str]:
        if not self._path.exists():
            return []
        self._path.unlink()
        return [str(self._path)]

    def _kept(self) -> tuple[str, str]:
        lines = self._path.read_text(encoding="utf-8").splitlines()
        found = dict(line.split("=", 1) for line in lines if "=" in line and line[0] != "#")
        return found.get("username", ""), found.get("password", "")

    def _put(self, text: str) -> None:
        """Never readable by others, not for a moment."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        new = self._path.with_name(f".{self._path.name}.new")
        new.unlink(missing_ok=True)
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(text)
        new.replace(self._path)


def rights(rest: Rest, user: str, password: str) -> None:
    """Raises `LoginRefused`, or `UserLacks`."""
    as_user = rest.login(user, password)
    denied = []
    try:
        for path in _NEEDED:
            try:
                as_user.ask("GET", path)
            except AskedInVain:
                denied.append(path.partition("?")[0])
    finally:
        as_user.logout()
    if denied:
        raise UserLacks("--scheduler-user", user=user, paths=", ".join(denied))
