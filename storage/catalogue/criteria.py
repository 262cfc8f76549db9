"""Which clues were given, each as a criterion."""

from collections.abc import Iterable, Iterator

from sqlalchemy import Connection

from models.access import Visibility
from models.clues import Clues
from storage.catalogue import value_search
from storage.catalogue.criterion import Criterion, known_rows
from storage.catalogue.identifier_search import number_or_code, tax_id
from storage.catalogue.name_search import company
from storage.catalogue.text_search import words
from storage.catalogue.walls import in_lists

_NEAREST, _LEAST = 5, 100
"""Of a remembered amount alone, so many times the rows that are shown, or so many, are ranked on either side: some are copies of others."""


def criteria_of(connection: Connection, clues: Clues, sees: Visibility) -> tuple[Criterion, ...]:
    """The clues that were given, among what is seen; a blank one was not.

    Raises:
        InvalidClue: a clue holds nothing to look for.
    """
    criteria = tuple(_written(connection, clues, sees))
    others = criteria or clues.date is not None or clues.kind is not None or clues.verdicts
    nearest = None if others else max(_NEAREST * clues.limit, _LEAST)
    dated = next((criterion.rows for criterion in criteria if criterion.dated), None)
    if clues.amount is not None:
        criteria = (*criteria, value_search.amount(connection, clues.amount, nearest, known_rows(criteria), sees, clues.state))
    return (*criteria, *_measured(clues, dated))


def _written(connection: Connection, clues: Clues, sees: Visibility) -> Iterator[Criterion]:
    seen = in_lists(connection, sees, clues.state)
    for clue, text in (("number", clues.number), ("code", clues.code)):
        if text and text.strip():
            yield number_or_code(connection, clue, text, seen)
    if clues.tax_id and clues.tax_id.strip():
        yield tax_id(connection, clues.tax_id, seen)
    days = () if clues.date is None else (value_search.on_days(clues.date),)
    for clue, text in (("seller", clues.seller), ("buyer", clues.buyer)):
        if text and text.strip():
            yield company(connection, clue, text, days, seen)
    if clues.text and clues.text.strip():
        yield words(connection, clues.text, sees, seen)


def _measured(clues: Clues, dated: Iterable[int] | None) -> Iterator[Criterion]:
    if clues.date is not None:
        yield value_search.day(clues.date, dated)
    if clues.kind is not None:
        yield value_search.kind(clues.kind)
    if clues.verdicts:
        yield value_search.verdict(clues.verdicts)
