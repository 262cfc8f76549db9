"""What an answer claims to have found."""

from dataclasses import replace
from datetime import UTC, datetime

from models.clues import InvoiceSummary
from models.digest import Digest
from models.invoice import InvoiceKind
from models.remembered import Answer, Candidate, Comparison, Meaning, Memory, Remembered, RememberedWords
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
