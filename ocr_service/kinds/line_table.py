"""Line items of a plain table: one row of headings, each cell under its own; no ruling, no taxes."""

import re
from collections.abc import Sequence
from dataclasses import replace

from models.invoice import LineItem
from models.money import parse_amount
from ocr_service.faces.bands import rows
from ocr_service.faces.face import Face, Piece, chinese_brackets, squeeze

_HEADINGS = {
    "name": r"(?:开票|经营|收费|服务|商品|货物)?(?:项目|品名|名称|货物)(?:名称|说明|内容)?",
    "specification": r"规格(?:型号)?|型号",
    "unit": r"(?:计量)?单位|数量/单位",
    "quantity": r"数量",
    "unit_price": r"单价(?:\(元\))?|标准",
    "amount": r"金额(?:\(元\))?|小计|价款",
}
_NUMBERS = frozenset({"quantity", "unit_price", "amount"})
_END = re.compile(r"合计|小写|大写|总计|备注|收款|开票|税控码|复核")
_Cell = tuple[float, str]
"""The middle of a word, across, and the word."""


def line_items(face: Face) -> tuple[LineItem, ...]:
    """The rows between the headings and the totals; none where the headings stand there twice (two tables side by side)."""
    header = _header(face)
    if header is None:
        return ()
    level, columns = header
    ends = [piece.y for piece in face.pieces if piece.y > level + 0.6 * face.line_height and _END.match(squeeze(piece.text))]
    bottom = min(ends, default=face.height) - 0.4 * face.line_height
    body = [piece for piece in face.pieces if level + 0.6 * face.line_height < piece.y < bottom and not piece.is_vertical]
    items: list[LineItem] = []
    for row in rows(body, 0.45 * face.line_height):
        cells = _cells(row, columns)
        item = _item(cells)
        if item is not None:
            items.append(item)
        elif items and set(cells) == {"name"} and _overlaps(row, columns["name"], face):
            items[-1] = replace(items[-1], name=(items[-1].name or "") + _text(cells["name"]))
    return tuple(items)


def _header(face: Face) -> tuple[float, dict[str, float]] | None:
    """The headings' height and the middle of each; name and amount at least."""
    for anchor in face.pieces:
        if not re.fullmatch(_HEADINGS["amount"], _bare(anchor)):
            continue
        row = [piece for piece in face.pieces if abs(piece.y - anchor.y) < 0.7 * face.line_height]
        found: list[tuple[str, float]] = []
        for piece in row:
            found += [(key, piece.x) for key, pattern in _HEADINGS.items() if re.fullmatch(pattern, _bare(piece))]
        columns = dict(found)
        if {"name", "amount"} <= set(columns) and len(columns) == len(found):
            return anchor.y, columns
    return None


def _bare(piece: Piece) -> str:
    return squeeze(piece.text).strip(":;")


def _cells(row: Sequence[Piece], columns: dict[str, float]) -> dict[str, list[str]]:
    """The words of a row under the headings that they stand nearest to; a number never under a name, nor a name under a number."""
    found: dict[str, list[str]] = {}
    for x, word in _words(row):
        is_number = parse_amount(word) is not None
        fitting = {key: place for key, place in columns.items() if (key in _NUMBERS) == is_number} or columns
        key = min(fitting, key=lambda key: abs(fitting[key] - x))
        found.setdefault(key, []).append(word)
    return found


def _words(row: Sequence[Piece]) -> list[_Cell]:
    cells: list[_Cell] = []
    for piece in row:
        start = 0
        for word in piece.text.split():
            start = piece.text.index(word, start)
            share = (start + len(word) / 2) / len(piece.text)
            cells.append((piece.box.left + share * piece.box.width, word))
            start += len(word)
    return sorted(cells)


def _item(cells: dict[str, list[str]]) -> LineItem | None:
    """One item; None where the amount or the name is missing, or a number's cell holds two."""
    numbers = {key: words for key, words in cells.items() if key in _NUMBERS}
    if "amount" not in cells or "name" not in cells or any(len(words) != 1 for words in numbers.values()):
        return None
    texts = {key: _text(words) for key, words in cells.items() if key not in _NUMBERS}
    amounts = {key: str(parse_amount(words[0])) for key, words in numbers.items()}
    return LineItem(**texts, **amounts)


def _text(words: Sequence[str]) -> str:
    return chinese_brackets("".join(words))


def _overlaps(row: Sequence[Piece], middle: float, face: Face) -> bool:
    return all(piece.box.left - face.line_height <= middle <= piece.box.right + 4 * face.line_height for piece in row)
