"""The tables are made, upgraded and taken back step by step on every database, with what stands in them."""

from dataclasses import replace

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, Table, inspect, select, update

from models.access import EVERYTHING
from models.clues import Clues, DateClue
from models.errors import CatalogueUnavailable
from storage.catalogue import index_state
from storage.catalogue.batches import Batches
from storage.catalogue.catalogue import Catalogue
from storage.catalogue.evidence_tables import shares
from storage.catalogue.loss_tables import loss_cases
from storage.catalogue.migrating import _stepping, migrate_back, newest_revision, revisions
from storage.catalogue.queue import LeaseQueue
from storage.catalogue.record_tables import metadata
from storage.catalogue.tables import companies, company_grams, documents, invoice_texts, invoices
from tests.support.catalogued import START, a_reading, a_received, an_invoice, found, index, only

BEFORE_ALL = "base"


@pytest.fixture
def filled(catalogue: Catalogue) -> Catalogue:
    """An invoice, a document that waits, and a batch."""
    index(
        catalogue,
        1,
        an_invoice("住宿", invoice_number="08765432", seller_name="青禾市示例商贸有限公司", issue_date="2019-03-19", tax_amount="1.00"),
    )
    Batches(catalogue).create_batch("b", START)
    LeaseQueue(catalogue).accept(a_received(2), batch="b")
    return catalogue


def test_the_migrations_make_the_tables_of_the_code(catalogue: Catalogue) -> None:
    assert loss_cases.metadata is metadata
    assert _differences(catalogue) == []


def test_the_names_of_the_steps_tell_the_newest_revision() -> None:
    assert newest_revision() == revisions()[-1]


@pytest.mark.parametrize("revision", [BEFORE_ALL, *revisions()])
def test_from_every_revision_back_and_forth_everything_is_found_as_before(filled: Catalogue, revision: str) -> None:
    clues = [Clues(), Clues(number="7654"), Clues(text="住宿"), Clues(seller="示例"), Clues(date=DateClue.parse("2019-03"))]
    before = [filled.find(each, EVERYTHING) for each in clues]

    migrate_back(filled.database, revision)
    newly = filled.migrate()

    assert newly is (revision == BEFORE_ALL)
    assert _differences(filled) == []
    if revision != BEFORE_ALL:
        assert [filled.find(each, EVERYTHING) for each in clues] == before
        assert all(before)
        assert [item.file_name for item in Batches(filled).batch("b", EVERYTHING).items] == ["发票2.jpg"]
        assert LeaseQueue(filled).waiting() == 1
    index(filled, 3, an_invoice("停车", invoice_number="11223344"))
    assert found(filled, Clues(text="停车")) == ["11223344"]


@pytest.mark.parametrize("revision", [BEFORE_ALL, *revisions()[:-1]])
def test_a_step_back_leaves_what_an_older_program_knew(filled: Catalogue, revision: str) -> None:
    with filled.database.reading() as connection:
        newest = _shape(connection)

    migrate_back(filled.database, revision)
    with filled.database.reading() as connection:
        older = _shape(connection)
    filled.migrate()
    migrate_back(filled.database, revision)

    with filled.database.reading() as connection:
        assert _shape(connection) == older != newest
    if revision == BEFORE_ALL:
        assert older == {}


def test_there_is_no_way_back_to_a_revision_that_is_not_there(catalogue: Catalogue) -> None:
    with pytest.raises(CatalogueUnavailable, match="another version"):
        migrate_back(catalogue.database, "9999")


def test_what_was_indexed_before_days_were_kept_is_found_by_its_day_of_issue(filled: Catalogue) -> None:
    migrate_back(filled.database, "0002")
    filled.migrate()

    assert only(filled.find(Clues(date=DateClue.parse("2019-03-19")), EVERYTHING)).invoice.number == "08765432"


def test_what_was_indexed_in_traditional_characters_is_to_be_indexed_anew(filled: Catalogue) -> None:
    traditional = index(filled, 3, an_invoice("住宿", invoice_number="11223344"))
    migrate_back(filled.database, "0006")
    with filled.database.writing() as connection:
        connection.execute(update(invoice_texts).where(invoice_texts.c.text.contains("11223344")).values(text="國際\n11223344"))
    with _stepping(filled.database) as config:
        command.upgrade(config, "0007")

    with filled.database.reading() as connection:
        unread = set(connection.scalars(select(documents.c.digest).where(documents.c.version == 0)))
        assert index_state.state(connection).behind
    assert unread == {traditional.document.digest.hex, a_received(2).document.digest.hex}


def test_invoices_whose_goods_nobody_kept_are_to_be_indexed_anew(filled: Catalogue) -> None:
    migrate_back(filled.database, "0019")
    filled.migrate()

    assert filled.state().behind
    assert set(filled.versions().values()) == {0}


def test_a_migration_counts_and_names_what_new_rows_have(filled: Catalogue) -> None:
    before = [_rows(filled, table) for table in (companies, company_grams, shares, invoices)]

    migrate_back(filled.database, "0019")
    filled.migrate()

    assert [_rows(filled, table) for table in (companies, company_grams, shares, invoices)] == before
    assert all(before)


def test_a_migration_marks_what_two_files_hold_as_new_rows_are_marked(catalogue: Catalogue) -> None:
    whole, cut = "26992000000000000012", {"invoice_code": "269920000000", "invoice_number": "00000012"}
    for number, department in enumerate(("财务部", None, "采购部", "财务部"), start=1):
        came = replace(a_received(number), department=department)
        values = cut if number == 2 else {"invoice_number": whole}
        catalogue.record_reading(came, a_reading(came, an_invoice(**values), an_invoice(invoice_number=f"0876543{number}")), 1)
    before = _rows(catalogue, invoices)

    migrate_back(catalogue.database, "0026")
    catalogue.migrate()

    assert _rows(catalogue, invoices) == before
    assert sorted(row[-2:] for row in before) == [(0, 0)] * 4 + [(1, 0)] * 2 + [(1, 1)] * 2


def _rows(catalogue: Catalogue, table: Table) -> set[tuple[object, ...]]:
    with catalogue.database.reading() as connection:
        return {tuple(row) for row in connection.execute(table.select())}


def _differences(catalogue: Catalogue) -> list[object]:
    def of_the_code(name: str | None, kind: str, _: object) -> bool:
        return (kind != "table" or name in metadata.tables) and not (
            kind == "index" and name is not None and name.endswith(("_trigrams", "_pairs"))
        )

    with catalogue.database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": of_the_code, "compare_type": True})
        return list(compare_metadata(context, metadata))


def _shape(connection: Connection) -> dict[str, tuple[frozenset[str], frozenset[tuple[str | None, ...]]]]:
    """The columns and indexes, with theirs, of every table but those that the migrations and the search tables keep for themselves."""
    inspected = inspect(connection)
    kept = (name for name in inspected.get_table_names() if name in metadata.tables)
    return {
        name: (
            frozenset(column["name"] for column in inspected.get_columns(name)),
            frozenset((each["name"], *each["column_names"]) for each in inspected.get_indexes(name)),
        )
        for name in kept
    }
