"""The roll (卷票): a narrow strip with one label a row."""

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from models.invoice import LineItem
from models.money import format_amount, parse_amount, parse_words
from ocr_service.evidence import Candidate
from ocr_service.faces.bands import rows
from ocr_service.faces.face import Face, Piece, chinese_brackets, joined, printed, squeeze
from ocr_service.faces.parties import read_taxpayer_id
from ocr_service.faces.table import repointed

_ASKEW = 2.2
"""Print that takes more line heights than this lies askew: it is of another sheet."""
_GAP = 3.0
_OF_A_COLUMN = 2
"""Characters that a row of an upright column has at most."""
_LONG = re.compile(r"[0-9A-Z]{9,}")
"""A taxpayer id of the seal, a code: neither names nor numbers of a row are so long."""
_SUM = re.compile(r"[¥￥]?-?[\d,]+\.\d{2}")


def roll_parties(face: Face) -> dict[str, tuple[Candidate, ...]]:
    """Names behind their labels; each taxpayer id belongs to the party named right above it."""
    found: dict[str, tuple[Candidate, ...]] = {}
    names = [label for label in face.labels("seller_name", "buyer_name") if label.label is not None]
    for label in names:
        row = _row(face, label)
        if row and label.label is not None:
            row = [piece for piece in row if read_taxpayer_id(piece.text) is None] or row
            text = joined(row) + "".join(piece.text for piece in _continuation(face, label, row[0]))
            value = chinese_brackets(squeeze(text))
            found.setdefault(label.label, (printed(value, row, text),))
    for label in face.labels("tax_id"):
        row, party = _row(face, label), _party_above(face, label)
        if row and party is not None:
            candidate = printed(read_taxpayer_id(joined(row)), row)
            found.setdefault(f"{party}_tax_id", (candidate,))
    return found


def _party_above(face: Face, label: Piece) -> str | None:
    """Whose block a label stands in; behind any other label than a name that of the next name may have been lost."""
    above = [piece for piece in face.pieces if piece.label is not None and piece.y < label.y + 0.5 * face.line_height]
    last = max((piece for piece in above if piece is not label), key=lambda piece: piece.y, default=None)
    return None if last is None else {"seller_name": "seller", "buyer_name": "buyer"}.get(last.label or "")


def roll_totals(face: Face) -> dict[str, tuple[Candidate, ...]]:
    """合计金额 in digits and in words; a roll shows the amount with tax only."""
    found: dict[str, tuple[Candidate, ...]] = {}
    for label in face.labels("total_digits"):
        row = _row(face, label)
        amount = parse_amount(joined(row)) if row else None
        if row:
            value = None if amount is None else format_amount(amount)
            found["tax_inclusive_amount"] = (printed(value, row),)
    for label in face.labels("total_words"):
        row = _row(face, label)
        if row:
            text = squeeze(joined(row))
            value = text if parse_words(text) is not None else None
            found["tax_inclusive_amount_in_words"] = (printed(value, row, text),)
    return found


def roll_items(face: Face) -> tuple[LineItem, ...]:
    """Rows between the headings 项目 … 金额 and the first total: name at the left, amount at the right, price and quantity between."""
    lines = _lines_of_items(face)
    if lines is None:
        return ()
    between = face.lines_between(*lines)
    found: list[LineItem] = []
    level = [piece for piece in between if not piece.is_vertical and piece.box.height < _ASKEW * face.line_height]
    for row in rows(level, 0.5 * face.line_height):
        item = _item(row, _GAP * face.line_height)
        if item is not None and row[-1].x > 0.5 * face.width:
            found.append(item)
    return tuple(found)


