# SPDX-License-Identifier: Apache-2.0
"""What a command is about: a VM, a template or a pool, by its name or id.

Decides how a name becomes an id. Never reads settings.

    ref_of(session, "db1", "vm")        Ref("vms", "0d5f...")
"""

from __future__ import annotations

import re
from typing import Any

from ..engine_api import faults, queries
from ..engine_api.engine import Session
from ..engine_api.owners import POOLS, TEMPLATES, VMS, Ref
from .options import KINDS as NAMES

KINDS = dict(zip(NAMES, (VMS, TEMPLATES, POOLS)))
_ID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def ref_of(session: Session, name: str, kind: str) -> Ref:
    """Raises `EntityUnknown`."""
    if _ID.fullmatch(name):
        return Ref.of(KINDS[kind], name)
    search = f"name = {queries.quoted(name)}"

    def ask(connection: Any) -> list[str]:
        system = connection.system_service()
        services = {
            "vm": system.vms_service,
            "template": system.templates_service,
            "pool": system.vm_pools_service,
        }
        found = services[kind]().list(search=search, case_sensitive=True)
        return [str(each.id) for each in found if each.name == name]

    found = session.call(f"{kind} {name}", ask)
    if not found:
        raise faults.EntityUnknown("engine", entity=f"{kind} {name}")
    return Ref(KINDS[kind], found[0])
