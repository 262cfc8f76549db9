"""PageImage -> RecognizedPage…: reads the text, and lets what was read decide which way up the page is and what is a sheet."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from models.document import QrCode, RecognizedPage, TextLine
from models.geometry import Polygon
from ocr_service.page_image import FlatPage, PageImage
from ocr_service.ports import OrientationClassifier, QrReader, TextRecognizer
from ocr_service.stages.legibility import Legibility, legibility, text_direction
from ocr_service.stages.rectification import Frame, fitted, flattened, level_frame, levelled, sheet_frame, turned, whole_frame
from ocr_service.stages.sheet_edges import find_sheet
from ocr_service.stages.splitting import split

_LONGEST_READ_SIDE = 3000
"""Pixels; an invoice that fills a larger picture is read just as well from this many."""
_TRUSTED_GUESS = 0.6
"""Below this the classifier sees no page; standing as it is, is then the likelier case."""
_LEVEL_ENOUGH = 0.3
"""Degrees; below this the frame is left as it is."""
_READ_AGAIN_BEYOND = 6.0
"""Degrees; the engine cuts every line by its own slant, so only text that lies well askew reads better from level pixels."""
_ALONG_THE_EDGES = 3.0
"""Degrees between print and the edges of its sheet, at most."""
_SHARE_ON_THE_SHEET = 0.97
"""Share of the characters that must stand inside edges that are to be believed."""
_SMALL_SHEET = 0.6
"""A sheet whose sides are shorter than this share of the picture's loses detail when the whole picture is read."""


@dataclass(frozen=True, slots=True)
class _Reading:
    flat: FlatPage
    lines: tuple[TextLine, ...]
    """Polygons in the flat frame."""
    legibility: Legibility

    @property
    def original_lines(self) -> tuple[TextLine, ...]:
        """The lines with polygons of the original frame."""
        back = self.flat.to_flat.inverse()
        return tuple(replace(line, polygon=back.polygon(line.polygon)) for line in self.lines)


@dataclass(frozen=True, slots=True)
class ReadingStage:
    """Reads a page: direction by evidence, the level frame, text and QR codes in the original frame, one piece per invoice.

    An ordinary page is read once, a page that the classifier misjudged twice.
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
        if value.printed:
            return split(_recognized(value, whole_frame(value), value.printed, self.qr_reader.read(value.pixels)))
        page = fitted(value, _LONGEST_READ_SIDE)
        reading = self._level(self._upright(page))
        edges = find_sheet(value.pixels)
        sheet = sheet_frame(edges) if edges else None
        if sheet and _is_small(sheet, value) and (_believable(sheet, reading.original_lines) or not reading.legibility.convincing):
            closer = self._upright(flattened(page, sheet))
            if closer.legibility.score >= reading.legibility.score:
                reading = closer
        lines = reading.original_lines
        frame = sheet if sheet and _believable(sheet, lines) else whole_frame(value)
        return split(_recognized(value, frame, lines, self._codes(value, reading.flat)))

    def _codes(self, page: PageImage, flat: FlatPage) -> Sequence[QrCode]:
        """The QR codes of the page, looked for once more in the upright pixels if they are others."""
        codes = self.qr_reader.read(page.pixels)
        if codes or flat.pixels is page.pixels:
            return codes
        back = flat.to_flat.inverse()
        return tuple(QrCode(code.payload, back.polygon(code.polygon)) for code in self.qr_reader.read(flat.pixels))

    def _read(self, flat: FlatPage) -> _Reading:
        lines = tuple(self.recognizer.recognize(flat.pixels))
        return _Reading(flat, lines, legibility(lines))

    def _upright(self, flat: FlatPage) -> _Reading:
        """Read the page the way the classifier guesses, and turn it as long as the text does not bear that out; keep the best reading."""
        guess = self.classifier.clockwise_turn(flat.pixels)
        degrees = guess.degrees if guess.confidence >= _TRUSTED_GUESS else 0
        best = reading = self._read(turned(flat, degrees))
        untried = [turn for turn in (0, 180, 90, 270) if turn != degrees]
        while untried and best.lines and not best.legibility.convincing:
            wanted = (degrees + reading.legibility.turn_to_try) % 360
            degrees = wanted if wanted in untried else untried[0]
            untried.remove(degrees)
            reading = self._read(turned(flat, degrees))
            best = max(best, reading, key=lambda candidate: candidate.legibility.score)
        return best

    def _level(self, reading: _Reading) -> _Reading:
        """Read once more from level pixels when the text lies well askew."""
        angle = text_direction(reading.lines)
        if abs(angle) <= _READ_AGAIN_BEYOND:
            return reading
        again = self._read(levelled(reading.flat, angle))
        return max(reading, again, key=lambda candidate: candidate.legibility.score)


def _is_small(sheet: Frame, page: PageImage) -> bool:
    return max(sheet.width, sheet.height) < _SMALL_SHEET * max(page.width, page.height)


def _believable(sheet: Frame, lines: Sequence[TextLine]) -> bool:
    """Whether the edges found in a picture are those of the paper that the text stands on: all text inside, and running along them."""
    inside = [line for line in lines if _holds(sheet, line.polygon)]
    characters = sum(len(line.text) for line in lines)
    if not inside or sum(len(line.text) for line in inside) < _SHARE_ON_THE_SHEET * characters:
        return False
    angle = text_direction([replace(line, polygon=sheet.transform.polygon(line.polygon)) for line in inside])
    return abs(angle - 90 * round(angle / 90)) <= _ALONG_THE_EDGES


def _holds(sheet: Frame, polygon: Polygon) -> bool:
    x, y = sheet.transform.point(polygon.box.centre)
    return 0 <= x <= sheet.width and 0 <= y <= sheet.height


def _recognized(page: PageImage, frame: Frame, lines: Sequence[TextLine], codes: Sequence[QrCode]) -> RecognizedPage:
    angle = text_direction([replace(line, polygon=frame.transform.polygon(line.polygon)) for line in lines])
    quarter = 90.0 * round(angle / 90)
    level = level_frame(frame, quarter if abs(angle - quarter) <= _LEVEL_ENOUGH else angle)
    return RecognizedPage(page.number, level.outline, tuple(lines), tuple(codes), level.transform, level.width, level.height)