def within_the_strip(face: Face) -> Face:
    """The face without what is set upright, character below character, in the margins: outside its labels and its longer prints."""
    lefts = [piece.box.left for piece in face.pieces if piece.label is not None]
    rights = [piece.box.right for piece in face.pieces if len(squeeze(piece.text)) > _OF_A_COLUMN and not piece.is_vertical]
    if not lefts or not rights:
        return face
    left, right = min(lefts), max(rights)
    return replace(
        face,
        pieces=tuple(
            piece for piece in face.pieces if len(squeeze(piece.text)) > _OF_A_COLUMN or (piece.box.right > left and piece.box.left < right)
        ),
    )


def outside_the_items(face: Face) -> Face:
    """The face without its rows of goods, whose names may be words of labels."""
    lines = _lines_of_items(face)
    if lines is None:
        return face
    top, bottom = lines
    return replace(face, pieces=tuple(piece for piece in face.pieces if piece.is_vertical or not top < piece.y < bottom))


def _lines_of_items(face: Face) -> tuple[float, float] | None:
    heads = [piece for piece in face.texts() if squeeze(piece.text) in {"项目", "项目名称"}]
    ends = face.labels("total_digits", "total_words")
    return (heads[0].box.bottom, ends[0].box.top) if heads and ends else None


def _item(row: Sequence[Piece], gap: float) -> LineItem | None:
    """A name, then price, quantity and amount, of which any may be lost; only an amount or a price ends in two decimals.

    A name is set close: what follows after more than `gap` pixels and is no number is of a seal.
    """
    row = _set_close([replace(piece, text=repointed(piece.text)) for piece in row], gap)
    words = [word for piece in row for word in piece.text.split() if not _LONG.fullmatch(word)]
    first = next((place for place, word in enumerate(words) if parse_amount(word) is not None), len(words))
    name = squeeze("".join(words[:first]))
    numbers = [word for word in words[first:] if parse_amount(word) is not None]
    if not name or not numbers:
        return None
    return _with_numbers(name, numbers)


def _set_close(row: Sequence[Piece], gap: float) -> list[Piece]:
    """The pieces of a row that are numbers or follow the one before them within `gap` pixels."""
    kept: list[Piece] = []
    end: float | None = None
    for piece in row:
        if not end or piece.box.left - end < gap or parse_amount(piece.text):
            kept.append(piece)
        end = piece.box.right
    return kept


def _with_numbers(name: str, numbers: Sequence[str]) -> LineItem | None:
    """The item whose price, quantity and amount these are, as far as their forms tell which is which."""
    values = [str(parse_amount(word)) for word in numbers]
    match [bool(_SUM.fullmatch(word)) for word in numbers]:
        case [True, _, True]:
            return LineItem(name=name, unit_price=values[0], quantity=values[1], amount=values[2])
        case [True, True] if _is_a_multiple(values[1], values[0]):
            return LineItem(name=name, unit_price=values[0], amount=values[1])
        case [False, True]:
            return LineItem(name=name, quantity=values[0], amount=values[1])
        case [*_, True]:
            return LineItem(name=name, amount=values[-1])
        case [False]:
            return LineItem(name=name, quantity=values[0])
        case _:
            return None


def _is_a_multiple(amount: str, price: str) -> bool:
    """Whether an amount is a whole number of pieces at a price."""
    return bool(Decimal(price)) and Decimal(amount) % Decimal(price) == 0


def _continuation(face: Face, label: Piece, first: Piece) -> list[Piece]:
    """The lines that a long name runs on to: below it, from its own left edge, above the next label."""
    below = [other.y for other in face.pieces if other.label is not None and other.y > label.y + 0.6 * face.line_height]
    bottom = min(below, default=label.y) - 0.5 * face.line_height
    left = first.box.left
    below_it = face.texts(lambda piece: first.box.bottom - 2 < piece.y < bottom and abs(piece.box.left - left) < face.line_height)
    return [piece for piece in below_it if read_taxpayer_id(piece.text) is None]


def _row(face: Face, label: Piece) -> list[Piece]:
    return face.right_of(label, reach=0.9, slack=0.7)
