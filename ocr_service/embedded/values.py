"""Values of invoice data as they go over the wire; what is not a value is left out rather than passed on."""

import re
import unicodedata
from datetime import date
from decimal import Decimal, InvalidOperation

from models.money import format_amount, parse_amount

_AMOUNTS = frozenset({"tax_exclusive_amount", "tax_amount", "tax_inclusive_amount", "fuel_surcharge"})
_CODES = frozenset(
    {"invoice_code", "invoice_number", "check_code", "machine_number", "buyer_tax_id", "seller_tax_id", "ticket_number", "vin"}
)
_NUMERIC = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?|[-+]?(?:s?nan\d*|inf(?:inity)?)", re.IGNORECASE)
_LONGEST_NUMBER = 40
"""Characters of a quantity, price or rate; what has more, or unfolds to more (`1e999999999`), is none."""
_DATE = re.compile(r"(\d{4})\s*[-/.年]?\s*(\d{1,2})\s*[-/.月]?\s*(\d{1,2})(?!\d{6,}\D)")
_FREE_OF_TAX = {"1": "免税", "2": "不征税", "3": "普通零税率"}
"""What FreeTaxMark says where the rate is zero (公告 of the e-invoice data standard; unverified)."""


def field_value(key: str, text: str) -> str | None:
    """The value of a field, None when the text is none: `***` where an amount is not stated, blanks, a date that is no day."""
    text = " ".join(text.split())
    if not text or set(text) <= set("*-—/ "):
        return None
    if key == "issue_date":
        return iso_date(text)
    if key in _AMOUNTS:
        amount = parse_amount(text)
        return None if amount is None else format_amount(amount)
    if key in _CODES:
        return "".join(unicodedata.normalize("NFKC", text).split()).upper()
    return text


def iso_date(text: str) -> str | None:
    """YYYY-MM-DD out of `2024年05月28日`, `2024-05-28 10:20:30`, `2024/5/28` or `20240528102030`."""
    compact = re.match(r"(\d{4})(\d{2})(\d{2})(?:\d{6}|\d{9})?$", text)
    found = compact or _DATE.match(text)
    if found is None:
        return None
    try:
        return date(*(int(part) for part in found.groups())).isoformat()
    except ValueError:
        return None


def plain_number(text: str) -> str | None:
    """A quantity or a price as it stands, without grouping or an exponent; None when it is no number."""
    text = "".join(text.split()).replace(",", "")
    number = _number(text)
    if number is None:
        return None
    return text if re.fullmatch(r"-?\d+(?:\.\d+)?", text) else f"{number:f}"


def tax_rate(text: str, free_mark: str = "") -> str | None:
    """`6%` out of `6%`, `13.00%`, `0.06` or `6`; the words of a rate that is none (免税) as they are; None for a blank."""
    text = "".join(text.split())
    if not text or set(text) <= {"*", "-"} or len(text) > _LONGEST_NUMBER:
        return None
    bare = text.removesuffix("%")
    number = _number(bare)
    if number is None:
        return None if _NUMERIC.fullmatch(bare) else text
    if number == 0 and free_mark in _FREE_OF_TAX:
        return _FREE_OF_TAX[free_mark]
    if not text.endswith("%") and abs(number) < 1:
        number *= 100
    return f"{number.normalize():f}%"


def _number(text: str) -> Decimal | None:
    """A finite number of no more characters than numbers of invoices have, however it is written; None for anything else."""
    if not 0 < len(text) <= _LONGEST_NUMBER:
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number.adjusted()) <= _LONGEST_NUMBER else None
