"""The one place that opens the catalogue's database and speaks for its failures."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import (
    ArgumentError,
    DatabaseError,
    DataError,
    DisconnectionError,
    IntegrityError,
    InterfaceError,
    NoSuchModuleError,
    NotSupportedError,
    ProgrammingError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection, QueuePool

from models.errors import CatalogueUnavailable, InvalidSetting

BUSY_SECONDS = 15.0
"""How long a writer waits for another one."""

_POOL = {"pool_size": 20, "max_overflow": 20, "pool_timeout": BUSY_SECONDS}
"""Room for as many threads as a web server runs handlers in."""

_BUGS = (DataError, IntegrityError, NotSupportedError, ProgrammingError)
"""Errors of the statement, not of the database: they show themselves."""

_NO_ENTRY = "SQLITE_CANTOPEN"
_DAMAGED = ("SQLITE_CORRUPT", "SQLITE_NOTADB")
"""How the names of errors begin that a damaged or foreign file answers."""


def sqlite_url(path: Path) -> str:
    """The URL of an SQLite file; `?`, `#` and `%` in its path are escaped as they must be."""
    return URL.create("sqlite", database=str(path.absolute())).render_as_string()


class Database:
    """A pool of connections to one database, to be shared by threads; a forked process opens its own.

    A reading transaction sees one state throughout. SQLite runs with write-ahead log, full synchronisation, foreign keys and a
    busy time-out; a writing transaction takes the write lock at its start, so that it never fails half-way for want of it.
    """

    def __init__(self, url: str) -> None:
        """Open nothing yet; raise InvalidSetting for a URL that cannot be one of a catalogue."""
        parsed = _parse(url)
        self.path = Path(parsed.database or "").absolute() if parsed.get_backend_name() == "sqlite" else None
        self._turns = None if self.path is None else threading.Lock()
        self._engine = _sqlite(self.path) if self.path is not None else create_engine(parsed, pool_pre_ping=True, **_POOL)

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self._engine.dialect.name

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection in a transaction that only reads.

        Raises:
            CatalogueUnavailable: the database does not answer.
        """
        with self._translated(), self._engine.connect() as connection:
            if self.path is None:
                # SQLite knows nothing else; PostgreSQL would show each statement what was committed meanwhile.
                connection.execution_options(isolation_level="REPEATABLE READ")
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A connection in a transaction that is committed at the end of the block, or undone when the block raises.

        Raises:
            CatalogueUnavailable: the database does not answer or cannot be written; nothing of the block was kept, unless
                the connection to a database server broke during the commit.
        """
        with self._in_turn(), self._translated(), self._engine.execution_options(writing=True).begin() as connection:
            yield connection

    def create_file(self) -> None:
        """Make an empty SQLite file, with its folder, where none stands; a database server is left to its own means."""
        if self.path is None:
            return
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.path.touch(mode=0o600)
        except OSError as error:
            raise CatalogueUnavailable(f"cannot create the catalogue {self.path}: {error.strerror}") from error

    def set_damaged_aside(self, now: datetime) -> Path | None:
        """`set_aside` a file that cannot be used; None when there is nothing to put aside.

        Raises:
            CatalogueUnavailable: it is only busy, or the folder cannot be written.
        """
        if self.path is None or not self.path.exists() or self._is_sound():
            return None
        return self.set_aside("damaged", now)

    def set_aside(self, why: str, now: datetime) -> Path:
        """Rename the SQLite file, with its log, to `….<why>-<time>`.

        Raises:
            CatalogueUnavailable: the folder cannot be written, or a database server cannot do such a thing.
        """
        if self.path is None:
            raise CatalogueUnavailable("the catalogue lies on a database server, which piaogen does not rename: name another database")
        self.close()
        aside = self.path.with_name(f"{self.path.name}.{why}-{now:%Y%m%dT%H%M%SZ}")
        try:
            for suffix in ("-wal", "-shm", ""):
                part = self.path.with_name(self.path.name + suffix)
                if part.exists():
                    part.rename(aside.with_name(aside.name + suffix))
        except OSError as error:
            raise CatalogueUnavailable(f"cannot put the catalogue {self.path} aside: {error.strerror}") from error
        return aside

    def _is_sound(self) -> bool:
        try:
            with self._engine.connect() as connection:
                return connection.exec_driver_sql("PRAGMA quick_check(1)").scalar() == "ok"
        except DatabaseError as error:
            if _is_damage(error.orig, self.path):
                return False
            raise CatalogueUnavailable(_explain(error, self.path)) from error

    def close(self) -> None:
        """Give back every connection."""
        self._engine.dispose()

    @contextmanager
    def _in_turn(self) -> Iterator[None]:
        """Have the threads that write to an SQLite file wait for each other here: SQLite itself would have them sleep and ask again."""
        if self._turns is None:
            yield
            return
        if not self._turns.acquire(timeout=BUSY_SECONDS):
            raise CatalogueUnavailable(f"the catalogue {self.path} is busy: another thread has been writing for {BUSY_SECONDS:g} seconds")
        try:
            yield
        finally:
            self._turns.release()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except _BUGS:
            raise
        except (DatabaseError, InterfaceError, DisconnectionError, PoolTimeout) as error:
            raise CatalogueUnavailable(_explain(error, self.path)) from error


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
        parsed.get_dialect()
    except (ArgumentError, NoSuchModuleError) as error:
        raise InvalidSetting(f"not a database URL: {error}") from error
    backend = parsed.get_backend_name()
    if backend not in ("sqlite", "postgresql"):
        raise InvalidSetting(f"the catalogue runs on sqlite or postgresql, not on {backend}")
    if backend == "sqlite" and parsed.database in (None, "", ":memory:"):
        raise InvalidSetting("the catalogue needs a file: sqlite:///relative/path or sqlite:////absolute/path")
    return parsed


def _sqlite(path: Path) -> Engine:
    """An engine that never creates the file: a deleted catalogue must be noticed, not silently begun anew."""

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(
            f"file:{quote(str(path))}?mode=rw", uri=True, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")
        return connection

    engine = create_engine("sqlite://", creator=connect, poolclass=QueuePool, **_POOL)

    @event.listens_for(engine, "connect")
    def remember_file(_: DBAPIConnection, entry: ConnectionPoolEntry) -> None:
        entry.info["file"] = _identity(path)

    @event.listens_for(engine, "checkout")
    def same_file(_: DBAPIConnection, entry: ConnectionPoolEntry, __: PoolProxiedConnection) -> None:
        # SQLite itself goes on writing into a deleted file, and all of it would be lost.
        if entry.info.get("file") != _identity(path):
            raise DisconnectionError("the file was replaced")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get("writing") else "BEGIN")

    return engine


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _explain(error: Exception, path: Path | None) -> str:
    cause = getattr(error, "orig", None) or error
    if path is None:
        return f"the catalogue's database does not answer: {type(cause).__name__}"
    if not path.exists():
        return f"the catalogue {path} is gone; `piaogen rebuild` makes it anew from the archive"
    if _is_damage(cause, path) or "no such table" in str(cause):
        return f"the catalogue {path} is damaged or not a catalogue ({cause}); `piaogen rebuild` makes it anew from the archive"
    if _error_name(cause).startswith(_NO_ENTRY):
        return (
            f"the catalogue {path} cannot be opened ({cause}); where the archive is read-only, name another place in PIAOGEN_DATABASE "
            "and run `piaogen rebuild`"
        )
    return f"the catalogue {path} cannot be used now: {cause}"


def _is_damage(cause: BaseException | None, path: Path | None) -> bool:
    """A sound file that may not be opened, on a read-only disk for one, is none."""
    name = _error_name(cause)
    return name.startswith(_DAMAGED) or (name.startswith(_NO_ENTRY) and path is not None and not path.is_file())


def _error_name(cause: BaseException | None) -> str:
    return getattr(cause, "sqlite_errorname", None) or ""
