# SPDX-License-Identifier: Apache-2.0
"""All VMs, templates or pools that a search finds, for lists: a page of VMs at a time, and the
other two, of which an engine has few, whole.

for row in found(session, "templates", "name=rhel*"): ...
"""

from __future__ import annotations

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
        yield from _vms(session, search)
    elif kind == TEMPLATES:
        yield from (_row(each) for each in _whole(session, kind, search, VmConfig.of_template))
    else:
        pools = _whole(session, kind, search, VmConfig.of_pool)
        yield from (_row(Target(POOLS, each.id).read(session)) for each in pools)


def _vms(session: Session, search: str) -> Iterator[VmRow]:
    page = 1
    while True:
        vms = queries.vm_page(session, search, page, _PAGE)
        yield from vms
        if len(vms) < _PAGE:
            return
        page += 1


def _whole(session: Session, kind: str, search: str, of: Any) -> list[VmConfig]:
    things = _NAMES[kind]

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
