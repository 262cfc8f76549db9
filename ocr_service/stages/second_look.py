"""(PageImage, ExtractedInvoice) -> ExtractedInvoice: reads again what decides and what one reading alone says.

Three things are looked at once more, each as a single line cut out anew: cells of the table that are blank although print stands in
them; lines on which a seal lies, in light of the seal's colour; and the lines of the fields that decide, where nothing else on the page
bears them out. What the first reading said is never replaced: a second reading is one more witness, and proof weighs the two.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from models.document import TextLine
from models.geometry import Polygon
from models.identifiers import taxpayer_id_holds
from models.invoice import LineItem, Witness
from models.money import CENT, parse_amount
from ocr_service.evidence import Candidate, ClassifiedPage, ExtractedInvoice
from ocr_service.page_image import PageImage
from ocr_service.ports import TextRecognizer
from ocr_service.stage import Stage
from ocr_service.stages.blank_cells import BlankCell, blank_cells, print_in
from ocr_service.stages.seal_ink import InkShares, in_blue_light, in_red_light, ink_shares, under_seals

_DECIDING = (
    *("invoice_code", "invoice_number", "issue_date", "check_code", "ticket_number"),
    *("tax_inclusive_amount", "tax_inclusive_amount_in_words", "tax_exclusive_amount", "tax_amount", "buyer_tax_id", "seller_tax_id"),
)
"""Fields worth the time of a second reading when nothing else on the page bears them out."""
_SUMS = frozenset({"tax_inclusive_amount", "tax_exclusive_amount", "tax_amount"})
_IS_MONEY = re.compile(r"[¥￥$元圆.]")
"""A bare number near a label may be anything; read twice, it is still not a sum of money."""
_SURE_CELL = 0.9
"""Confidence from which text in a cell that seemed blank is believed."""
_WORTH_HEARING = 0.7
"""Confidence below which a second reading says nothing."""
_PADDING = 0.12
"""By how much of its height a line is widened on every side for the second reading, so that its cut is another."""

Pixels = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class SecondLookStage:
    """Costs the reading of some ten lines; a page whose file gives its text itself is left alone."""

    recognizer: TextRecognizer
    extraction: Stage[ClassifiedPage, ExtractedInvoice]
    name: str = "second_look"

    def run(self, value: tuple[PageImage, ExtractedInvoice]) -> ExtractedInvoice:
        """Look again at one invoice; the page is the one that it stands on.

        Raises:
            RecognitionFailed: the engine broke.
        """
        page, extracted = value
        if page.printed:
            return extracted
        extracted = self._with_blank_cells(page, extracted)
        return self._with_second_readings(page, extracted)

    def _with_blank_cells(self, page: PageImage, extracted: ExtractedInvoice) -> ExtractedInvoice:
        """Blank cells in which print is seen and surely read; kept when they fill blanks and change nothing else."""
        piece = extracted.classified.page
        found = [(cell, place) for cell in blank_cells(piece, extracted.items) if (place := print_in(page, piece, cell)) is not None]
        if not found:
            return extracted
        read = self.recognizer.reread(in_red_light(page.pixels), [place for _, place in found])
        filled = [
            (cell, line) for (cell, _), line in zip(found, read, strict=True) if line.confidence >= _SURE_CELL and cell.accepts(line.text)
        ]
        if not filled:
            return extracted
        fuller = self.extraction.run(_with_lines(extracted.classified, (*piece.lines, *(line for _, line in filled))))
        if not _fills(extracted.items, fuller.items, [cell for cell, _ in filled]):
            return extracted
        return replace(extracted, classified=fuller.classified, items=fuller.items)

    def _with_second_readings(self, page: PageImage, extracted: ExtractedInvoice) -> ExtractedInvoice:
        lines = extracted.classified.page.lines
        shares = [ink_shares(page.pixels, line.polygon) for line in lines]
        asked = {key for key in _DECIDING if _stands_alone(key, extracted.candidates.get(key, ()))}
        places = set(_lines_of(lines, (candidate for key in asked for candidate in extracted.candidates[key])))
        places |= set(under_seals(shares))
        again = self._read_again(page.pixels, lines, sorted(places), shares)
        if not again:
            return extracted
        seconds = self.extraction.run(_with_lines(extracted.classified, [again.get(place, line) for place, line in enumerate(lines)]))
        touched = [line.polygon for line in again.values()]
        return replace(extracted, candidates=_seconded(extracted.candidates, seconds.candidates, touched))

    def _read_again(
        self, pixels: Pixels, lines: Sequence[TextLine], places: Sequence[int], shares: Sequence[InkShares]
    ) -> Mapping[int, TextLine]:
        """The lines at these places as they are read from a wider cut, in light in which seals are not seen."""
        again: dict[int, TextLine] = {}
        for light, wanted in _by_light(places, shares):
            if wanted:
                read = self.recognizer.reread(light(pixels), [_widened(lines[place].polygon) for place in wanted])
                again |= {
                    place: replace(line, polygon=lines[place].polygon)
                    for place, line in zip(wanted, read, strict=True)
                    if line.text and line.confidence >= _WORTH_HEARING
                }
        return again


def _by_light(places: Sequence[int], shares: Sequence[InkShares]) -> Iterable[tuple[Callable[[Pixels], Pixels], list[int]]]:
    """Lines by the light in which they are looked at; in red light a print that is red itself would be gone."""
    yield in_blue_light, [place for place in places if shares[place].under_blue]
    yield in_red_light, [place for place in places if not shares[place].under_blue and not shares[place].is_red]
    yield _as_it_is, [place for place in places if shares[place].is_red]


def _as_it_is(pixels: Pixels) -> Pixels:
    return pixels


def _stands_alone(key: str, candidates: Sequence[Candidate]) -> bool:
    """Whether a field was read from one print and nothing else says the same, not even its own check characters."""
    if not candidates or any(candidate.witness is not Witness.PRINTED for candidate in candidates):
        return False
    value = candidates[0].value
    return not (key.endswith("_tax_id") and value is not None and taxpayer_id_holds(value))


def _lines_of(lines: Sequence[TextLine], candidates: Iterable[Candidate]) -> Iterator[int]:
    """Where the lines stand that candidates were read from."""
    for candidate in candidates:
        if candidate.polygon is not None:
            yield from (place for place, line in enumerate(lines) if _lies_on(candidate.polygon, line.polygon))


def _lies_on(part: Polygon, line: Polygon) -> bool:
    return line.box.contains(part.box.centre)


def _widened(place: Polygon) -> Polygon:
    """A quadrilateral with a rim of paper around it; any other region as it is."""
    if len(place.points) != 4:
        return place
    corners = np.array(place.points, np.float64)
    along, down = corners[1] - corners[0], corners[3] - corners[0]
    rim = _PADDING * min(float(np.linalg.norm(along)), float(np.linalg.norm(down)))
    along, down = along * rim / max(float(np.linalg.norm(along)), 1e-9), down * rim / max(float(np.linalg.norm(down)), 1e-9)
    outward = np.array([-along - down, along - down, along + down, down - along])
    return Polygon.of((corners + outward).tolist())


def _with_lines(classified: ClassifiedPage, lines: Sequence[TextLine]) -> ClassifiedPage:
    return replace(classified, page=replace(classified.page, lines=tuple(lines)))


def _fills(before: Sequence[LineItem], after: Sequence[LineItem], cells: Sequence[BlankCell]) -> bool:
    """Whether rows differ only in these cells, and each that was filled still multiplies out."""
    if len(before) != len(after):
        return False
    expected = list(before)
    for cell in cells:
        expected[cell.row] = replace(expected[cell.row], **{cell.column: getattr(after[cell.row], cell.column)})
    return tuple(expected) == tuple(after) and all(_multiplies(after[cell.row]) for cell in cells)


def _multiplies(item: LineItem) -> bool:
    """Whether quantity times price is the amount, as far as the three are known and rounding goes."""
    quantity, price, amount = (parse_amount(text) if text else None for text in (item.quantity, item.unit_price, item.amount))
    return quantity is None or price is None or amount is None or abs(quantity * price - amount) <= max(CENT, CENT * abs(quantity))


def _seconded(
    first: Mapping[str, tuple[Candidate, ...]], second: Mapping[str, tuple[Candidate, ...]], touched: Sequence[Polygon]
) -> Mapping[str, tuple[Candidate, ...]]:
    """The candidates, and after them what the second reading says of the same print; nothing about lines that were not read again."""
    result = dict(first)
    for key, candidates in second.items():
        heard = next((candidate for candidate in candidates if candidate.witness is Witness.PRINTED), None)
        if heard is None or heard.value is None or heard.polygon is None:
            continue
        if any(_lies_on(heard.polygon, line) for line in touched) and not (key in _SUMS and _IS_MONEY.search(heard.raw) is None):
            result[key] = (*first.get(key, ()), replace(heard, witness=Witness.SECOND_READING))
    return result
