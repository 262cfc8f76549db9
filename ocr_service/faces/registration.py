"""Print out of register: a form that an impact printer filled in while the paper sat rows too high or low, or half a column aside.

What was printed is one rigid piece. How far it stands off is told by the values whose form says which label they answer; the whole
print is then moved back, and everything else reads the form as if it had been fed straight.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import median

from models.document import RecognizedPage
from models.geometry import Box
from models.money import fold_words
from ocr_service.faces.bands import USUAL_PLACES, Bands, bands, heading_span, levelled
from ocr_service.faces.columns import MONEY, RATE
from ocr_service.faces.face import Face, Piece, halved, squeeze
from ocr_service.faces.labels import find_labels

_REACH_DOWN, _REACH_ASIDE = 5.0, 4.0
"""The farthest that print is looked for, in line heights: three rows of the form, half of its widest column."""
_AT_ONCE = 0.5
"""Values that stand as far off as each other, to this many line heights, stand off together."""
_LEAST = 0.9
"""Print that stands less far aside, in line heights, is read where it stands: some forms set rates and sums a little aside of headings."""
_FEWEST = 3
"""How many values must stand off together before they are believed."""
_GAP = 0.4
"""Between a label and its value, in line heights, as a rule."""
_TALL = 1.35
"""Code, number and title of the form itself are set in letters higher than this many line heights."""
_SUM_EDGES, _PRICE_EDGE = (0.8, 1.0), 0.642
"""Where amount and tax end, and where unit prices do, as shares of the table's width: numbers are set flush right."""
_SUM = re.compile(r"-?[¥￥]-?[\d,]+\.\d{2}")
_NAME = re.compile(r"[\u4e00-\u9fff()（）]{4,}(?:公司|[厂店部院社所局校]|中心|学校|大学|集团)")
_TAXPAYER = re.compile(r"(?=.*\d{6})[0-9A-Z]{14,20}")
_BANK = re.compile(r".*(?:银行|支行|分行|信用社|分理处|营业部).*\d{6,}")
_ADDRESS = re.compile(r"(?!.*(?:银行|支行|分行|信用社)).*[\u4e00-\u9fff].*[\d-]{7,}")
_DATE = re.compile(r"(?:.*年)?\d{1,2}月\d{1,2}日")
_ANSWERS: tuple[tuple[tuple[str, ...], Callable[[str], bool]], ...] = (
    (("name", "buyer_name", "seller_name"), lambda text: _NAME.fullmatch(text) is not None),
    (("tax_id", "buyer_tax_id", "seller_tax_id"), lambda text: _TAXPAYER.fullmatch(text) is not None),
    (("address_phone",), lambda text: _ADDRESS.fullmatch(text) is not None),
    (("bank_account",), lambda text: _BANK.fullmatch(text) is not None),
    (("issue_date",), lambda text: _DATE.fullmatch(text) is not None),
    (("total_words",), lambda text: len(text) >= 4 and len(fold_words(text)) >= 0.7 * len(text)),
    (("total_digits",), lambda text: _SUM.fullmatch(text) is not None),
)
"""Labels, and what a squeezed text looks like that answers them, be some of it misread under a seal or a label."""
_ALONE = re.compile(r"合?计?|[购销买售方密码区备注]{1,3}|[名称纳税人识别号地址、电话开户行及账:]{1,7}")
"""What stands by itself of the form's words: titles of its boxes, and labels that were read in pieces."""
_SEAL, _SEALED = 4.0, 4
"""Half the width, in line heights, of the oval seal below the title, and how many characters may be read of it at a time."""
_ONE_PRINT = re.compile(r"电子.{0,3}发[票栗]|电子[普专]")
"""Titles of invoices that were never filled in: form and values are drawn together, so none can stand off the other."""
_OF_THE_FORM = re.compile(r"发票|监制|税务|统一|[抵发记存][扣票账根]联|^N[oO0º°]")


@dataclass(frozen=True, slots=True)
class _Answer:
    """Label and value, as places among the face's pieces, and how far the value stands right of and below where it belongs.

    `right` is None where nobody can say: one of them was read with something else as one line, which was cut by its characters.
    """

    label: int
    value: int
    right: float | None
    down: float


