"""What piaogen find says to a sentence, for people and for scripts."""

from dataclasses import replace
from datetime import UTC, date, datetime

from models.archive import DocumentState, Received
from models.catalogue import CatalogueDocument, UnreadScans
from models.clues import InvoiceSummary
from models.digest import Digest
from models.document import DocumentRef, MediaType
from models.invoice import InvoiceKind
from models.remembered import Answer, Candidate, Comparison
from models.verification import Verdict
from ocr_service.recall_report import describe_recalled, encode_recalled
from ocr_service.recalling import Recalled
from ocr_service.understanding.sentence import Circumstances, understand

_MEMORY = understand("去年三月 尾号3828", Circumstances(date(2026, 11, 30)))
_SUMMARY = InvoiceSummary(
    id="a-1", document=Digest.of(b"a"), file_name="a.jpg", received_at=datetime(2025, 4, 1, tzinfo=UTC), page=1, kind=InvoiceKind.TAXI,
    title="", verdict=Verdict.ACCEPTED, code=None, number="11113829", issue_date=date(2025, 3, 5), seller_name=None, seller_tax_id=None,
    buyer_name=None, buyer_tax_id=None, total=None,
)  # fmt: skip
_SCAN = CatalogueDocument(
    Received(DocumentRef(Digest.of(b"b"), "b.jpg", MediaType.JPEG, 1, 1), datetime(2025, 4, 2, tzinfo=UTC), "cli"),
    DocumentState.UNREAD,
    0,
    None,
)


def _recalled(number: str) -> Recalled:
    days, said = _MEMORY
    comparisons = (
        Comparison(days, days.clue, "within", 3.0, "2025-03-05", "issue_date"),
        Comparison(said, said.clue, number, -3.0, "11113829", "invoice_number"),
    )
    return Recalled(_MEMORY, Answer((Candidate(_SUMMARY, 0.8123456, comparisons, ("b-1",)),), 0.1), UnreadScans(1, (_SCAN,)), _MEMORY)


def test_a_hit_is_one_document_with_what_was_understood() -> None:
    [hit] = encode_recalled(_recalled("tail"))

    assert (hit["id"], hit["score"], hit["copies"], hit["missed"]) == ("a-1", 0.8123, ["b-1"], [])
    assert [(one["clue"], one["how"], one["value"], one["words"]) for one in hit["reasons"]] == [
        ("date", "within", "2025-03-05", "去年三月"),
        ("number", "tail", "11113829", "尾号3828"),
    ]
    assert [(one["words"], one["clue"], one["value"]) for one in hit["understood"]] == [
        ("去年三月", "date", "2025-03-01..2025-03-31"),
        ("尾号3828", "number", "*3828"),
    ]


def test_without_a_hit_one_document_says_what_comes_nearest() -> None:
    [no] = encode_recalled(_recalled("missed"))

    assert (no["hits"], no["unread_nearby"], no["not_in_archive"]) == ([], 1, 0.1)
    assert [(one["clue"], one["value"]) for one in no["nearest"][0]["missed"]] == [("number", "11113829")]
    assert [one["clue"] for one in no["nearest"][0]["reasons"]] == ["date"]


def test_what_only_a_slip_would_explain_is_told_as_what_the_nearest_misses() -> None:
    slipped = _recalled("wrong_digit")
    [candidate] = slipped.answer.candidates
    [no] = encode_recalled(replace(slipped, answer=Answer((replace(candidate, probability=0.4),), 0.6)))
    [claimed] = encode_recalled(slipped)

    assert [(one["how"], one["value"]) for one in no["nearest"][0]["missed"]] == [("wrong_digit", "11113829")]
    assert (claimed["missed"], [one["how"] for one in claimed["reasons"]]) == ([], ["within", "wrong_digit"])
    assert "≈ 尾号3828: wrong digit 11113829" in "\n".join(describe_recalled(slipped))


def test_what_bears_out_less_than_half_is_not_near() -> None:
    none = _recalled("missed")
    [candidate] = none.answer.candidates
    unmet = tuple(replace(comparison, level="absent") for comparison in candidate.comparisons)
    far = replace(none, answer=Answer((replace(candidate, comparisons=unmet),), 0.9))

    assert (far.hits, far.nearest) == ((), ())


def test_people_read_what_was_understood_met_and_missed() -> None:
    told = "\n".join(describe_recalled(_recalled("missed")))

    assert "「去年三月」date=2025-03-01..2025-03-31" in told
    assert "✓ 去年三月: within 2025-03-05; ✗ 尾号3828: missed 11113829" in told
    assert "none bears out everything" in told
    assert "1 份扫描件尚未识别" in told
    met = "\n".join(describe_recalled(replace(_recalled("tail"), unread_nearby=UnreadScans(0, ()))))
    assert "none bears out everything" not in met
