"""Looking for companies: any part of the name, and from five characters on a part with one wrong character."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from rapidfuzz.distance import Levenshtein
from rapidfuzz.fuzz import partial_ratio
from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Connection,
    FromClause,
    Row,
    Select,
    Text,
    bindparam,
    case,
    exists,
    func,
    literal,
    or_,
    select,
    union_all,
)

from models.clues import Reason
from models.errors import InvalidClue
from storage.catalogue.criterion import FULL, PART, Criterion, part_score
from storage.catalogue.grams import bigrams
from storage.catalogue.normal_form import plain
from storage.catalogue.one_of import OneOf
from storage.catalogue.search_tables import are_few, buyer, few, few_of_parties, scanned, seller
from storage.catalogue.tables import companies, company_grams, invoices

_SIMILAR = 0.4
"""Below every part."""

_SHORTEST_SIMILAR, _LONGEST_SIMILAR = 5, 64
_MOST_SIMILAR = 1_000
_ONE_BY_ONE = 8
"""So many companies are looked for each by itself."""
_OFTENER = 8
"""So many times as many companies are looked up one by one where only some days of each are wanted."""
_COUNTED = 2_000
"""Names with a pair of characters are counted up to here, to start from the rarest pair."""


def company(
    connection: Connection, clue: str, text: str, others: Sequence[ColumnElement[bool]], seen: Sequence[ColumnElement[bool]]
) -> Criterion:
    """The clue `seller` or `buyer`, among the invoices that meet the others and `seen`; raise InvalidClue for less than two characters."""
    wanted = plain(text)
    if len(wanted) < 2:
        raise InvalidClue(f"{clue} needs at least two characters of the name")
    of_invoice, named = _SIDES[clue]
    pairs = _rarest_first(connection, bigrams(wanted))
    contains = companies.c.name.contains(wanted, autoescape=True)
    named_so = select(company_grams.c.company_id).where(company_grams.c.gram == pairs[0])
    if len(wanted) > 2:  # A pair says it all.
        named_so = named_so.join(companies, companies.c.id == company_grams.c.company_id).where(contains)
    similar = frozenset(_similar(connection, wanted, pairs))
    times = _OFTENER if others else 1
    of_days = bool(others) and len(wanted) == 2
    known = None if of_days else few(connection, named_so, times=times)
    rows = None
    part: ColumnElement[bool]
    condition: ColumnElement[bool]
    if known is not None:
        part, condition = OneOf(of_invoice, known), OneOf(of_invoice, known | similar)
        rows = few_of_parties(connection, [of_invoice], companies, _score(wanted, companies), condition, *others, *seen)
    elif of_days and are_few(connection, named_so, times=times):
        # The thousands of companies whose names have a pair are not fetched only to be sent back.
        part = condition = of_invoice.in_(named_so)
        rows = few_of_parties(connection, [of_invoice], companies, _score(wanted, companies), condition, *others, *seen)
    else:
        part = exists().where(companies.c.id == of_invoice, contains)
        condition = or_(part, OneOf(of_invoice, similar)) if similar else part

    def reason(row: Row[Any]) -> Reason:
        field = f"{clue}_name"
        stored = str(row._mapping[field])
        name = plain(stored)
        return Reason(clue, "exact" if name == wanted else "part" if wanted in name else "similar", stored, field)

    if rows is not None:
        return Criterion(condition, _score(wanted, named), reason, rows=rows, dated=bool(others))
    exact = connection.scalars(select(companies.c.id).where(companies.c.name == wanted)).all()
    parts = [part] if known is None or others else _each(connection, of_invoice, known, seen, many=not similar)
    levels = ([of_invoice == identity for identity in exact], parts, _each(connection, of_invoice, similar, seen))
    return Criterion(condition, _score(wanted, named, flat=True), reason, levels=tuple(tuple(level) for level in levels if level))


def _each(
    connection: Connection,
    of_invoice: ColumnElement[Any],
    these: frozenset[int],
    seen: Sequence[ColumnElement[bool]],
    *,
    many: bool = False,
) -> list[ColumnElement[bool]]:
    """Conditions that together mean one of these companies: an index has the newest invoices of each one at its end.

    `many` says that their invoices are known to be more than few.
    """
    if len(these) <= _ONE_BY_ONE:
        return [of_invoice == identity for identity in sorted(these)]
    one_of_them = OneOf(of_invoice, these)
    is_rare = not many and few(connection, select(invoices.c.id).where(one_of_them, *seen)) is not None
    return [one_of_them if is_rare else scanned(connection, of_invoice, these)]


def nearly_contains(name: str, wanted: str) -> bool:
    """Whether some stretch of the name turns into `wanted` by at most one character changed, left out or put in."""
    lengths = (len(wanted), len(wanted) - 1, len(wanted) + 1)
    return any(
        Levenshtein.distance(name[start : start + length], wanted, score_cutoff=1) <= 1
        for length in lengths
        for start in range(max(len(name) - length, 0) + 1)
    )


def _score(wanted: str, named: FromClause, *, flat: bool = False) -> ColumnElement[float]:
    part = literal(PART) if flat else part_score(len(wanted), named.c.name)
    return case((named.c.name == wanted, FULL), (named.c.name.contains(wanted, autoescape=True), part), else_=_SIMILAR)


def _rarest_first(connection: Connection, grams: frozenset[str]) -> list[str]:
    """The pairs of characters by the number of names that they stand in."""
    if len(grams) == 1:
        return list(grams)

    rows = connection.execute(_counts(len(grams)), {f"gram{place}": gram for place, gram in enumerate(grams)})
    counts = {row.gram: row.names for row in rows}
    return sorted(grams, key=lambda gram: (counts[gram], gram))


@cache
def _counts(many: int) -> CompoundSelect[Any]:
    """How many names each of so many pairs stands in."""

    def count(gram: BindParameter[str]) -> Select[str, int]:
        some = select(company_grams.c.company_id).where(company_grams.c.gram == gram).limit(_COUNTED).subquery()
        return select(gram.label("gram"), func.count().label("names")).select_from(some)

    return union_all(*(count(bindparam(f"gram{place}", type_=Text)) for place in range(many)))


def _similar(connection: Connection, wanted: str, pairs: list[str]) -> list[int]:
    if not _SHORTEST_SIMILAR <= len(wanted) <= _LONGEST_SIMILAR:
        return []
    # One wrong character spoils two pairs at most: of any three, one is still there.
    start = select(company_grams.c.company_id).where(company_grams.c.gram.in_(pairs[:3]))
    candidates = connection.execute(select(companies.c.id, companies.c.name).where(companies.c.id.in_(start)).order_by(companies.c.name))
    found = (
        int(row.id)
        for row in candidates
        if wanted not in row.name
        and partial_ratio(wanted, row.name, score_cutoff=_cutoff(wanted, row.name))
        and nearly_contains(row.name, wanted)
    )
    return [identity for identity, _ in zip(found, range(_MOST_SIMILAR), strict=False)]


def _cutoff(wanted: str, name: str) -> float:
    """From where on the quick measure lets through all that the exact one accepts: one edit costs the shorter text one character."""
    shorter = min(len(wanted), len(name))
    return 100.0 * (shorter - 1) / shorter - 1e-6


_SIDES: dict[str, tuple[Any, FromClause]] = {
    "seller": (invoices.c.seller_company, seller),
    "buyer": (invoices.c.buyer_company, buyer),
}
