"""Codes and numbers that a face prints once more without a label, and whose they are.

A stub, a foot or a second machine repeats the code or the number of a ticket. Equal characters alone do not make a second print: shifted
print puts a number beside the code's label, and a telephone that is printed twice is no number of an invoice.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from rapidfuzz.distance import Levenshtein

from models.invoice import Witness
from ocr_service.evidence import Candidate
from ocr_service.faces.face import Face, Piece, fold, printed, squeeze
from ocr_service.kinds.description import Field

_NUMBERED = frozenset({"invoice_code", "invoice_number", "machine_number", "check_code"})
"""Fields whose values are bare strings of digits, which nothing but their length tells apart."""
_BEFORE = 3
"""Most signs before the digits of a print that stands alone: `No.`."""

_Found = Mapping[str, tuple[Candidate, ...]]


def with_second_prints(face: Face, fields: Sequence[Field], found: _Found, shift: float) -> dict[str, tuple[Candidate, ...]]:
    """The candidates, behind those of a field that was found once its prints without a label: the same characters, or all but one.

    Such a print counts where it can be no other field's: its length is that of no other number of the kind, no other field has the same
    value, and it is no other label's value. Where print is shifted (`shift`, in pixels) rows say nothing, and none counts. A code
    that is the number as well is the number, read beside the wrong label.
    """
    result = _without_contested(found)
    for field in fields:
        candidates = result.get(field.key, ())
        if field.prints > 1 and len(candidates) == 1 and not shift:
            result[field.key] = (*candidates, *_prints_of(face, field, fields, result))
    return result


def is_claimed(face: Face, piece: Piece, field: Field, fields: Sequence[Field]) -> bool:
    """Whether a print stands next behind another label than the field's own ones, on that label's row, and can be the label's value."""
    before = [
        other
        for other in face.pieces
        if other is not piece
        and other.box.right <= piece.box.left + 0.6 * face.line_height
        and abs(other.y - piece.y) <= 0.6 * face.line_height
    ]
    nearest = max(before, key=lambda other: other.box.right, default=None)
    if nearest is None or nearest.label is None or nearest.label in field.labels:
        return False
    claimants = [other for other in fields if nearest.label in other.labels]
    return not claimants or any(other.read(piece.text) is not None for other in claimants)


def _without_contested(found: _Found) -> dict[str, tuple[Candidate, ...]]:
    result = dict(found)
    numbers = {candidate.value for candidate in found.get("invoice_number", ()) if candidate.value is not None}
    codes = found.get("invoice_code", ())
    if any(candidate.value in numbers for candidate in codes):
        result["invoice_code"] = (replace(codes[0], value=None),)
        result["invoice_number"] = found["invoice_number"][:1]
    return result


def _prints_of(face: Face, field: Field, fields: Sequence[Field], found: _Found) -> tuple[Candidate, ...]:
    first = found[field.key][0]
    if first.value is None or _may_be_another(first.value, field, fields) or _is_of_another(first.value, field, found):
        return ()
    again = [piece for piece in face.texts() if piece.polygon != first.polygon and _says(piece, field, first.value)]
    if any(is_claimed(face, piece, field, fields) for piece in again):
        return ()
    values = [replace(printed(field.read(piece.text), [piece]), witness=Witness.SECOND_PRINT) for piece in again]
    return tuple(values[: field.prints - 1])


def _may_be_another(value: str, field: Field, fields: Sequence[Field]) -> bool:
    """Whether another number of the kind has values of this form."""
    others = (other for other in fields if other.key != field.key and other.key in _NUMBERED)
    return any(other.read(value) is not None for other in others)


def _is_of_another(value: str, field: Field, found: _Found) -> bool:
    return any(candidate.value == value for key, candidates in found.items() if key != field.key for candidate in candidates)


def _says(piece: Piece, field: Field, value: str) -> bool:
    """Whether a print is the value, give or take one character, and next to nothing else."""
    read = field.read(piece.text)
    if read is None or len(read) != len(value) or Levenshtein.distance(read, value) > 1:
        return False
    return len(re.sub(r"\W", "", squeeze(fold(piece.text)))) <= len(value) + _BEFORE
