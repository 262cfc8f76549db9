"""What an invoice's QR code says of its fields, and whether it is this invoice's code at all.

A code can be pasted over, or belong to the invoice that lies beneath. Its checksum proves only that it was decoded right; what it says is
held against the face before it may vouch for anything.
"""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

from rapidfuzz.distance import Levenshtein

from models.invoice import InvoiceKind, Witness
from models.qr_payload import QrPayload
from ocr_service.evidence import Candidate
from ocr_service.proof.offers import odds_of

_Candidates = Mapping[str, Sequence[Candidate]]

_OFFERED = 1e-3
"""Least odds at which a print may be what the code says: the engine saw it as an alternative, or the signs look alike."""

_TORN = 0.3
"""Share of its characters that a print of the wrong length may differ by and still be a torn print of the code's value."""


def qr_candidates(qr: QrPayload | None, kind: InvoiceKind) -> dict[str, Candidate]:
    """The code's word for each field that it carries, amounts left out: they are weighed as sums."""
    if qr is None:
        return {}
    said = {
        "invoice_code": qr.invoice_code if not kind.is_digital else "",
        "invoice_number": qr.invoice_number,
        "issue_date": qr.issue_date.isoformat() if qr.issue_date else "",
        "check_code": qr.check_code,
    }
    return {key: Candidate(value, "", 1.0, None, Witness.QR) for key, value in said.items() if value}


def belongs(qr: QrPayload, kind: InvoiceKind, candidates: _Candidates) -> bool:
    """Whether the code is this face's own.

    It is when its number is printed on the face, or can be what is printed there and nothing else contradicts. Where the print of
    the number says plainly something else, only a check code or date and amount together can still show that the number was
    taken from a wrong place; a code of another invoice may share its date, and always shares the region's digits.
    """
    said = qr_candidates(qr, kind)
    verdicts = {key: _holds(candidates.get(key, ()), word.value or "") for key, word in said.items()}
    amount = _amount_holds(qr, candidates)
    number = verdicts.get("invoice_number")
    if number == _SAME:
        return True
    agreeing = [key for key in ("invoice_code", "issue_date", "check_code") if verdicts.get(key) == _SAME]
    strong = "check_code" in agreeing or ("issue_date" in agreeing and amount is True)
    if strong or not _printed(candidates):
        return True
    contradicted = amount is False or any(verdicts.get(key) == _OTHER for key in said)
    # Every invoice of a pad has the same code, so that alone shows nothing.
    told = set(agreeing) - ({"invoice_code"} if number is None else set())
    return not contradicted and (bool(told) or amount is True)


_SAME, _NEAR, _OTHER = "same", "near", "other"


def _holds(found: Sequence[Candidate], value: str) -> str | None:
    """How the prints of one field stand to the code's word; None when there is no print."""
    prints = [candidate for candidate in found if candidate.witness is not Witness.QR]
    if not prints:
        return None
    if any(candidate.value == value for candidate in prints):
        return _SAME
    return _NEAR if any(is_misreading(candidate, value) for candidate in prints) else _OTHER


def is_misreading(printed: Candidate, value: str) -> bool:
    """Whether a print can be a misreading of a value: each differing character was offered, or characters were lost or added.

    What a person saw there is no misreading.
    """
    if printed.witness is Witness.PERSON:
        return False
    if printed.value is not None and len(printed.value) == len(value):
        return odds_of(printed, value) >= _OFFERED
    read = re.sub(r"\D", "", printed.raw) if printed.value is None else printed.value
    return Levenshtein.distance(read, value) <= _TORN * max(len(read), len(value))


def _amount_holds(qr: QrPayload, candidates: _Candidates) -> bool | None:
    keys = ("tax_exclusive_amount", "tax_inclusive_amount")
    printed = [Decimal(candidate.value) for key in keys for candidate in candidates.get(key, ()) if candidate.value is not None]
    return None if qr.amount is None or not printed else qr.amount in printed


def _printed(candidates: _Candidates) -> bool:
    """Whether the face shows anything that the code could be held against."""
    keys = ("invoice_code", "invoice_number", "issue_date", "check_code", "tax_exclusive_amount", "tax_inclusive_amount")
    return any(candidate.witness is not Witness.QR for key in keys for candidate in candidates.get(key, ()))
