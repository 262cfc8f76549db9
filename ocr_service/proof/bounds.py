"""When an invoice can have been made out: not before its form was printed, not after its file came; and what another date may be."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from models.identifiers import InvoiceCode
from models.invoice import FieldStatus, InvoiceField, Witness
from models.verification import Check, Outcome
from ocr_service.evidence import Candidate
from ocr_service.kinds.values import a_date
from ocr_service.proof.offers import offers
from ocr_service.proof.rates import FIRST_INVOICE
from ocr_service.proof.verdict import TRUSTED

_OFFERED = 0.01
"""Least odds, against the reading, of a date that the engine can be said to have seen as well."""
_READ = frozenset({Witness.PRINTED, Witness.SECOND_PRINT, Witness.SECOND_READING})
_BY_A_PERSON = frozenset({FieldStatus.CORRECTED, FieldStatus.CONFIRMED})
_OWN_RULES = frozenset({"issue_date_is_plausible", "code_year_is_not_after_issue", "code_region_is_known", "digital_number_is_plausible"})
"""Rules of which a value is known to be wrong that breaks them, whatever else the invoice says."""


def with_date_in_bounds(
    fields: Mapping[str, InvoiceField], candidates: Mapping[str, Sequence[Candidate]], today: date
) -> dict[str, InvoiceField]:
    """The fields; a date of issue that cannot be is exchanged for the only one that can, where the engine saw that one as well.

    The bounds say nothing of month and day, and of the year that it is one of several: what they choose is a `conflict` with what was
    read, before a person, and never a proof. No character enters that the engine did not offer itself.
    """
    field, code = fields.get("issue_date"), fields.get("invoice_code")
    year = _year_of(code)
    if field is None or field.value is None or not set(field.witnesses) <= _READ or _fits(field.value, year, today):
        return dict(fields)
    told = [candidate for candidate in candidates.get("issue_date", ()) if candidate.witness in _READ and candidate.choices]
    seen = {offer.value for candidate in told for offer in offers(candidate, a_date) if offer.odds >= _OFFERED}
    fitting = [value for value in seen if _fits(value, year, today)]
    if len(fitting) != 1:
        return dict(fields)
    others = tuple(dict.fromkeys((field.value, *(other for other in field.alternatives if other != fitting[0]))))
    return {**fields, "issue_date": replace(field, value=fitting[0], status=FieldStatus.CONFLICT, alternatives=others)}


def with_broken_in_conflict(fields: Mapping[str, InvoiceField], checks: Sequence[Check]) -> dict[str, InvoiceField]:
    """The fields; a value that breaks a rule of its own is a `conflict` at most: of two, the one that nothing vouches for, else both."""
    result = dict(fields)
    for check in checks:
        if check.rule not in _OWN_RULES or check.outcome is not Outcome.FAIL:
            continue
        said = [key for key in check.fields if key in result and result[key].value is not None]
        blamed = [key for key in said if result[key].status not in TRUSTED] or said
        for key in blamed:
            if result[key].status not in _BY_A_PERSON:
                result[key] = replace(result[key], status=FieldStatus.CONFLICT)
    return result


def _year_of(code: InvoiceField | None) -> int | None:
    explained = None if code is None or code.value is None else InvoiceCode.explain(code.value)
    return None if explained is None else explained.year


def _fits(value: str, year: int | None, today: date) -> bool:
    issued = date.fromisoformat(value)
    return FIRST_INVOICE <= issued <= today and (year is None or year <= issued.year)
