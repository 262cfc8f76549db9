"""Bringing a database to the tables of this program."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, text

from models.errors import CatalogueUnavailable
from storage.catalogue.database import Database

_STEPS = Path(__file__).with_name("migrations")
_LOCK = 0x7069616F67656E
"""Any number that no other program on the same server uses: PostgreSQL's advisory lock."""


def migrate(database: Database) -> bool:
    """Create or upgrade the tables; does nothing to a database that is up to date. Processes that start at once wait for each other.

    Returns:
        Whether the database was empty before, so that an archive that is not must be indexed anew.

    Raises:
        CatalogueUnavailable: the database does not answer, or belongs to a newer program.
    """
    database.create_file()
    with database.reading() as connection:
        before = _revision(connection)
    if before == _script().get_current_head():
        return False
    with _stepping(database) as config:
        command.upgrade(config, "head")
    return before is None


def migrate_back(database: Database, revision: str) -> None:
    """Take back every step after a revision (all of them for `base`), so that an older program can go on; what only the newer ones
    kept is lost.

    Raises:
        CatalogueUnavailable: the database does not answer, or is not at a newer revision.
    """
    with _stepping(database) as config:
        command.downgrade(config, revision)


def revisions() -> tuple[str, ...]:
    """Every revision there is, the oldest first."""
    return tuple(reversed([step.revision for step in _script().walk_revisions()]))


@contextmanager
def _stepping(database: Database) -> Iterator[Config]:
    with database.writing() as connection:
        if database.dialect == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        config = _config()
        config.attributes["connection"] = connection
        try:
            yield config
        except CommandError as error:
            raise CatalogueUnavailable(f"the catalogue was made by another version of this program: {error}") from error


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_STEPS).replace("%", "%%"))
    return config


def _script() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()
