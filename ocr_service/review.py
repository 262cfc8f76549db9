"""What a person is asked about an invoice, and why."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from models.invoice import FieldStatus, Invoice
from models.verification import Check, Outcome, Verdict
from ocr_service.proof.proving import needed_fields
from ocr_service.proof.verdict import unproved

_DOUBTFUL = (FieldStatus.CONFLICT, FieldStatus.UNREADABLE)


class Why(StrEnum):
    """Reasons to ask.

    `other_scan_differs`: another scan of the same invoice has another total, date or party. `check_failed`: a rule does not hold.
    `conflict`: witnesses contradict each other. `unreadable`: something is printed that nobody could read. `unproved`: only one
    witness says so, and more are needed. `missing`: such an invoice has this field, and it was not found.
    """

    OTHER_SCAN_DIFFERS = "other_scan_differs"
    CHECK_FAILED = "check_failed"
    CONFLICT = "conflict"
    UNREADABLE = "unreadable"
    UNPROVED = "unproved"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Question:
    """One thing to look at: a field (`key`), with what was read and what else it may be, or a rule (`check`)."""

    why: Why
    key: str | None = None
    value: str | None = None
    alternatives: tuple[str, ...] = ()
    check: Check | None = None


def questions(invoice: Invoice, *, contradicted: bool = False) -> tuple[Question, ...]:
    """Everything to ask, the gravest first; nothing when witnesses or people settled it and no other scan of it contradicts it."""
    return tuple(_asked(invoice, contradicted))


def _asked(invoice: Invoice, contradicted: bool) -> Iterator[Question]:
    if contradicted:
        yield Question(Why.OTHER_SCAN_DIFFERS)
    if invoice.verdict in {Verdict.ACCEPTED, Verdict.CONFIRMED}:
        return
    for check in invoice.checks:
        if check.outcome is Outcome.FAIL and check.override is None:
            yield Question(Why.CHECK_FAILED, check=check)
    needed = unproved(needed_fields(invoice.kind), invoice.fields)
    others = [key for key, field in invoice.fields.items() if field.status in _DOUBTFUL and key not in needed]
    for key in (*needed, *others):
        yield _about(invoice, key)


def _about(invoice: Invoice, key: str) -> Question:
    field = invoice.fields.get(key)
    if field is None:
        return Question(Why.MISSING, key)
    why = {FieldStatus.CONFLICT: Why.CONFLICT, FieldStatus.UNREADABLE: Why.UNREADABLE}.get(field.status, Why.UNPROVED)
    return Question(why, key, field.value, field.alternatives)
