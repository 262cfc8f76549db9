"""What a question costs: few statements, each put together once however often its like is asked; in every database."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from sqlalchemy import event

from models.access import EVERYTHING
from models.clues import AmountClue, Clues, DateClue
from storage.catalogue import search_tables
from storage.catalogue.catalogue import Catalogue
from storage.catalogue.finding import find
from tests.support.catalogued import an_invoice, index

BEGINNING = 1
"""SQLite's transactions begin by a statement of their own, and PostgreSQL is told how much memory a search may take."""

QUESTIONS: dict[str, tuple[Callable[[int], Clues], int]] = {
    "nothing": (lambda _: Clues(), 2),
    "number": (lambda place: Clues(number=f"0876543{place}"), 5),
    "amount": (lambda place: Clues(amount=AmountClue.parse(f"120{place}~")), 3),
    "name": (lambda place: Clues(seller=f"和平饭店{place}"), 7),
    "name and days": (lambda place: Clues(seller="和平", date=DateClue.parse(f"2019-0{place}")), 5),
    "tax id": (lambda place: Clues(tax_id=f"9131009980389308{place}B"), 7),
    "text": (lambda place: Clues(text=f"住宿 120{place}"), 4),
}


@pytest.fixture(params=[1_000, -1], ids=["few", "many"])
def filled(request: pytest.FixtureRequest, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> Catalogue:
    """Invoices that every question is met by, held to be few or many."""
    monkeypatch.setattr(search_tables, "FEW", request.param)
    for place in range(1, 4):
        values = {"invoice_number": f"0876543{place}", "seller_name": f"青禾和平饭店{place}号有限公司", "issue_date": f"2019-0{place}-19"}
        amounts = {"tax_inclusive_amount": f"120{place}.00", "seller_tax_id": f"9131009980389308{place}B"}
        index(catalogue, place, an_invoice("住宿", **values, **amounts))
    return catalogue


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_takes_few_statements_and_its_like_puts_none_together(filled: Catalogue, question: str) -> None:
    asked, most = QUESTIONS[question]
    contexts: list[Any] = []

    with filled.database.reading() as connection:
        event.listen(connection, "before_cursor_execute", lambda *given: contexts.append(given[4]))
        first = find(connection, asked(1), EVERYTHING)
        statements = len(contexts)
        before = _put_together(contexts)
        second = find(connection, asked(2), EVERYTHING)

    assert first and second
    assert statements <= most + BEGINNING
    assert _put_together(contexts) == before


def _put_together(contexts: Sequence[Any]) -> set[int]:
    return {id(context.compiled) for context in contexts}
