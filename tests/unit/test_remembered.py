"""What an answer claims to have found."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from models.clues import InvoiceSummary
from models.digest import Digest
from models.invoice import InvoiceKind
from models.remembered import (
    AmountCertainty,
    Answer,
    Candidate,
    Comparison,
    Meaning,
    Memory,
    Remembered,
    RememberedAmount,
    RememberedWords,
)
from models.verification import Verdict

_SAID = Remembered("酒店", (Meaning(RememberedWords("酒店"), 0.7), Meaning(RememberedWords("宾馆"), 0.3)))
_SUMMARY = InvoiceSummary(
    id="a-1", document=Digest.of(b"a"), file_name="a.jpg", received_at=datetime(2025, 1, 1, tzinfo=UTC), page=1, kind=InvoiceKind.OTHER,
    title="", verdict=Verdict.ACCEPTED, code=None, number=None, issue_date=None, seller_name=None, seller_tax_id=None, buyer_name=None,
    buyer_tax_id=None, total=None,
)  # fmt: skip


def _candidate(probability: float, *levels: str) -> Candidate:
    return Candidate(_SUMMARY, probability, tuple(Comparison(_SAID, _SAID.clue, level, 1.0) for level in levels))


def test_the_likeliest_meaning_is_the_clue() -> None:
    assert _SAID.clue == RememberedWords("酒店")
    assert list(Memory((_SAID,))) == [_SAID]


def test_only_a_likely_candidate_that_answers_everything_is_claimed() -> None:
    sure = _candidate(0.9, "exact", "about")
    assert Answer((sure,), absent=0.1).found is sure
    assert Answer((replace(sure, probability=0.49),), absent=0.5).found is None
    assert Answer((_candidate(0.9, "exact", "missed"),), absent=0.1).found is None
    assert Answer((_candidate(0.9, "exact", "absent"),), absent=0.1).found is None
    assert Answer((), absent=1.0).found is None


_EXACTLY, _ABOUT = (
    Remembered("1200", (Meaning(RememberedAmount(Decimal(1200), Decimal(1200), Decimal(1200), certainty)),))
    for certainty in (AmountCertainty.EXACT, AmountCertainty.ABOUT)
)


@pytest.mark.parametrize(
    ("thing", "level", "is_met", "is_slip"),
    [
        (_SAID, "exact", True, False),
        (_SAID, "homophone", True, False),
        (_SAID, "wrong_digit", True, True),
        (_SAID, "days_off", True, True),
        (_SAID, "wrong_month", False, False),
        (_SAID, "wrong_year", False, False),
        (_SAID, "missed", False, False),
        (_SAID, "absent", False, False),
        (_EXACTLY, "same_yuan", True, False),
        (_EXACTLY, "two_per_cent", False, False),
        (_EXACTLY, "ten_per_cent", False, False),
        (_ABOUT, "five_per_cent", True, False),
        (_ABOUT, "ten_per_cent", True, False),
        (_ABOUT, "twenty_per_cent", False, False),
    ],
)
def test_what_was_said_is_told_from_slips_and_from_something_else(thing: Remembered, level: str, is_met: bool, is_slip: bool) -> None:
    compared = Comparison(thing, thing.clue, level, 1.0)

    assert (compared.is_met, compared.is_slip, compared.is_as_said) == (is_met, is_slip, is_met and not is_slip)


def test_hits_say_everything_and_a_slip_is_one_only_in_what_is_claimed() -> None:
    said, slipped, other = _candidate(0.3, "exact", "tail"), _candidate(0.2, "exact", "wrong_digit"), _candidate(0.1, "exact", "wrong_year")

    assert Answer((said, slipped, other), absent=0.4).hits == (said,)
    assert Answer((slipped, other), absent=0.7).hits == ()
    assert Answer((slipped, other), absent=0.7).nearest == (slipped, other)
    claimed = replace(slipped, probability=0.6)
    assert Answer((claimed, said, other), absent=0.0).hits == (claimed, said)
    assert Answer((claimed, said, other), absent=0.0).nearest == ()


def test_what_says_half_of_it_or_something_rare_is_near() -> None:
    far, half = _candidate(0.1, "exact", "missed", "wrong_year"), _candidate(0.1, "exact", "missed")
    comparisons = (replace(far.comparisons[0], weight=9.0), *far.comparisons[1:])
    rare = replace(far, comparisons=comparisons)

    assert Answer((far, half, rare), absent=0.7).nearest == (half, rare)
