"""Withdrawn invoices (作废) are in no list, and a search for them finds no others; in every database."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import NamedTuple

import pytest

from models.access import EVERYTHING, Visibility
from models.archive import DocumentState, Received, invoice_id
from models.clues import Clues, Hit, ListState
from models.correction import Correction
from models.invoice import Invoice
from models.reading import Reading
from models.verification import Verdict
from storage.catalogue import search_tables
from storage.catalogue.catalogue import Catalogue
from storage.catalogue.duplicates import Duplicates, identity
from tests.contract.test_catalogue_walls import BOTH, OURS, QUESTIONS, THEIRS, US
from tests.support.catalogued import DIALECTS, START, a_reading, a_received, an_invoice, fresh


class Indexes(NamedTuple):
    """One index of everything, one of what is listed alone, and one of what was withdrawn, as if it were listed."""

    everything: Catalogue
    listed: Catalogue
    withdrawn: Catalogue


@pytest.fixture(scope="module", params=DIALECTS)
def indexes(request: pytest.FixtureRequest) -> Iterator[Indexes]:
    with fresh(request) as everything, fresh(request) as listed, fresh(request) as withdrawn:
        for number in range(1, 41):
            first, *further = _arrivals(number)
            reading = a_reading(first, _an_invoice(number), an_invoice(f"第二张{number}"))
            is_withdrawn = number % 4 == 1
            everything.record_reading(first, _withdrawn(reading, 1, 2) if is_withdrawn else reading, 1, further=tuple(further))
            (withdrawn if is_withdrawn else listed).record_reading(first, reading, 1, further=tuple(further))
        yield Indexes(everything, listed, withdrawn)


def _arrivals(number: int) -> list[Received]:
    """Of three documents: one ours, one theirs, one of both."""
    came = {
        department: replace(a_received(number, f"{department}的发票{number}.jpg"), department=department) for department in (OURS, THEIRS)
    }
    if number % 3 < 2:
        return [came[(OURS, THEIRS)[number % 3]]]
    return [came[OURS], replace(came[THEIRS], received_at=came[OURS].received_at + timedelta(minutes=90))]


def _an_invoice(number: int) -> Invoice:
    """A scan of one of ten invoices; now and then a withdrawn one, or a listed one, says another total than the others."""
    same = number % 10
    values = {
        "invoice_number": f"087654{same:02}",
        "invoice_code": "1100184130",
        "seller_name": f"青禾和平饭店{same}号有限公司",
        "seller_tax_id": f"9131009980389308{same:02}",
        "issue_date": f"2019-03-{1 + same:02}",
        "tax_inclusive_amount": f"{1200 + same + (number in (1, 5, 8))}.00",
    }
    return an_invoice("住宿", f"说明{number}", verdict=Verdict.NEEDS_REVIEW if number % 5 == 0 else Verdict.ACCEPTED, **values)


def _withdrawn(reading: Reading, *places: int) -> Reading:
    said = tuple(Correction(place, START, "财务部 周样", "重复扫描", {}, withdrawn=True) for place in places)
    return replace(reading, corrections=said)


def _told(hits: tuple[Hit, ...]) -> list[Hit]:
    """Hits without the mark that they are withdrawn, and without that of a contradiction, which withdrawn ones never have."""
    return [replace(hit, invoice=replace(hit.invoice, withdrawn=False, ground=None, contradicted=False)) for hit in hits]


@pytest.mark.parametrize("few", [1_000, -1], ids=["few", "many"])
@pytest.mark.parametrize("sees", [EVERYTHING, US, BOTH], ids=["everything", "one department", "two departments"])
@pytest.mark.parametrize("question", QUESTIONS)
def test_a_search_answers_as_if_only_what_it_asks_among_were_there(
    indexes: Indexes, question: str, sees: Visibility, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_tables, "FEW", few)
    clues = QUESTIONS[question]
    hidden = indexes.everything.find(replace(clues, state=ListState.WITHDRAWN), sees)

    assert indexes.everything.find(clues, sees) == indexes.listed.find(clues, sees)
    assert _told(hidden) == _told(indexes.withdrawn.find(clues, sees))
    assert all(hit.invoice.withdrawn and not hit.invoice.contradicted for hit in hidden)


@pytest.mark.parametrize("sees", [EVERYTHING, US, BOTH], ids=["everything", "one department", "two departments"])
def test_the_review_list_and_what_waits_for_a_person_leave_them_out(indexes: Indexes, sees: Visibility) -> None:
    everything, listed = indexes.everything, indexes.listed

    assert everything.review(sees, 100) == listed.review(sees, 100)
    assert everything.review(sees, 100).entries
    assert everything.counts(sees)[DocumentState.NEEDS_REVIEW] == listed.counts(sees)[DocumentState.NEEDS_REVIEW]


@pytest.mark.parametrize("sees", [EVERYTHING, US, BOTH], ids=["everything", "one department", "two departments"])
def test_files_that_are_one_invoice_are_told_without_them(indexes: Indexes, sees: Visibility) -> None:
    everything, listed = Duplicates(indexes.everything), Duplicates(indexes.listed)
    sought = [identity("08765401", "1100184130", None, None, None, None), identity("08765403", "1100184130", None, None, None, None)]

    assert everything.groups(sees) == listed.groups(sees) != ()
    assert everything.of(sought, sees) == listed.of(sought, sees)
    assert everything.numbers("1100184130", ["08765401", "08765403"], sees) == listed.numbers("1100184130", ["08765401", "08765403"], sees)


def test_each_has_its_page_and_is_told_among_the_copies_with_what_differs(indexes: Indexes) -> None:
    everything = indexes.everything
    standing, withdrawn = (invoice_id(a_received(number).document.digest, 1) for number in (11, 1))
    one, other = everything.summary(standing, EVERYTHING), everything.summary(withdrawn, EVERYTHING)

    assert (one.withdrawn, other.withdrawn, one.contradicted) == (False, True, False)
    assert other.id not in {copy.id for copy in everything.copies(standing, EVERYTHING)}
    assert {copy.id: one.differences(copy) for copy in everything.copies(standing, EVERYTHING, ListState.WITHDRAWN)}[other.id] == (
        "tax_inclusive_amount",
    )


@pytest.fixture(params=DIALECTS)
def catalogue(request: pytest.FixtureRequest) -> Iterator[Catalogue]:
    with fresh(request) as empty:
        yield empty


def test_a_contradiction_ends_when_one_of_two_scans_is_withdrawn_and_is_back_with_it(catalogue: Catalogue) -> None:
    scans = [a_received(number) for number in (1, 2)]
    readings = [
        a_reading(received, an_invoice(invoice_number="08765432", tax_inclusive_amount=f"{received.document.size + place}.00"))
        for place, received in enumerate(scans)
    ]
    for received, reading in zip(scans, readings, strict=True):
        catalogue.record_reading(received, reading, 1)

    def stands() -> list[tuple[bool, DocumentState]]:
        names = [received.document.digest for received in scans]
        marks = [catalogue.summary(invoice_id(digest, 1), EVERYTHING).contradicted for digest in names]
        return list(zip(marks, [catalogue.document(digest, EVERYTHING).state for digest in names], strict=True))

    alarm, settled = (True, DocumentState.NEEDS_REVIEW), (False, DocumentState.DONE)
    assert stands() == [alarm, alarm]
    catalogue.record_reading(scans[1], _withdrawn(readings[1], 1), 2)
    assert stands() == [settled, settled]
    catalogue.record_reading(scans[1], readings[1], 3)
    assert stands() == [alarm, alarm]


def test_of_two_invoices_on_one_scan_one_is_withdrawn_alone(catalogue: Catalogue) -> None:
    received = a_received(1)
    doubtful = an_invoice("甲", verdict=Verdict.NEEDS_REVIEW), an_invoice("乙", verdict=Verdict.NEEDS_REVIEW)
    reading = a_reading(received, *doubtful)

    catalogue.record_reading(received, _withdrawn(reading, 1), 1)
    assert [hit.invoice.id for hit in catalogue.find(Clues(), EVERYTHING)] == [invoice_id(received.document.digest, 2)]
    assert [entry.invoice.id for entry in catalogue.review(EVERYTHING).entries if entry.invoice] == [
        invoice_id(received.document.digest, 2)
    ]
    assert [one.withdrawn for one in catalogue.invoices_of(received.document.digest, EVERYTHING)] == [True, False]

    catalogue.record_reading(received, _withdrawn(reading, 1, 2), 2)
    assert (catalogue.find(Clues(), EVERYTHING), catalogue.review(EVERYTHING).entries) == ((), ())
    assert catalogue.document(received.document.digest, EVERYTHING).state is DocumentState.DONE
