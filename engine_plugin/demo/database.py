# SPDX-License-Identifier: Apache-2.0
"""The SQLite file: its tables, its connections, its transactions.

Decides that there is one connection per thread and one writer at a time. Knows no entity.
A missing table is made on opening, so that an empty file is an empty engine.

    with database.transaction():
        ...                          # all or nothing; may be nested
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_SCHEMA = """
CREATE TABLE IF NOT EXISTS vm (
    id TEXT PRIMARY KEY, name TEXT COLLATE NOCASE NOT NULL UNIQUE, cluster TEXT NOT NULL,
    host TEXT, status TEXT COLLATE NOCASE NOT NULL, pool TEXT, template TEXT,
    revision INTEGER NOT NULL,
    config TEXT NOT NULL, pending TEXT, state TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS vm_host ON vm (host);
CREATE INDEX IF NOT EXISTS vm_cluster ON vm (cluster);
CREATE INDEX IF NOT EXISTS vm_status ON vm (status COLLATE NOCASE);
CREATE TABLE IF NOT EXISTS entity (
    kind TEXT, id TEXT, name TEXT COLLATE NOCASE, cluster TEXT, status TEXT, data TEXT NOT NULL,
    PRIMARY KEY (kind, id));
CREATE INDEX IF NOT EXISTS entity_name ON entity (kind, name);
CREATE TABLE IF NOT EXISTS event (
    id INTEGER PRIMARY KEY AUTOINCREMENT, code INTEGER, severity TEXT, time REAL, text TEXT,
    correlation TEXT, user TEXT, user_id TEXT, vm TEXT, vm_name TEXT, host TEXT, host_name TEXT,
    template TEXT, template_name TEXT, cluster TEXT, cluster_name TEXT);
CREATE INDEX IF NOT EXISTS event_vm ON event (vm);
CREATE INDEX IF NOT EXISTS event_template ON event (template);
"""
VERSION = 2
"""Of the tables; a file with other ones is of another stand-in, and is begun anew."""


class Database:
    """One file; readers never wait for each other (write-ahead log)."""

    def __init__(self, path: str) -> None:
        self.path = path
        self._local = threading.local()
        self._writing = threading.RLock()
        (found,) = self._db.execute("PRAGMA user_version").fetchone()
        if found != VERSION:
            tables = self._db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            for (name,) in tables.fetchall():
                if not name.startswith("sqlite_"):
                    self._db.execute(f"DROP TABLE {name}")
            self._db.execute(f"PRAGMA user_version = {VERSION}")
        self._db.executescript(_SCHEMA)

    @property
    def _db(self) -> sqlite3.Connection:
        found: sqlite3.Connection | None = getattr(self._local, "db", None)
        if found is None:
            found = sqlite3.connect(self.path, isolation_level=None, timeout=30)
            found.execute("PRAGMA journal_mode=WAL")
            found.execute("PRAGMA synchronous=NORMAL")
            self._local.db = found
        return found

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; one writer at a time; may be nested."""
        with self._writing:
            if self._db.in_transaction:
                yield
                return
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")
