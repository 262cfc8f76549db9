"""What an audit has to remember of a whole archive, on disk instead of in memory: a private database that vanishes when closed."""

import sqlite3
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import Self

from models.digest import Digest
from storage.object_store import StoredObject


class AuditLedger:
    """Objects seen and named, documents seen and indexed. SQLite keeps it in its cache and spills to a temporary file by itself."""

    def __init__(self) -> None:
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.executescript(
            """
            PRAGMA journal_mode = OFF;
            PRAGMA synchronous = OFF;
            CREATE TABLE object (key TEXT PRIMARY KEY, size INTEGER NOT NULL, named INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
            CREATE TABLE document (
                hex TEXT PRIMARY KEY, version INTEGER NOT NULL, manifest TEXT, indexed INTEGER NOT NULL DEFAULT 0
            ) WITHOUT ROWID;
            BEGIN;
            """
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._database.close()

    def add_objects(self, objects: Iterable[StoredObject]) -> int:
        """Note every object with its size; how many there were."""
        rows = ((found.key, found.size) for found in objects)
        return self._database.executemany("INSERT OR IGNORE INTO object (key, size) VALUES (?, ?)", rows).rowcount

    def name(self, key: str) -> int | None:
        """Note that a record names this object; its size, or None when the object was not seen."""
        row = self._database.execute("UPDATE object SET named = 1 WHERE key = ? RETURNING size", (key,)).fetchone()
        return None if row is None else int(row[0])

    def unnamed(self) -> Iterator[str]:
        """The keys of objects that no record names, in order."""
        for (key,) in self._database.execute("SELECT key FROM object WHERE NOT named ORDER BY key"):
            yield key

    def add_document(self, document: Digest, version: int, manifest: Digest | None) -> None:
        """Note a document that the archive holds, its newest version (0: not read yet) and the digest of that version's manifest."""
        row = (document.hex, version, None if manifest is None else manifest.hex)
        self._database.execute("INSERT OR IGNORE INTO document (hex, version, manifest) VALUES (?, ?, ?)", row)

    def mark_indexed(self, document: Digest) -> tuple[int, Digest | None] | None:
        """Note that the index has this document; what `add_document` was told of it, None when the archive was not seen to hold it."""
        marked = "UPDATE document SET indexed = 1 WHERE hex = ? RETURNING version, manifest"
        row = self._database.execute(marked, (document.hex,)).fetchone()
        if row is None:
            return None
        return int(row[0]), None if row[1] is None else Digest(row[1])

    def not_indexed(self) -> Iterator[Digest]:
        """The documents that the index does not have, in order."""
        for (digits,) in self._database.execute("SELECT hex FROM document WHERE NOT indexed ORDER BY hex"):
            yield Digest(digits)
