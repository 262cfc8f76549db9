"""What a mirror still lacks: a durable list beside the archive, which loses nothing when it is lost itself.

It is written before an object is, so that whatever only one place may have stands in it. It outlives a killed process, and need not be
synced: a list that is new, was kept for another mirror or before the machine was started anew is not believed, and both stores are
compared by their names, which tells the same.
"""

import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Protocol, runtime_checkable

from models.errors import StoreUnavailable
from storage import archive_layout as layout

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")

_WAIT_SECONDS = 30.0
"""Patience for another process that is writing to the list."""


@dataclass(frozen=True, slots=True)
class MirrorLag:
    """How far a mirror is behind: objects that it lacks, and for how many seconds the oldest of them has been waiting.

    `known` is False until both stores were compared: then the figures are the least that is missing.
    """

    objects: int
    seconds: float
    known: bool


@runtime_checkable
class HasLag(Protocol):
    """A store with a mirror."""

    @property
    def lag(self) -> MirrorLag:
        """How far the mirror is behind; raise StoreUnavailable."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """An object that the mirror lacks, and for how long it has been waiting."""

    key: str
    seconds: float


def _this_start() -> str:
    """What tells one start of this machine from another, where it says so."""
    return _BOOT_ID.read_text().strip() if _BOOT_ID.exists() else ""


class MirrorOutbox:
    """Keys that wait to be copied, in the order in which they must be: what names others after them.

    Any number of threads and processes may share the file. It is made when it is first used.
    """

    def __init__(self, path: Path, mirror: str, clock: Callable[[], float] = time.time, start: Callable[[], str] = _this_start) -> None:
        self._path = path
        self._mirror = mirror
        self._start = start()
        self._clock = clock
        self._lock = Lock()
        self._opened: sqlite3.Connection | None = None

    def add(self, keys: Iterable[str]) -> None:
        """Note objects that the mirror may lack; a process that is killed after this has noted them."""
        rows = [(key, layout.rank_of_writing(key), self._clock()) for key in keys]
        with self._database() as database:
            database.executemany("INSERT OR IGNORE INTO waiting (key, rank, since) VALUES (?, ?, ?)", rows)

    def remove(self, keys: Iterable[str]) -> None:
        """Note objects that the mirror has."""
        with self._database() as database:
            database.executemany("DELETE FROM waiting WHERE key = ?", [(key,) for key in keys])

    def lists(self, key: str) -> bool:
        """Whether this object waits."""
        with self._database() as database:
            return database.execute("SELECT 1 FROM waiting WHERE key = ?", (key,)).fetchone() is not None

    def waiting(self, after: Waiting | None = None, limit: int = 500) -> tuple[Waiting, ...]:
        """What waits, in the order of copying, from behind `after`."""
        place = (-1, "") if after is None else (layout.rank_of_writing(after.key), after.key)
        query = "SELECT key, since FROM waiting WHERE (rank, key) > (?, ?) ORDER BY rank, key LIMIT ?"
        with self._database() as database:
            rows = database.execute(query, (*place, limit)).fetchall()
        return tuple(Waiting(key, max(self._clock() - since, 0.0)) for key, since in rows)

    def lag(self) -> MirrorLag:
        """How far the mirror is behind."""
        with self._database() as database:
            objects, since = database.execute("SELECT count(*), min(since) FROM waiting").fetchone()
            known = self._is_compared(database)
        return MirrorLag(objects, 0.0 if since is None else max(self._clock() - since, 0.0), known)

    def is_compared(self) -> bool:
        """Whether everything that the mirror lacks stands in this list."""
        with self._database() as database:
            return self._is_compared(database)

    def note_compared(self) -> None:
        """Both stores were compared, and what the mirror lacks was added."""
        with self._database() as database:
            database.execute("INSERT OR REPLACE INTO compared (mirror, start) VALUES (?, ?)", (self._mirror, self._start))

    def begin_anew(self) -> None:
        """Nothing is known of the mirror any more: it has been replaced by an empty place."""
        with self._database() as database:
            database.execute("DELETE FROM compared")

    def _is_compared(self, database: sqlite3.Connection) -> bool:
        return database.execute("SELECT 1 FROM compared WHERE mirror = ? AND start = ?", (self._mirror, self._start)).fetchone() is not None

    @contextmanager
    def _database(self) -> Iterator[sqlite3.Connection]:
        """One transaction."""
        with self._lock:
            try:
                if self._opened is None:
                    self._opened = self._open()
                with self._opened:
                    yield self._opened
            except (sqlite3.Error, OSError) as error:
                raise StoreUnavailable(
                    f"the list of what the mirror lacks cannot be kept in {self._path}: {error}; correct that, or remove the file: it is "
                    "made anew"
                ) from error

    def _open(self) -> sqlite3.Connection:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        database = sqlite3.connect(self._path, timeout=_WAIT_SECONDS, check_same_thread=False)
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = NORMAL")
        with database:
            database.execute(
                "CREATE TABLE IF NOT EXISTS waiting (key TEXT PRIMARY KEY, rank INTEGER NOT NULL, since REAL NOT NULL) WITHOUT ROWID"
            )
            database.execute("CREATE INDEX IF NOT EXISTS waiting_order ON waiting (rank, key)")
            database.execute("CREATE TABLE IF NOT EXISTS compared (mirror TEXT PRIMARY KEY, start TEXT NOT NULL) WITHOUT ROWID")
            if database.execute("SELECT 1 FROM compared WHERE mirror <> ?", (self._mirror,)).fetchone():
                # Another mirror's list says nothing of this one.
                database.execute("DELETE FROM waiting")
                database.execute("DELETE FROM compared")
        return database