@dataclass(frozen=True, slots=True)
class _Aside:
    """How far a value (by its number) stands right of where it belongs; sums are set flush right on some forms only, so not surely."""

    value: int
    right: float
    is_sure: bool = True


def form_face(page: RecognizedPage) -> Face:
    """The face of a VAT form with its rows level and its print in register."""
    return registered(levelled(Face.of(page)))


def registered(face: Face) -> Face:
    """The face with its print in register; itself where it stands where it belongs, as in a file's own text and on 电子发票 always."""
    if 2 * sum(piece.is_born_digital for piece in face.pieces) > len(face.pieces) or _is_one_print(face):
        return face
    answers = list(_answers(face))
    tolerance = _AT_ONCE * face.line_height
    down = most_answered([(answer.label, answer.value, answer.down) for answer in answers], tolerance, _FEWEST)
    level = _moved(face, 0.0, down) if down else face
    level_with = [answer for answer in answers if abs(answer.down - down) <= tolerance]
    beside = [_Aside(answer.value, answer.right) for answer in level_with if answer.right is not None]
    right = _most_aside([*beside, *_asides(level, bands(level))], face.line_height)
    return _moved(level, right, 0.0) if right else level


def _is_one_print(face: Face) -> bool:
    """Whether its title, above all labels of the parties, is that of an electronic invoice."""
    head = min((label.y for label in face.labels("tax_id", "name")), default=face.height)
    return any(piece.y < head and _ONE_PRINT.search(squeeze(piece.text)) for piece in face.pieces)


def most_answered(offsets: Sequence[tuple[int, int, float]], tolerance: float, fewest: int) -> float:
    """The offset under which most labels find a value of their own, if at least `fewest` do and two more than under none; else 0.

    Each of `offsets` is a label, a value (as numbers) and how far the value stands off.
    """
    best, most = 0.0, max(_answered(offsets, 0.0, tolerance) + 1, fewest - 1)
    for _, _, offset in offsets:
        count = _answered(offsets, offset, tolerance)
        if abs(offset) > tolerance and count > most:
            best, most = offset, count
    return median([offset for _, _, offset in offsets if abs(offset - best) <= tolerance]) if best else 0.0


def _answered(offsets: Sequence[tuple[int, int, float]], shift: float, tolerance: float) -> int:
    """How many labels have a value under this shift, no value counted for two."""
    near = [(label, value) for label, value, offset in offsets if abs(offset - shift) <= tolerance]
    return min(len({label for label, _ in near}), len({value for _, value in near}))


def _answers(face: Face) -> Iterator[_Answer]:
    """Every value that has the form of what a label asks for and stands within reach of it."""
    height = face.line_height
    for names, fits in _ANSWERS:
        values = [
            (place, piece)
            for place, piece in enumerate(face.pieces)
            if piece.label is None and not piece.is_vertical and fits(squeeze(piece.text))
        ]
        for number, label in enumerate(face.pieces):
            if label.label not in names:
                continue
            for place, value in values:
                right, down = value.box.left - label.box.right - _GAP * height, value.y - label.y
                if value.box.right > label.box.right and abs(right) <= _REACH_ASIDE * height and abs(down) <= _REACH_DOWN * height:
                    yield _Answer(number, place, None if _is_cut(label, face) or _is_cut(value, face) else right, down)


def _is_cut(piece: Piece, face: Face) -> bool:
    """Whether it is a part of a line, of whose ends nobody knows where they are to a character."""
    return any(line.box.contains(piece.box.centre) and len(line.text) > len(piece.text) + 1 for line in face.uncut)


def _most_aside(asides: Sequence[_Aside], line_height: float) -> float:
    """The offset to the right that most values have, each counted once; 0 unless more have it than have none, one surely among them."""

    def near(offset: float) -> list[_Aside]:
        return [aside for aside in asides if abs(aside.right - offset) <= _AT_ONCE * line_height]

    def heard(offset: float) -> int:
        return len({aside.value for aside in near(offset)})

    best = max((aside.right for aside in asides), key=heard, default=0.0)
    if heard(best) < _FEWEST or heard(best) <= heard(0.0) or not any(aside.is_sure for aside in near(best)):
        return 0.0
    right = median([aside.right for aside in near(best)])
    return right if abs(right) > _LEAST * line_height else 0.0


