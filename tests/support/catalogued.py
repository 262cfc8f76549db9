"""Builders of what a catalogue indexes: invoices, documents with their readings, and a clock that stands until it is moved."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from models.access import EVERYTHING
from models.archive import Received
from models.clues import Clues, Hit
from models.digest import Digest
from models.document import DocumentRef, MediaType, TextLine
from models.geometry import Polygon
from models.invoice import FieldStatus, Invoice, InvoiceField, InvoiceKind, Witness
from models.reading import Engine, Reading
from models.verification import Verdict
from storage.catalogue.catalogue import Catalogue
from storage.catalogue.database import sqlite_url
from tests.support.postgresql import PostgreSQLServer

DIALECTS = ("sqlite", "postgresql")
"""Every database that a catalogue may lie in."""

START = datetime(2026, 3, 2, 8, 30, 0, 123_456, tzinfo=UTC)
SQUARE = Polygon.of([[0, 0], [10, 0], [10, 10], [0, 10]])
ENGINE = Engine("scripted", "1", {})


class StandingClock:
    """Says the same time until `move` is called."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """The time."""
        return self.now

    def move(self, seconds: float) -> None:
        """Let time pass."""
        self.now += timedelta(seconds=seconds)


@contextmanager
def opened(folder: Path) -> Iterator[Catalogue]:
    """A migrated catalogue in a folder, closed at the end."""
    with opened_at(url_in(folder)) as catalogue:
        yield catalogue


@contextmanager
def opened_at(url: str) -> Iterator[Catalogue]:
    """A migrated catalogue in any database, closed at the end."""
    catalogue = Catalogue(url)
    try:
        catalogue.migrate()
        yield catalogue
    finally:
        catalogue.close()


@contextmanager
def fresh(request: pytest.FixtureRequest) -> Iterator[Catalogue]:
    """A catalogue for a whole module, in the database that the fixture's parameter names."""
    if request.param == "sqlite":
        folders: pytest.TempPathFactory = request.getfixturevalue("tmp_path_factory")
        with opened(folders.mktemp("catalogue")) as catalogue:
            yield catalogue
        return
    server: PostgreSQLServer = request.getfixturevalue("postgresql_server")
    with server.database(request.getfixturevalue("empty_database")) as name, opened_at(server.url(name)) as catalogue:
        yield catalogue


def url_in(folder: Path) -> str:
    """Where `opened` keeps it."""
    return sqlite_url(folder / "catalogue.sqlite3")


def an_invoice(
    *lines: str, kind: InvoiceKind = InvoiceKind.VAT_SPECIAL, verdict: Verdict = Verdict.ACCEPTED, **values: str | None
) -> Invoice:
    """An invoice with these lines of text and these field values."""
    fields = {key: InvoiceField(value, value or "?", 0.9, 1, SQUARE, FieldStatus.READ, (Witness.PRINTED,)) for key, value in values.items()}
    return Invoice(kind, kind.chinese, 1, SQUARE, fields, (), (), verdict, tuple(TextLine(line, 0.9, SQUARE) for line in lines))


def a_received(number: int, file_name: str | None = None) -> Received:
    """The document that came `number` minutes after the start; its bytes are its number."""
    content = str(number).encode()
    document = DocumentRef(Digest.of(content), file_name or f"发票{number}.jpg", MediaType.JPEG, len(content))
    return Received(document, START + timedelta(minutes=number), "cli")


def a_reading(received: Received, *invoices: Invoice) -> Reading:
    """What was read of that document."""
    return Reading(received.document, invoices, ENGINE, {})


def index(catalogue: Catalogue, number: int, *invoices: Invoice, version: int = 1) -> Received:
    """Have the document `number` read with these invoices."""
    received = a_received(number)
    catalogue.record_received(received)
    catalogue.record_reading(received, a_reading(received, *invoices), version)
    return received


def found(catalogue: Catalogue, clues: Clues) -> list[str | None]:
    """The numbers of the invoices that a search gives, in its order."""
    return [hit.invoice.number for hit in catalogue.find(clues, EVERYTHING)]


def only(hits: tuple[Hit, ...]) -> Hit:
    """The one hit of a search."""
    [hit] = hits
    return hit
