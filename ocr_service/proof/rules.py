"""The rules that an invoice as a whole is held against; each gives one Check, not applicable where something it needs is missing."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from models.identifiers import InvoiceCode, digital_number_is_plausible, taxpayer_id_holds
from models.invoice import FieldStatus, InvoiceField, InvoiceKind, LineItem
from models.money import CENT, format_amount, parse_amount
from models.qr_payload import QrPayload
from models.verification import Check, Outcome
from ocr_service.proof.amounts import NET, TAX, TOTAL, WORDS, Amounts

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


@dataclass(frozen=True, slots=True)
class Case:
    """Everything that the rules look at; `today` bounds the date of issue."""

    kind: InvoiceKind
    kind_votes: Mapping[str, InvoiceKind]
    fields: Mapping[str, InvoiceField]
    items: Sequence[LineItem]
    amounts: Amounts
    qr: QrPayload | None
    today: date

    def value(self, key: str) -> str | None:
        """A field's value, None when absent or unreadable."""
        field = self.fields.get(key)
        return None if field is None else field.value

    @property
    def issue_date(self) -> date | None:
        """The date of issue, None when unknown."""
        text = self.value("issue_date")
        return None if text is None else date.fromisoformat(text)


Verdictless = tuple[bool | None, str | None, str | None]
"""Whether a rule holds (None: not applicable), what was expected, what was found."""


def run_checks(case: Case) -> tuple[Check, ...]:
    """Hold every rule against the case, always all of them and in this order."""
    return tuple(_check(rule, fields, finding(case)) for rule, fields, finding in _RULES)


def _check(rule: str, fields: tuple[str, ...], found: Verdictless) -> Check:
    holds, expected, actual = found
    outcome = Outcome.NOT_APPLICABLE if holds is None else Outcome.PASS if holds else Outcome.FAIL
    return Check(rule, outcome, fields, expected if holds is not None else None, actual if holds is not None else None)


def _equal(expected: Decimal | None, actual: Decimal | None) -> Verdictless:
    if expected is None or actual is None:
        return None, None, None
    return expected == actual, format_amount(expected), format_amount(actual)


def _kinds_agree(case: Case) -> Verdictless:
    votes = {kind for kind in case.kind_votes.values() if case.kind not in _PARTICULAR_FORMS.get(kind, ())}
    if len(case.kind_votes) < 2:
        return None, None, None
    return votes <= {case.kind}, case.kind.value, ", ".join(f"{who} {kind.value}" for who, kind in case.kind_votes.items())


_PARTICULAR_FORMS: Mapping[InvoiceKind, frozenset[InvoiceKind]] = {
    InvoiceKind.VAT_SPECIAL: frozenset({InvoiceKind.VAT_ELECTRONIC_SPECIAL, InvoiceKind.DIGITAL_SPECIAL}),
    InvoiceKind.VAT_GENERAL: frozenset(
        {InvoiceKind.VAT_ELECTRONIC_GENERAL, InvoiceKind.DIGITAL_GENERAL, InvoiceKind.TOLL_ELECTRONIC, InvoiceKind.VAT_ROLL}
    ),
    InvoiceKind.VAT_ELECTRONIC_GENERAL: frozenset({InvoiceKind.TOLL_ELECTRONIC}),
}
"""A vote for the plain form does not contradict a particular one: where a title lost a character or two, that is what is left of it."""


def _qr_checksum(case: Case) -> Verdictless:
    holds = None if case.qr is None else case.qr.crc_holds
    return holds, "checksum of its content", None if case.qr is None else case.qr.crc


def _no_conflict(*keys: str) -> Callable[[Case], Verdictless]:
    """Witnesses of one field agree; not applicable with fewer than two."""

    def finding(case: Case) -> Verdictless:
        fields = [case.fields[key] for key in keys if key in case.fields]
        weighed = [field for field in fields if len(field.witnesses) > 1 or field.alternatives]
        if not weighed:
            return None, None, None
        field = next((field for field in weighed if field.status is FieldStatus.CONFLICT), weighed[0])
        holds = field.status is not FieldStatus.CONFLICT
        return holds, field.value, ", ".join(field.alternatives) if not holds else field.value

    return finding


def _code_region(case: Case) -> Verdictless:
    code = InvoiceCode.explain(case.value("invoice_code") or "")
    if code is None or not code.is_national:
        return None, None, None
    return code.region_is_known, "a tax region", code.region


def _code_year(case: Case) -> Verdictless:
    code, issued = InvoiceCode.explain(case.value("invoice_code") or ""), case.issue_date
    if code is None or code.year is None or issued is None:
        return None, None, None
    return code.year <= issued.year, f"{issued.year} or before", str(code.year)


def _digital_number(case: Case) -> Verdictless:
    number = case.value("invoice_number")
    if not case.kind.is_digital or number is None:
        return None, None, None
    return digital_number_is_plausible(number, case.issue_date), "year of issue and region in the first four digits", number


def _date_plausible(case: Case) -> Verdictless:
    issued = case.issue_date
    if issued is None:
        return None, None, None
    return FIRST_INVOICE <= issued <= case.today, f"{FIRST_INVOICE} to {case.today}", issued.isoformat()


def _taxpayer_id(key: str) -> Callable[[Case], Verdictless]:
    def finding(case: Case) -> Verdictless:
        value = case.value(key)
        return (None if value is None else taxpayer_id_holds(value)), "check characters of GB 32100 / GB 11714", value

    return finding


def _total_is_sum(case: Case) -> Verdictless:
    amounts = case.amounts
    if amounts.printed_net is None or amounts.tax_or_zero is None:
        return None, None, None
    return _equal(amounts.printed_net + amounts.tax_or_zero, amounts.printed_total)


