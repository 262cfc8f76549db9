"""What a catalogue takes on disk, by table and index."""

from sqlalchemy import text

from benchmarks.report import Cell
from storage.catalogue.database import Database

SIZE_COLUMNS = ("database", "table or index", "MB", "bytes an invoice")

_PARTS = {
    "postgresql": """
        SELECT relname, pg_relation_size(oid) + coalesce(pg_relation_size(nullif(reltoastrelid, 0)), 0)
        FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'i')
    """,
    "sqlite": "SELECT name, sum(pgsize) FROM dbstat GROUP BY name",
}


def sizes(name: str, database: Database, rows: int) -> list[tuple[Cell, ...]]:
    """A row for each part that takes at least a byte an invoice, the greatest first, and one for the whole."""
    with database.reading() as connection:
        found = {str(part): int(size) for part, size in connection.execute(text(_PARTS[name]))}
    total = sum(found.values())
    parts = sorted(((part, size) for part, size in found.items() if size >= rows), key=lambda entry: -entry[1])
    return [(name, part, round(size / 1e6, 1), round(size / rows)) for part, size in [*parts, ("all", total)]]
