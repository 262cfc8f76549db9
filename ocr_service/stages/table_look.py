"""The table looked at once more, cell by cell: blanks in which print stands, rows that do not multiply out, names that lost their stars."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.document import TextLine
from models.geometry import Polygon
from models.invoice import LineItem, Witness
from models.money import parse_amount
from ocr_service.evidence import Candidate, ExtractedInvoice
from ocr_service.faces.columns import cell_value
from ocr_service.faces.face import fold
from ocr_service.page_image import PageImage
from ocr_service.ports import TextRecognizer
from ocr_service.stages.cell_print import print_in, stars_in
from ocr_service.stages.row_settling import Offer, doubtful, settled
from ocr_service.stages.seal_ink import places_in_their_light
from ocr_service.stages.table_cells import TableCell, sum_cells, table_cells

_STARS = "***"
"""What is printed for a tax that there is none of."""
_HEARD = 0.5
"""Confidence below which a reading says nothing."""
_SEEN = 0.95
"""How sure we are of stars whose ink was measured."""

Pixels = NDArray[np.uint8]


class _Filled(NamedTuple):
    """A cell and what stands in it."""

    cell: TableCell
    line: TextLine


def with_table_read_again(recognizer: TextRecognizer, page: PageImage, extracted: ExtractedInvoice) -> ExtractedInvoice:
    """The invoice with what a close look at its table adds or sets right.

    Raises:
        RecognitionFailed: the engine broke.
    """
    piece, items = extracted.classified.page, list(extracted.items)
    cells = table_cells(piece, items)
    stars = [_Filled(cell, TextLine(_STARS, _SEEN, place)) for cell, place in _stars(page, extracted, cells)]
    for cell, _ in stars:
        items[cell.row] = replace(items[cell.row], **{cell.column: _STARS})
    read = _read(recognizer, page, extracted, [cell for cell in cells if _is_asked_for(cell, items[cell.row])])
    filled = list(stars)
    for number, item in enumerate(items):
        offers = _offers([entry for entry in read if entry.cell.row == number])
        items[number] = settled(item, offers)
        filled += [entry for entry in read if entry.cell.row == number and entry.cell.is_blank and _is_taken(items[number], entry)]
    lines = [line for _, line in filled]
    candidates = dict(extracted.candidates)
    place = _unstated_tax(page, extracted, items)
    if place is not None:
        lines.append(TextLine(_STARS, _SEEN, place))
        candidates["tax_amount"] = (Candidate(_STARS, _STARS, _SEEN, place, Witness.PRINTED),)
    classified = replace(extracted.classified, page=replace(piece, lines=_with(piece.lines, lines)))
    return replace(extracted, classified=classified, candidates=candidates, items=tuple(items))


def _stars(page: PageImage, extracted: ExtractedInvoice, cells: Sequence[TableCell]) -> Iterator[tuple[TableCell, Polygon]]:
    """Blank cells of tax and rate in which stars are seen; beside a rate in per cent there is a tax."""
    for cell in cells:
        rate = extracted.items[cell.row].tax_rate
        if cell.is_blank and (cell.column == "tax_rate" or (cell.column == "tax_amount" and (rate is None or "%" not in rate))):
            place = stars_in(page, extracted.classified.page, cell.box, cell.y, cell.line_height)
            if place is not None:
                yield cell, place


def _unstated_tax(page: PageImage, extracted: ExtractedInvoice, items: Sequence[LineItem]) -> Polygon | None:
    """Where `***` stands in the row 合计, of an invoice no line of which has a tax."""
    if extracted.candidates.get("tax_amount") or not items or any(parse_amount(item.tax_amount or "") is not None for item in items):
        return None
    piece = extracted.classified.page
    found = (stars_in(page, piece, cell.box, cell.y, cell.line_height) for cell in sum_cells(piece))
    return next((place for place in found if place is not None), None)


def _is_asked_for(cell: TableCell, item: LineItem) -> bool:
    return getattr(item, cell.column) is None or cell.column in doubtful(item)


def _read(recognizer: TextRecognizer, page: PageImage, extracted: ExtractedInvoice, cells: Sequence[TableCell]) -> list[_Filled]:
    """What stands in these cells, as far as print is seen in them and what is read of it has the form of their columns."""
    piece = extracted.classified.page
    seen = [(cell, place) for cell in cells if (place := print_in(page, piece, cell.box, cell.y, cell.line_height)) is not None]
    if not seen:
        return []
    heard: list[_Filled] = []
    for pixels, numbers in places_in_their_light(page.pixels, [place for _, place in seen]):
        lines = recognizer.reread(pixels, [seen[number][1] for number in numbers])
        heard += [_Filled(seen[number][0], line) for number, line in zip(numbers, lines, strict=True) if line.confidence >= _HEARD]
    return [entry for entry in heard if entry.cell.accepts(fold(entry.line.text))]


def _offers(read: Sequence[_Filled]) -> Mapping[str, tuple[Offer, ...]]:
    values = ((entry.cell.column, _value_of(entry), entry.line.confidence) for entry in read)
    return {column: (Offer(value, confidence),) for column, value, confidence in values if value is not None}


def _value_of(entry: _Filled) -> str | None:
    return cell_value(entry.cell.column, fold(entry.line.text))


def _is_taken(item: LineItem, entry: _Filled) -> bool:
    return bool(getattr(item, entry.cell.column) == _value_of(entry))


def _with(lines: Sequence[TextLine], more: Sequence[TextLine]) -> tuple[TextLine, ...]:
    """The lines and these; what was taken for text where they stand, and hardly looked like it, is gone."""
    kept = [
        line for line in lines if line.confidence >= _HEARD or not any(new.polygon.box.contains(line.polygon.box.centre) for new in more)
    ]
    return (*kept, *more)
