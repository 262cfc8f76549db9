"""The rules that an invoice as a whole is held against; each gives one Check, not applicable where something it needs is missing."""

from models.verification import Check, Outcome
from models.vin import vin_check_digit_holds
from ocr_service.proof.amount_rules import (
    fare_fits_mileage,
    lines_net,
    lines_tax,
    one_tax_rate,
    qr_amount,
    red_is_negative,
    total_is_sum,
    words_match,
)
from ocr_service.proof.amounts import NET, TAX, TOTAL, WORDS
from ocr_service.proof.case import NOT_APPLICABLE, Case, Finding, Rule
from ocr_service.proof.identity_rules import (
    COMPARED,
    code_region,
    code_series,
    code_year,
    date_plausible,
    digital_number,
    face_is_whole,
    face_matches_data,
    file_whole,
    kinds_agree,
    no_conflict,
    not_cancelled,
    qr_checksum,
    qr_is_own,
    taxpayer_id,
)
from ocr_service.proof.line_rules import document_tax, line_amounts, line_taxes, rates_exist


def run_checks(case: Case) -> tuple[Check, ...]:
    """Hold every rule against the case, always all of them and in this order; one that is a mere hint warns instead of failing."""
    return tuple(_check(rule, fields, finding(case)) for rule, fields, finding in _RULES)


def _check(rule: str, fields: tuple[str, ...], found: Finding) -> Check:
    holds, expected, actual = found
    if holds is None:
        return Check(rule, Outcome.NOT_APPLICABLE, fields, expected, actual)
    broken = Outcome.WARNING if rule in _HINTS else Outcome.FAIL
    return Check(rule, Outcome.PASS if holds else broken, fields, expected, actual)


def _vin(case: Case) -> Finding:
    value = case.value("vin")
    holds = None if value is None else vin_check_digit_holds(value)
    return NOT_APPLICABLE if holds is None else (holds, "check digit of GB 16735", value)


_RULES: tuple[tuple[str, tuple[str, ...], Rule], ...] = (
    ("file_holds_what_it_lists", (), file_whole),
    ("kind_witnesses_agree", (), kinds_agree),
    ("face_is_whole", (), face_is_whole),
    ("face_is_not_cancelled", (), not_cancelled),
    ("qr_checksum", (), qr_checksum),
    ("qr_is_of_this_invoice", ("invoice_code", "invoice_number"), qr_is_own),
    ("face_matches_embedded_data", COMPARED, face_matches_data),
    ("code_witnesses_agree", ("invoice_code",), no_conflict("invoice_code")),
    ("number_witnesses_agree", ("invoice_number",), no_conflict("invoice_number")),
    ("ticket_number_witnesses_agree", ("ticket_number",), no_conflict("ticket_number")),
    ("date_witnesses_agree", ("issue_date",), no_conflict("issue_date")),
    ("check_code_witnesses_agree", ("check_code",), no_conflict("check_code")),
    ("code_region_is_known", ("invoice_code",), code_region),
    ("code_series_fits_kind", ("invoice_code",), code_series),
    ("code_year_is_not_after_issue", ("invoice_code", "issue_date"), code_year),
    ("digital_number_is_plausible", ("invoice_number", "issue_date"), digital_number),
    ("issue_date_is_plausible", ("issue_date",), date_plausible),
    ("buyer_tax_id_check_digits", ("buyer_tax_id",), taxpayer_id("buyer_tax_id")),
    ("seller_tax_id_check_digits", ("seller_tax_id",), taxpayer_id("seller_tax_id")),
    ("total_is_amount_plus_tax", (NET, TAX, TOTAL), total_is_sum),
    ("total_matches_words", (TOTAL, WORDS), words_match),
    ("amount_matches_qr", (NET, TOTAL), qr_amount),
    ("lines_sum_to_amount", (NET,), lines_net),
    ("lines_sum_to_tax", (TAX,), lines_tax),
    ("line_amount_is_quantity_times_price", (), line_amounts),
    ("line_tax_is_amount_times_rate", (), line_taxes),
    ("tax_is_amounts_times_rates", (TAX,), document_tax),
    ("tax_is_a_rate_of_the_amount", (NET, TAX), one_tax_rate),
    ("tax_rates_exist", ("issue_date",), rates_exist),
    ("red_invoice_is_negative", (TOTAL, "remarks"), red_is_negative),
    ("fare_fits_mileage", (TOTAL, "unit_price", "mileage"), fare_fits_mileage),
    ("vin_check_digit", ("vin",), _vin),
)

_HINTS = frozenset({"red_invoice_is_negative", "fare_fits_mileage", "vin_check_digit"})
"""Rules that other countries, other tariffs and other habits of writing may break on a sound invoice."""

RULE_NAMES: tuple[str, ...] = tuple(rule for rule, _, _ in _RULES)
"""Every rule, in the order in which checks are listed."""
