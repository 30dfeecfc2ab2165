# SPDX-License-Identifier: Apache-2.0
"""All VMs, templates or pools that a search finds, for lists: a page of VMs at a time, and the
other two, of which an engine has few, whole.

for row in found(session, "templates", "name=rhel*"): ...
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import count
from typing import Any

from . import errors, queries
from .connection import SafeConnection
from .session import Session
from .target import POOLS, TEMPLATES, VMS, Target
from .vm_config import VmConfig
from .vm_row import VmRow

_PAGE = 200
_NAMES = {TEMPLATES: "templates", POOLS: "VM pools"}


def found(session: Session, kind: str, search: str) -> Iterator[VmRow]:
    """By name. A pool's settings are those of its VMs."""
    if kind == VMS:
        yield from vms(session, search)
    elif kind == TEMPLATES:
        yield from (_row(each) for each in _whole(session, kind, search, VmConfig.of_template))
    else:
        pools = _whole(session, kind, search, VmConfig.of_pool)
        yield from (_row(Target(POOLS, each.id).read(session)) for each in pools)


def vms(session: Session, search: str) -> Iterator[VmRow]:
    """Those that a search finds, and no others, whoever asks."""
    if search and not queries.identity(session).admin:
        yield from queries.vm_page(session, search, 1, sys.maxsize, admin=False)
        return
    for page in count(1):
        rows = queries.vm_page(session, search, page, _PAGE, admin=True)
        yield from rows
        if len(rows) < _PAGE:
            return


def _whole(session: Session, kind: str, search: str, of: Any) -> list[VmConfig]:
    things = _NAMES[kind]
    if kind == POOLS and not queries.identity(session).admin:
        return _pools_of_user(session, search)

    def ask(connection: SafeConnection) -> list[VmConfig]:
        system = connection.system_service()
        service = system.templates_service() if kind == TEMPLATES else system.vm_pools_service()
        configs: list[VmConfig] = []
        for page in count(1):
            asked = f"{search} sortby name asc page {page}".strip()
            rows = service.list(search=asked, max=_PAGE)
            configs += [of(each) for each in rows]
            if len(rows) < _PAGE:
                break
        return configs

    try:
        configs = session.call(f"list {things}", f"list of {things}", ask)
    except errors.EngineRefused as error:
        reason = "the engine does not understand it"
        raise errors.SearchMalformed("search", value=search, reason=reason) from error
    return sorted(configs, key=lambda config: config.name)


def _pools_of_user(session: Session, search: str) -> list[VmConfig]:
    """For who is no administrator the engine neither searches pools nor pages them
    (BackendVmPoolsResource.list)."""
    if search:
        reason = "the engine searches no pools for who is no administrator"
        raise errors.SearchMalformed("search", value=search, reason=reason)

    def ask(connection: SafeConnection) -> list[VmConfig]:
        return list(map(VmConfig.of_pool, connection.system_service().vm_pools_service().list()))

    pools = session.call(f"list {_NAMES[POOLS]}", f"list of {_NAMES[POOLS]}", ask)
    return sorted(pools, key=lambda config: config.name)


def _row(config: VmConfig) -> VmRow:
    return VmRow(
        id=config.id,
        name=config.name,
        status="-",
        cluster_id=config.cluster_id,
        host_id=None,
        affinity=config.affinity,
        next_run=False,
        properties=dict(config.properties),
        level=config.level,
    )
