"""Looking for numbers, codes and tax ids: whole, a part, or a pattern with `?` and `*`."""

import re
from fnmatch import fnmatchcase
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, case, literal, or_, select

from models.clues import Reason
from models.errors import InvalidClue
from storage.catalogue.criterion import FULL, Criterion, TextColumn, part_score
from storage.catalogue.grams import phrase
from storage.catalogue.normal_form import identifier, pattern
from storage.catalogue.parties import old_form
from storage.catalogue.search_tables import buyer_tax, few_rows, like_pattern, seller_tax
from storage.catalogue.tables import invoices, tax_ids

_OLD_TAX_ID = 0.95
"""An old number and the code that took it in mean the same taxpayer."""

_COLUMNS = {"number": invoices.c.number_key, "code": invoices.c.code_key}


def number_or_code(connection: Connection, clue: str, text: str) -> Criterion:
    """The clue `number` or `code`; raise InvalidClue when it holds less than two characters to look for."""
    wanted = _wanted(clue, text)
    column = _COLUMNS[clue]
    pieces = [piece for piece in re.split(r"[?*]+", wanted) if len(piece) >= 2]
    narrowed = few_rows(connection, "number_grams", " AND ".join(f"{clue} : {phrase(piece)}" for piece in pieces))
    conditions = [column != "", _fits(connection, column, wanted)]
    if narrowed is not None:
        conditions.append(invoices.c.id.in_(narrowed))
    score = case((column == wanted, FULL), else_=part_score(_known(wanted), column))

    def reason(row: Row[Any]) -> Reason:
        stored = row.number if clue == "number" else row.code
        return Reason(clue, _how(wanted, identifier(stored)), stored, {"number": "invoice_number", "code": "invoice_code"}[clue])

    return Criterion(and_(*conditions), score, reason)


def tax_id(connection: Connection, text: str) -> Criterion:
    """The clue `tax_id`, of seller or buyer; an old 15-digit number and the 18-character code that took it in meet each other."""
    wanted = _wanted("tax_id", text)
    met = [_fits(connection, tax_ids.c.value, wanted)]
    if (old := old_form(wanted)) is not None:
        met.append(tax_ids.c.value == old)
    ids = select(tax_ids.c.id).where(or_(*met))
    first, second = [_tax_score(connection, side.c.value, side.c.old_form, wanted) for side in (seller_tax, buyer_tax)]

    def reason(row: Row[Any]) -> Reason:
        sides = (("seller_tax_id", row.seller_tax_id), ("buyer_tax_id", row.buyer_tax_id))
        field, stored = max(sides, key=lambda side: _rank(wanted, side[1]))
        return Reason("tax_id", _how(wanted, identifier(stored)), stored, field)

    return Criterion(
        or_(invoices.c.seller_tax.in_(ids), invoices.c.buyer_tax.in_(ids)), case((first >= second, first), else_=second), reason
    )


def _tax_score(connection: Connection, value: TextColumn, old: TextColumn, wanted: str) -> ColumnElement[float]:
    levels = [(value == wanted, literal(FULL)), (old == wanted, literal(_OLD_TAX_ID))]
    if (wanted_old := old_form(wanted)) is not None:
        levels.append((value == wanted_old, literal(_OLD_TAX_ID)))
    return case(*levels, (_fits(connection, value, wanted), part_score(_known(wanted), value)), else_=0.0)


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
