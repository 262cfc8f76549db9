"""Looking for numbers, codes and tax ids: whole, a part, or a pattern with `?` and `*`."""

import re
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, case, literal, literal_column, or_, select

from models.clues import Reason
from models.errors import InvalidClue
from storage.catalogue.criterion import FULL, PART, Criterion, TextColumn, part_score
from storage.catalogue.narrowing import holding
from storage.catalogue.normal_form import identifier, pattern
from storage.catalogue.parties import old_form
from storage.catalogue.search_tables import among, buyer_tax, few, like_pattern, seller_tax
from storage.catalogue.tables import invoices, tax_ids

_OLD_TAX_ID = 0.95
"""An old number and the code that took it in mean the same taxpayer."""

_COLUMNS = {"number": invoices.c.number_key, "code": invoices.c.code_key}


def number_or_code(connection: Connection, clue: str, text: str) -> Criterion:
    """The clue `number` or `code`; raise InvalidClue when it holds less than two characters to look for."""
    wanted = _wanted(clue, text)
    column = _COLUMNS[clue]
    fits = and_(column != "", _fits(connection, _searched(connection, column), wanted), *_begins(connection, column, wanted))
    ids = few(connection, _candidates(connection, clue, wanted, fits))

    def reason(row: Row[Any]) -> Reason:
        stored = row.number if clue == "number" else row.code
        return Reason(clue, _how(wanted, identifier(stored)), stored, {"number": "invoice_number", "code": "invoice_code"}[clue])

    whole = column == wanted
    if ids is None:
        return Criterion(fits, case((whole, FULL), else_=PART), reason, levels=(whole, fits))
    return Criterion(among(connection, invoices.c.id, ids), case((whole, FULL), else_=part_score(_known(wanted), column)), reason)


def tax_id(connection: Connection, text: str) -> Criterion:
    """The clue `tax_id`, of seller or buyer; an old 15-digit number and the 18-character code that took it in meet each other."""
    wanted = _wanted("tax_id", text)
    met = [_fits(connection, tax_ids.c.value, wanted)]
    if (old := old_form(wanted)) is not None:
        met.append(tax_ids.c.value == old)
    ids = few(connection, select(tax_ids.c.id).where(or_(*met)))

    def named(known: Sequence[int] | None) -> ColumnElement[bool]:
        of = select(tax_ids.c.id).where(or_(*met))
        sides = (invoices.c.seller_tax, invoices.c.buyer_tax)
        return or_(*(side.in_(of) if known is None else among(connection, side, known) for side in sides))

    condition = named(ids)
    rows = None if ids is None else few(connection, select(invoices.c.id).where(condition))
    if rows is not None:
        condition = among(connection, invoices.c.id, rows)
    first, second = [_tax_score(connection, side.c.value, side.c.old_form, wanted, flat=rows is None) for side in (seller_tax, buyer_tax)]

    def reason(row: Row[Any]) -> Reason:
        sides = (("seller_tax_id", row.seller_tax_id), ("buyer_tax_id", row.buyer_tax_id))
        field, stored = max(sides, key=lambda side: _rank(wanted, side[1]))
        return Reason("tax_id", _how(wanted, identifier(stored)), stored, field)

    levels: tuple[ColumnElement[bool], ...] = ()
    if rows is None:
        exact = connection.scalars(select(tax_ids.c.id).where(tax_ids.c.value == wanted)).all()
        same = connection.scalars(select(tax_ids.c.id).where(or_(tax_ids.c.old_form == wanted, tax_ids.c.value == old))).all()
        levels = (*(named(known) for known in (exact, same) if known), condition)
    return Criterion(condition, case((first >= second, first), else_=second), reason, levels=levels)


def _searched(connection: Connection, column: TextColumn) -> TextColumn:
    """The column in the words of PostgreSQL's trigram index, which is one of an expression so that equality never takes it."""
    return column if connection.dialect.name == "sqlite" else column.concat(literal_column("''"))


def _candidates(connection: Connection, clue: str, wanted: str, fits: ColumnElement[bool]) -> Select[int]:
    """The ids of the invoices that fit; SQLite narrows them by the pieces of the number where its beginning is not known."""
    known = re.split(r"[?*]+", wanted)
    parts = [part for part in known if len(part) >= 2]
    if connection.dialect.name != "sqlite" or not parts or (_is_pattern(wanted) and len(known[0]) >= 3):
        return select(invoices.c.id).where(fits)
    return holding(connection, "number_grams", clue, _COLUMNS[clue], parts, fits)


def _begins(connection: Connection, column: TextColumn, wanted: str) -> Iterator[ColumnElement[bool]]:
    """What SQLite's index of whole numbers can use of a pattern whose beginning is known; PostgreSQL takes it from the pattern."""
    start = re.split(r"[?*]", wanted)[0]
    if connection.dialect.name == "sqlite" and _is_pattern(wanted) and start:
        yield column >= start
        yield column < start + chr(0x10FFFF)


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
