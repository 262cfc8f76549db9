"""Names of line items read once more from a longer cut: the star in front and the bracket behind are lost when text is cut out tightly."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from models.geometry import Box
from models.invoice import LineItem
from ocr_service.evidence import ExtractedInvoice
from ocr_service.faces.bands import bands
from ocr_service.faces.face import Piece, chinese_brackets, fold, squeeze
from ocr_service.faces.item_names import has_stars, starred, without_signs
from ocr_service.faces.registration import form_face
from ocr_service.page_image import PageImage
from ocr_service.ports import TextRecognizer
from ocr_service.stages.cell_print import closing_bracket_in
from ocr_service.stages.pieces import with_rim
from ocr_service.stages.seal_ink import places_in_their_light

_ROOM = (0.8, 0.9)
"""Paper taken in before and behind a name, in heights of its line."""
_HEARD = 0.7
"""Confidence below which a second reading of a name says nothing."""
_BRACKETS = "（）"


def with_names_read_again(recognizer: TextRecognizer, page: PageImage, extracted: ExtractedInvoice) -> ExtractedInvoice:
    """The invoice with the stars and brackets of its names that a second reading sees; no other character is changed.

    Raises:
        RecognitionFailed: the engine broke.
    """
    asked = [(number, piece) for number, item in enumerate(extracted.items) for piece in _pieces(extracted, item)]
    if not asked:
        return extracted
    items = list(extracted.items)
    places = [with_rim(piece.polygon, 0.0, before=_ROOM[0], behind=_ROOM[1]) for _, piece in asked]
    for pixels, numbers in places_in_their_light(page.pixels, places):
        for place, line in zip(numbers, recognizer.reread(pixels, [places[place] for place in numbers]), strict=True):
            row, before = asked[place][0], _plain(asked[place][1].text)
            name = items[row].name or ""
            after = _better(before, _plain(line.text), is_first=_starts(name, before)) if line.confidence >= _HEARD else None
            if after is not None:
                items[row] = replace(items[row], name=_replaced(name, before, after))
    return replace(extracted, items=_closed(page, extracted, items))


def _closed(page: PageImage, extracted: ExtractedInvoice, items: Sequence[LineItem]) -> tuple[LineItem, ...]:
    """The rows, with the bracket that closes a name where it stands alone on the line below."""
    closed = list(items)
    for number, item in enumerate(items):
        name = item.name or ""
        last = [piece for piece in _pieces(extracted, item) if name.endswith(_plain(piece.text))]
        if not last or name.count(_BRACKETS[0]) - name.count(_BRACKETS[1]) != 1:
            continue
        piece, height = extracted.classified.page, last[-1].box.height
        box = piece.to_flat.polygon(last[-1].polygon).box
        below = Box(box.left - 0.4 * height, box.bottom - 0.1 * height, box.left + 1.4 * height, box.bottom + 1.3 * height)
        if closing_bracket_in(page, piece, below, box.centre[1] + 1.2 * height, height):
            closed[number] = replace(item, name=name + _BRACKETS[1])
    return tuple(closed)


def _pieces(extracted: ExtractedInvoice, item: LineItem) -> Iterator[Piece]:
    """The prints that make up a name that seems to lack something."""
    name = item.name or ""
    if not name or (has_stars(name) and _is_balanced(name)) or "清单" in name:
        return
    face = form_face(extracted.classified.page)
    layout = bands(face)
    if layout.header is None or "name" not in layout.columns:
        return
    header, bottom = layout.header, layout.subtotal or layout.total or face.height
    for piece in face.texts(lambda piece: header < piece.y < bottom and not piece.is_vertical):
        text = without_signs(_plain(piece.text))
        if len(text) >= 2 and text in without_signs(name) and piece.box.left < layout.columns["name"]:
            yield piece


def _plain(text: str) -> str:
    return chinese_brackets(squeeze(fold(text)))


def _starts(name: str, part: str) -> bool:
    return without_signs(name).startswith(without_signs(part))


def _better(before: str, after: str, *, is_first: bool) -> str | None:
    """The second reading of a part of a name where it differs in stars or brackets alone, and has more of them; else None."""
    if is_first:
        after = starred(after, is_usual=True)
    plain = [without_signs(text).translate(dict.fromkeys(map(ord, _BRACKETS))) for text in (before, after)]
    if plain[0] != plain[1]:
        return None
    more_stars = is_first and has_stars(after) and not has_stars(starred(before, is_usual=True))
    more_brackets = sum(after.count(bracket) for bracket in _BRACKETS) > sum(before.count(bracket) for bracket in _BRACKETS)
    keeps_stars = not is_first or has_stars(after) or not has_stars(starred(before, is_usual=True))
    return after if more_stars or (more_brackets and keeps_stars) else None


def _replaced(name: str, before: str, after: str) -> str:
    """The name with one of its parts read anew; its stars may have been set already."""
    known = starred(before, is_usual=True)
    if known in name:
        return name.replace(known, after, 1)
    return name.replace(before, after, 1)


def _is_balanced(name: str) -> bool:
    return name.count(_BRACKETS[0]) == name.count(_BRACKETS[1])
