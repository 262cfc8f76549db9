"""Which indexed invoices are the same one, though not the same file."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from itertools import combinations
from typing import Any

from sqlalchemy import Connection, Row, and_, func, literal_column, select, tuple_

from models.access import Visibility
from models.clues import InvoiceSummary, ListState
from models.duplicates import Duplicate, DuplicateGroup, Identity, SameBy
from storage.catalogue.catalogue import Catalogue
from storage.catalogue.chunks import chunks
from storage.catalogue.invoice_rows import summary_of
from storage.catalogue.normal_form import identifier, plain
from storage.catalogue.tables import invoices
from storage.catalogue.walls import in_lists, once, summaries

_CUT_AT = 12
_IS_DOUBLED = invoices.c.doubled != literal_column("0")
"""In the very words of its index."""
_CUT_LENGTHS = and_(func.length(invoices.c.code_key) == _CUT_AT, func.length(invoices.c.number_key) == 20 - _CUT_AT)


def identity(
    number: str | None, code: str | None, seller: str | None, seller_tax_id: str | None, total: Decimal | None, issued_on: date | None
) -> Identity:
    """What is compared of an invoice, from its texts as they are printed or typed."""
    return Identity(
        identifier(number or "") or None,
        identifier(code or ""),
        plain(seller or "") or None,
        identifier(seller_tax_id or "") or None,
        total,
        issued_on,
    )


def identity_of(summary: InvoiceSummary) -> Identity:
    """The same of an indexed invoice."""
    return identity(summary.number, summary.code, summary.seller_name, summary.seller_tax_id, summary.total, summary.issue_date)


class Duplicates:
    """Questions about invoices that are one. Every method may raise CatalogueUnavailable."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._database = catalogue.database

    def of(self, wanted: Sequence[Identity], sees: Visibility) -> tuple[tuple[Duplicate, ...], ...]:
        """For each invoice the indexed ones that are the same and that are seen, newest first; one that is indexed is among its own."""
        with self._database.reading() as connection:
            near = [(summary, identity_of(summary)) for summary in _near(connection, wanted, sees)]
        found = []
        for one in wanted:
            same = ((summary, one.same_as(known)) for summary, known in near)
            found.append(tuple(Duplicate(summary, by) for summary, by in same if by is not None))
        return tuple(found)

    def numbers(self, code: str, numbers: Iterable[str], sees: Visibility) -> tuple[InvoiceSummary, ...]:
        """Indexed invoices that are seen and have this code (empty: none) and one of these numbers."""
        with self._database.reading() as connection:
            asked = summaries(sees).where(invoices.c.number_key.in_(sorted(numbers)), invoices.c.code_key == code)
            return tuple(map(summary_of, _once_in_order(_listed(connection.execute(asked)))))

    def groups(self, sees: Visibility) -> tuple[DuplicateGroup, ...]:
        """All files that are seen and are one invoice with another file, those with the newest file first.

        Several copies (联) on one scan are no group by themselves.
        """
        with self._database.reading() as connection:
            rows = _doubled(connection, sees)
        return _newest_first(rows)

    def marked(self, sees: Visibility) -> tuple[DuplicateGroup, ...]:
        """Those of the groups whose files have one number: what is marked is told at once, however many invoices there are."""
        mark = (_IS_DOUBLED,) if sees.is_whole else (_IS_DOUBLED, invoices.c.doubled_within != 0)
        with self._database.reading() as connection:
            rows = _listed(connection.execute(summaries(sees).where(*mark)))
        return _newest_first(rows)


def _newest_first(rows: Iterable[Row[Any]]) -> tuple[DuplicateGroup, ...]:
    found = _gathered([(summary_of(row), row.id) for row in _once_in_order(rows)])
    return tuple(group for _, group in sorted(found, key=lambda pair: pair[0], reverse=True))


def _once_in_order(rows: Iterable[Row[Any]]) -> list[Row[Any]]:
    """Oldest first, each invoice once: which of a document's rows stands for it must not depend on what the database tells first."""
    return once(sorted(rows, key=lambda row: int(row.id)))