def _asides(face: Face, layout: Bands) -> Iterator[_Aside]:
    """Numbers of the table (counted from -1 down) and how far each stands right of where a column of its kind has it."""
    if not layout.is_common or layout.header is None:
        return
    places = dict(zip(layout.columns, USUAL_PLACES, strict=True))
    width = (layout.columns["tax_amount"] - layout.columns["name"]) / (places["tax_amount"] - places["name"])
    left, header = layout.columns["name"] - places["name"] * width, layout.header
    below = face.texts(lambda piece: header < piece.y < (layout.total or face.height) and not piece.is_vertical)
    for number, piece in enumerate(below, 1):
        text = squeeze(piece.text)
        asides = [_Aside(-number, piece.x - layout.columns["tax_rate"])] if RATE.fullmatch(text) else []
        if MONEY.fullmatch(text):
            columns = _SUM_EDGES if _SUM.fullmatch(text) else (*_SUM_EDGES, _PRICE_EDGE)
            asides = [_Aside(-number, piece.box.right - (left + edge * width), is_sure=False) for edge in columns]
        yield from (aside for aside in asides if abs(aside.right) <= _REACH_ASIDE * face.line_height)


def _moved(face: Face, right: float, down: float) -> Face:
    """The face with its print moved back by as much as it stands off."""
    head = min((label.y for label in face.labels("tax_id", "name")), default=0.0)
    header = bands(face).header
    parted = [part for piece in face.pieces for part in _without_headings(piece, face, header)]
    pieces = tuple(
        piece if _is_of_the_form(piece, face, head, header) else replace(piece, box=_back(piece.box, _room(piece, face, right), down))
        for piece in parted
    )
    uncut = tuple(replace(line, box=_back(line.box, right, down)) for line in face.uncut if find_labels(line.text)[0].start > 0)
    offset = (face.offset[0] + right, face.offset[1] + down)
    return replace(face, pieces=pieces, uncut=uncut, offset=offset)


def _room(piece: Piece, face: Face, right: float) -> float:
    """How far a piece is moved back to the left: not onto the label with which it was read as one line that was cut by its characters."""
    lines = [line for line in face.uncut if line.box.contains(piece.box.centre)]
    ends = [label.box.right for label in face.pieces if label.label and any(line.box.contains(label.box.centre) for line in lines)]
    before = [end for end in ends if end < piece.x]
    return min(right, max(0.0, piece.box.left - max(before))) if before else right


def _without_headings(piece: Piece, face: Face, header: float | None) -> Iterator[Piece]:
    """A piece in parts, where headings of the form and print on them were read as one line."""
    if header is None or piece.label is not None or abs(piece.y - header) > 0.8 * face.line_height:
        yield piece
        return
    start, end = heading_span(piece.text)
    if start > 0:
        before, piece = halved(piece, start)
        yield before
        yield from _without_headings(piece, face, header)
    elif 0 < end < len(piece.text):
        heading, rest = halved(piece, end)
        yield heading
        yield from _without_headings(rest, face, header)
    else:
        yield piece


def _is_of_the_form(piece: Piece, face: Face, head: float, header: float | None) -> bool:
    """Whether it is a label, a heading, a title, or what the form's printer put above and around its table."""
    text = squeeze(piece.text)
    if piece.label is not None or piece.is_vertical or _ALONE.fullmatch(text) or piece.box.height > _TALL * face.line_height:
        return True
    if header is not None and abs(piece.y - header) < 0.8 * face.line_height and heading_span(piece.text) == (0, len(piece.text)):
        return True
    if piece.y > head:
        return False
    in_the_seal = len(text) <= _SEALED and abs(piece.x - face.width / 2) < _SEAL * face.line_height
    return _OF_THE_FORM.search(text) is not None or in_the_seal


def _back(box: Box, right: float, down: float) -> Box:
    return Box(box.left - right, box.top - down, box.right - right, box.bottom - down)
