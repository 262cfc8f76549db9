"""Rules over the amounts of a whole invoice."""

from decimal import Decimal

from models.invoice import InvoiceKind
from models.money import format_amount
from ocr_service.proof.amounts import NET, TAX, TOTAL
from ocr_service.proof.case import NOT_APPLICABLE, Case, Finding, equal
from ocr_service.proof.rates import fitting_rates

RED_MARKS = ("红字", "红冲", "销项负数", "对应正数发票")
"""What the remarks of a red invoice say of the one that it takes back."""

_ONE_SALE = frozenset({InvoiceKind.MOTOR_VEHICLE})
"""Kinds that print net and tax of one sale at one rate, without lines."""

_WITH_LINES = frozenset(
    {
        *(InvoiceKind.VAT_SPECIAL, InvoiceKind.VAT_GENERAL, InvoiceKind.VAT_ELECTRONIC_SPECIAL, InvoiceKind.VAT_ELECTRONIC_GENERAL),
        *(InvoiceKind.VAT_ROLL, InvoiceKind.TOLL_ELECTRONIC, InvoiceKind.DIGITAL_SPECIAL, InvoiceKind.DIGITAL_GENERAL),
    }
)
"""Kinds whose form has a table of lines, at least one of which is filled in."""

_LEAST_FARE, _MOST_FARE = Decimal("0.6"), Decimal(3)
_FLAG_FALL = Decimal(60)
"""Fares start with a lump and have their surcharges for night, waiting and return; in yuan. A hint, no tariff."""


def total_is_sum(case: Case) -> Finding:
    """价税合计 = 合计金额 + 合计税额, to the cent."""
    amounts = case.amounts
    if amounts.printed_net is None or amounts.tax_or_zero is None:
        return NOT_APPLICABLE
    return equal(amounts.printed_net + amounts.tax_or_zero, amounts.printed_total)


def words_match(case: Case) -> Finding:
    """The total in words is the total in digits."""
    return equal(case.amounts.words, _or_settled(case.amounts.printed_total, case, TOTAL))


def qr_amount(case: Case) -> Finding:
    """The QR code's amount is the total, or the amount without tax for the kinds whose code carries that."""
    amounts = case.amounts
    if amounts.qr_total is not None:
        return equal(amounts.qr_total, _or_settled(amounts.printed_total, case, TOTAL))
    return equal(amounts.qr_net, _or_settled(amounts.printed_net, case, NET))


def _or_settled(printed: Decimal | None, case: Case, key: str) -> Decimal | None:
    """The printed amount; where no digit of it was read, what the other witnesses made of it, which one more may contradict."""
    return case.amount(key) if printed is None else printed


def lines_net(case: Case) -> Finding:
    """The lines add up to the amount. A sum that is not there, of a kind that has lines, is not that amount: rows were lost."""
    amounts = case.amounts
    whole = amounts.printed_total if amounts.lines_are_gross else amounts.printed_net
    if amounts.lines_net is None and whole is not None and case.kind in _WITH_LINES:
        return False, format_amount(whole), "a line without an amount" if case.items else "no line"
    return equal(amounts.lines_net, amounts.printed_net)


def lines_tax(case: Case) -> Finding:
    """The lines' taxes add up to the tax."""
    return equal(case.amounts.lines_tax, case.amounts.printed_tax)


def red_is_negative(case: Case) -> Finding:
    """An invoice whose remarks take another back has a negative total, and no other has."""
    total, remarks = case.amount(TOTAL), case.value("remarks") or ""
    marked = any(mark in remarks for mark in RED_MARKS) or "负数" in (case.value("tax_inclusive_amount_in_words") or "")
    if total is None or not (marked or total < 0):
        return NOT_APPLICABLE
    return total < 0 and marked, "negative and marked as red", f"{total}, {'marked' if marked else 'not marked'}"


def one_tax_rate(case: Case) -> Finding:
    """Where one sale is taxed at one rate, the tax is a rate in force of the amount, to the cent."""
    net, tax = case.amount(NET), case.amount(TAX)
    if case.kind not in _ONE_SALE or not net or not tax:
        return NOT_APPLICABLE
    rates = fitting_rates(net, tax, case.issue_date)
    shown = f"{(tax / net * 100).quantize(Decimal('0.01'))}%"
    return bool(rates), "a rate in force", f"{rates[0].normalize():f}%" if rates else shown


def fare_fits_mileage(case: Case) -> Finding:
    """A taxi's fare is about its mileage at its price per kilometre, with a flag fall."""
    fare, price, mileage = (case.amount(key) for key in (TOTAL, "unit_price", "mileage"))
    if case.kind is not InvoiceKind.TAXI or fare is None or not price or not mileage:
        return NOT_APPLICABLE
    plain = price * mileage
    return _LEAST_FARE * plain <= fare <= _MOST_FARE * plain + _FLAG_FALL, f"about {plain.quantize(Decimal('0.01'))}", str(fare)
