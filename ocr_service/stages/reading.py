"""PageImage -> RecognizedPage…: reads the text, and lets what was read decide which way up the page is and what is a sheet."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from models.document import QrCode, RecognizedPage, TextLine
from models.geometry import Transform
from ocr_service.page_image import FlatPage, PageImage
from ocr_service.ports import OrientationClassifier, QrReader, TextRecognizer
from ocr_service.stages.borne_out import is_borne_out
from ocr_service.stages.papers import lying_apart, set_right
from ocr_service.stages.pieces import direction_in, frame_of, holds, piece_of
from ocr_service.stages.rectification import Frame, fitted, flattened, sheet_frame, whole_frame
from ocr_service.stages.sheet_edges import SheetSearch
from ocr_service.stages.splitting import split
from ocr_service.stages.upright import UprightReader

LONGEST_READ_SIDE = 3000
"""Pixels; an invoice that fills a larger picture is read just as well from this many."""
_ALONG_THE_EDGES = 3.0
"""Degrees between print and the edges of its sheet, at most."""
_SHARE_ON_THE_SHEET = 0.97
"""Share of the characters that must stand inside edges that are to be believed."""
_SMALL_SHEET = 0.6
"""A sheet whose sides are shorter than this share of the picture's loses detail when the whole picture is read."""
_SEEN_WHOLE = 1600
"""Pixels; the engine sees every detail of a picture whose sides are no longer."""
_SURE = 0.8
"""Confidence of a line that counts when two readings of one piece are compared."""


@dataclass(frozen=True, slots=True)
class ReadingStage:
    """Reads a page: direction by evidence, the level frame, text and QR codes in the original frame, one piece per invoice.

    An ordinary page is read once, a page that the classifier misjudged twice, a sheet of several papers once whole and then each paper.
    """

    recognizer: TextRecognizer
    classifier: OrientationClassifier
    qr_reader: QrReader
    name: str = "reading"

    def run(self, value: PageImage) -> tuple[RecognizedPage, ...]:
        """One RecognizedPage per invoice on the page; a page without text gives one without lines.

        Raises:
            RecognitionFailed: the engine broke.
        """
        if value.drawn_from_data or (value.printed and is_borne_out(value, self.recognizer)):
            whole = piece_of(value.number, whole_frame(value), value.printed, self.qr_reader.read(value.pixels))
            return (whole,) if value.drawn_from_data else self._with_codes(value, split(whole))
        reader = UprightReader(self.recognizer, self.classifier)
        page = fitted(value, LONGEST_READ_SIDE)
        reading = reader.level(reader.upright(page))
        search = SheetSearch.of(value.pixels)
        edges = search.sheet()
        sheet = sheet_frame(edges) if edges else None
        if sheet and _is_small(sheet, value) and (_believable(sheet, reading.original_lines) or not reading.legibility.convincing):
            closer = reader.upright(flattened(page, sheet))
            if closer.legibility.score >= reading.legibility.score:
                reading = closer
        lines = set_right(reading, reader)
        codes = self._codes(value, reading.flat)
        papers = lying_apart(reading.flat, search.sheets(), lines, reader)
        if papers:
            pieces = [piece_of(value.number, paper.frame, paper.lines, _standing_on(paper.frame, codes)) for paper in papers]
            return self._with_codes(value, [piece for whole in pieces for piece in split(whole)])
        frame = sheet if sheet and _believable(sheet, lines) else whole_frame(value)
        pieces = list(split(piece_of(value.number, frame, lines, codes)))
        if len(pieces) > 1 and max(value.width, value.height) > _SEEN_WHOLE:
            pieces = [_from_near(value, piece, reader) for piece in pieces]
        return self._with_codes(value, pieces)

    def _codes(self, page: PageImage, flat: FlatPage) -> Sequence[QrCode]:
        """The QR codes of the page, looked for once more in the upright pixels if they are others."""
        codes = self.qr_reader.read(page.pixels)
        if codes or flat.pixels is page.pixels:
            return codes
        return self._codes_of(flat)

    def _codes_of(self, flat: FlatPage) -> tuple[QrCode, ...]:
        back = flat.to_flat.inverse()
        return tuple(QrCode(code.payload, back.polygon(code.polygon)) for code in self.qr_reader.read(flat.pixels))

    def _with_codes(self, page: PageImage, pieces: Sequence[RecognizedPage]) -> tuple[RecognizedPage, ...]:
        """The pieces; of several, one without a code is looked at for itself, since a reader is content with any code of a page."""
        if len(pieces) == 1:
            return tuple(pieces)
        return tuple(piece if piece.qr_codes else replace(piece, qr_codes=self._codes_of(_pixels_of(page, piece))) for piece in pieces)


def _is_small(sheet: Frame, page: PageImage) -> bool:
    return max(sheet.width, sheet.height) < _SMALL_SHEET * max(page.width, page.height)


def _believable(sheet: Frame, lines: Sequence[TextLine]) -> bool:
    """Whether the edges found in a picture are those of the paper that the text stands on: all text inside, and running along them."""
    inside = [line for line in lines if holds(sheet, line.polygon)]
    characters = sum(len(line.text) for line in lines)
    if not inside or sum(len(line.text) for line in inside) < _SHARE_ON_THE_SHEET * characters:
        return False
    angle = direction_in(sheet, inside)
    return abs(angle - 90 * round(angle / 90)) <= _ALONG_THE_EDGES


def _standing_on(frame: Frame, codes: Sequence[QrCode]) -> list[QrCode]:
    return [code for code in codes if holds(frame, code.polygon)]


def _pixels_of(page: PageImage, piece: RecognizedPage) -> FlatPage:
    return flattened(FlatPage(page, page.pixels, Transform(), piece.polygon), frame_of(piece))


def _from_near(page: PageImage, piece: RecognizedPage, reader: UprightReader) -> RecognizedPage:
    """The piece read again from its own pixels; as it was when that brings less text that is sure."""
    again = reader.read(_pixels_of(page, piece)).original_lines
    return replace(piece, lines=again) if _sure_characters(again) >= _sure_characters(piece.lines) else piece


def _sure_characters(lines: Sequence[TextLine]) -> int:
    return sum(len(line.text) for line in lines if line.confidence >= _SURE)
