"""(PageImage, ExtractedInvoice) -> ExtractedInvoice: reads again what decides and what one reading alone says.

Looked at once more, each as a single line cut out anew, are cells and names of the table (`table_look`, `name_look`); lines on which a
seal lies, in light of the seal's colour; the lines of the fields that decide, where nothing else on the page bears them out; and, on
forms that are read by labels, the rows of values that were lost (`label_rows`). What the first reading said of a field that decides is
never replaced: a second reading is one more witness, and proof weighs the two.

Print so small that a reading errs in every fifth line is read twice where something is open (`small_print`).
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from models.document import TextLine
from models.geometry import Polygon
from models.identifiers import taxpayer_id_holds
from models.invoice import Witness
from ocr_service.evidence import Candidate, ClassifiedPage, ExtractedInvoice
from ocr_service.faces.cipher import is_cipher
from ocr_service.kinds.description import Layout
from ocr_service.kinds.registry import describe
from ocr_service.page_image import PageImage
from ocr_service.ports import TextRecognizer
from ocr_service.proof.proving import hearing_of, proved_amounts
from ocr_service.stage import Stage
from ocr_service.stages.apart import read_apart
from ocr_service.stages.label_rows import LabelRow, label_rows, print_on, with_rows
from ocr_service.stages.name_look import with_names_read_again
from ocr_service.stages.pieces import with_rim
from ocr_service.stages.seal_ink import InkShares, in_blue_light, in_red_light, ink_shares, under_seals
from ocr_service.stages.small_print import small_print_again, surer_rows
from ocr_service.stages.table_look import with_table_read_again

_DECIDING = (
    *("invoice_code", "invoice_number", "issue_date", "check_code", "ticket_number"),
    *("tax_inclusive_amount", "tax_inclusive_amount_in_words", "tax_exclusive_amount", "tax_amount", "buyer_tax_id", "seller_tax_id"),
)
"""Fields worth the time of a second reading when nothing else on the page bears them out."""
_SUMS = frozenset({"tax_inclusive_amount", "tax_exclusive_amount", "tax_amount"})
_IS_MONEY = re.compile(r"[¥￥$元圆.]")
"""A bare number near a label may be anything; read twice, it is still not a sum of money."""
_WORTH_HEARING = 0.7
"""Confidence below which a second reading says nothing."""
_SURE_ROW = 0.85
"""Confidence from which print behind a label is believed to be its value."""
_SURELY_READ = 0.95
"""Confidence from which a line under a seal that gave no field will give none either: a title's piece, the seal's own words."""
_STAMPED = 0.4
"""Share of a page's lines that may lie under seals where a lost value is looked for: two seals lie on a third of a taxi receipt's rows."""
_PADDING = 0.12
"""By how much of its height a line is widened on every side for the second reading, so that its cut is another."""

Pixels = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class SecondLookStage:
    """Costs the reading of up to ten lines; of a page whose file gives its text itself, of few, and of none beside a QR code.

    Small print is read once more where something is open.
    """

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
            # The file's own text needs the ink's word only where no code repeats what it says.
            return extracted if extracted.classified.qr is not None else self._with_second_readings(page, extracted)
        apart = read_apart(self.recognizer, page, extracted)
        if apart is not None:
            looked = self._looked_at(apart.page, self.extraction.run(apart.classified))
            return replace(looked, candidates=_borne_out(looked.candidates, extracted.candidates))
        return self._looked_at(page, extracted)

    def _looked_at(self, page: PageImage, extracted: ExtractedInvoice) -> ExtractedInvoice:
        extracted = self._with_small_print(page, extracted)
        extracted = with_names_read_again(self.recognizer, page, with_table_read_again(self.recognizer, page, extracted))
        extracted = self._with_second_readings(page, extracted)
        return self._with_lost_values(page, extracted)

    def _with_small_print(self, page: PageImage, extracted: ExtractedInvoice) -> ExtractedInvoice:
        """What a second reading of small print found where the first found nothing, and what it says otherwise of fields that decide.

        That it says the same proves nothing: on so few pixels both readings share most of their errors.
        """
        again = small_print_again(self.recognizer, page, extracted)
        if again is None:
            return extracted
        seconds = self.extraction.run(_with_lines(extracted.classified, again))
        found = dict(extracted.candidates)
        for key, heard, _ in _heard(seconds.candidates):
            before = found.get(key, ())
            said = {entry.value for entry in before} - {None}
            if not said:
                found[key] = (heard, *before)
            elif key in _DECIDING and heard.value not in said:
                found[key] = (*before, replace(heard, witness=Witness.SECOND_READING))
        return replace(extracted, candidates=found, items=surer_rows(extracted.items, seconds.items))

    def _with_second_readings(self, page: PageImage, extracted: ExtractedInvoice) -> ExtractedInvoice:
        lines = extracted.classified.page.lines
        shares = [ink_shares(page.pixels, line.polygon) for line in lines]
        unproved = set(_DECIDING) - proved_amounts(hearing_of(extracted))
        asked = {key for key in unproved if _stands_alone(key, extracted.candidates.get(key, ()))}
        places = set(_lines_of(lines, (candidate for key in asked for candidate in extracted.candidates[key])))
        fed = set(_lines_of(lines, chain.from_iterable(extracted.candidates.values())))
        sealed = (place for place in under_seals(shares) if not is_cipher(lines[place].text))
        places |= {place for place in sealed if place in fed or lines[place].confidence < _SURELY_READ}
        again = self._read_again(page.pixels, lines, sorted(places), shares)
        if not again:
            return extracted
        seconds = self.extraction.run(_with_lines(extracted.classified, [again.get(place, line) for place, line in enumerate(lines)]))
        touched = [line.polygon for line in again.values()]
        return replace(extracted, candidates=_seconded(extracted.candidates, seconds.candidates, touched))

    def _with_lost_values(self, page: PageImage, extracted: ExtractedInvoice) -> ExtractedInvoice:
        """What stands behind labels without a value, and on labels' rows under seals, each row read as one line."""
        piece, description = extracted.classified.page, describe(extracted.classified.kind)
        if description.layout is not Layout.LABELS:
            return extracted
        wanted: dict[str, list[LabelRow]] = {name: [] for name in _LIGHTS}
        rows = label_rows(piece, description)
        shares = [ink_shares(page.pixels, place) for place in (*(row.place for row in rows), *(line.polygon for line in piece.lines))]
        sealed, stamped = set(under_seals(shares)), set(under_seals(shares, _STAMPED))
        for number, (row, share) in enumerate(zip(rows, shares, strict=False)):
            is_lost = any(all(entry.value is None for entry in extracted.candidates.get(key, ())) for key in row.keys)
            if is_lost or (number in sealed and not row.is_joined):
                name = "all" if number not in (stamped if is_lost else sealed) else "blue" if share.under_blue else "red"
                cut = print_on(page, piece, row, _LIGHTS[name][1])
                wanted[name] += [] if cut is None else [cut]
        found = {
            name: self.recognizer.reread(_LIGHTS[name][0](page.pixels), [row.place for row in rows])
            for name, rows in wanted.items()
            if rows
        }
        lines = {
            row: line for name, read in found.items() for row, line in zip(wanted[name], read, strict=True) if line.confidence >= _SURE_ROW
        }
        if not lines:
            return extracted
        seconds = self.extraction.run(_with_lines(extracted.classified, with_rows(piece, lines)))
        touched = [(row.keys, row.place) for row in lines]
        return replace(extracted, candidates=_recovered(extracted.candidates, seconds.candidates, touched))

    def _read_again(
        self, pixels: Pixels, lines: Sequence[TextLine], places: Sequence[int], shares: Sequence[InkShares]
    ) -> Mapping[int, TextLine]:
        """The lines at these places as they are read from a wider cut, in light in which seals are not seen."""
        again: dict[int, TextLine] = {}
        for light, wanted in _by_light(places, shares):
            if wanted:
                read = self.recognizer.reread(light(pixels), [with_rim(lines[place].polygon, _PADDING) for place in wanted])
                again |= {
                    place: replace(line, polygon=lines[place].polygon)
                    for place, line in zip(wanted, read, strict=True)
                    if line.text and line.confidence >= _WORTH_HEARING
                }
        return again


