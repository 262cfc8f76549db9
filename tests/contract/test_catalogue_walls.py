"""Whoever sees one department is answered, to the last letter, as if the index held nothing else; in every database."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, get_args

import pytest
from sqlalchemy import event

from models.access import EVERYTHING, Visibility
from models.archive import DocumentState, Received, invoice_id
from models.clues import AmountClue, Clues, DateClue
from models.errors import NotFound
from models.invoice import Invoice, InvoiceKind
from models.own_companies import Side
from models.remembered import (
    AmountCertainty,
    Clue,
    Meaning,
    Memory,
    NameForm,
    NumberPart,
    PartyName,
    PartyRole,
    Remembered,
    RememberedAmount,
    RememberedDays,
    RememberedDepartment,
    RememberedGoods,
    RememberedKind,
    RememberedNumber,
    RememberedParty,
    RememberedPlace,
    RememberedTaxId,
    RememberedWords,
)
from models.verification import Verdict
from storage.catalogue import search_tables
from storage.catalogue.catalogue import Catalogue
from storage.catalogue.duplicates import Duplicates, identity
from storage.catalogue.finding import find
from storage.catalogue.queue import LeaseQueue
from storage.catalogue.reconciling import ReconcilingIndex
from tests.support.catalogued import DIALECTS, START, a_reading, a_received, an_invoice, fresh

OURS, THEIRS = "财务部", "采购部"
US = Visibility(frozenset({OURS}))
BOTH = Visibility(frozenset({OURS, THEIRS}))

QUESTIONS: dict[str, Clues] = {
    "nothing": Clues(),
    "whole number": Clues(number="08765402"),
    "part of a number": Clues(number="8765"),
    "pattern": Clues(number="0876?4*"),
    "code": Clues(code="11001"),
    "name": Clues(seller="和平饭店"),
    "two characters": Clues(seller="和平"),
    "name with a slip": Clues(seller="青禾和平饭庄"),
    "name and days": Clues(seller="和平", date=DateClue.parse("2019-03")),
    "tax id": Clues(tax_id="913100998038930801"),
    "short tax id": Clues(tax_id="310099803893080"),
    "about": Clues(amount=AmountClue.parse("1210~")),
    "amount": Clues(amount=AmountClue.parse("1203")),
    "days": Clues(date=DateClue.parse("2019-03")),
    "words": Clues(text="住宿 说明"),
    "words of a file": Clues(text="采购部的"),
    "words of our file": Clues(text="财务部的"),
    "kind": Clues(kind=InvoiceKind.TAXI),
    "verdict": Clues(verdicts=(Verdict.NEEDS_REVIEW,)),
    "few": Clues(limit=3),
}


def _named(text: str, form: NameForm = NameForm.CHINESE) -> RememberedParty:
    return RememberedParty((PartyName(text, form),), PartyRole.EITHER)


_SPRING = RememberedDays(date(2019, 2, 20), date(2019, 3, 8), 3)
_ABOUT = RememberedAmount(Decimal(1100), Decimal(1300), Decimal(1205), AmountCertainty.ABOUT, Decimal(100))
MEMORIES: dict[str, tuple[Clue, ...]] = {
    "nothing": (),
    "number": (RememberedNumber("08765402"),),
    "end of a number": (RememberedNumber("402", NumberPart.TAIL),),
    "name": (_named("和平饭店"),),
    "name in letters": (_named("heping", NameForm.PINYIN),),
    "two names": (_named("某某科技"), _named("青禾")),
    "amount": (RememberedAmount(Decimal(1204), Decimal(1204), Decimal(1204), AmountCertainty.EXACT),),
    "about and days": (_ABOUT, _SPRING),
    "name and about": (_named("和平"), _ABOUT),
    "goods": (RememberedGoods("住宿"),),
    "goods and days": (RememberedGoods("住宿", ("酒店",)), _SPRING),
    "tax id": (RememberedTaxId("913100998038930801"),),
    "kind": (RememberedKind((InvoiceKind.TAXI,)), _ABOUT),
    "their department": (RememberedDepartment("采购"), _ABOUT),
    "place": (RememberedPlace(("青禾",)), _SPRING),
    "words": (RememberedWords("说明"), _ABOUT),
    "words of a file": (RememberedWords("采购部的发票"), _SPRING),
    "all": (_named("和平"), _ABOUT, _SPRING, RememberedGoods("住宿"), RememberedNumber("54", NumberPart.ANY)),
}
"""What is remembered vaguely; answers hold probabilities, which what is not seen must not move."""


@pytest.fixture(scope="module", params=DIALECTS)
def catalogues(request: pytest.FixtureRequest) -> Iterator[tuple[Catalogue, Catalogue]]:
    """An index of everybody's documents, and one of ours alone."""
    with fresh(request) as everybodys, fresh(request) as ours:
        for number in range(1, 41):
            _hand_in(everybodys, ours, number)
        yield everybodys, ours


