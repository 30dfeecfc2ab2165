# SPDX-License-Identifier: Apache-2.0
"""What setup does for the scheduler, where that is wanted: which steps, and whom it asks as.

Decides that it is wanted where it is asked for, or was done before. Passwords are asked for at a
terminal, or come from the environment; the administrator's is kept nowhere.

    ovirt-numa setup --scheduler --scheduler-user ovirt-numa@internal
    ovirt-numa setup --scheduler --admin admin@internal --policy none --assign Default
"""

from __future__ import annotations

import argparse
import getpass
import os
import re
import sys
from collections.abc import Callable

from numa_domain.base.errors import NumaError

from . import files, services
from .account import Account
from .engine_config import EngineConfig
from .places import Places
from .policy_step import Policy
from .record import Record
from .rest import Rest
from .scheduler_options import SchedulerOptions
from .step import Step

USER_SECRET, ADMIN_SECRET = "OVIRT_NUMA_SCHEDULER_PASSWORD", "OVIRT_PASSWORD"
_ADMIN = "admin@internal"
_SETTING = re.compile(r"^OVIRT_NUMA_(ENGINE_URL|CA_FILE)=(.+)$", re.MULTILINE)


class PasswordUnknown(NumaError):
    blames = "request"
    what = "the password of {user} is not given, and there is no terminal to ask at"
    todo = "set {variable}"


class EngineUnset(NumaError):
    blames = "request"
    what = "the engine's address is not there yet"
    todo = "run ovirt-numa setup first, or give --engine-url"


def add_options(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("scheduler")
    group.add_argument(
        "--scheduler", action="store_true", help="have the engine ask which hosts suit a VM"
    )
    group.add_argument(
        "--scheduler-user", metavar="NAME", help=f"read-only, of the engine ({USER_SECRET})"
    )
    group.add_argument(
        "--admin", metavar="NAME", help=f"who makes the policy ({ADMIN_SECRET}); not kept"
    )
    group.add_argument("--policy", default="none", metavar="NAME", help="the one to copy (none)")
    group.add_argument(
        "--assign", action="append", default=[], metavar="CLUSTER", help="that gets the copy"
    )


def steps(args: argparse.Namespace, places: Places, record: Record) -> list[Step]:
    """None where the scheduler is not wanted."""
    if not (args.scheduler or places.account.exists() or record.options or record.policies):
        return []
    connection = _Connection(args, places)
    found: list[Step] = []
    secret = _secret(args.scheduler_user or "", USER_SECRET)
    found.append(Account(places.account, record, connection.bare, args.scheduler_user, secret))
    if not places.packaged_scheduler.exists():
        found.append(files.scheduler_unit(places, record))
    found.append(services.Service(record, files.SCHEDULER, "scheduler"))
    found.append(SchedulerOptions(EngineConfig(args.engine_config), record))
    if args.admin or args.assign or (args.undo and record.policies):
        found.append(Policy(record, connection.admin, args.policy, args.assign))
    return found


class _Connection:
    """To the engine that the service is for."""

    def __init__(self, args: argparse.Namespace, places: Places) -> None:
        self._args, self._places = args, places
        self._admin: Rest | None = None

    def bare(self) -> Rest:
        """Logged in as nobody."""
        path = self._places.settings
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        found = dict(_SETTING.findall(text))
        url = self._args.engine_url or found.get("ENGINE_URL")
        if url is None:
            raise EngineUnset("--engine-url")
        return Rest(url, found.get("CA_FILE"))

    def admin(self) -> Rest:
        if self._admin is None:
            user = self._args.admin or _ADMIN
            self._admin = self.bare().login(user, _secret(user, ADMIN_SECRET)())
        return self._admin


def _secret(user: str, variable: str) -> Callable[[], str]:
    def ask() -> str:
        given = os.environ.get(variable)
        if given:
            return given
        if not sys.stdin.isatty():
            raise PasswordUnknown("setup", user=user, variable=variable)
        return getpass.getpass(f"Password of {user}: ")

    return ask
