"""Looking for numbers, codes and tax ids: whole, a part, or a pattern with `?` and `*`."""

import re
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, case, exists, literal, literal_column, or_, select

from models.clues import Reason
from models.errors import InvalidClue
from storage.catalogue.criterion import FULL, PART, Criterion, TextColumn, part_score
from storage.catalogue.narrowing import holding, trigrams
from storage.catalogue.normal_form import identifier, pattern, plain
from storage.catalogue.one_of import OneOf
from storage.catalogue.parties import old_form
from storage.catalogue.search_tables import at_most_few, buyer_tax, few, few_of_parties, few_scored, like_pattern, scanned, seller_tax
from storage.catalogue.tables import invoices, tax_ids

_OLD_TAX_ID = 0.95
"""An old number and the code that took it in mean the same taxpayer."""

_WHOLE_TAX_ID = 15
"""Characters of the shortest tax id; a shorter one that is there may be the piece of another that could be read."""

_LABEL = re.compile(r"^(?:发票)?(?:号码|代码|编号|票号|号)?(?:no|n°)?[^\w?*]*(?=[0-9?*])")
"""What stands before a number on paper, and is copied with it: `No63462197`, `№63462197`, `发票号码：63462197`."""

_COLUMNS = {"number": invoices.c.number_key, "code": invoices.c.code_key}


def number_or_code(connection: Connection, clue: str, text: str, seen: Sequence[ColumnElement[bool]]) -> Criterion:
    """The clue `number` or `code` among the invoices that meet `seen`; raise InvalidClue for less than two characters to look for."""
    wanted = _wanted(clue, _LABEL.sub("", plain(text)))
    column = _COLUMNS[clue]
    fits = and_(column != "", _fits(connection, _searched(connection, column), wanted), *_begins(connection, column, wanted))
    score = case((column == wanted, FULL), else_=part_score(_known(wanted), column))
    rows = few_scored(connection, score, *_candidates(connection, clue, wanted, fits, seen), *seen)

    def reason(row: Row[Any]) -> Reason:
        stored = row.number if clue == "number" else row.code
        return Reason(clue, _how(wanted, identifier(stored)), stored, {"number": "invoice_number", "code": "invoice_code"}[clue])

    if rows is None:
        whole = column == wanted
        levels = ((fits,),) if _is_pattern(wanted) else ((whole,), (fits,))
        return Criterion(fits, case((whole, FULL), else_=PART), reason, levels=levels)
    return Criterion(fits, score, reason, rows=rows)


def tax_id(connection: Connection, text: str, seen: Sequence[ColumnElement[bool]]) -> Criterion:
    """The clue `tax_id`, of seller or buyer, among the invoices that meet `seen`.

    An old 15-digit number and the 18-character code that took it in meet each other.
    """
    wanted = _wanted("tax_id", text)
    whole = tax_ids.c.value == wanted
    is_there = len(wanted) >= _WHOLE_TAX_ID and _is_there(connection, whole, seen)
    # Who knows a whole number is not helped by longer ones around it, and looking for parts goes through all of them.
    met = [whole, tax_ids.c.old_form == wanted] if is_there else [_fits(connection, tax_ids.c.value, wanted)]
    if (old := old_form(wanted)) is not None:
        met.append(tax_ids.c.value == old)
    meet: Select[int] = select(tax_ids.c.id).where(or_(*met))
    known = few(connection, meet)
    sides = (invoices.c.seller_tax, invoices.c.buyer_tax)
    named: list[ColumnElement[bool]] = [side.in_(meet) if known is None else OneOf(side, known) for side in sides]
    score = _tax_score(connection, tax_ids.c.value, tax_ids.c.old_form, wanted, flat=False)
    rows = None if known is None else few_of_parties(connection, sides, tax_ids, score, or_(*named), *seen)

    def reason(row: Row[Any]) -> Reason:
        sides = (("seller_tax_id", row.seller_tax_id), ("buyer_tax_id", row.buyer_tax_id))
        field, stored = max(sides, key=lambda side: _rank(wanted, side[1]))
        return Reason("tax_id", _how(wanted, identifier(stored)), stored, field)

    score = _better_side(connection, wanted, flat=rows is None)
    if rows is not None:
        return Criterion(or_(*named), score, reason, rows=rows)
    exact = tax_ids.c.value == wanted
    levels = [_bearers(connection, which) for which in (exact, or_(tax_ids.c.old_form == wanted, and_(tax_ids.c.value == old, ~exact)))]
    if known is not None:
        named = [scanned(connection, side, known) for side in sides]
    return Criterion(or_(*named), score, reason, levels=(*filter(None, levels), tuple(named)))