def _near(connection: Connection, wanted: Sequence[Identity], sees: Visibility) -> list[InvoiceSummary]:
    """Every invoice that may be one of these, newest first."""
    numbers: set[str] = set()
    days: set[tuple[date, int]] = set()
    for one in wanted:
        if one.number is not None:
            numbers.add(one.number)
        if one.full_number is not None:
            numbers |= {one.full_number, one.full_number[_CUT_AT:]}
        if one.issued_on is not None and one.total is not None:
            days.add((one.issued_on, int(one.total * 100)))
    rows: list[Row[Any]] = []
    for chunk in chunks(numbers):
        rows += connection.execute(summaries(sees).where(invoices.c.number_key.in_(chunk)))
    by_details = tuple_(invoices.c.day, invoices.c.total_cents)
    for chunk in chunks(days):
        rows += connection.execute(summaries(sees).where(by_details.in_(chunk)))
    return [summary_of(row) for row in reversed(_once_in_order(_listed(rows)))]


def _listed(rows: Iterable[Row[Any]]) -> list[Row[Any]]:
    """Those that nobody withdrew."""
    return [row for row in rows if not row.withdrawn]


def _doubled(connection: Connection, sees: Visibility) -> list[Row[Any]]:
    """Rows of invoices that another row of another document may be one with."""
    seen = in_lists(connection, sees, ListState.LISTED)
    named = invoices.c.number_key.is_not(None)
    keys = (invoices.c.number_key, invoices.c.code_key)
    # First by the index of numbers alone; only what stands there twice is looked up.
    twice = select(*keys).where(named, *seen).group_by(*keys).having(func.count() > 1)
    pairs = {(row.number_key, row.code_key) for row in connection.execute(twice)}
    whole = invoices.alias("whole")
    # SQLite would look through all invoices for each without a code, by the index of codes: it is kept from that index.
    is_whole = and_(whole.c.number_key == invoices.c.code_key + invoices.c.number_key, whole.c.code_key.concat("") == "")
    cut = select(*keys, whole.c.number_key.label("whole")).join(whole, is_whole).where(_CUT_LENGTHS, *seen)
    for row in connection.execute(cut):
        pairs |= {(row.number_key, row.code_key), (row.whole, "")}
    rows: list[Row[Any]] = []
    for chunk in chunks({number for number, _ in pairs}):
        found = connection.execute(summaries(sees).where(invoices.c.number_key.in_(chunk)))
        rows += [row for row in found if (row.number_key, row.code_key) in pairs]
    unnumbered = select(invoices.c.day, invoices.c.total_cents).where(
        invoices.c.number_key.is_(None), invoices.c.day.is_not(None), invoices.c.total_cents.is_not(None), *seen
    )
    by_details = tuple_(invoices.c.day, invoices.c.total_cents)
    for chunk in chunks({(row.day, row.total_cents) for row in connection.execute(unnumbered)}):
        rows += connection.execute(summaries(sees).where(by_details.in_(chunk)))
    return _listed(rows)


def _gathered(found: Sequence[tuple[InvoiceSummary, int]]) -> list[tuple[int, DuplicateGroup]]:
    """Those that are one invoice put together, each group with the id of its newest row."""
    near: dict[object, list[int]] = defaultdict(list)
    identities = [identity_of(summary) for summary, _ in found]
    for place, known in enumerate(identities):
        for shared in {known.number, known.full_number, (known.issued_on, known.total)} - {None, (None, None)}:
            near[shared].append(place)
    group_of = list(range(len(found)))
    weakest: dict[int, SameBy] = {}
    for places in near.values():
        for one, other in combinations(places, 2):
            by = identities[one].same_as(identities[other])
            if by is not None:
                _join(group_of, weakest, one, other, by)
    members: dict[int, list[tuple[InvoiceSummary, int]]] = defaultdict(list)
    for place, pair in enumerate(found):
        members[group_of[place]].append(pair)
    groups = []
    for group, pairs in members.items():
        pairs.sort(key=lambda pair: pair[1], reverse=True)
        if len({summary.document for summary, _ in pairs}) > 1:
            groups.append((pairs[0][1], DuplicateGroup(weakest[group], tuple(summary for summary, _ in pairs))))
    return groups


def _join(group_of: list[int], weakest: dict[int, SameBy], one: int, other: int, by: SameBy) -> None:
    """Make one group of the groups of both."""
    kept, merged = sorted((group_of[one], group_of[other]))
    reasons = [by, *(weakest[group] for group in (kept, merged) if group in weakest)]
    weakest[kept] = max(reasons, key=list(SameBy).index)
    for place, group in enumerate(group_of):
        if group == merged:
            group_of[place] = kept