def _recovered(
    first: Mapping[str, tuple[Candidate, ...]],
    second: Mapping[str, tuple[Candidate, ...]],
    touched: Sequence[tuple[frozenset[str], Polygon]],
) -> Mapping[str, tuple[Candidate, ...]]:
    """The candidates with what was read on their labels' rows: beside another reading as a second one, before it in plain texts."""
    result = dict(first)
    for key, heard, where in _heard(second):
        if not any(key in keys and _lies_on(where, place) for keys, place in touched):
            continue
        before = first.get(key, ())
        if any(entry.value is not None and entry.witness is not Witness.SECOND_READING for entry in before) and key in _DECIDING:
            result[key] = (*before, replace(heard, witness=Witness.SECOND_READING))
        else:
            others = [replace(entry, witness=Witness.SECOND_READING) for entry in before if entry.value not in {None, heard.value}]
            result[key] = (heard, *others)
    return result


def _by_light(places: Sequence[int], shares: Sequence[InkShares]) -> Iterable[tuple[Callable[[Pixels], Pixels], list[int]]]:
    """Lines by the light in which they are looked at; in red light a print that is red itself would be gone."""
    yield in_blue_light, [place for place in places if shares[place].under_blue]
    yield in_red_light, [place for place in places if not shares[place].under_blue and not shares[place].is_red]
    yield _as_it_is, [place for place in places if shares[place].is_red]


