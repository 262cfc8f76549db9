"""A form whose print stands off its places read once more: the print alone, and the form alone, as far as their inks differ.

Print that slid over the form's own words and rules is torn where it meets them, and so are the labels. In colour they can be parted.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from rapidfuzz.distance import Levenshtein

from models.document import RecognizedPage, TextLine
from models.geometry import Point, Transform
from models.invoice import InvoiceKind
from ocr_service.evidence import ClassifiedPage, ExtractedInvoice
from ocr_service.faces.bands import heading_span
from ocr_service.faces.face import Face, fold, squeeze
from ocr_service.faces.labels import find_labels
from ocr_service.faces.registration import form_face
from ocr_service.page_image import FlatPage, PageImage
from ocr_service.ports import TextRecognizer
from ocr_service.stages.inks import two_inks
from ocr_service.stages.pieces import frame_of
from ocr_service.stages.rectification import flattened

_FILLED_IN = frozenset({InvoiceKind.VAT_SPECIAL, InvoiceKind.VAT_GENERAL})
"""Kinds whose form is printed before an impact printer fills it in."""
_VALUE = re.compile(r"[¥￥\d,.%年月日*<>/+-]{3,}|[0-9A-Z]{15,20}")
"""Print that a form's own words never look like."""
_TALL = 1.35
"""Higher than this many line heights are the form's own code and number."""
_SAME = 0.5
"""Share of the smaller of two lines that lies in the other from which both may be one."""
_ALIKE = 0.4
"""Share of the characters of the same print that two readings of it have in common, at least."""
_HEARD = 0.6
"""Confidence below which a reading says nothing: what is left of the other ink."""


class ReadApart(NamedTuple):
    """The page's picture with the print alone, and the face's lines as they were read from print and form alone."""

    page: PageImage
    classified: ClassifiedPage


def read_apart(recognizer: TextRecognizer, page: PageImage, extracted: ExtractedInvoice) -> ReadApart | None:
    """The print and the form of an invoice read each alone; None where the print stands in its places, or has the colour of the form.

    Raises:
        RecognitionFailed: the engine broke.
    """
    piece = extracted.classified.page
    if extracted.classified.kind not in _FILLED_IN or not (_is_off(extracted.print_offset) or _lacks_its_date(extracted)):
        return None
    face = Face.of(piece)
    form = [word.polygon for word in face.pieces if word.label is not None or _is_heading(word.text)]
    values = face.texts(lambda value: _VALUE.fullmatch(squeeze(value.text)) is not None and value.box.height < _TALL * face.line_height)
    inks = two_inks(page.pixels, form, [value.polygon for value in values])
    if inks is None:
        return None
    alone = replace(page, pixels=inks.print)
    own = [line for line in _lines(recognizer, replace(page, pixels=inks.form), piece) if _is_known(line, piece, face)]
    apart = _distinct(_lines(recognizer, alone, piece), own)
    others = [line for line in piece.lines if not any(_share(line, other) > _SAME for other in apart)]
    told = replace(extracted.classified, page=replace(piece, lines=(*apart, *others)))
    return ReadApart(alone, told) if _is_off(form_face(told.page).offset) else None


def _is_off(offset: Point) -> bool:
    return offset != (0.0, 0.0)


def _lacks_its_date(extracted: ExtractedInvoice) -> bool:
    """Whether nobody read the whole of the date, its year's first digits too, as where print slid sideways over its label.

    Of 60 drawn forms with print off its places five were not seen to be until their inks were parted: all lack their dates. What else a
    form lacks was hard to read, and is no better read for being parted.
    """
    return not any(entry.value and entry.value[:4] in (entry.raw or "") for entry in extracted.candidates.get("issue_date", ()))


def _lines(recognizer: TextRecognizer, page: PageImage, piece: RecognizedPage) -> list[TextLine]:
    """What is read in a piece of a picture, in the original frame."""
    flat = flattened(FlatPage(page, page.pixels, Transform(), piece.polygon), frame_of(piece))
    back = flat.to_flat.inverse()
    return [replace(line, polygon=back.polygon(line.polygon)) for line in recognizer.recognize(flat.pixels)]


def _is_heading(text: str) -> bool:
    return heading_span(text) == (0, len(text))


def _is_known(line: TextLine, piece: RecognizedPage, face: Face) -> bool:
    """Whether a line of the form's ink says what forms say; others are words that were torn by the print on them, and splinters of it."""
    box = piece.to_flat.polygon(line.polygon).box
    is_title = box.height > _TALL * face.line_height
    return is_title or bool(find_labels(fold(line.text))) or _is_heading(fold(line.text))


def _distinct(printed: Sequence[TextLine], own: Sequence[TextLine]) -> list[TextLine]:
    """Print and form without what shows in both, as ink of a third colour does: of such a line the surer reading."""
    lines = sorted((line for line in (*printed, *own) if line.confidence >= _HEARD), key=lambda line: -line.confidence * len(line.text))
    kept: list[TextLine] = []
    for line in lines:
        if not any(_share(line, other) > _SAME and _alike(line.text, other.text) for other in kept):
            kept.append(line)
    return kept


def _alike(one: str, other: str) -> bool:
    return Levenshtein.normalized_similarity(squeeze(one), squeeze(other)) >= _ALIKE


def _share(line: TextLine, other: TextLine) -> float:
    """How much of the smaller line lies in the other."""
    one, two = line.polygon.box, other.polygon.box
    across = min(one.right, two.right) - max(one.left, two.left)
    down = min(one.bottom, two.bottom) - max(one.top, two.top)
    return max(0.0, across) * max(0.0, down) / max(1.0, min(one.width * one.height, two.width * two.height))