def _came(number: int, department: str | None, minutes: int = 0) -> Received:
    received = a_received(number, f"{department}的发票{number}.jpg")
    return replace(received, department=department, received_at=received.received_at + timedelta(minutes=minutes))


def _hand_in(everybodys: Catalogue, ours: Catalogue, number: int) -> None:
    """Of eight documents: two ours, two theirs, one nobody's, two of both, one of ours that nobody could read."""
    mine, others = _came(number, OURS), _came(number, THEIRS)
    read = _invoices(number)
    first, further, own = {
        0: (mine, (), mine),
        1: (others, (), None),
        2: (mine, (_came(number, THEIRS, 90),), mine),
        3: (others, (_came(number, OURS, 90),), _came(number, OURS, 90)),
        4: (_came(number, None), (), None),
        5: (mine, (), mine),
        6: (others, (), None),
        7: (mine, (), mine),
    }[number % 8]
    invoices = () if number % 8 == 7 else read
    everybodys.record_reading(first, a_reading(first, *invoices), 1, further=further)
    if own is not None:
        ours.record_reading(own, a_reading(own, *invoices), 1)


def _invoices(number: int) -> tuple[Invoice, ...]:
    """Scans of five invoices, whose totals differ between departments' scans of the same one now and then."""
    same = number % 10
    values = {
        "invoice_number": f"087654{same:02}",
        "invoice_code": "1100184130",
        "seller_name": f"青禾和平饭店{same}号有限公司" if number % 3 else f"某某科技{number}有限公司",
        "seller_tax_id": f"9131009980389308{same:02}",
        "issue_date": f"2019-03-{1 + same:02}",
        "tax_inclusive_amount": f"{1200 + same + (number % 8 == 1)}.00",
    }
    kind, verdict = (InvoiceKind.TAXI, Verdict.NEEDS_REVIEW) if number % 5 == 0 else (InvoiceKind.VAT_SPECIAL, Verdict.ACCEPTED)
    return an_invoice("住宿", f"说明{number}", kind=kind, verdict=verdict, **values), an_invoice(f"第二张{number}")


