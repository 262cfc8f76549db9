"""What proof says: checks and verdicts."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Outcome(StrEnum):
    """A check that cannot run is not applicable; it never passes. A warning is a hint that does not hold: worth a look, no failure."""

    PASS = "pass"
    FAIL = "fail"
    WARNING = "warning"
    NOT_APPLICABLE = "not_applicable"


class Verdict(StrEnum):
    """What becomes of an invoice.

    accepted: identity, date, total and the seller's taxpayer id, as far as its kind has them, are proved and no check failed; confirmed:
    nothing is left open, but some of it on a person's word; unread: no invoice was found; else needs_review.
    """

    ACCEPTED = "accepted"
    CONFIRMED = "confirmed"
    NEEDS_REVIEW = "needs_review"
    UNREAD = "unread"


@dataclass(frozen=True, slots=True)
class Override:
    """Who took a failed check upon themselves, when (UTC) and why."""

    by: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Check:
    """One rule held against one invoice; `expected` and `actual` are printable values; of a check that is not applicable a note, or None.

    A failed check stays one for ever; `override` says that a person accepted just this finding.
    """

    rule: str
    outcome: Outcome
    fields: tuple[str, ...]
    expected: str | None = None
    actual: str | None = None
    override: Override | None = None
