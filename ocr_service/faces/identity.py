"""Code, number, date, check code and machine number: the head of a face."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import partial

from models.identifiers import InvoiceCode, digital_number_is_plausible
from models.invoice import InvoiceKind, Witness
from ocr_service.evidence import Candidate
from ocr_service.faces.face import Face, Piece, choices_of, joined, printed, squeeze, surest

_DIGIT_LOOKALIKES = str.maketrans({"O": "0", "o": "0", "I": "1", "l": "1", "|": "1", "S": "5", "B": "8", "Z": "2"})
_PRINTED_NUMBER = re.compile(r"N[oO0º°q]?[.:\s]*([0-9OolISBZ]{8})(?!\d)")
_DATE = re.compile(r"(20\d{2})\s*[年\-./\s]\s*(\d{1,2})\s*[月\-./\s]\s*(\d{1,2})(?!\d)")
_COMPACT_DATE = re.compile(r"(20\d{2})(\d{2})(\d{2})")
_TORN_DATE = re.compile(r"(\d{2})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日")
"""A date whose first two digits other print covers; no form of this family is older than this century."""
_CODE_LENGTHS = (10, 12)
_SEEN_TWICE = 3
"""Digits of a number's end that are a second print of it, at least: others are its end once in a thousand times."""
_HEAD = 0.42
"""Share of the face's height above which code and number stand on the VAT forms."""


def identity(face: Face, kind: InvoiceKind) -> dict[str, tuple[Candidate, ...]]:
    """Candidates of the head's fields; the label's own value comes first, loose prints of paper forms follow."""
    found: dict[str, tuple[Candidate, ...]] = {}
    if kind.is_digital:
        found["invoice_number"] = _wrapped_number(face) or _labelled(face, "invoice_number", r"\d{20}") or _loose_digital_number(face)
    else:
        found["invoice_code"] = _labelled(face, "invoice_code", r"\d{12}|\d{10}") or _codes(face)
        found["invoice_number"] = _labelled(face, "invoice_number", r"\d{8}") or _numbers(face)
        found["machine_number"] = _labelled(face, "machine_number", r"\d{12}") or _labelled_below(face, "machine_number", r"\d{12}")
        found["check_code"] = _labelled(face, "check_code", r"\d{20}")
    if kind is InvoiceKind.VAT_ROLL:
        # 机打号码: the number once more, printed by the till.
        second = [replace(entry, witness=Witness.SECOND_PRINT) for entry in _labelled(face, "printed_number", r"\d{8}")]
        found["invoice_number"] = (*found["invoice_number"], *(entry for entry in second if entry.value is not None))
    found["issue_date"] = _dates(face)
    return {key: candidates for key, candidates in found.items() if candidates}


def read_date(text: str) -> str | None:
    """The first date in a text as YYYY-MM-DD; None when there is none that the calendar knows."""
    match = _DATE.search(text) or _COMPACT_DATE.fullmatch(squeeze(text))
    try:
        return date(*map(int, match.groups())).isoformat() if match else None
    except ValueError:
        return None


def _torn_date(text: str) -> str | None:
    match = _TORN_DATE.fullmatch(text.strip())
    return read_date(f"20{match.group(1)}年{match.group(2)}月{match.group(3)}日") if match else None


def _labelled(face: Face, label: str, pattern: str) -> tuple[Candidate, ...]:
    """Digits on the row of a label; where all have the wrong shape, the first label that has any yields a candidate without value."""
    poor: tuple[Candidate, ...] = ()
    for piece in face.labels(label):
        row = face.right_of(piece)
        if not row:
            continue
        digits = re.match(r"[\d\s]+", joined(row).translate(_DIGIT_LOOKALIKES))
        text = squeeze(digits.group()) if digits else ""
        if not text:
            continue
        match = re.match(rf"(?:{pattern})(?!\d)", text)
        if match is not None:
            return (printed(match.group(), row),)
        poor = poor or (printed(None, row),)
    return poor


def _wrapped_number(face: Face) -> tuple[Candidate, ...]:
    """A 20-digit number that runs on to the next line: digits behind the label, and just below them those that are missing, no more."""
    for label in face.labels("invoice_number"):
        row = face.right_of(label)
        head = squeeze(joined(row))
        if not re.fullmatch(r"\d{4,19}", head):
            continue
        below = face.texts(partial(_continues, face, label, row))
        for piece in below[:1]:
            number = head + squeeze(piece.text)
            if re.fullmatch(r"\d{20}", number) and digital_number_is_plausible(number, None):
                both = [*row, piece]
                choices = (*choices_of(head, row), *choices_of(squeeze(piece.text), [piece]))
                raw = head + squeeze(piece.text)
                return (Candidate(number, raw, surest(both), row[0].polygon, Witness.PRINTED, choices if len(choices) == len(raw) else ()),)
    return ()


def _continues(face: Face, label: Piece, row: Sequence[Piece], piece: Piece) -> bool:
    """Whether a piece is the line just below a row of digits: the next one down, beginning under the label or under the digits."""
    down = piece.y - row[0].y
    starts = any(abs(piece.box.left - left) < 2 * face.line_height for left in (label.box.left, row[0].box.left))
    return 0.5 * face.line_height < down < 1.9 * face.line_height and starts and squeeze(piece.text).isdigit()