@pytest.mark.parametrize("few", [1_000, -1], ids=["few", "many"])
@pytest.mark.parametrize("question", QUESTIONS)
def test_a_search_finds_ours_as_if_there_were_nothing_else(
    catalogues: tuple[Catalogue, Catalogue], question: str, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    everybodys, ours = catalogues
    monkeypatch.setattr(search_tables, "FEW", few)

    assert everybodys.find(QUESTIONS[question], US) == ours.find(QUESTIONS[question], EVERYTHING)
    assert len(everybodys.find(Clues(limit=100), US)) == len({hit.invoice.id for hit in everybodys.find(Clues(limit=100), US)})


@pytest.mark.parametrize("remembered", MEMORIES)
def test_what_is_remembered_is_weighed_as_if_there_were_nothing_else(catalogues: tuple[Catalogue, Catalogue], remembered: str) -> None:
    everybodys, ours = catalogues
    memory = Memory(tuple(Remembered(str(clue), (Meaning(clue),)) for clue in MEMORIES[remembered]))

    for limit in (2, 20):
        assert everybodys.remember(memory, US, limit) == ours.remember(memory, EVERYTHING, limit)


def test_every_kind_of_clue_is_remembered_above() -> None:
    assert {type(clue) for clues in MEMORIES.values() for clue in clues} == set(get_args(Clue))


def test_duplicates_and_unread_scans_are_ours_alone(catalogues: tuple[Catalogue, Catalogue]) -> None:
    everybodys, ours = catalogues
    wanted = [
        identity(f"087654{same:02}", "1100184130", None, f"9131009980389308{same:02}", Decimal(1200 + same), date(2019, 3, 1 + same))
        for same in range(10)
    ]
    always = (START - timedelta(days=1), START + timedelta(days=900))

    for catalogue, sees, other in ((everybodys, US, ours),):
        assert Duplicates(catalogue).of(wanted, sees) == Duplicates(other).of(wanted, EVERYTHING)
        assert Duplicates(catalogue).groups(sees) == Duplicates(other).groups(EVERYTHING)
        assert Duplicates(catalogue).numbers("1100184130", ["08765402", "08765401"], sees) == Duplicates(other).numbers(
            "1100184130", ["08765402", "08765401"], EVERYTHING
        )
        assert catalogue.unread(sees, *always, 3) == other.unread(EVERYTHING, *always, 3)
    assert Duplicates(ours).groups(EVERYTHING)


def test_a_reconciliation_finds_ours_as_if_there_were_nothing_else(catalogues: tuple[Catalogue, Catalogue]) -> None:
    everybodys, ours = catalogues
    tax_ids, spring = [f"9131009980389308{same:02}" for same in range(10)], (date(2019, 3, 1), date(2019, 3, 31))

    def found(catalogue: Catalogue, sees: Visibility) -> list[list[Any]]:
        index = ReconcilingIndex(catalogue.database, sees)
        return [
            list(index.by_number(["08765402", "08765401", "08765406"])),
            list(index.of_period(*spring, Side.ISSUED, tax_ids, frozenset())),
            list(index.dated(*spring, Side.ISSUED, tax_ids, 60)),
        ]

    assert [sorted(map(str, each)) for each in found(everybodys, US)] == [sorted(map(str, each)) for each in found(ours, EVERYTHING)]
    assert found(ours, EVERYTHING)[1]


def test_counts_and_the_review_list_are_of_ours_alone(catalogues: tuple[Catalogue, Catalogue]) -> None:
    everybodys, ours = catalogues

    assert everybodys.counts(US) == ours.counts(EVERYTHING)
    assert _pages(everybodys, US) == _pages(ours, EVERYTHING)
    assert sum(everybodys.counts(EVERYTHING).values()) == 40
    assert everybodys.counts(US)[DocumentState.NEEDS_REVIEW] < everybodys.counts(EVERYTHING)[DocumentState.NEEDS_REVIEW]


def _pages(catalogue: Catalogue, sees: Visibility) -> list[Any]:
    """The whole review list with the marks of its stretches."""
    pages, after = [], None
    while True:
        page = catalogue.review(sees, 3, after)
        pages.append(page)
        after = page.next
        if after is None:
            return pages


@pytest.mark.parametrize("number", range(1, 17))
def test_a_document_is_what_we_know_of_it_and_a_foreign_one_does_not_exist(catalogues: tuple[Catalogue, Catalogue], number: int) -> None:
    everybodys, ours = catalogues
    digest = a_received(number).document.digest
    names = [invoice_id(digest, 1), invoice_id(digest, 2), invoice_id(digest, 3), str(digest), digest.hex[:20]]
    questions: list[Callable[[Catalogue, Visibility], object]] = [
        lambda catalogue, sees: catalogue.document(digest, sees),
        lambda catalogue, sees: catalogue.invoices_of(digest, sees),
        *(lambda catalogue, sees, name=name: catalogue.resolve(name, sees) for name in names),
        *(lambda catalogue, sees, name=name: catalogue.summary(name, sees) for name in names),
        *(lambda catalogue, sees, name=name: catalogue.copies(name, sees) for name in names),
    ]

    for question in questions:
        assert _answer(question, everybodys, US) == _answer(question, ours, EVERYTHING)


def _answer(question: Callable[[Catalogue, Visibility], object], catalogue: Catalogue, sees: Visibility) -> object:
    try:
        return question(catalogue, sees)
    except NotFound as error:
        return type(error), error.message


def test_who_sees_several_departments_or_all_sees_each_document_once(catalogues: tuple[Catalogue, Catalogue]) -> None:
    everybodys, _ = catalogues
    for sees in (BOTH, EVERYTHING):
        hits = everybodys.find(Clues(limit=100), sees)
        shown = [one for hit in hits for one in (hit.invoice.id, *hit.copies)]
        assert len(shown) == len(set(shown))
        listed = [(entry.document.received.document.digest, entry.invoice) for page in _pages(everybodys, sees) for entry in page.entries]
        assert len(listed) == len(set(listed))
    assert sum(everybodys.counts(BOTH).values()) == 35
    both = everybodys.document(a_received(3).document.digest, BOTH)
    assert both.received.department == THEIRS
    assert everybodys.document(a_received(3).document.digest, US).received == _came(3, OURS, 90)


def test_a_further_department_is_given_the_invoices_by_the_next_reading(catalogues: tuple[Catalogue, Catalogue]) -> None:
    everybodys, _ = catalogues
    queue, sales = LeaseQueue(everybodys), Visibility(frozenset({"销售部"}))
    theirs = _came(8, "销售部", 200)
    digest = theirs.document.digest

    assert queue.accept(theirs, new=True) is DocumentState.QUEUED
    assert everybodys.document(digest, sales).received == theirs
    assert (everybodys.invoices_of(digest, sales), everybodys.find(Clues(), sales)) == ((), ())
    assert everybodys.counts(sales)[DocumentState.QUEUED] == 1

    job = queue.claim("worker", 60)
    assert job is not None
    assert (job.document, job.version) == (digest, 2)
    everybodys.record_reading(_came(8, OURS), a_reading(_came(8, OURS), *_invoices(8)), 2)
    queue.finish(job, "worker")
    assert [one.file_name for one in everybodys.invoices_of(digest, sales)] == [theirs.document.file_name] * 2
    assert queue.accept(theirs) is DocumentState.DUPLICATE


def test_a_further_department_is_given_the_invoices_that_stand_when_the_next_reading_fails(
    catalogues: tuple[Catalogue, Catalogue],
) -> None:
    everybodys, _ = catalogues
    queue, sales = LeaseQueue(everybodys), Visibility(frozenset({"人事部"}))
    theirs = _came(16, "人事部", 200)

    queue.accept(theirs, new=True)
    job = queue.claim("worker", 60)
    assert job is not None
    queue.fail(job, "worker", "engine_broke", retry=False)

    found = everybodys.find(Clues(text="说明16"), sales)
    assert [hit.invoice.id for hit in found] == [invoice_id(theirs.document.digest, 1)]
    assert len(everybodys.invoices_of(theirs.document.digest, sales)) == 2


@pytest.mark.parametrize("question", sorted(QUESTIONS.keys() - {"nothing", "few"}))
def test_sqlite_goes_through_no_whole_department_where_something_is_asked_for(
    catalogues: tuple[Catalogue, Catalogue], question: str
) -> None:
    everybodys, _ = catalogues
    asked: list[tuple[str, Any]] = []

    with everybodys.database.reading() as connection:
        if connection.dialect.name != "sqlite":
            return
        event.listen(connection, "before_cursor_execute", lambda *given: asked.append((given[2], given[3])))
        find(connection, QUESTIONS[question], US)
        statements = [(text, values) for text, values in asked if text.startswith("SELECT")]
        plans = [connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", values).all() for text, values in statements]

    assert statements
    assert [step for plan in plans for step in plan if "ix_invoices_department_id" in step.detail] == []
