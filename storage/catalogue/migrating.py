"""Bringing a database to the tables of this program."""

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
    config = Config()
    config.set_main_option("script_location", str(_STEPS).replace("%", "%%"))
    newest = ScriptDirectory.from_config(config).get_current_head()
    with database.reading() as connection:
        before = _revision(connection)
    if before == newest:
        return False
    with database.writing() as connection:
        if database.dialect == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise CatalogueUnavailable(f"the catalogue was made by another version of this program: {error}") from error
    return before is None


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()