def _is_there(connection: Connection, whole: ColumnElement[bool], seen: Sequence[ColumnElement[bool]]) -> bool:
    """Whether a tax id is known from an invoice that meets `seen`."""
    named = or_(invoices.c.seller_tax == tax_ids.c.id, invoices.c.buyer_tax == tax_ids.c.id)
    return connection.scalar(select(tax_ids.c.id).where(whole, exists().where(named, *seen))) is not None


def _bearers(connection: Connection, which: ColumnElement[bool]) -> tuple[ColumnElement[bool], ...]:
    """For each of these tax ids, that the seller has it, and that the buyer has it."""
    found = connection.scalars(select(tax_ids.c.id).where(which)).all()
    return tuple(side == known for known in found for side in (invoices.c.seller_tax, invoices.c.buyer_tax))


def _searched(connection: Connection, column: TextColumn) -> TextColumn:
    """The column in the words of PostgreSQL's trigram index, which is one of an expression so that equality never takes it."""
    return column if connection.dialect.name == "sqlite" else column.concat(literal_column("''"))


def _candidates(
    connection: Connection, clue: str, wanted: str, fits: ColumnElement[bool], seen: Sequence[ColumnElement[bool]]
) -> list[ColumnElement[bool]]:
    """What says which invoices fit, narrowed by the pieces of the number where its beginning is not known."""
    column = _COLUMNS[clue]
    known = re.split(r"[?*]+", wanted)
    parts = [part for part in known if len(part) >= 2]
    if not parts or (_is_pattern(wanted) and len(known[0]) >= 3):
        return [fits]
    if connection.dialect.name == "sqlite":
        held = holding(connection, "number_grams", clue, column, parts, fits, enough=not _is_pattern(wanted), seen=seen)
        return [invoices.c.id.in_(at_most_few(held))]
    searched = _searched(connection, column)
    rarest = [searched.contains(piece) for piece in trigrams(connection, column, parts, seen)]
    # The column itself has no index of trigrams, which would go through the commonest ones too.
    return [*rarest, _fits(connection, column, wanted)] if rarest else [fits]


def _begins(connection: Connection, column: TextColumn, wanted: str) -> Iterator[ColumnElement[bool]]:
    """What the index of whole numbers can use of a pattern whose beginning is known; PostgreSQL's is ordered by code points as well."""
    start = re.split(r"[?*]", wanted)[0]
    if _is_pattern(wanted) and start:
        is_sqlite = connection.dialect.name == "sqlite"
        yield column.op(">=" if is_sqlite else "~>=~", is_comparison=True)(start)
        yield column.op("<" if is_sqlite else "~<~", is_comparison=True)(start + chr(0x10FFFF))


def _better_side(connection: Connection, wanted: str, *, flat: bool) -> ColumnElement[float]:
    seller, buyer = [_tax_score(connection, side.c.value, side.c.old_form, wanted, flat=flat) for side in (seller_tax, buyer_tax)]
    return case((seller >= buyer, seller), else_=buyer)


def _tax_score(connection: Connection, value: TextColumn, old: TextColumn, wanted: str, *, flat: bool) -> ColumnElement[float]:
    levels = [(value == wanted, literal(FULL)), (old == wanted, literal(_OLD_TAX_ID))]
    if (wanted_old := old_form(wanted)) is not None:
        levels.append((value == wanted_old, literal(_OLD_TAX_ID)))
    part = literal(PART) if flat else part_score(_known(wanted), value)
    return case(*levels, (_fits(connection, value, wanted), part), else_=0.0)


def _wanted(clue: str, text: str) -> str:
    wanted = pattern(text)
    if not wanted or (not _is_pattern(wanted) and len(wanted) < 2):
        raise InvalidClue(f"{clue} needs at least two letters or digits, or a pattern with ? and *")
    return wanted


def _fits(connection: Connection, column: TextColumn, wanted: str) -> ColumnElement[bool]:
    return like_pattern(connection, column, wanted if _is_pattern(wanted) else f"*{wanted}*")


def _is_pattern(wanted: str) -> bool:
    return "?" in wanted or "*" in wanted


def _known(wanted: str) -> int:
    return sum(character not in "?*" for character in wanted)


def _how(wanted: str, stored: str) -> str:
    if _is_pattern(wanted):
        return "pattern"
    return "exact" if wanted == stored else "part"


def _rank(wanted: str, stored: str | None) -> int:
    """How well a stored tax id meets the clue, to tell which of the two it was."""
    key = identifier(stored or "")
    if key == wanted:
        return 3
    if key and (old_form(key) == wanted or old_form(wanted) == key):
        return 2
    return int(fnmatchcase(key, wanted if _is_pattern(wanted) else f"*{wanted}*"))
