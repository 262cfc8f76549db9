"""Where a paper stands after what happened to it, and what cannot have happened."""

from datetime import date

import pytest

from models.errors import ImpossiblePaperEvent, InvalidPaperEvent
from models.papers import Paper, PaperEvent, PaperEventKind, PaperState, invoice_on, label_of

ARCHIVE, INVOICE = "0123456789abcdef" * 2, "00112233445566778899-1"
RECEIVED = PaperEvent(PaperEventKind.RECEIVED, person="王样")
BOUND = PaperEvent(PaperEventKind.BOUND, voucher="记-12", volume="2026-03-1")
BOXED = PaperEvent(PaperEventKind.BOXED, box="2026-01", place="3")
LENT = PaperEvent(PaperEventKind.LENT, person="李四", due=date(2026, 4, 1))
TAKEN = PaperEvent(PaperEventKind.TAKEN, certificate="换-7")
RETURNED, MISSING, FOUND = (PaperEvent(kind) for kind in (PaperEventKind.RETURNED, PaperEventKind.MISSING, PaperEventKind.FOUND))


def after(*events: PaperEvent) -> Paper:
    paper = Paper()
    for event in events:
        paper = paper.after(event)
    return paper


def test_a_paper_keeps_where_it_belongs_while_somebody_has_it() -> None:
    lent = after(RECEIVED, BOUND, BOXED, LENT)
    assert (lent.state, lent.person, lent.due, lent.box, lent.voucher) == (PaperState.LENT, "李四", date(2026, 4, 1), "2026-01", "记-12")

    back = lent.after(RETURNED)
    assert (back.state, back.box, back.place, back.person, back.due) == (PaperState.BOXED, "2026-01", "3", "", None)


def test_what_the_tax_bureau_takes_has_its_certificate_until_it_comes_back() -> None:
    taken = after(RECEIVED, TAKEN)
    assert taken.state.is_out and taken.certificate == "换-7"
    assert after(RECEIVED, TAKEN, RETURNED) == Paper(PaperState.RECEIVED)


@pytest.mark.parametrize(
    ("events", "event"),
    [
        ((), RETURNED),
        ((RECEIVED,), RETURNED),
        ((RECEIVED, LENT, RETURNED), RETURNED),
        ((RECEIVED, LENT), LENT),
        ((RECEIVED, LENT), TAKEN),
        ((RECEIVED, TAKEN), BOUND),
        ((RECEIVED,), FOUND),
    ],
)
def test_what_cannot_have_happened_is_refused(events: tuple[PaperEvent, ...], event: PaperEvent) -> None:
    with pytest.raises(ImpossiblePaperEvent):
        after(*events, event)


@pytest.mark.parametrize(("events", "event"), [((), BOUND), ((), LENT), ((), TAKEN), ((RECEIVED,), BOXED)])
def test_a_step_may_be_left_out_by_whoever_says_why(events: tuple[PaperEvent, ...], event: PaperEvent) -> None:
    with pytest.raises(InvalidPaperEvent) as refused:
        after(*events, event)

    assert refused.value.details["field"] == "note"
    explained = PaperEvent.from_json({**event.to_json(), "note": "补录"})
    assert after(*events, explained).state.value == event.kind.value


def test_a_missing_paper_is_found_by_the_next_thing_that_needs_it_at_hand() -> None:
    assert after(RECEIVED, BOUND, BOXED, MISSING, FOUND).state is PaperState.BOXED
    assert after(RECEIVED, BOUND, BOXED, MISSING, LENT, RETURNED).state is PaperState.BOXED
    assert after(RECEIVED, LENT, MISSING, FOUND).state is PaperState.RECEIVED


@pytest.mark.parametrize(
    ("wire", "field"),
    [
        ({"kind": "bound"}, "voucher"),
        ({"kind": "boxed"}, "box"),
        ({"kind": "lent", "person": "李四"}, "due"),
        ({"kind": "lent", "due": "2026-04-01"}, "person"),
        ({"kind": "taken"}, "certificate"),
        ({"kind": "handed_over"}, "person"),
        ({"kind": "received", "note": "a\nb"}, "note"),
        ({"kind": "received", "note": "长" * 201}, "note"),
    ],
)
def test_an_event_says_what_it_lacks(wire: dict[str, str], field: str) -> None:
    with pytest.raises(InvalidPaperEvent) as refused:
        PaperEvent.from_json(wire)

    assert refused.value.details["field"] == field


def test_events_and_papers_come_back_from_their_records() -> None:
    for event in (RECEIVED, BOUND, BOXED, LENT, TAKEN, RETURNED):
        assert PaperEvent.from_json(event.to_json()) == event
    for paper in (Paper(), after(RECEIVED, BOUND, LENT), after(RECEIVED, MISSING)):
        assert Paper.from_json(paper.to_json()) == paper


def test_only_what_is_lent_is_overdue_and_only_after_its_day() -> None:
    lent = after(RECEIVED, LENT)
    assert not lent.is_overdue(date(2026, 4, 1)) and lent.is_overdue(date(2026, 4, 2))
    assert not lent.after(RETURNED).is_overdue(date(2026, 4, 2))


def test_a_label_is_read_as_scanned_and_as_typed() -> None:
    assert invoice_on(label_of(ARCHIVE, INVOICE), ARCHIVE) == INVOICE
    assert invoice_on(" 0011 2233 4455 6677 8899-1\n", ARCHIVE) == INVOICE
    with pytest.raises(InvalidPaperEvent, match="another archive"):
        invoice_on(label_of("f" * 32, INVOICE), ARCHIVE)
