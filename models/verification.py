"""What proof says: checks and verdicts."""

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """A check that cannot run is not applicable; it never passes. A warning is a hint that does not hold: worth a look, no failure."""

    PASS = "pass"
    FAIL = "fail"
    WARNING = "warning"
    NOT_APPLICABLE = "not_applicable"


class Verdict(StrEnum):
    """What becomes of an invoice.

    accepted: identity, date, total and the seller's taxpayer id, as far as its kind has them, are proved and no check failed; unread: no
    invoice was found; else needs_review.
    """

    ACCEPTED = "accepted"
    NEEDS_REVIEW = "needs_review"
    UNREAD = "unread"


@dataclass(frozen=True, slots=True)
class Check:
    """One rule held against one invoice; `expected` and `actual` are printable values, None when not applicable."""

    rule: str
    outcome: Outcome
    fields: tuple[str, ...]
    expected: str | None = None
    actual: str | None = None
