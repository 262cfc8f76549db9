"""What rows of `invoices` meet that a filter of the register asks for, among what somebody sees."""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

from sqlalchemy import ColumnElement, Connection, ScalarSelect, Select, and_, exists, false, or_, select

from models.access import Visibility
from models.clues import AmountClue, DateClue
from models.papers import PaperState
from models.register import Listing, ReceivedClue, RegisterFilter
from storage.catalogue.invoice_rows import ARRIVALS_APART, MOST_CENTS, first_id_of
from storage.catalogue.normal_form import identifier, plain, storable
from storage.catalogue.one_of import OneOf
from storage.catalogue.record_tables import histories, papers
from storage.catalogue.tables import access_batches, batch_items, companies, invoices, tax_ids
from storage.catalogue.text_search import words
from storage.catalogue.walls import among

_TAX_ID_LENGTHS = range(15, 21)
_OTHER_ROW = invoices.alias("other_row")


def scope(asked: RegisterFilter, sees: Visibility) -> Visibility:
    """What is seen of what is asked for: one department where the filter names one; of one that is not seen nothing, as of none."""
    if asked.department is None:
        return sees
    return Visibility(frozenset({asked.department} if sees.shows(asked.department) else ()))


def conditions(connection: Connection, asked: RegisterFilter, sees: Visibility) -> list[ColumnElement[bool]]:
    """Conditions that together mean the filter; each invoice has one row that meets them, though several departments handed it in."""
    seen = scope(asked, sees)
    found = [*_seen_once(seen), *_listed(asked.listing), *_measured(asked)]
    if asked.duplicates is not None:
        mark = invoices.c.doubled if sees.is_whole else invoices.c.doubled_within
        found.append(mark == int(asked.duplicates))
    for text, sides in ((asked.seller, _SELLER), (asked.buyer, _BUYER), (asked.party, (*_SELLER, *_BUYER))):
        if text is not None:
            found.append(_named(connection, text, sides))
    if asked.batch is not None:
        found.append(_of_batch(asked.batch, sees))
    if asked.papers:
        found.append(_of_papers(asked.papers))
    if asked.box is not None:
        found.append(_paper_with(papers.c.box == storable(asked.box)))
    if asked.text is not None:
        said = words(connection, asked.text, seen, tuple(found))
        found.append(said.condition if said.rows is None else OneOf(invoices.c.id, said.rows))
    return found


def paper_state() -> ScalarSelect[str]:
    """Where the paper of a row of `invoices` stands, null where nothing was recorded; each department keeps a record of its own."""
    return _papers(papers.c.state).limit(1).scalar_subquery()


def _papers(column: ColumnElement[Any]) -> Select[Any]:
    return (
        select(column)
        .select_from(papers.join(histories, histories.c.subject == papers.c.subject))
        .where(papers.c.document == invoices.c.document, papers.c.position == invoices.c.position % ARRIVALS_APART)
        .where(histories.c.department.is_not_distinct_from(invoices.c.department))
        .correlate(invoices)
    )


def _paper_with(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return _papers(papers.c.subject).where(*conditions).exists()


def _of_papers(states: Iterable[PaperState]) -> ColumnElement[bool]:
    recorded = _paper_with(papers.c.state.in_([state.value for state in states]))
    return or_(recorded, ~_paper_with()) if PaperState.EXPECTED in states else recorded


def _seen_once(seen: Visibility) -> Iterator[ColumnElement[bool]]:
    if seen.departments is None:
        yield invoices.c.position < ARRIVALS_APART
        return
    if not seen.departments:
        yield false()
        return
    yield among(invoices.c.department, seen)
    if len(seen.departments) > 1:
        same = and_(
            _OTHER_ROW.c.document == invoices.c.document,
            _OTHER_ROW.c.position < invoices.c.position,
            _OTHER_ROW.c.position % ARRIVALS_APART == invoices.c.position % ARRIVALS_APART,
        )
        yield or_(invoices.c.position < ARRIVALS_APART, ~exists().where(same, among(_OTHER_ROW.c.department, seen)))


def _listed(listing: Listing) -> Iterator[ColumnElement[bool]]:
    if listing is Listing.LISTED:
        yield invoices.c.withdrawn == 0
    elif listing is Listing.WITHDRAWN:
        yield invoices.c.withdrawn != 0


def _measured(asked: RegisterFilter) -> Iterator[ColumnElement[bool]]:
    if asked.issued is not None:
        yield from _on_days(asked.issued)
    if asked.received is not None:
        yield from _received(asked.received)
    if asked.amount is not None:
        yield from _of_amount(asked.amount)
    if asked.kinds:
        yield invoices.c.kind.in_([kind.value for kind in asked.kinds])
    if asked.verdicts:
        yield invoices.c.verdict.in_([verdict.value for verdict in asked.verdicts])


def _on_days(days: DateClue) -> Iterator[ColumnElement[bool]]:
    if days.first != date.min:
        yield invoices.c.day >= days.first
    if days.last != date.max:
        yield invoices.c.day <= days.last
    if days == DateClue(date.min, date.max):
        yield invoices.c.day.is_not(None)


def _received(stretch: ReceivedClue) -> Iterator[ColumnElement[bool]]:
    """By the ids alone, which grow with the time of receipt."""
    if stretch.since is not None:
        yield invoices.c.id >= first_id_of(stretch.since)
    if stretch.before is not None:
        yield invoices.c.id < first_id_of(stretch.before)


def _of_amount(amount: AmountClue) -> Iterator[ColumnElement[bool]]:
    yield invoices.c.total_cents >= _cents(amount.low, ROUND_CEILING)
    yield invoices.c.total_cents <= _cents(amount.high, ROUND_FLOOR)


def _cents(amount: Decimal, rounding: str) -> int:
    return max(-MOST_CENTS, min(int((amount * 100).to_integral_value(rounding)), MOST_CENTS))


_SELLER = ((invoices.c.seller_company, invoices.c.seller_tax),)
_BUYER = ((invoices.c.buyer_company, invoices.c.buyer_tax),)


def _named(connection: Connection, text: str, sides: Iterable[tuple[ColumnElement[Any], ColumnElement[Any]]]) -> ColumnElement[bool]:
    """Whether one of these sides has the text in its name, or has it as its tax id, of 15 digits as well where that grew to 18."""
    named = connection.scalars(select(companies.c.id).where(companies.c.name.contains(plain(text), autoescape=True))).all()
    key = identifier(text)
    ids = []
    if len(key) in _TAX_ID_LENGTHS:
        ids = list(connection.scalars(select(tax_ids.c.id).where(or_(tax_ids.c.value == key, tax_ids.c.old_form == key))))
    found: list[ColumnElement[bool]] = []
    for company, tax_id in sides:
        if named:
            found.append(OneOf(company, named))
        if ids:
            found.append(OneOf(tax_id, ids))
    return or_(false(), *found)


def _of_batch(batch: str, sees: Visibility) -> ColumnElement[bool]:
    files = select(batch_items.c.digest).where(batch_items.c.batch == storable(batch), batch_items.c.digest.is_not(None))
    if not sees.is_whole:
        sent = exists().where(access_batches.c.batch == batch_items.c.batch, among(access_batches.c.department, sees))
        files = files.where(sent)
    return invoices.c.document.in_(files)
