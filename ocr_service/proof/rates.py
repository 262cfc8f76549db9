"""Tax rates: how they are printed, since when each exists, and how exactly a tax follows from one."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from models.invoice import LineItem
from models.money import CENT, parse_amount

FIRST_INVOICE = date(1994, 1, 1)
"""VAT invoices exist since the tax reform of 1994."""

LINE_TAX_TOLERANCE = Decimal("0.06")
"""How far a line's tax may be from amount x rate, in yuan; issuing systems accept that much."""

DOCUMENT_TAX_TOLERANCE = Decimal("1.27")
"""How far all lines' tax together may be from amount x rate, in yuan."""

RATES_SINCE: Mapping[str, date] = {
    **{"17": FIRST_INVOICE, "13": FIRST_INVOICE, "6": FIRST_INVOICE, "4": FIRST_INVOICE, "3": FIRST_INVOICE, "2": FIRST_INVOICE},
    **{"0": FIRST_INVOICE, "5": FIRST_INVOICE, "1.5": FIRST_INVOICE, "11": date(2012, 1, 1)},
    **{"16": date(2018, 5, 1), "10": date(2018, 5, 1), "9": date(2019, 4, 1), "1": date(2020, 3, 1), "0.5": date(2020, 5, 1)},
}
"""Rates in per cent and the day from which each can stand on an invoice (财税〔2018〕32号, 公告2019年第39号, 公告2020年第13号).

A rate that was abolished may still stand on a later invoice, made out for a sale of its time; one that did not exist yet may not.
"""


def read_rate(text: str | None) -> Decimal | None:
    """A printed rate in per cent; None for 免税, 不征税, *** and what is no rate."""
    return None if text is None or not text.endswith("%") else parse_amount(text[:-1])


def rate_exists(rate: Decimal, issued: date) -> bool:
    """Whether an invoice of that day can bear the rate (in per cent)."""
    return RATES_SINCE.get(str(rate.normalize() + 0), date.max) <= issued


def the_rate(items: Sequence[LineItem]) -> Decimal | None:
    """The rate that all lines share, in per cent; None when they differ, or when one has none."""
    rates = {read_rate(item.tax_rate) for item in items}
    return rates.pop() if len(rates) == 1 else None


def tax_fits_rate(net: Decimal, tax: Decimal, rate: Decimal, tolerance: Decimal = DOCUMENT_TAX_TOLERANCE) -> bool:
    """Whether a tax is the rate (in per cent) of an amount, to a tolerance in yuan."""
    return abs(net * rate / 100 - tax) <= tolerance


def fitting_rates(net: Decimal, tax: Decimal, issued: date | None) -> tuple[Decimal, ...]:
    """The rates in per cent of which a tax is exactly that of an amount, to the cent; for forms that print net and tax of one sale."""
    known = [Decimal(rate) for rate in RATES_SINCE]
    exact = [rate for rate in known if abs((net * rate / 100).quantize(CENT, ROUND_HALF_UP) - tax) <= CENT]
    return tuple(rate for rate in exact if issued is None or rate_exists(rate, issued))
