# SPDX-License-Identifier: Apache-2.0
"""Everything in the engine that is few: hosts, clusters, templates, pools, users, options.

Decides that each is a row of one table, a JSON document found by kind and id. Knows no rule
of the engine: what is written here has been allowed elsewhere.

    catalog.host("a1b2...").nodes[0].memory_mb
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from . import model
from .database import Database
from .model import Cluster, Host, Pool, User, VmConfig
from .search import Search


class Catalog(Database):
    """The table `entity`."""

    def empty(self) -> bool:
        return self._db.execute("SELECT 1 FROM entity LIMIT 1").fetchone() is None

    def count(self, kind: str, status: str = "") -> int:
        """How many entities of a kind there are (in a status)."""
        sql = "SELECT COUNT(*) FROM entity WHERE kind = ?" + (" AND status = ?" if status else "")
        return int(self._db.execute(sql, [kind, *([status] if status else [])]).fetchone()[0])

    def host(self, host_id: str) -> Host | None:
        data = self._entity("host", host_id)
        return model.host_from(data) if data else None

    def hosts(self, search: Search | None = None, most: int = -1) -> list[Host]:
        found = self._entities("host", search or Search("host"), most)
        return [model.host_from(d) for d in found]

    def hosts_in(self, cluster_id: str) -> list[Host]:
        sql = "SELECT data FROM entity WHERE kind = 'host' AND cluster = ? ORDER BY name"
        rows = self._db.execute(sql, (cluster_id,))
        return [model.host_from(json.loads(row[0])) for row in rows]

    def save_hosts(self, hosts: Iterable[Host]) -> None:
        rows = ((h.id, h.name, h.cluster_id, h.status, model.to_json(h)) for h in hosts)
        self._save("host", rows)

    def cluster(self, cluster_id: str) -> Cluster | None:
        data = self._entity("cluster", cluster_id)
        return Cluster(**data) if data else None

    def clusters(self, search: Search | None = None, most: int = -1) -> list[Cluster]:
        found = self._entities("cluster", search or Search("cluster"), most)
        return [Cluster(**d) for d in found]

    def save_clusters(self, clusters: Iterable[Cluster]) -> None:
        self._save("cluster", ((c.id, c.name, c.id, "", model.to_json(c)) for c in clusters))

    def data_center_is_found(self, search: Search) -> bool:
        """There is one data center, which is in no table."""
        where, values = search.where()
        found = self._db.execute(f"SELECT 1 WHERE {where}", values).fetchone()
        return found is not None and search.page <= 1

    def template(self, template_id: str) -> VmConfig | None:
        data = self._entity("template", template_id)
        return model.config_from(data) if data else None

    def templates(self, search: Search | None = None, most: int = -1) -> list[tuple[str, VmConfig]]:
        found = self._entities("template", search or Search("template"), most, ids=True)
        return [(d.pop("id"), model.config_from(d)) for d in found]

    def save_template(self, template_id: str, config: VmConfig) -> None:
        row = (template_id, config.name, config.cluster_id, "", model.to_json(config))
        self._save("template", [row])

    def pool(self, pool_id: str) -> Pool | None:
        data = self._entity("pool", pool_id)
        return model.pool_from(data) if data else None

    def pools(self, search: Search, most: int = -1) -> list[Pool]:
        return [model.pool_from(d) for d in self._entities("pool", search, most)]

    def save_pool(self, pool: Pool) -> None:
        row = (pool.id, pool.name, pool.config.cluster_id, "", model.to_json(pool))
        self._save("pool", [row])

    def user(self, user_id: str) -> User | None:
        data = self._entity("user", user_id)
        return model.user_from(data) if data else None

    def users(self, search: Search | None = None, most: int = -1) -> list[User]:
        found = self._entities("user", search or Search("user"), most)
        return [model.user_from(d) for d in found]

    def save_user(self, user: User) -> None:
        self._save("user", [(user.id, user.name, "", "", model.to_json(user))])

    def option(self, name: str) -> dict[str, str] | None:
        """A system option's value by compatibility level."""
        return self._entity("option", name)

    def save_option(self, name: str, values: dict[str, str]) -> None:
        self._save("option", [(name, name, "", "", values)])

    def documents(self, kind: str) -> list[dict[str, Any]]:
        """All entities of a kind that has no type of its own, by name."""
        sql = "SELECT data FROM entity WHERE kind = ? ORDER BY name"
        return [json.loads(row[0]) for row in self._db.execute(sql, (kind,))]

    def save_document(self, kind: str, key: str, name: str, data: dict[str, Any]) -> None:
        self._save(kind, [(key, name, "", "", data)])

    def delete_document(self, kind: str, key: str) -> None:
        with self.transaction():
            self._db.execute("DELETE FROM entity WHERE kind = ? AND id = ?", (kind, key))

    def _entity(self, kind: str, entity_id: str) -> dict[str, Any] | None:
        sql = "SELECT data FROM entity WHERE kind = ? AND id = ?"
        row = self._db.execute(sql, (kind, entity_id)).fetchone()
        return json.loads(row[0]) if row else None

    def _entities(
        self, kind: str, search: Search, most: int, ids: bool = False
    ) -> list[dict[str, Any]]:
        where, values = search.where()
        order = ", ".join(part for part in (search.order(), "name COLLATE NOCASE") if part)
        sql = (
            f"SELECT data, id FROM entity WHERE kind = ? AND {where}"
            f" ORDER BY {order} LIMIT ? OFFSET ?"
        )
        rows = self._db.execute(sql, [kind, *values, most, search.offset(most)])
        return [{**json.loads(data), **({"id": key} if ids else {})} for data, key in rows]

    def _save(self, kind: str, rows: Iterable[tuple[str, str, str, str, dict[str, Any]]]) -> None:
        with self.transaction():
            self._db.executemany(
                "INSERT OR REPLACE INTO entity VALUES (?,?,?,?,?,?)",
                ((kind, *row[:4], json.dumps(row[4])) for row in rows),
            )