def _words_match(case: Case) -> Verdictless:
    return _equal(case.amounts.words, case.amounts.printed_total)


def _qr_amount(case: Case) -> Verdictless:
    amounts = case.amounts
    if amounts.qr_total is not None:
        return _equal(amounts.qr_total, amounts.printed_total)
    return _equal(amounts.qr_net, amounts.printed_net)


def _line_amounts(case: Case) -> Verdictless:
    return _worst_line(case.items, _line_amount)


def _line_taxes(case: Case) -> Verdictless:
    return _worst_line(case.items, _line_tax)


def _worst_line(items: Iterable[LineItem], finding: Callable[[LineItem], Verdictless]) -> Verdictless:
    """The first failing line, else the first that could be checked."""
    found = [finding(item) for item in items]
    checked = [entry for entry in found if entry[0] is not None]
    return next((entry for entry in checked if not entry[0]), checked[0] if checked else (None, None, None))


def _line_amount(item: LineItem) -> Verdictless:
    """Quantity x unit price, to a cent and half a unit of the price's last printed decimal for each piece."""
    quantity, price, amount = (_number(text) for text in (item.quantity, item.unit_price, item.amount))
    if quantity is None or price is None or amount is None:
        return None, None, None
    exponent = price.as_tuple().exponent
    rounding = abs(quantity) * Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0) / 2
    expected = quantity * price
    return abs(expected - amount) <= CENT + rounding, format_amount(expected), format_amount(amount)


def _line_tax(item: LineItem) -> Verdictless:
    rate, amount, tax = read_rate(item.tax_rate), _number(item.amount), _number(item.tax_amount)
    if rate is None or amount is None or tax is None:
        return None, None, None
    expected = (amount * rate / 100).quantize(CENT, ROUND_HALF_UP)
    return abs(expected - tax) <= LINE_TAX_TOLERANCE, format_amount(expected), format_amount(tax)


def _document_tax(case: Case) -> Verdictless:
    rates, amounts = [read_rate(item.tax_rate) for item in case.items], [_number(item.amount) for item in case.items]
    if not case.items or case.amounts.printed_tax is None:
        return None, None, None
    expected = Decimal(0)
    for rate, amount in zip(rates, amounts, strict=True):
        if rate is None or amount is None:
            return None, None, None
        expected += amount * rate / 100
    printed = case.amounts.printed_tax
    return abs(expected - printed) <= DOCUMENT_TAX_TOLERANCE, format_amount(expected), format_amount(printed)


def _rates_exist(case: Case) -> Verdictless:
    issued = case.issue_date
    rates = [rate for item in case.items if (rate := read_rate(item.tax_rate)) is not None]
    if issued is None or not rates:
        return None, None, None
    unknown = [rate for rate in rates if RATES_SINCE.get(str(rate.normalize() + 0), date.max) > issued]
    return not unknown, f"a rate in force by {issued}", ", ".join(f"{rate}%" for rate in unknown or rates)


def read_rate(text: str | None) -> Decimal | None:
    """A printed rate in per cent; None for 免税, 不征税, *** and what is no rate."""
    return None if text is None or not text.endswith("%") else parse_amount(text[:-1])


def _number(text: str | None) -> Decimal | None:
    return None if text is None else parse_amount(text)


def _lines_net(case: Case) -> Verdictless:
    return _equal(case.amounts.lines_net, case.amounts.printed_net)


def _lines_tax(case: Case) -> Verdictless:
    return _equal(case.amounts.lines_tax, case.amounts.printed_tax)


_RULES: tuple[tuple[str, tuple[str, ...], Callable[[Case], Verdictless]], ...] = (
    ("kind_witnesses_agree", (), _kinds_agree),
    ("qr_checksum", (), _qr_checksum),
    ("code_witnesses_agree", ("invoice_code",), _no_conflict("invoice_code")),
    ("number_witnesses_agree", ("invoice_number",), _no_conflict("invoice_number")),
    ("date_witnesses_agree", ("issue_date",), _no_conflict("issue_date")),
    ("check_code_witnesses_agree", ("check_code",), _no_conflict("check_code")),
    ("code_region_is_known", ("invoice_code",), _code_region),
    ("code_year_is_not_after_issue", ("invoice_code", "issue_date"), _code_year),
    ("digital_number_is_plausible", ("invoice_number", "issue_date"), _digital_number),
    ("issue_date_is_plausible", ("issue_date",), _date_plausible),
    ("buyer_tax_id_check_digits", ("buyer_tax_id",), _taxpayer_id("buyer_tax_id")),
    ("seller_tax_id_check_digits", ("seller_tax_id",), _taxpayer_id("seller_tax_id")),
    ("total_is_amount_plus_tax", (NET, TAX, TOTAL), _total_is_sum),
    ("total_matches_words", (TOTAL, WORDS), _words_match),
    ("amount_matches_qr", (NET, TOTAL), _qr_amount),
    ("lines_sum_to_amount", (NET,), _lines_net),
    ("lines_sum_to_tax", (TAX,), _lines_tax),
    ("line_amount_is_quantity_times_price", (), _line_amounts),
    ("line_tax_is_amount_times_rate", (), _line_taxes),
    ("tax_is_amounts_times_rates", (TAX,), _document_tax),
    ("tax_rates_exist", ("issue_date",), _rates_exist),
)

RULE_NAMES: tuple[str, ...] = tuple(rule for rule, _, _ in _RULES)
"""Every rule, in the order in which checks are listed."""