def _as_it_is(pixels: Pixels) -> Pixels:
    return pixels


_LIGHTS: Mapping[str, tuple[Callable[[Pixels], Pixels], int]] = {
    "red": (in_red_light, 2),
    "blue": (in_blue_light, 0),
    "all": (_as_it_is, 1),
}
"""How a picture is looked at, and which of its channels shows print in that light."""


def _stands_alone(key: str, candidates: Sequence[Candidate]) -> bool:
    """Whether a field was read from one print and nothing else says the same, not even its own check characters."""
    if not candidates or any(candidate.witness is not Witness.PRINTED for candidate in candidates):
        return False
    value = candidates[0].value
    return not (key.endswith("_tax_id") and value is not None and taxpayer_id_holds(value))


def _lines_of(lines: Sequence[TextLine], candidates: Iterable[Candidate]) -> Iterator[int]:
    """Where the lines stand that candidates were read from."""
    boxes = [line.polygon.box for line in lines]
    for candidate in candidates:
        if candidate.polygon is not None:
            centre = candidate.polygon.box.centre
            yield from (place for place, box in enumerate(boxes) if box.contains(centre))


def _lies_on(part: Polygon, line: Polygon) -> bool:
    return line.box.contains(part.box.centre)


def _with_lines(classified: ClassifiedPage, lines: Sequence[TextLine]) -> ClassifiedPage:
    return replace(classified, page=replace(classified.page, lines=tuple(lines)))


def _seconded(
    first: Mapping[str, tuple[Candidate, ...]], second: Mapping[str, tuple[Candidate, ...]], touched: Sequence[Polygon]
) -> Mapping[str, tuple[Candidate, ...]]:
    """The candidates, and after them what the second reading says of the same print; nothing about lines that were not read again."""
    result = dict(first)
    for key, heard, where in _heard(second):
        if any(_lies_on(where, line) for line in touched) and not (key in _SUMS and _IS_MONEY.search(heard.raw) is None):
            result[key] = (*first.get(key, ()), replace(heard, witness=Witness.SECOND_READING))
    return result


def _borne_out(
    apart: Mapping[str, tuple[Candidate, ...]], first: Mapping[str, tuple[Candidate, ...]]
) -> Mapping[str, tuple[Candidate, ...]]:
    """The candidates of print that was read apart from its form; what was read of both at once is a second reading, or all there is."""
    result = dict(first) | dict(apart)
    for key, heard, _ in _heard(first):
        if key in _DECIDING and any(entry.value is not None for entry in apart.get(key, ())):
            result[key] = (*apart[key], replace(heard, witness=Witness.SECOND_READING))
    return result


def _heard(second: Mapping[str, tuple[Candidate, ...]]) -> Iterator[tuple[str, Candidate, Polygon]]:
    """The first print of every field of which the second extraction has a value, and where it stands."""
    for key, candidates in second.items():
        heard = next((candidate for candidate in candidates if candidate.witness is Witness.PRINTED), None)
        if heard is not None and heard.value is not None and heard.polygon is not None:
            yield key, heard, heard.polygon