def _labelled_below(face: Face, label: str, pattern: str) -> tuple[Candidate, ...]:
    """Digits just under a label or a little lower right, where shifted print puts them."""
    for piece in face.labels(label):
        for other in face.texts():
            digits = squeeze(other.text).translate(_DIGIT_LOOKALIKES)
            if _just_below(face, piece, other) and re.fullmatch(pattern, digits):
                return (printed(digits, [other]),)
    return ()


def _just_below(face: Face, label: Piece, other: Piece) -> bool:
    overlaps = other.box.left < label.box.right + 2 * face.line_height and other.box.right > label.box.left
    return overlaps and 0 <= other.y - label.y < 2.5 * face.line_height


def _codes(face: Face) -> tuple[Candidate, ...]:
    """Codes that stand alone in the head of a paper form: the form's own print at the left, the issuer's second print at the right."""
    machine = {candidate.value for find in (_labelled, _labelled_below) for candidate in find(face, "machine_number", r"\d{12}")}
    found: list[tuple[Piece, str, str]] = []
    for piece in _head(face):
        match = re.fullmatch(r"\d{12}|\d{10}", _after_number(squeeze(piece.text)))
        explained = InvoiceCode.explain(match.group()) if match else None
        if match and explained is not None and explained.is_national and match.group() not in machine:
            found.append((piece, match.group(), piece.text))
    # Ten or twelve digits that name no region are a code only when they stand there twice.
    prints = Counter(value for _, value, _ in found)
    found = [entry for entry in found if prints[entry[1]] > 1 or _names_region(entry[1])]
    found.sort(key=lambda entry: entry[0].x)
    return tuple(_prints(found))


def _names_region(code: str) -> bool:
    explained = InvoiceCode.explain(code)
    return explained is not None and explained.region_is_known


def _numbers(face: Face) -> tuple[Candidate, ...]:
    """The number behind `No` and the second print of eight digits beside it."""
    main: list[tuple[Piece, str, str]] = []
    second: list[tuple[Piece, str, str]] = []
    for piece in _head(face):
        text = squeeze(piece.text)
        match = _PRINTED_NUMBER.match(_before_code(text))
        if match:
            main.append((piece, match.group(1).translate(_DIGIT_LOOKALIKES), piece.text))
        elif re.fullmatch(r"\d{8}", text) and not read_date(text):
            second.append((piece, text, piece.text))
    if not main and second:
        # The sign No was lost: the taller print is the form's own, as it always is on paper.
        second.sort(key=lambda entry: -entry[0].box.height)
    elif main:
        # A stray group of eight digits elsewhere in the head (a code torn apart) is no second print.
        second = [entry for entry in second if entry[0].x > main[0][0].x]
    return tuple(_prints([*main[:1], *second]))


def _prints(found: list[tuple[Piece, str, str]]) -> Iterator[Candidate]:
    for order, (piece, value, raw) in enumerate(found[:3]):
        witness = Witness.PRINTED if order == 0 else Witness.SECOND_PRINT
        yield Candidate(value, raw, piece.confidence, piece.polygon, witness, choices_of(raw, [piece]))


def _head(face: Face) -> list[Piece]:
    return face.texts(lambda piece: piece.y < _HEAD * face.height and not piece.is_vertical)


def _before_code(text: str) -> str:
    """The number of a line in which it ran together with the second code, or the second number's end: `No123456783100203130`."""
    match = re.fullmatch(r"(N[oO0º°q]?[.:]?(\d{8}))(\d+)", text)
    if match is None:
        return text
    is_code = len(match.group(3)) in _CODE_LENGTHS
    # Print that slid over the form's own shows the end of the same number once more.
    is_its_end = len(match.group(3)) >= _SEEN_TWICE and match.group(2).endswith(match.group(3))
    return match.group(1) if is_code or is_its_end else text


def _after_number(text: str) -> str:
    match = re.fullmatch(r"N[oO0º°q]?[.:]?\d{8}(\d{10}|\d{12})", text)
    return match.group(1) if match else text


def _loose_digital_number(face: Face) -> tuple[Candidate, ...]:
    for piece in _head(face):
        match = re.search(r"(?<!\d)\d{20}(?!\d)", squeeze(piece.text))
        if match:
            return (printed(match.group(), [piece]),)
    return ()


def _dates(face: Face) -> tuple[Candidate, ...]:
    for label in face.labels("issue_date"):
        row = face.right_of(label)
        text = " ".join(piece.text for piece in row)
        value = read_date(text) or _torn_date(text)
        if value is not None:
            return (printed(value, row, text),)
    # A roll or a misread label: the only date in the head.
    loose = [(piece, value) for piece in _head(face) if (value := read_date(piece.text)) is not None]
    if len({value for _, value in loose}) == 1:
        piece, value = loose[0]
        return (printed(value, [piece]),)
    return ()
