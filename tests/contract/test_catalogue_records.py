"""What is recorded stands there, once, in its newest version."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from models.access import EVERYTHING
from models.archive import DocumentState, Received, invoice_id
from models.clues import Clues, InvoiceSummary
from models.digest import Digest
from models.document import DocumentRef
from models.errors import DocumentNotFound, InvalidClue, InvoiceNotFound
from models.invoice import InvoiceKind
from models.verification import Verdict
from storage.catalogue.catalogue import Catalogue
from storage.catalogue.document_rows import insert_document
from storage.catalogue.queue import LeaseQueue
from tests.support.catalogued import a_reading, a_received, an_invoice, found, index, only

DRAWN_FROM = {"invoice_number": "87654321", "invoice_code": "3100199130", "seller_name": "上海和平饭店有限公司"}


def test_a_received_document_is_queued_with_all_that_is_known_of_it(catalogue: Catalogue) -> None:
    received = a_received(1)

    new = catalogue.record_received(received)

    stored = catalogue.document(received.document.digest, EVERYTHING)
    assert (new, stored.received, stored.state, stored.version, stored.error) == (True, received, DocumentState.QUEUED, 0, None)


def test_receiving_again_changes_nothing(catalogue: Catalogue) -> None:
    received = index(catalogue, 1, an_invoice(**DRAWN_FROM))

    new = catalogue.record_received(replace(received, source="api"), DocumentState.QUEUED)

    stored = catalogue.document(received.document.digest, EVERYTHING)
    assert (new, stored.received, stored.state) == (False, received, DocumentState.DONE)


@pytest.mark.parametrize(
    ("verdicts", "state"),
    [
        ([Verdict.ACCEPTED], DocumentState.DONE),
        ([Verdict.ACCEPTED, Verdict.NEEDS_REVIEW], DocumentState.NEEDS_REVIEW),
        ([Verdict.UNREAD], DocumentState.UNREAD),
        ([], DocumentState.DONE),
    ],
)
def test_a_reading_decides_the_state(catalogue: Catalogue, verdicts: list[Verdict], state: DocumentState) -> None:
    received = index(catalogue, 1, *(an_invoice(verdict=verdict) for verdict in verdicts))

    assert catalogue.document(received.document.digest, EVERYTHING).state is state


def test_a_reading_brings_the_pages_and_clears_the_error(catalogue: Catalogue) -> None:
    received = a_received(1)
    catalogue.record_received(received)
    catalogue.set_state(received.document.digest, DocumentState.UNREAD, "recognition_failed")

    catalogue.record_reading(received, replace(a_reading(received), document=replace(received.document, pages=2)), 1)

    stored = catalogue.document(received.document.digest, EVERYTHING)
    assert (stored.received.document.pages, stored.error) == (2, None)


def test_a_reading_of_an_unknown_document_brings_the_document(catalogue: Catalogue) -> None:
    received = a_received(1)

    catalogue.record_reading(received, a_reading(received, an_invoice(**DRAWN_FROM)), 1)

    assert catalogue.document(received.document.digest, EVERYTHING).received == received


def test_a_newer_reading_takes_the_place_of_the_older(catalogue: Catalogue) -> None:
    index(catalogue, 1, an_invoice("旧的", invoice_number="11111111", seller_name="旧公司"), an_invoice(invoice_number="22222222"))

    received = index(catalogue, 1, an_invoice("新的", invoice_number="33333333", seller_name="新公司"), version=2)

    assert found(catalogue, Clues()) == ["33333333"]
    for gone in (Clues(number="1111"), Clues(text="旧的"), Clues(seller="旧公"), Clues(number="22222222")):
        assert found(catalogue, gone) == []
    for there in (Clues(number="3333"), Clues(text="新的"), Clues(seller="新公")):
        assert found(catalogue, there) == ["33333333"]
    assert catalogue.document(received.document.digest, EVERYTHING).version == 2


def test_an_older_reading_is_ignored(catalogue: Catalogue) -> None:
    index(catalogue, 1, an_invoice(invoice_number="33333333"), version=2)

    received = index(catalogue, 1, version=1)

    stored = catalogue.document(received.document.digest, EVERYTHING)
    assert (found(catalogue, Clues()), stored.version, stored.state) == (["33333333"], 2, DocumentState.DONE)


def test_the_same_reading_again_changes_nothing(catalogue: Catalogue) -> None:
    index(catalogue, 1, an_invoice(**DRAWN_FROM))
    before = catalogue.find(Clues(number="8765"), EVERYTHING)

    index(catalogue, 1, an_invoice(**DRAWN_FROM))

    assert catalogue.find(Clues(number="8765"), EVERYTHING) == before != ()


def test_a_summary_says_what_a_list_shows(catalogue: Catalogue) -> None:
    values = {"issue_date": "2019-03-19", "tax_inclusive_amount": "1200.5", "seller_tax_id": "91310099803893084B"}
    buyer = {"buyer_name": "北京　测试公司", "buyer_tax_id": "110000600037341"}
    received = index(catalogue, 1, an_invoice(), an_invoice(kind=InvoiceKind.VAT_GENERAL, **DRAWN_FROM, **values, **buyer))
    digest = received.document.digest

    assert catalogue.summary(invoice_id(digest, 2), EVERYTHING) == InvoiceSummary(
        id=invoice_id(digest, 2),
        document=digest,
        file_name="发票1.jpg",
        received_at=received.received_at,
        page=1,
        kind=InvoiceKind.VAT_GENERAL,
        title="增值税普通发票",
        verdict=Verdict.ACCEPTED,
        code="3100199130",
        number="87654321",
        issue_date=date(2019, 3, 19),
        seller_name="上海和平饭店有限公司",
        seller_tax_id="91310099803893084B",
        buyer_name="北京　测试公司",
        buyer_tax_id="110000600037341",
        total=Decimal("1200.50"),
    )
    assert [summary.id for summary in catalogue.invoices_of(digest, EVERYTHING)] == [invoice_id(digest, 1), invoice_id(digest, 2)]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("issue_date", "2019-02-30"),
        ("issue_date", "年月日"),
        ("tax_inclusive_amount", "一千"),
        ("tax_inclusive_amount", "NaN"),
        ("tax_inclusive_amount", "1E+999999999"),
        ("tax_inclusive_amount", "99999999999999999999.00"),
    ],
)
def test_a_value_that_is_no_date_or_amount_is_left_out_of_the_index(catalogue: Catalogue, key: str, value: str) -> None:
    index(catalogue, 1, an_invoice(**DRAWN_FROM, **{key: value}))

    summary = only(catalogue.find(Clues(text=value), EVERYTHING)).invoice
    assert (summary.issue_date, summary.total) == (None, None)


def test_a_file_name_of_any_characters_is_kept(catalogue: Catalogue) -> None:
    received = a_received(1, "a\0b\udcff" + "长" * 300)

    catalogue.record_received(received)

    assert catalogue.document(received.document.digest, EVERYTHING).received.document.file_name == "a\ufffdb\ufffd" + "长" * 300


def test_states_are_set_and_counted(catalogue: Catalogue) -> None:
    index(catalogue, 1, an_invoice())
    catalogue.record_received(a_received(2))
    catalogue.set_state(a_received(2).document.digest, DocumentState.UNREAD, "unreadable_file")

    counts = catalogue.counts(EVERYTHING)

    assert set(counts) == set(DocumentState)
    assert {state: count for state, count in counts.items() if count} == {DocumentState.DONE: 1, DocumentState.UNREAD: 1}
    assert catalogue.document(a_received(2).document.digest, EVERYTHING).error == "unreadable_file"


def test_an_unknown_document_is_not_found(catalogue: Catalogue) -> None:
    digest = Digest.of(b"never seen")

    for ask in (lambda: catalogue.document(digest, EVERYTHING), lambda: catalogue.set_state(digest, DocumentState.DONE)):
        with pytest.raises(DocumentNotFound):
            ask()
    assert catalogue.invoices_of(digest, EVERYTHING) == ()


def test_every_name_of_an_invoice_means_it(catalogue: Catalogue) -> None:
    digest = index(catalogue, 1, an_invoice(), an_invoice()).document.digest

    assert catalogue.resolve(invoice_id(digest, 2), EVERYTHING) == (digest, 2)
    for name in (str(digest), digest.hex, digest.hex[:20], digest.hex[:33].upper(), f"  {digest.hex[:20]}\n"):
        assert catalogue.resolve(name, EVERYTHING) == (digest, 1)


def test_a_document_that_is_not_read_yet_has_a_name_but_no_summary(catalogue: Catalogue) -> None:
    received = a_received(1)
    catalogue.record_received(received)

    assert catalogue.resolve(str(received.document.digest), EVERYTHING) == (received.document.digest, 1)
    with pytest.raises(InvoiceNotFound):
        catalogue.summary(str(received.document.digest), EVERYTHING)


def test_a_name_of_nothing_is_not_found(catalogue: Catalogue) -> None:
    digest = index(catalogue, 1, an_invoice()).document.digest
    names = ["", "?", "%", digest.hex[:19], digest.hex + "0", f"{digest.hex[:20]}-2", f"{digest.hex[:20]}-0", f"{digest.hex[:20]}-01"]

    for name in [*names, "f" * 20, "sha256:" + "f" * 64, "md5:" + digest.hex, "'; DROP TABLE invoices; --"]:
        with pytest.raises(InvoiceNotFound):
            catalogue.resolve(name, EVERYTHING)


def test_a_start_that_several_documents_share_is_no_name(catalogue: Catalogue) -> None:
    received = a_received(1)
    for last in "01":
        digest = Digest("ab" * 31 + "0" + last)
        document = DocumentRef(digest, "a.jpg", received.document.media_type, 1)
        catalogue.record_received(replace(received, document=document))

    with pytest.raises(InvoiceNotFound, match="several"):
        catalogue.resolve("ab" * 10, EVERYTHING)
    assert catalogue.resolve("ab" * 31 + "01", EVERYTHING) == (Digest("ab" * 31 + "01"), 1)


def test_copies_are_the_other_scans_of_the_same_code_and_number(catalogue: Catalogue) -> None:
    first, second = (index(catalogue, number, an_invoice(**DRAWN_FROM)) for number in (1, 2))
    third = index(catalogue, 3, an_invoice(), an_invoice(invoice_number="8765 4321", invoice_code="３１００１９９１３０"))
    index(catalogue, 4, an_invoice(invoice_number="87654321"))

    copies = catalogue.copies(invoice_id(first.document.digest, 1), EVERYTHING)

    assert [copy.id for copy in copies] == [invoice_id(third.document.digest, 2), invoice_id(second.document.digest, 1)]


def test_invoices_without_a_number_are_no_copies_of_each_other(catalogue: Catalogue) -> None:
    first = index(catalogue, 1, an_invoice(), an_invoice())

    assert catalogue.copies(invoice_id(first.document.digest, 1), EVERYTHING) == ()
    assert len(catalogue.find(Clues(), EVERYTHING)) == 2


def test_the_review_list_is_everything_unsettled_oldest_first(catalogue: Catalogue) -> None:
    index(catalogue, 6)
    index(catalogue, 5, an_invoice())
    index(catalogue, 4, an_invoice(), an_invoice(verdict=Verdict.NEEDS_REVIEW), an_invoice(verdict=Verdict.NEEDS_REVIEW))
    index(catalogue, 3, an_invoice(verdict=Verdict.UNREAD))
    for number, state in ((2, DocumentState.CANCELLED), (1, DocumentState.RUNNING), (0, DocumentState.QUEUED)):
        catalogue.record_received(a_received(number), state)

    entries = catalogue.review(EVERYTHING, 10).entries

    names = [(entry.document.received.document.file_name, entry.invoice and entry.invoice.id[-1]) for entry in entries]
    assert names == [(f"发票{number}.jpg", None) for number in range(3)] + [("发票3.jpg", "1"), ("发票4.jpg", "2"), ("发票4.jpg", "3")]


def test_scans_of_one_invoice_that_differ_are_for_a_person_until_they_agree(catalogue: Catalogue) -> None:
    def scan(number: int, total: str | None, version: int = 1) -> Received:
        return index(catalogue, number, an_invoice(invoice_number="12345678", tax_inclusive_amount=total), version=version)

    def doubted() -> list[str]:
        return sorted(entry.invoice.id for entry in catalogue.review(EVERYTHING, 10).entries if entry.invoice is not None)

    ids = [invoice_id(scan(number, total).document.digest, 1) for number, total in ((1, "100.00"), (2, None), (3, "100.00"))]
    assert doubted() == []
    fourth = scan(4, "900.00")
    assert doubted() == sorted([*ids, invoice_id(fourth.document.digest, 1)])
    assert catalogue.document(fourth.document.digest, EVERYTHING).state is DocumentState.NEEDS_REVIEW
    scan(4, "100.00", version=2)
    assert doubted() == []
    assert catalogue.document(fourth.document.digest, EVERYTHING).state is DocumentState.DONE


@pytest.mark.parametrize("size", [1, 2, 3, 4, 50])
def test_the_pages_of_the_review_list_make_the_whole(catalogue: Catalogue, size: int) -> None:
    index(catalogue, 1, *(an_invoice(verdict=Verdict.NEEDS_REVIEW) for _ in range(3)))
    catalogue.record_received(a_received(2))
    whole = catalogue.review(EVERYTHING, 100).entries

    pages = [catalogue.review(EVERYTHING, size)]
    while pages[-1].next is not None and len(pages) < 10:
        pages.append(catalogue.review(EVERYTHING, size, pages[-1].next))

    assert tuple(entry for page in pages for entry in page.entries) == whole
    assert len(whole) == 4 and all(page.entries for page in pages)


@pytest.mark.parametrize("cursor", ["", "x", "1.2.3", "1." + "g" * 64 + ".1", "' OR 1=1"])
def test_a_wrong_place_in_the_review_list_is_said_to_be_one(catalogue: Catalogue, cursor: str) -> None:
    with pytest.raises(InvalidClue):
        catalogue.review(EVERYTHING, 10, cursor)


def test_digests_come_all_and_in_order(catalogue: Catalogue) -> None:
    with catalogue.database.writing() as connection:
        for number in range(2_500):
            insert_document(connection, a_received(number), DocumentState.QUEUED)

    assert list(catalogue.digests()) == sorted(a_received(number).document.digest for number in range(2_500))


def test_erasing_empties_the_index_and_keeps_what_waits(catalogue: Catalogue) -> None:
    index(catalogue, 1, an_invoice("住宿", **DRAWN_FROM))
    LeaseQueue(catalogue).accept(a_received(2))

    catalogue.erase()

    assert (catalogue.find(Clues(), EVERYTHING), list(catalogue.digests()), LeaseQueue(catalogue).waiting()) == ((), [], 1)
    with catalogue.database.reading() as connection:
        for table in ("companies", "company_grams", "tax_ids", "invoice_texts"):
            assert connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar() == 0, table


def test_companies_that_no_invoice_names_any_more_are_gone(catalogue: Catalogue) -> None:
    index(catalogue, 1, an_invoice(seller_name="甲公司", buyer_name="乙公司", seller_tax_id="1" * 15, buyer_tax_id="2" * 15))
    index(catalogue, 2, an_invoice(seller_name="乙公司", seller_tax_id="2" * 15))

    index(catalogue, 1, version=2)

    with catalogue.database.reading() as connection:
        assert connection.exec_driver_sql("SELECT name FROM companies").scalars().all() == ["乙公司"]
        assert connection.exec_driver_sql("SELECT value FROM tax_ids").scalars().all() == ["2" * 15]
        assert connection.exec_driver_sql("SELECT count(*) FROM company_grams").scalar() == 4


def test_documents_received_in_the_same_moment_are_all_found(catalogue: Catalogue) -> None:
    same = a_received(1)
    starts = ("abc0", "abc1", "abc2")
    for start in starts:
        document = replace(same.document, digest=Digest(start.ljust(64, "0")))
        received = replace(same, document=document)
        catalogue.record_reading(received, a_reading(received, an_invoice(invoice_number=start)), 1)

    assert sorted(found(catalogue, Clues())) == list(starts)
