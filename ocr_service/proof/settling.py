"""One field, several witnesses: what its value is and how far it may be trusted."""

from collections.abc import Iterable, Sequence

from rapidfuzz.distance import Levenshtein

from models.invoice import FieldStatus, InvoiceField, Witness
from ocr_service.evidence import Candidate

_MISREADING = 0.3
"""Share of characters that may differ when one print is taken for a misreading of a checksummed QR value, not for another value."""


def settle(candidates: Sequence[Candidate], page: int, *, crc_holds: bool = False) -> InvoiceField:
    """Weigh candidates of one field; they come in the order of trust and must not be empty.

    A QR value under a checksum that holds outweighs a print that nearly agrees (`repaired`); a print that plainly says
    something else contradicts it (`conflict`, the print is shown, the other is an alternative).
    """
    spoken = [candidate for candidate in candidates if candidate.value is not None]
    first = candidates[0]
    if not spoken:
        return _field(first, None, page, FieldStatus.UNREADABLE, (first.witness,), ())
    qr = next((candidate for candidate in spoken if candidate.witness is Witness.QR), None)
    prints = [candidate for candidate in spoken if candidate.witness is not Witness.QR]
    if qr is not None and crc_holds:
        return _against_checksum(qr, prints, candidates, page)
    leading = prints[0] if prints else spoken[0]
    agreeing = tuple(dict.fromkeys(candidate.witness for candidate in spoken if candidate.value == leading.value))
    others = _others(spoken, leading.value)
    if others:
        return _field(leading, leading.value, page, FieldStatus.CONFLICT, agreeing, others)
    status = FieldStatus.PROVED if len(agreeing) > 1 else FieldStatus.READ
    return _field(leading, leading.value, page, status, agreeing, ())


def _against_checksum(qr: Candidate, prints: Sequence[Candidate], everything: Sequence[Candidate], page: int) -> InvoiceField:
    agreeing = [candidate for candidate in prints if candidate.value == qr.value]
    witnesses = (*dict.fromkeys(candidate.witness for candidate in agreeing), Witness.QR, Witness.QR_CRC)
    others = _others(prints, qr.value)
    if agreeing:
        return _field(agreeing[0], qr.value, page, FieldStatus.PROVED, witnesses, others)
    printed = next((candidate for candidate in everything if candidate.witness is not Witness.QR), None)
    if printed is None:
        return _field(qr, qr.value, page, FieldStatus.PROVED, witnesses, ())
    if printed.value is None or _is_misreading(printed.value, qr.value or ""):
        return _field(printed, qr.value, page, FieldStatus.REPAIRED, witnesses, others)
    return _field(printed, printed.value, page, FieldStatus.CONFLICT, (printed.witness,), (qr.value or "",))


def _is_misreading(printed: str, true: str) -> bool:
    return Levenshtein.distance(printed, true) <= _MISREADING * max(len(printed), len(true))


def _others(candidates: Iterable[Candidate], value: str | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(candidate.value for candidate in candidates if candidate.value is not None and candidate.value != value))


def _field(
    shown: Candidate, value: str | None, page: int, status: FieldStatus, witnesses: tuple[Witness, ...], others: tuple[str, ...]
) -> InvoiceField:
    return InvoiceField(value, shown.raw, shown.confidence, page, shown.polygon, status, witnesses, others)
