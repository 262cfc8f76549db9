"""Amounts as people read them, everywhere in one notation: ¥1,234.50. What is typed and what programs read stays plain."""

from decimal import Decimal

from models.money import parse_amount

AMOUNT_FIELDS = frozenset({"tax_exclusive_amount", "tax_amount", "tax_inclusive_amount", "unit_price", "fuel_surcharge"})
"""Fields of an invoice that are amounts."""
AMOUNT_RULES = frozenset(
    {
        *("total_is_amount_plus_tax", "total_matches_words", "amount_matches_qr", "lines_sum_to_amount", "lines_sum_to_tax"),
        *("line_amount_is_quantity_times_price", "line_tax_is_amount_times_rate", "tax_is_amounts_times_rates"),
        *("red_invoice_is_negative", "fare_fits_mileage"),
    }
)
"""Rules that expect and find amounts."""
_CENTS = 2


def yuan(amount: Decimal | str | None) -> str:
    """An amount with its sign, groups of thousands and cents; a dash for none. A price may have more than cents, and a text that is no
    amount is shown as it is.
    """
    if amount is None or amount == "":
        return "—"
    known = parse_amount(amount) if isinstance(amount, str) else amount
    if known is None or not known.is_finite():
        return str(amount)
    exponent = known.normalize().as_tuple().exponent
    places = max(_CENTS, -exponent) if isinstance(exponent, int) else _CENTS
    sign = "-" if known < 0 else ""
    return f"{sign}¥{abs(known):,.{places}f}"


def of_field(value: str | None, key: str) -> str:
    """The value of a field: an amount as one, anything else as it is; empty for none."""
    if not value:
        return ""
    return yuan(value) if key in AMOUNT_FIELDS else value
