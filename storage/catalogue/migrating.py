"""Bringing a database to the tables of this program."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from models.errors import CatalogueUnavailable
from storage.catalogue.database import Database

if TYPE_CHECKING:
    from alembic.config import Config

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
    if before == newest_revision():
        return False
    from alembic import command  # noqa: PLC0415  # a database that is up to date, as nearly always, needs no migrations

    with _stepping(database) as config:
        command.upgrade(config, "head")
    return before is None


def migrate_back(database: Database, revision: str) -> None:
    """Take back every step after a revision (all of them for `base`), so that an older program can go on; what only the newer ones
    kept is lost.

    Raises:
        CatalogueUnavailable: the database does not answer, or is not at a newer revision.
    """
    from alembic import command  # noqa: PLC0415  # as above

    with _stepping(database) as config:
        command.downgrade(config, revision)


def revisions() -> tuple[str, ...]:
    """Every revision there is, the oldest first."""
    from alembic.script import ScriptDirectory  # noqa: PLC0415  # as above

    return tuple(reversed([step.revision for step in ScriptDirectory.from_config(_config()).walk_revisions()]))


def newest_revision() -> str:
    """The last revision, by the names of the steps, which are numbered."""
    return max(step.stem for step in _STEPS.glob("versions/step_*.py")).removeprefix("step_")


@contextmanager
def _stepping(database: Database) -> "Iterator[Config]":
    from alembic.util import CommandError  # noqa: PLC0415  # as above

    with database.writing() as connection:
        if database.dialect == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        config = _config()
        config.attributes["connection"] = connection
        try:
            yield config
        except CommandError as error:
            raise CatalogueUnavailable(f"the catalogue was made by another version of this program: {error}") from error


def _config() -> "Config":
    from alembic.config import Config  # noqa: PLC0415  # as above

    config = Config()
    config.set_main_option("script_location", str(_STEPS).replace("%", "%%"))
    return config


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
