# SPDX-License-Identifier: Apache-2.0
"""The embedded engine's memory: VMs, and all that `catalog` and `audit` keep.

Decides how VMs lie in a table and how they are found again. Knows no rule of the engine:
what is written here has been allowed elsewhere. What lists search and sort by are columns,
the rest is three JSON documents: configuration, state, and configuration of the next run.

    store.vms(Search.parse("vm", "name=db* sortby name asc page 2"), 100)
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from . import model
from .audit import AuditLog
from .catalog import Catalog
from .model import Vm
from .search import Search

_COLUMNS = "id, revision, config, state, pending, pool"


class Store(Catalog, AuditLog):
    """All entities; the methods here are those of VMs."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self._known: dict[str, tuple[int, Vm]] = {}

    def _read(self, row: _Row) -> Vm:
        """The VM of a row; the same object for as long as it is not stored anew.

        Not within a transaction: what is read there may never have been.
        """
        vm_id, revision = row[0], row[1]
        found = self._known.get(vm_id)
        if found is not None and found[0] == revision:
            return found[1]
        vm = _vm(row)
        if not self._db.in_transaction:
            self._known[vm_id] = (revision, vm)
        return vm

    def count(self, kind: str, status: str = "") -> int:
        """How many VMs, or entities of a kind, there are (in a status)."""
        if kind != "vm":
            return super().count(kind, status)
        sql = "SELECT COUNT(*) FROM vm" + (" WHERE status = ?" if status else "")
        return int(self._db.execute(sql, [status] if status else []).fetchone()[0])

    def vm(self, vm_id: str) -> Vm | None:
        return self._one_vm("id = ?", vm_id)

    def vm_named(self, name: str) -> Vm | None:
        return self._one_vm("name = ? COLLATE BINARY", name)

    def _one_vm(self, where: str, value: str) -> Vm | None:
        sql = f"SELECT {_COLUMNS} FROM vm WHERE {where}"
        row = self._db.execute(sql, (value,)).fetchone()
        return self._read(row) if row else None

    def vms(
        self,
        search: Search,
        most: int,
        among: Iterable[str] | None = None,
        *,
        pools: bool = True,
    ) -> list[Vm]:
        """A page of VMs; `among` are the clusters and VMs that a user may see.

        Without `pools` a pool's VM is there only for whom it is itself among them.
        """
        where, values = search.where()
        if among is not None:
            allowed = list(among)
            marks = ",".join("?" * len(allowed))
            where += f" AND (cluster IN ({marks}) OR id IN ({marks}))"
            values += allowed + allowed
        if not pools:
            own = list(among or ())
            where += f" AND (pool IS NULL OR id IN ({','.join('?' * len(own))}))"
            values += own
        order = ", ".join(part for part in (search.order(), "name COLLATE NOCASE") if part)
        sql = f"SELECT {_COLUMNS} FROM vm WHERE {where} ORDER BY {order} LIMIT ? OFFSET ?"
        rows = self._db.execute(sql, [*values, most, search.offset(most)])
        return [self._read(row) for row in rows]

    def vms_on(self, host_id: str) -> list[Vm]:
        return self._vms_where("host = ?", host_id)

    def vms_in_pool(self, pool_id: str) -> list[Vm]:
        return self._vms_where("pool = ?", pool_id)

    def vms_that_are(self, status: str) -> list[Vm]:
        return self._vms_where("status = ?", status)

    def _vms_where(self, where: str, value: str) -> list[Vm]:
        sql = f"SELECT {_COLUMNS} FROM vm WHERE {where} ORDER BY name"
        return [self._read(row) for row in self._db.execute(sql, (value,))]

    def committed_mb(self) -> dict[str, int]:
        """The memory of the VMs on each host, in MiB."""
        sql = (
            "SELECT host, SUM(json_extract(config, '$.memory_mb')) FROM vm"
            " WHERE host IS NOT NULL GROUP BY host"
        )
        return {host: int(total) for host, total in self._db.execute(sql)}

    def save_vm(self, vm: Vm) -> None:
        self.save_vms([vm])

    def alter_vm(self, vm: Vm, change: Callable[[Vm], Vm]) -> Vm:
        """A change of the VM as it is now, which nobody else can change meanwhile."""
        with self.transaction():
            after = change(self.vm(vm.id) or vm)
            self.save_vm(after)
        return after

    def save_vms(self, vms: Iterable[Vm]) -> None:
        sql = (
            "INSERT INTO vm VALUES (?,?,?,?,?,?,?,0,?,?,?) ON CONFLICT (id) DO UPDATE SET"
            " name=excluded.name, cluster=excluded.cluster, host=excluded.host,"
            " status=excluded.status, pool=excluded.pool, template=excluded.template,"
            " revision=revision + 1, config=excluded.config, pending=excluded.pending,"
            " state=excluded.state"
        )
        with self.transaction():
            self._db.executemany(sql, (_vm_row(vm) for vm in vms))

    def delete_vm(self, vm_id: str) -> None:
        with self.transaction():
            self._db.execute("DELETE FROM vm WHERE id = ?", (vm_id,))


_Row = tuple[str, int, str, str, "str | None", "str | None"]


def _vm(row: _Row) -> Vm:
    vm_id, _, config, state, pending, pool = row
    return Vm(
        vm_id,
        model.config_from(json.loads(config)),
        model.state_from(json.loads(state)),
        model.config_from(json.loads(pending)) if pending else None,
        pool,
    )


def _vm_row(vm: Vm) -> tuple[Any, ...]:
    config, state = vm.config, vm.state
    pending = json.dumps(model.to_json(vm.pending)) if vm.pending else None
    documents = (json.dumps(model.to_json(config)), pending, json.dumps(model.to_json(state)))
    keys = (vm.id, config.name, config.cluster_id, state.host_id, state.status, vm.pool_id)
    return (*keys, config.template_id, *documents)
