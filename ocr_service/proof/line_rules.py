"""Rules over the lines of the table."""

from collections.abc import Callable, Iterable
from decimal import ROUND_HALF_UP, Decimal

from models.invoice import LineItem
from models.money import CENT, format_amount
from ocr_service.proof.case import NOT_APPLICABLE, Case, Finding, number
from ocr_service.proof.rates import DOCUMENT_TAX_TOLERANCE, LINE_TAX_TOLERANCE, rate_exists, read_rate

_MARGIN_TAXED = "差额征税"
"""Printed in the remarks where only the margin is taxed: tax is then no rate of the amount."""


def line_amounts(case: Case) -> Finding:
    """Quantity x unit price is the amount."""
    return _worst(case.items, amount_finding)


def line_taxes(case: Case) -> Finding:
    """Amount x rate is the tax."""
    return NOT_APPLICABLE if _is_margin_taxed(case) else _worst(case.items, tax_finding)


def document_tax(case: Case) -> Finding:
    """The tax is that of all lines at their rates."""
    rates, amounts = [read_rate(item.tax_rate) for item in case.items], [number(item.amount) for item in case.items]
    if not case.items or case.amounts.printed_tax is None or _is_margin_taxed(case):
        return NOT_APPLICABLE
    expected = Decimal(0)
    for rate, amount in zip(rates, amounts, strict=True):
        if rate is None or amount is None:
            return NOT_APPLICABLE
        expected += amount * rate / 100
    printed = case.amounts.printed_tax
    return abs(expected - printed) <= DOCUMENT_TAX_TOLERANCE, format_amount(expected), format_amount(printed)


def rates_exist(case: Case) -> Finding:
    """Every rate existed on the day of issue."""
    issued = case.issue_date
    rates = [rate for item in case.items if (rate := read_rate(item.tax_rate)) is not None]
    if issued is None or not rates:
        return NOT_APPLICABLE
    unknown = [rate for rate in rates if not rate_exists(rate, issued)]
    return not unknown, f"a rate in force by {issued}", ", ".join(f"{rate}%" for rate in unknown or rates)


def _is_margin_taxed(case: Case) -> bool:
    return _MARGIN_TAXED in "".join((case.value("remarks") or "").split())


def _worst(items: Iterable[LineItem], finding: Callable[[LineItem], Finding]) -> Finding:
    """The first failing line, else the first that could be checked."""
    found = [finding(item) for item in items]
    checked = [entry for entry in found if entry[0] is not None]
    return next((entry for entry in checked if not entry[0]), checked[0] if checked else NOT_APPLICABLE)


def amount_finding(item: LineItem) -> Finding:
    """Whether quantity x price is the amount, to a cent and half a unit of the price's last printed decimal for each piece."""
    quantity, price, amount = (number(text) for text in (item.quantity, item.unit_price, item.amount))
    if quantity is None or price is None or amount is None:
        return NOT_APPLICABLE
    exponent = price.as_tuple().exponent
    rounding = abs(quantity) * Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0) / 2
    expected = quantity * price
    return abs(expected - amount) <= CENT + rounding, format_amount(expected), format_amount(amount)


def tax_finding(item: LineItem) -> Finding:
    """Whether amount x rate is the tax, to what issuing systems accept."""
    rate, amount, tax = read_rate(item.tax_rate), number(item.amount), number(item.tax_amount)
    if rate is None or amount is None or tax is None:
        return NOT_APPLICABLE
    expected = (amount * rate / 100).quantize(CENT, ROUND_HALF_UP)
    return abs(expected - tax) <= LINE_TAX_TOLERANCE, format_amount(expected), format_amount(tax)
