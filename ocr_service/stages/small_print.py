"""Small print read once more from pixels twice as fine: where fields are open, or the whole page where nobody can say where they stand.

Print so small that a reading errs in every fifth line (`_SMALL_PRINT`) is read no better the second time, but other lines are lost and
misread. Of a VAT form the parts are known: head, buyer, table, what stands below it. A part in which nothing is missing is left alone.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from statistics import median

from models.document import RecognizedPage, TextLine
from models.geometry import Box, Transform
from models.invoice import LineItem
from ocr_service.evidence import Candidate, ExtractedInvoice
from ocr_service.faces.bands import SIGNATURES, Bands, bands, signatures
from ocr_service.faces.cipher import is_cipher
from ocr_service.faces.face import Face
from ocr_service.faces.registration import form_face
from ocr_service.kinds.description import Layout
from ocr_service.kinds.registry import describe
from ocr_service.page_image import PageImage
from ocr_service.ports import TextRecognizer
from ocr_service.stages.pieces import frame_of
from ocr_service.stages.rectification import close_up
from ocr_service.stages.row_settling import doubtful

_SMALL_PRINT = 13.0
"""Pixels of a median line's height as it was found. Of 150 lines of small drawn pages the recogniser reads without a fault 66 of 69 whose
print is 11 pixels high or more, 53 of 67 with 8 to 10 and 1 of 14 with 7; enlarged in any way before, it reads no more of them."""
_FINER = 2.0
"""Pixels of the second look at small print for each of the page."""
_SMALL_PAGE = 1000.0
"""Pixels of the longer side of a piece beyond which the engine would hardly see it finer the second time."""
_ROOM = 0.8
"""Line heights of the rows above and below a part that are seen with it: rows are not quite level."""
_HEAD = ("invoice_code", "invoice_number", "issue_date")
_BELOW_THE_HEAD = ("machine_number", "check_code")
"""What not every form has: open where its label stands and no value."""
_SIGNERS = ("payee", "reviewer", "drawer")
_SUMS = ("tax_exclusive_amount", "tax_inclusive_amount")


def small_print_again(recognizer: TextRecognizer, page: PageImage, extracted: ExtractedInvoice) -> Sequence[TextLine] | None:
    """The lines of a piece of small print, those of its open parts as they were read again; None where nothing is small or open.

    Raises:
        RecognitionFailed: the engine broke.
    """
    piece = extracted.classified.page
    heights = [min(line.polygon.box.width, line.polygon.box.height) for line in piece.lines]
    if not heights or median(heights) > _SMALL_PRINT or max(piece.flat_width, piece.flat_height) > _SMALL_PAGE:
        return None
    parts = list(_open_parts(extracted))
    if not parts:
        return None
    again = [line for part in parts for line in _lines(recognizer, page, piece, part)]
    return (*(line for line in piece.lines if not _is_in(parts, line, piece)), *again)


def surer_rows(first: tuple[LineItem, ...], second: tuple[LineItem, ...]) -> tuple[LineItem, ...]:
    """The second reading of a table where it has no fewer rows, and fewer cells that cannot be right or are missing."""
    return second if len(second) >= len(first) and _doubts(second) < _doubts(first) else first


def _lines(recognizer: TextRecognizer, page: PageImage, piece: RecognizedPage, part: Box) -> Iterator[TextLine]:
    """What is read in a part of a piece (a box of its flat frame), in the original frame."""
    frame = frame_of(piece)
    to_piece = Transform((1 / _FINER, 0, part.left, 0, 1 / _FINER, part.top, 0, 0, 1))
    back = to_piece.then(frame.transform.inverse())
    for line in recognizer.recognize(close_up(page, frame, part, _FINER)):
        yield replace(line, polygon=back.polygon(line.polygon))


def _is_in(parts: Sequence[Box], line: TextLine, piece: RecognizedPage) -> bool:
    centre = piece.to_flat.polygon(line.polygon).box.centre
    return any(part.contains(centre) for part in parts)


def _open_parts(extracted: ExtractedInvoice) -> Iterator[Box]:
    """The parts of the piece, boxes of its flat frame, in which a field has no value or a row of the table cannot be right."""
    piece = extracted.classified.page
    face = form_face(piece) if describe(extracted.classified.kind).layout is Layout.VAT_FORM else None
    layout = None if face is None else bands(face)
    if face is None or layout is None or layout.header is None or layout.total is None:
        yield Box(0, 0, piece.flat_width, piece.flat_height)
        return
    yield from _of_the_form(extracted, face, layout, layout.header, layout.total)


def _of_the_form(extracted: ExtractedInvoice, face: Face, layout: Bands, header: float, total: float) -> Iterator[Box]:
    """From the head down; `header` and `total` are the heights of the table's titles and of 价税合计."""
    room = _ROOM * face.line_height
    found = extracted.candidates
    sums = layout.subtotal or total
    below_head = min((label.y for label in face.labels("name", "tax_id") if label.y < header), default=0.0) - room
    if below_head > 0 and _head_is_open(found):
        yield Box(0, 0, face.width, below_head + room)
    if below_head <= 0 or _lacks(found, ("buyer_name", "buyer_tax_id")):
        ciphers = [piece.box.left for piece in face.pieces if is_cipher(piece.text)]
        yield Box(0, max(0.0, below_head), min(ciphers, default=face.width), header - room)
    if not extracted.items or _doubts(extracted.items):
        yield Box(0, header - room, face.width, sums + room)
    if _lacks(found, _SUMS):
        yield Box(0, sums - room, face.width, total + room)
    if _lacks(found, ("seller_name", "seller_tax_id")):
        yield Box(0, total + room, face.width, face.height)
    else:
        yield from _foot(extracted, face, total)


def _head_is_open(found: Mapping[str, Sequence[Candidate]]) -> bool:
    seen_without_value = any(key in found and _lacks(found, [key]) for key in _BELOW_THE_HEAD)
    return seen_without_value or _lacks(found, _HEAD)


def _foot(extracted: ExtractedInvoice, face: Face, total: float) -> Iterator[Box]:
    """The signers' row, where one of them has no value; all below the total where no such row is seen on a paper that has one."""
    row = signatures(face, total, *SIGNATURES)
    if row is None:
        top, is_missed = total + _ROOM * face.line_height, not extracted.classified.kind.is_digital
    else:
        top, is_missed = row - face.line_height, False
    signers = [label for label in face.labels(*_SIGNERS) if label.y > total]
    if is_missed or any(_lacks(extracted.candidates, [label.label or ""]) for label in signers):
        yield Box(0, top, face.width, face.height)


def _lacks(found: Mapping[str, Sequence[Candidate]], keys: Sequence[str]) -> bool:
    return any(all(entry.value is None for entry in found.get(key, ())) for key in keys)


def _doubts(items: Sequence[LineItem]) -> int:
    blanks = sum((item.name is None) + (item.amount is None) for item in items)
    return blanks + sum(len(doubtful(item)) for item in items)
