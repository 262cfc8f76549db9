"""What becomes of an invoice: accepted, put before a person, or not found at all."""

from collections.abc import Iterable, Mapping, Sequence

from models.invoice import FieldStatus, InvoiceField, InvoiceKind
from models.verification import Check, Outcome, Verdict

TRUSTED = frozenset({FieldStatus.PROVED, FieldStatus.REPAIRED, FieldStatus.CORRECTED})
"""Statuses of fields that count as proved."""

_TELLING = frozenset({"invoice_code", "invoice_number", "ticket_number", "issue_date", "tax_inclusive_amount", "tax_exclusive_amount"})
"""A page that shows one of these is an invoice of some kind, be it unknown."""


def unproved(needed: Iterable[str], fields: Mapping[str, InvoiceField]) -> tuple[str, ...]:
    """Those of the needed fields that are absent or not trusted; a number of twenty digits needs no code beside it (公告2024年第11号)."""
    number = fields["invoice_number"].value if "invoice_number" in fields else None
    without_code = number is not None and len(number) == 20
    missing = tuple(key for key in needed if key not in fields or fields[key].status not in TRUSTED)
    return tuple(key for key in missing if not (key == "invoice_code" and key not in fields and without_code))


def verdict_of(kind: InvoiceKind, needed: Sequence[str], fields: Mapping[str, InvoiceField], checks: Iterable[Check]) -> Verdict:
    """Accepted when all that the kind needs (identity, date, total) is proved and no check failed; a warning is no failure.

    A page of no known kind is never accepted: nobody can say what it would need.
    """
    if kind is InvoiceKind.OTHER:
        return Verdict.NEEDS_REVIEW if _TELLING & set(fields) else Verdict.UNREAD
    failed = any(check.outcome is Outcome.FAIL for check in checks)
    return Verdict.NEEDS_REVIEW if failed or not needed or unproved(needed, fields) else Verdict.ACCEPTED
