"""Readings are recorded the same one by one, many together, and by several at once."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Connection, Select, TextClause, select, text

from benchmarks.synthetic import archive_of
from models.access import EVERYTHING
from models.archive import DocumentState, Received
from models.clues import Clues
from models.invoice import Invoice, LineItem
from models.jobs import Job
from models.verification import Verdict
from storage.catalogue import search_tables
from storage.catalogue.batches import Batches
from storage.catalogue.catalogue import Catalogue
from storage.catalogue.evidence_rows import BUYER, GOODS, SELLER
from storage.catalogue.evidence_tables import goods, goods_grams, invoice_goods, shares
from storage.catalogue.export_tables import invoice_details
from storage.catalogue.identifier_search import number_or_code
from storage.catalogue.queue import LeaseQueue
from storage.catalogue.recording import Read
from storage.catalogue.tables import companies, company_grams, documents, invoice_texts, invoices, jobs, tax_ids
from tests.support.catalogued import a_reading, a_received, an_invoice, opened_at

AT_ONCE = 6


@pytest.fixture
def at_once(catalogue_url: str) -> Iterator[Callable[[Sequence[Callable[[Catalogue], Any]]], list[Any]]]:
    """Has each thing done by a thread with connections of its own, all beginning together; gives their results."""
    with ExitStack() as stack:
        own = [stack.enter_context(opened_at(catalogue_url)) for _ in range(AT_ONCE)]

        def run(things: Sequence[Callable[[Catalogue], Any]]) -> list[Any]:
            together = threading.Barrier(len(things))

            def do(place: int) -> Any:
                together.wait(30)
                return things[place](own[place])

            with ThreadPoolExecutor(len(things)) as threads:
                return list(threads.map(do, range(len(things))))

        yield run


def _read(number: int, *found: Invoice, version: int = 1) -> Read:
    received = a_received(number)
    return Read(received, a_reading(received, *found), version)


def _mixed() -> list[Read]:
    """New and known documents, newer and older versions, copies, scans that contradict each other, and one without an invoice."""
    same = {"invoice_number": "08765432", "invoice_code": "3100199130"}
    return [
        _read(1, an_invoice("住宿", seller_name="青禾市示例商贸有限公司", seller_tax_id="91110199291951630T", **same), an_invoice("停车")),
        _read(2, an_invoice("旧的", seller_name="云岭旧样餐饮有限公司", invoice_number="11111111")),
        _read(3, an_invoice("第三版", buyer_name="青禾市示例商贸有限公司"), version=3),
        _read(4, an_invoice(tax_inclusive_amount="100.00", **same)),
        _read(5, an_invoice(tax_inclusive_amount="900.00", verdict=Verdict.NEEDS_REVIEW, **same)),
        _read(6),
        _read(2, an_invoice("新的", seller_name="云岭新样餐饮有限公司", invoice_number="22222222"), version=2),
        _read(3, an_invoice("第二版"), version=2),
    ]


@pytest.mark.parametrize("known_before", [(), (1, 2, 3, 4, 5, 6), (2, 5)])
def test_many_together_leave_the_rows_that_one_by_one_leave(catalogue: Catalogue, known_before: tuple[int, ...]) -> None:
    readings = [*_mixed(), *(Read(*document, 1) for document in archive_of(30, 5))]

    def start() -> None:
        catalogue.erase()
        for number in known_before:
            catalogue.record_received(a_received(number))
            catalogue.record_reading(
                *_read(number, an_invoice("先前", seller_name=f"梅坞先前{number}号有限公司", invoice_number=f"9{number}"))
            )

    start()
    for read in readings:
        catalogue.record_reading(*read)
    one_by_one = _rows(catalogue)
    start()
    catalogue.record_readings(readings)

    assert _rows(catalogue) == one_by_one
    assert len(one_by_one["documents"]) == 36
    assert [hit.invoice.number for hit in catalogue.find(Clues(text="新的"), EVERYTHING)] == ["22222222"]
    for gone in ("旧的", "第二版"):
        assert catalogue.find(Clues(text=gone), EVERYTHING) == ()
    assert len(catalogue.find(Clues(text="第三版"), EVERYTHING)) == 1
    assert (
        len([entry for entry in catalogue.review(EVERYTHING, 200).entries if entry.invoice is not None and entry.invoice.contradicted]) == 3
    )


def test_nothing_to_record_is_no_error(catalogue: Catalogue) -> None:
    catalogue.record_readings([])

    assert catalogue.find(Clues(), EVERYTHING) == ()


def test_documents_of_the_same_moment_recorded_together_have_rows_of_their_own(catalogue: Catalogue) -> None:
    received = [a_received(number) for number in range(40)]
    moment = received[0].received_at
    same = [Received(each.document, moment, each.source) for each in received]

    catalogue.record_readings([Read(each, a_reading(each, *(an_invoice("同时") for _ in range(1_100))), 1) for each in same[:2]])
    catalogue.record_readings([Read(each, a_reading(each, an_invoice("同时")), 1) for each in same[2:]])

    with catalogue.database.reading() as connection:
        assert len(set(connection.scalars(select(invoices.c.id)))) == 2 * 1_100 + 38


def test_companies_that_several_meet_at_once_are_made_once(catalogue: Catalogue, at_once) -> None:
    names = ["青禾市示例商贸有限公司", "松川试印物流有限公司", "白鹭演示食品有限公司"]

    def record(number: int) -> Callable[[Catalogue], None]:
        turned = names[number % 3 :] + names[: number % 3]
        found = [an_invoice(seller_name=name, seller_tax_id=f"tax{name}") for name in turned]
        return lambda own: own.record_readings([_read(number, *found)])

    at_once([record(number) for number in range(AT_ONCE)])

    with catalogue.database.reading() as connection:
        assert sorted(connection.scalars(select(companies.c.name))) == sorted(names)
    assert {len(catalogue.invoices_of(a_received(number).document.digest, EVERYTHING)) for number in range(AT_ONCE)} == {3}


def test_scans_of_one_invoice_recorded_at_once_notice_that_they_differ(catalogue: Catalogue, at_once) -> None:
    def record(number: int) -> Callable[[Catalogue], None]:
        found = an_invoice(invoice_number="08765432", tax_inclusive_amount=f"{number}.00")
        return lambda own: own.record_reading(*_read(number, found))

    at_once([record(number) for number in range(AT_ONCE)])

    with catalogue.database.reading() as connection:
        assert connection.scalars(select(invoices.c.contradicted)).all() == [1] * AT_ONCE
    assert catalogue.counts(EVERYTHING)[DocumentState.NEEDS_REVIEW] == AT_ONCE


def test_one_document_recorded_by_several_at_once_stands_there_once(catalogue: Catalogue, at_once) -> None:
    found = an_invoice("住宿", invoice_number="08765432", seller_name="青禾市示例商贸有限公司")

    at_once([lambda own: own.record_reading(*_read(1, found))] * AT_ONCE)

    assert [hit.copies for hit in catalogue.find(Clues(text="住宿"), EVERYTHING)] == [()]


def test_one_document_accepted_by_several_at_once_waits_once(catalogue: Catalogue, at_once) -> None:
    answers = at_once([lambda own: LeaseQueue(own).accept(a_received(1))] * AT_ONCE)

    assert sorted(answers) == [DocumentState.DUPLICATE] * (AT_ONCE - 1) + [DocumentState.QUEUED]
    assert LeaseQueue(catalogue).waiting() == 1


def test_files_that_begin_a_batch_at_once_have_places_of_their_own(catalogue: Catalogue, at_once) -> None:
    def accept(number: int) -> Callable[[Catalogue], Any]:
        return lambda own: LeaseQueue(own).accept(a_received(number), "b")

    at_once([accept(number) for number in range(AT_ONCE)])

    assert [item.position for item in Batches(catalogue).batch("b", EVERYTHING).items] == list(range(1, AT_ONCE + 1))


def test_no_job_is_given_to_two_who_ask_at_once(catalogue: Catalogue, at_once) -> None:
    for number in range(30):
        LeaseQueue(catalogue).accept(a_received(number))

    def claim_all(own: Catalogue) -> list[Job]:
        queue = LeaseQueue(own)
        return list(iter(lambda: queue.claim("worker", 600), None))

    taken = [job.id for claimed in at_once([claim_all] * AT_ONCE) for job in claimed]

    assert sorted(taken) == sorted(set(taken))
    assert len(taken) == 30
    assert (LeaseQueue(catalogue).waiting(), LeaseQueue(catalogue).running()) == (0, 30)


def test_who_claims_passes_by_the_job_that_another_is_just_taking(new_database: str) -> None:
    with opened_at(new_database) as catalogue:
        queue = LeaseQueue(catalogue)
        for number in (1, 2):
            queue.accept(a_received(number))

        with catalogue.database.writing() as another:
            another.execute(select(jobs.c.id).order_by(jobs.c.id).limit(1).with_for_update())
            job = queue.claim("w", 600)

    assert job is not None
    assert job.file_name == "发票2.jpg"


_LISTS = select(invoices.c.goods).where(invoices.c.goods.is_not(None)).distinct()


def _rows(catalogue: Catalogue) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of the index, parties by their names: their ids are given in the order in which they come."""
    with catalogue.database.reading() as connection:
        names = {row.id: row.name for row in connection.execute(select(companies))}
        values = {row.id: row.value for row in connection.execute(select(tax_ids))}
        wares = {row.id: row.name for row in connection.execute(select(goods))}
        lists = {row.goods: "\n".join(wares[int(each)] for each in row.goods.split(",")) for row in connection.execute(_LISTS)}
        called = {"seller_company": names, "buyer_company": names, "seller_tax": values, "buyer_tax": values, "goods": lists}
        rows = [
            tuple(called[key].get(value) if key in called else value for key, value in row._mapping.items())
            for row in connection.execute(select(invoices).order_by(invoices.c.id))
        ]
        return {
            "invoices": rows,
            "companies": sorted((name,) for name in names.values()),
            "tax_ids": sorted(tuple(row) for row in connection.execute(select(tax_ids.c.value, tax_ids.c.old_form))),
            "grams": sorted((row.gram, names[row.company_id]) for row in connection.execute(select(company_grams))),
            "documents": [tuple(row) for row in connection.execute(select(documents).order_by(documents.c.digest))],
            "goods": sorted((wares[row.goods_id], *row[1:]) for row in connection.execute(select(invoice_goods))),
            "goods grams": sorted((row.gram, wares[row.goods_id]) for row in connection.execute(select(goods_grams))),
            "shares": _shares(connection, names, wares),
            "texts": [tuple(row) for row in connection.execute(select(invoice_texts).order_by(invoice_texts.c.id))],
            "details": [tuple(row) for row in connection.execute(select(invoice_details).order_by(invoice_details.c.id))],
        }


