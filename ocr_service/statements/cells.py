"""What one cell says. People's programs wrap, round, pad and group what the tax platform wrote; each habit is undone or told."""

import re
import unicodedata
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

from models.clues import MAX_AMOUNT
from models.money import CENT, parse_amount

Cell = str | float | None

_NOTHING = frozenset({"-", "--", "---", "—", "——", "/", "\\", "null", "NULL", "None"})
_WRAPPED = re.compile(r'="?([^"]*)"?')
_FRACTION_OF_ZERO = re.compile(r"(\d+)\.0+")
_ROUNDED = re.compile(r"\d(?:\.\d+)?E\+?\d+", re.IGNORECASE)
_BRACKETED = re.compile(r"\(([^()-]+)\)")
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T].*)?")
_DAY_IN_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})")
_DAY_ZERO = date(1899, 12, 30)
"""Of worksheets; right from March 1900 on."""
_DAYS = range(20_000, 80_000)
"""1954 to 2119."""
_EXACT = 10**15
"""Worksheets keep 15 digits of a number; 2**53 is not far above."""
_SHORTEST_NUMBER = 8
_CODE_LENGTHS = frozenset({10, 12})


class NumberLost(ValueError):
    """The digits of a number or code are gone: it was kept as a quantity."""


def text(cell: Cell) -> str:
    """The text in half width without what was put around it; "" for nothing, and for the dashes that stand for nothing."""
    if cell is None:
        return ""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < _EXACT else repr(cell)
    kept = unicodedata.normalize("NFKC", cell).strip()
    wrapped = _WRAPPED.fullmatch(kept)
    kept = (wrapped[1] if wrapped else kept).lstrip("'’‘`").strip()
    return "" if kept in _NOTHING else kept


def number(cell: Cell) -> str:
    """An invoice's number: 20 digits, 8, or another form of its own; "" for none.

    Raises:
        NumberLost: it was kept as a quantity, and has lost digits or leading zeros.
        ValueError: it is no number at all.
    """
    digits = _digits(cell)
    if digits and len(digits) < _SHORTEST_NUMBER:
        raise NumberLost(f"only {digits} is left of a number of 8 digits or more: its leading zeros are gone")
    if len(digits) > 20:
        raise ValueError(f"no number of an invoice has {len(digits)} characters")
    return digits


def code(cell: Cell) -> str:
    """An invoice's code, 10 or 12 digits; "" for none. Raise as `number` does."""
    digits = _digits(cell)
    if digits and len(digits) + 1 in _CODE_LENGTHS:
        raise NumberLost(f"only {digits} is left of a code of 10 or 12 digits: its leading zero is gone")
    if digits and len(digits) not in _CODE_LENGTHS:
        raise ValueError(f"no code of an invoice has {len(digits)} characters")
    return digits


def _digits(cell: Cell) -> str:
    if isinstance(cell, float):
        if not cell.is_integer() or abs(cell) >= _EXACT:
            raise NumberLost("it was kept as a quantity, which has 15 digits; the others are gone")
        return str(int(cell))
    kept = "".join(text(cell).split())
    whole = _FRACTION_OF_ZERO.fullmatch(kept)
    kept = whole[1] if whole else kept
    if _ROUNDED.fullmatch(kept):
        raise NumberLost(f"{kept} is what is left of it")
    if kept and not (kept.isascii() and kept.isalnum()):
        raise ValueError(f"{kept[:40]!r} is no number of an invoice")
    return kept.upper()


def amount(cell: Cell) -> Decimal | None:
    """Yuan; None for nothing. Brackets stand for a minus. Raise ValueError for anything else, and for more than any invoice comes to."""
    kept = repr(cell) if isinstance(cell, float) else text(cell)
    if not kept:
        return None
    found = _quantity(cell) if isinstance(cell, float) else _written(kept)
    if found is None or not found.is_finite() or found.copy_abs() >= MAX_AMOUNT:
        raise ValueError(f"{kept[:40]!r} is no amount")
    return found


def _quantity(cell: float) -> Decimal | None:
    try:
        return Decimal(repr(cell)).quantize(CENT)
    except InvalidOperation:
        return None


def _written(kept: str) -> Decimal | None:
    bracketed = _BRACKETED.fullmatch(kept)
    found = parse_amount(bracketed[1] if bracketed else kept)
    return -found if found is not None and bracketed else found


def day(cell: Cell) -> date | None:
    """A day; None for nothing. Raise ValueError for anything else."""
    if isinstance(cell, float):
        if int(cell) in _DAYS:
            return _DAY_ZERO + timedelta(int(cell))
        return _day(str(int(cell)))
    kept = text(cell)
    return _day(kept) if kept else None


def _day(written: str) -> date:
    met = _DAY.fullmatch(written) or _DAY_IN_DIGITS.fullmatch(written)
    if met is None:
        raise ValueError(f"{written[:40]!r} is no day")
    return date(*map(int, met.groups()))
