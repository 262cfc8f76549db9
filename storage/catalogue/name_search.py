"""Looking for companies: any part of the name, and from five characters on a part with one wrong character."""

from typing import Any

from rapidfuzz.distance import Levenshtein
from rapidfuzz.fuzz import partial_ratio
from sqlalchemy import Connection, FromClause, Row, Select, case, func, or_, select

from models.clues import Reason
from models.errors import InvalidClue
from storage.catalogue.criterion import FULL, Criterion, part_score
from storage.catalogue.grams import bigrams
from storage.catalogue.normal_form import plain
from storage.catalogue.search_tables import buyer, seller
from storage.catalogue.tables import companies, company_grams, invoices

_SIMILAR = 0.4
"""Below every part."""

_SHORTEST_SIMILAR, _LONGEST_SIMILAR = 5, 64
_MOST_SIMILAR = 1_000
_ENOUGH = 300
"""A pair of characters in no more names than these is rare enough to start from."""


def company(connection: Connection, clue: str, text: str) -> Criterion:
    """The clue `seller` or `buyer`; raise InvalidClue for less than two characters."""
    wanted = plain(text)
    if len(wanted) < 2:
        raise InvalidClue(f"{clue} needs at least two characters of the name")
    of_invoice, named = _SIDES[clue]
    condition = of_invoice.in_(_containing(connection, wanted))
    similar = _similar(connection, wanted)
    if similar:
        condition = or_(condition, of_invoice.in_(similar))
    score = case(
        (named.c.name == wanted, FULL),
        (named.c.name.contains(wanted, autoescape=True), part_score(len(wanted), named.c.name)),
        else_=_SIMILAR,
    )

    def reason(row: Row[Any]) -> Reason:
        field = f"{clue}_name"
        stored = str(row._mapping[field])
        name = plain(stored)
        return Reason(clue, "exact" if name == wanted else "part" if wanted in name else "similar", stored, field)

    return Criterion(condition, score, reason)


def nearly_contains(name: str, wanted: str) -> bool:
    """Whether some stretch of the name turns into `wanted` by at most one character changed, left out or put in."""
    lengths = (len(wanted), len(wanted) - 1, len(wanted) + 1)
    return any(
        Levenshtein.distance(name[start : start + length], wanted, score_cutoff=1) <= 1
        for length in lengths
        for start in range(max(len(name) - length, 0) + 1)
    )


def _containing(connection: Connection, wanted: str) -> Select[tuple[int]]:
    start = select(company_grams.c.company_id).where(company_grams.c.gram == _rarest(connection, sorted(bigrams(wanted))))
    return select(companies.c.id).where(companies.c.id.in_(start), companies.c.name.contains(wanted, autoescape=True))


def _rarest(connection: Connection, grams: list[str]) -> str:
    counts = {}
    for gram in grams:
        some = select(company_grams.c.company_id).where(company_grams.c.gram == gram).limit(_ENOUGH).subquery()
        counts[gram] = connection.scalar(select(func.count()).select_from(some)) or 0
        if counts[gram] < _ENOUGH:
            return gram
    return min(grams, key=counts.__getitem__)


def _similar(connection: Connection, wanted: str) -> list[int]:
    if not _SHORTEST_SIMILAR <= len(wanted) <= _LONGEST_SIMILAR:
        return []
    grams = bigrams(wanted)
    # One wrong character spoils two pairs at most, so that all the others are still there.
    needed = max(1, len(grams) - 2)
    candidates = connection.execute(
        select(companies.c.id, companies.c.name)
        .join(company_grams, company_grams.c.company_id == companies.c.id)
        .where(company_grams.c.gram.in_(grams))
        .group_by(companies.c.id, companies.c.name)
        .having(func.count() >= needed)
        .order_by(companies.c.name)
    )
    # The quick measure lets through all that the exact one accepts: one edit costs at most one character of `wanted`.
    cutoff = 100.0 * (len(wanted) - 1) / len(wanted) - 1e-6
    found = (
        int(row.id)
        for row in candidates
        if wanted not in row.name and partial_ratio(wanted, row.name, score_cutoff=cutoff) and nearly_contains(row.name, wanted)
    )
    return [identity for identity, _ in zip(found, range(_MOST_SIMILAR), strict=False)]


_SIDES: dict[str, tuple[Any, FromClause]] = {
    "seller": (invoices.c.seller_company, seller),
    "buyer": (invoices.c.buyer_company, buyer),
}