def _shares(connection: Connection, names: Mapping[int, str], wares: Mapping[int, str]) -> list[tuple[str, int | str, str, int]]:
    called: dict[str, Mapping[int, str]] = {SELLER: names, BUYER: names, GOODS: wares}
    rows = connection.execute(select(shares))
    return sorted((row.what, called.get(row.what, {}).get(row.key, row.key), row.department, row.many) for row in rows)


def test_what_is_read_again_is_counted_anew(catalogue: Catalogue) -> None:
    for version, seller in enumerate(("常客文具有限公司", "稀客茶行"), start=1):
        read = replace(an_invoice(seller_name=seller, buyer_name="示例集团"), items=(LineItem(f"*茶*{seller}"), LineItem("*茶*绿茶")))
        catalogue.record_readings([_read(1, read, version=version)])

    with catalogue.database.reading() as connection:
        names = {row.id: row.name for row in connection.execute(select(companies))}
        wares = {row.id: row.name for row in connection.execute(select(goods))}
        counted = {row[:2]: row[3] for row in _shares(connection, names, wares) if row[0] in (SELLER, BUYER, GOODS)}
    assert counted == {(SELLER, "稀客茶行"): 1, (BUYER, "示例集团"): 1, (GOODS, "*茶*稀客茶行"): 1, (GOODS, "*茶*绿茶"): 1}


