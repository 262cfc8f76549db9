"""What rows of `invoices` meet that a filter of the register asks for, among what somebody sees.

Each condition is there twice: so that an index may be looked up by it, and so that none can. SQLite knows no figures and would take the
index of any column that is asked for, were it one that most rows meet; PostgreSQL weighs that by itself, and both are the same there.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    ScalarSelect,
    Select,
    and_,
    exists,
    false,
    literal_column,
    or_,
    select,
    type_coerce,
)

from models.access import Visibility
from models.clues import AmountClue, DateClue
from models.papers import PaperState
from models.register import Listing, ReceivedClue, RegisterFilter, RegisterSort
from storage.catalogue.invoice_rows import ARRIVALS_APART, MOST_CENTS, first_id_of
from storage.catalogue.normal_form import identifier, plain, storable
from storage.catalogue.one_of import OneOf
from storage.catalogue.record_tables import histories, papers
from storage.catalogue.tables import access_batches, batch_items, companies, invoices, tax_ids
from storage.catalogue.text_search import pages_of_all, words
from storage.catalogue.walls import among

Held = Callable[[ColumnElement[Any]], ColumnElement[Any]]
"""A column as a condition holds it: itself, or so that no index is looked up by it."""

_TAX_ID_LENGTHS = range(15, 21)
FEW = 5_000
"""So many rows are fetched and put in order; of a million, what more rows meet is soon met by fifty that are gone through in order."""
_FEW_COMPANIES = 200
"""So many companies are worth looking up one by one."""
_OTHER_ROW = invoices.alias("other_row")
_ZERO: ColumnElement[int] = literal_column("0")
"""In the very words of the indexes of marks."""
_Side = tuple[ColumnElement[Any], ColumnElement[Any]]
_SELLER: _Side = (invoices.c.seller_company, invoices.c.seller_tax)
_BUYER: _Side = (invoices.c.buyer_company, invoices.c.buyer_tax)
DAY: ColumnElement[int] = type_coerce(invoices.c.day, Integer)


class Condition(NamedTuple):
    """One condition: for an index to be looked up by it, and for rows to be held against it.

    `leads`: few rows may meet it, and an index has them. `of`: what it is about, where the register may be ordered by that. `has_all`: an
    index lists all rows that meet it sooner than any is held against it.
    """

    looked_up: ColumnElement[bool]
    held: ColumnElement[bool]
    leads: bool = False
    of: RegisterSort | None = None
    has_all: bool = False

    @property
    def is_day(self) -> bool:
        """Whether it is about days, with which the index of the register begins."""
        return self.of is RegisterSort.ISSUED


def scope(asked: RegisterFilter, sees: Visibility) -> Visibility:
    """What is seen of what is asked for: one department where the filter names one; of one that is not seen nothing, as of none."""
    if asked.department is None:
        return sees
    return Visibility(frozenset({asked.department} if sees.shows(asked.department) else ()))


def conditions(connection: Connection, asked: RegisterFilter, sees: Visibility) -> list[Condition]:
    """Conditions that together mean the filter; each invoice has one row that meets them, though several departments handed it in."""
    seen, hold = scope(asked, sees), holding(connection)
    found = [*_seen_once(seen, hold), *_listed(asked.listing, hold), *_measured(asked, hold)]
    if asked.duplicates is not None:
        mark = invoices.c.doubled if sees.is_whole else invoices.c.doubled_within
        found.append(_marked(mark, hold) if asked.duplicates else _both(lambda held: held(mark) == 0, hold))
    for text, sides in ((asked.seller, (_SELLER,)), (asked.buyer, (_BUYER,)), (asked.party, (_SELLER, _BUYER))):
        if text is not None:
            found.append(_named(connection, text, sides, hold))
    if asked.batch is not None:
        found.append(_leading(_of_batch(asked.batch, sees)))
    if asked.papers:
        found.append(_of_papers(asked.papers))
    if asked.box is not None:
        found.append(_leading(invoices.c.id.in_(_papers_with(papers.c.box == storable(asked.box)))))
    if asked.text is not None:
        found.append(_said(connection, asked.text, seen, found, hold))
    return found


def _said(connection: Connection, text: str, seen: Visibility, others: Sequence[Condition], hold: Held) -> Condition:
    """Whether every word stands on the page. Of rows that many are of, the next ones are soon met by looking at their texts one by one."""
    said = words(connection, text, seen, tuple(each.held for each in others))
    if said.rows is not None:
        return _leading(OneOf(invoices.c.id, said.rows))
    pages = pages_of_all(connection, text, FEW)
    if pages is None:
        return Condition(said.condition, said.condition)
    looked_up = invoices.c.id.in_(pages.ids)
    return Condition(looked_up, said.condition if pages.are_many else hold(invoices.c.id).in_(pages.ids), pages.are_few, has_all=True)


def holding(connection: Connection) -> Held:
    """What keeps a column from being looked up."""
    return _kept_from_indexes if connection.dialect.name == "sqlite" else _itself


def paper_state() -> ScalarSelect[str]:
    """Where the paper of a row of `invoices` stands, null where nothing was recorded; each department keeps a record of its own."""
    return (
        select(papers.c.state)
        .select_from(papers.join(histories, histories.c.subject == papers.c.subject))
        .where(papers.c.document == invoices.c.document, papers.c.position == invoices.c.position % ARRIVALS_APART)
        .where(histories.c.department.is_not_distinct_from(invoices.c.department))
        .correlate(invoices)
        .limit(1)
        .scalar_subquery()
    )


def _itself(column: ColumnElement[Any]) -> ColumnElement[Any]:
    return column


def _kept_from_indexes(column: ColumnElement[Any]) -> ColumnElement[Any]:
    return column + 0 if isinstance(column.type, Integer) else column.concat("")


def _both(condition: Callable[[Held], ColumnElement[bool]], hold: Held, *, leads: bool = True, of: RegisterSort | None = None) -> Condition:
    return Condition(condition(_itself), condition(hold), leads, of)


def _leading(condition: ColumnElement[bool]) -> Condition:
    """One that few rows meet, and that nothing else is better looked up by."""
    return Condition(condition, condition, leads=True)


def _marked(mark: ColumnElement[int], hold: Held) -> Condition:
    return Condition(mark != _ZERO, hold(mark) != 0, leads=True)


def _papers_with(*asked: ColumnElement[bool]) -> Select[int]:
    """The ids of the rows whose papers are so; each department keeps a record of its own."""
    row = invoices.alias("with_paper")
    own = histories.c.department.is_not_distinct_from(row.c.department)
    same = and_(row.c.document == papers.c.document, row.c.position % ARRIVALS_APART == papers.c.position)
    recorded = papers.join(histories, histories.c.subject == papers.c.subject).join(row, and_(same, own))
    return select(row.c.id).select_from(recorded).where(*asked)


def _of_papers(states: Iterable[PaperState]) -> Condition:
    recorded = invoices.c.id.in_(_papers_with(papers.c.state.in_([state.value for state in states])))
    if PaperState.EXPECTED not in states:
        return _leading(recorded)
    either = or_(recorded, invoices.c.id.not_in(_papers_with()))
    return Condition(either, either)


def _seen_once(seen: Visibility, hold: Held) -> Iterator[Condition]:
    if seen.departments is None:
        yield _both(lambda held: held(invoices.c.position) < ARRIVALS_APART, hold, leads=False)
        return
    if not seen.departments:
        yield Condition(false(), false())
        return
    # Of one department the newest come first in an index of its own.
    of = RegisterSort.RECEIVED if len(seen.departments) == 1 else None
    yield _both(lambda held: among(held(invoices.c.department), seen), hold, leads=False, of=of)
    if len(seen.departments) > 1:
        same = and_(
            _OTHER_ROW.c.document == invoices.c.document,
            _OTHER_ROW.c.position < invoices.c.position,
            _OTHER_ROW.c.position % ARRIVALS_APART == invoices.c.position % ARRIVALS_APART,
        )
        once = or_(invoices.c.position < ARRIVALS_APART, ~exists().where(same, among(_OTHER_ROW.c.department, seen)))
        yield Condition(once, once)


def _listed(listing: Listing, hold: Held) -> Iterator[Condition]:
    if listing is Listing.LISTED:
        yield _both(lambda held: held(invoices.c.withdrawn) == 0, hold, leads=False)
    elif listing is Listing.WITHDRAWN:
        yield _marked(invoices.c.withdrawn, hold)


def _measured(asked: RegisterFilter, hold: Held) -> Iterator[Condition]:
    days, received, amount = asked.issued, asked.received, asked.amount
    if days is not None:
        yield _both(lambda held: _on_days(days, held), hold, of=RegisterSort.ISSUED)
    if received is not None and received != ReceivedClue():
        yield _both(lambda held: _received(received, held), hold, of=RegisterSort.RECEIVED)
    if amount is not None:
        yield _both(lambda held: _of_amount(amount, held), hold, of=RegisterSort.AMOUNT)
    if asked.kinds:
        yield _both(lambda held: held(invoices.c.kind).in_([kind.value for kind in asked.kinds]), hold)
    if asked.verdicts:
        yield _both(lambda held: held(invoices.c.verdict).in_([verdict.value for verdict in asked.verdicts]), hold)


def _on_days(days: DateClue, held: Held) -> ColumnElement[bool]:
    ends = []
    if days.first != date.min:
        ends.append(held(DAY) >= days.first.toordinal())
    if days.last != date.max:
        ends.append(held(DAY) <= days.last.toordinal())
    return and_(*ends) if ends else DAY.is_not(None)


def _received(stretch: ReceivedClue, held: Held) -> ColumnElement[bool]:
    """By the ids alone, which grow with the time of receipt."""
    ends = []
    if stretch.since is not None:
        ends.append(held(invoices.c.id) >= first_id_of(stretch.since))
    if stretch.before is not None:
        ends.append(held(invoices.c.id) < first_id_of(stretch.before))
    return and_(*ends)


def _of_amount(amount: AmountClue, held: Held) -> ColumnElement[bool]:
    total = held(invoices.c.total_cents)
    return and_(total >= _cents(amount.low, ROUND_CEILING), total <= _cents(amount.high, ROUND_FLOOR))


def _cents(amount: Decimal, rounding: str) -> int:
    return max(-MOST_CENTS, min(int((amount * 100).to_integral_value(rounding)), MOST_CENTS))


def _named(connection: Connection, text: str, sides: Sequence[_Side], hold: Held) -> Condition:
    """Whether one of these sides has the text in its name, or has it as its tax id, of 15 digits as well where that grew to 18."""
    named = list(connection.scalars(select(companies.c.id).where(companies.c.name.contains(plain(text), autoescape=True))))
    key = identifier(text)
    ids: list[int] = []
    if len(key) in _TAX_ID_LENGTHS:
        ids = list(connection.scalars(select(tax_ids.c.id).where(or_(tax_ids.c.value == key, tax_ids.c.old_form == key))))

    def said(held: Held) -> ColumnElement[bool]:
        by_name = [OneOf(held(company), named) for company, _ in sides if named]
        return or_(false(), *by_name, *(OneOf(held(tax_id), ids) for _, tax_id in sides if ids))

    return _both(said, hold, leads=len(named) <= _FEW_COMPANIES)


def _of_batch(batch: str, sees: Visibility) -> ColumnElement[bool]:
    files = select(batch_items.c.digest).where(batch_items.c.batch == storable(batch), batch_items.c.digest.is_not(None))
    if not sees.is_whole:
        sent = exists().where(access_batches.c.batch == batch_items.c.batch, among(access_batches.c.department, sees))
        files = files.where(sent)
    return invoices.c.document.in_(files)