def test_what_is_recorded_while_a_question_is_answered_does_not_mix_with_what_was_there(catalogue: Catalogue) -> None:
    catalogue.record_readings([_read(1, an_invoice())])
    with catalogue.database.reading() as connection:
        before = connection.scalars(select(invoices.c.id)).all()
        catalogue.record_readings([_read(1, version=2), _read(2, an_invoice())])

        assert connection.scalars(select(invoices.c.id)).all() == before


def test_postgresql_takes_trigrams_for_parts_of_numbers_and_never_for_whole_ones(
    new_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_tables, "FEW", -1)
    with opened_at(new_database) as catalogue, catalogue.database.writing() as connection:
        # Of a table that is empty any index of the whole number would do.
        for statement in (*_dropped("number_key_code_key", "number_key_id"), "SET LOCAL enable_seqscan = off"):
            connection.exec_driver_sql(statement)
        asked = select(invoices.c.id)
        whole = asked.where(invoices.c.number_key.in_(["08765432", "08765433"]))
        part = asked.where(number_or_code(connection, "number", "8765", ()).condition)
        plans = ["\n".join(connection.scalars(_explained(wanted, connection))) for wanted in (whole, part)]

    assert ["ix_invoices_number_trigrams" in plan for plan in plans] == [False, True]


def _dropped(*indexes: str) -> list[str]:
    return [f"DROP INDEX ix_invoices_{name}" for name in indexes]


def _explained(wanted: Select[Any], connection: Connection) -> TextClause:
    return text(f"EXPLAIN {wanted.compile(connection, compile_kwargs={'literal_binds': True})}")
