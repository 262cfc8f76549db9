"""Line items of a plain table: one row of headings, each cell under its own; no ruling, no taxes.

Receipts of hospitals and public bodies print two such tables side by side, with the same headings over each; 数量/单位 has both in one
cell (2/次), and columns that no item keeps (项目编码, 备注) take their words away from the others.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from models.geometry import Box
from models.invoice import LineItem
from models.money import parse_amount
from ocr_service.faces.bands import rows
from ocr_service.faces.face import Face, Piece, chinese_brackets, fold, squeeze

_HEADINGS = {
    "name": r"(?:开票|经营|收费|服务|商品|货物)?(?:项目|品名|名称|货物)(?:名称|说明|内容|/?规格)?",
    "specification": r"规格(?:型号)?|型号",
    "both": r"数量/单位|单位/数量",
    "unit": r"(?:计量)?单位",
    "quantity": r"数量",
    "unit_price": r"单价(?:\(元\))?|(?:收费)?标准(?:\(元\))?",
    "amount": r"金额(?:\(元\))?|小计|价款",
    "unkept": r"(?:项目|收费|执收)?编码|项目代码|编号|序号|备注|等级|医保等级|类别|费用类别|自付比例|统筹|税率",
}
_NUMBERS = frozenset({"quantity", "unit_price", "amount"})
_HOLDS_NUMBERS = _NUMBERS | {"both", "unkept"}
_HOLDS_TEXTS = frozenset(_HEADINGS) - _NUMBERS
_END = re.compile(
    r"\(?(?:(?:金额)?合计|小写|大写|总计)(?![\u4e00-\u9fff])|(?:金额)?(?:合计|总计)(?:金额|人民币|大写|小写|[零壹贰叁肆伍陆柒捌玖])"
    r"|备注|(?:收款|开票)(?:人|员|单位|方|日期|[::]|$)|税控码|复核|其他信息"
)
"""What begins a row below the table; goods that are called so have a price."""
_BOTH = re.compile(r"(-?\d+(?:\.\d+)?)(?:/|(?=[\u4e00-\u9fff]))([\u4e00-\u9fffA-Za-z]{0,4})")
_TALL = 1.5
"""From this height on, in line heights, a print is several rows of single characters that were read as one line downwards."""
_GAP = 4.0
"""The widest gap between the characters of a heading, in line heights."""
_Cell = tuple[float, str]
"""The middle of a word, across, and the word."""


@dataclass(frozen=True, slots=True)
class _Table:
    """Columns by the middle of their headings, across, from `left` to `right`; pixels of the flat frame."""

    columns: Mapping[str, float]
    left: float
    right: float


def line_items(face: Face) -> tuple[LineItem, ...]:
    """The rows between the headings and the totals, row by row, in every table that stands under them."""
    header = _header(face)
    if header is None:
        return ()
    level, tables = header
    below = [piece for piece in face.pieces if piece.y > level + 0.6 * face.line_height]
    ends = [piece.y for piece in below if _END.match(squeeze(piece.text)) and not _is_goods(piece, below, tables, face.line_height)]
    bottom = min(ends, default=face.height) - 0.4 * face.line_height
    body = _apart([piece for piece in face.pieces if level + 0.6 * face.line_height < piece.y < bottom], face.line_height)
    items: list[tuple[int, LineItem]] = []
    for row in rows(body, 0.45 * face.line_height):
        for place, table in enumerate(tables):
            _add_row(items, place, [piece for piece in row if table.left <= piece.x < table.right], table, face)
    return tuple(item for _, item in items)


def _is_goods(piece: Piece, below: Sequence[Piece], tables: Sequence[_Table], line_height: float) -> bool:
    """Whether a print is the whole name of goods, which have what they cost."""
    table = next((table for table in tables if table.left <= piece.x < table.right), None)
    if table is None:
        return False
    row = [other for other in below if abs(other.y - piece.y) < 0.45 * line_height and table.left <= other.x < table.right]
    item = _item(_cells(sorted(row, key=lambda other: other.x), table.columns))
    return item is not None and item.unit_price is not None and item.name == chinese_brackets(squeeze(piece.text))


def _add_row(items: list[tuple[int, LineItem]], place: int, row: Sequence[Piece], table: _Table, face: Face) -> None:
    """The item of a row of a table; a name alone goes on with that of the item above it."""
    cells = _cells(row, table.columns)
    item = _item(cells)
    if item is not None:
        items.append((place, item))
        return
    above = next((number for number in reversed(range(len(items))) if items[number][0] == place), None)
    if above is not None and set(cells) == {"name"} and _overlaps(row, table.columns["name"], face):
        before = items[above][1]
        items[above] = place, replace(before, name=(before.name or "") + _text(cells["name"]))


def _header(face: Face) -> tuple[float, tuple[_Table, ...]] | None:
    """The headings' height and the tables under them; name and amount at least in each."""
    for anchor in sorted(face.pieces, key=lambda piece: (piece.y, piece.x)):
        if not re.fullmatch(_HEADINGS["amount"], _bare(anchor)):
            continue
        row = [piece for piece in face.pieces if abs(piece.y - anchor.y) < 0.7 * face.line_height and not piece.is_vertical]
        if tables := _tables(_headings(sorted(row, key=lambda piece: piece.x), _GAP * face.line_height), face.width):
            return anchor.y, tables
    return None


def _headings(row: Sequence[Piece], gap: float) -> list[tuple[str, Box]]:
    """The headings of a row, from left to right; one whose characters stand far apart may have come in two (单 … 位)."""
    found: list[tuple[str, Box]] = []
    place = 0
    while place < len(row):
        pair = row[place : place + 2]
        if len(pair) == 2 and pair[1].box.left - pair[0].box.right < gap and (key := _heading(_bare(pair[0]) + _bare(pair[1]))):
            found.append((key, pair[0].box.union(pair[1].box)))
            place += 2
            continue
        if key := _heading(_bare(row[place])):
            found.append((key, row[place].box))
        place += 1
    return found


def _heading(text: str) -> str | None:
    return next((key for key, pattern in _HEADINGS.items() if re.fullmatch(pattern, text)), None)


def _tables(headings: Sequence[tuple[str, Box]], width: float) -> tuple[_Table, ...]:
    """Headings parted where one comes again; none unless every part has a name and an amount."""
    parts: list[list[tuple[str, Box]]] = [[]]
    for key, box in headings:
        if key != "unkept" and any(key == other for other, _ in parts[-1]):
            parts.append([])
        parts[-1].append((key, box))
    if not all({"name", "amount"} <= {key for key, _ in part} for part in parts):
        return ()
    edges = [(one[-1][1].right + two[0][1].left) / 2 for one, two in pairwise(parts)]
    bounds = zip([0.0, *edges], [*edges, max(width, headings[-1][1].right) + 1], strict=True)
    return tuple(_Table(_columns(part), left, right) for part, (left, right) in zip(parts, bounds, strict=True))


def _columns(headings: Sequence[tuple[str, Box]]) -> dict[str, float]:
    """The middle of each column; those that no item keeps are numbered."""
    return {f"unkept{number}" if key == "unkept" else key: box.centre[0] for number, (key, box) in enumerate(headings)}


def _bare(piece: Piece) -> str:
    return squeeze(fold(piece.text)).strip(":;")


def _apart(pieces: Sequence[Piece], height: float) -> list[Piece]:
    """Print that ran down a column as one line is parted into its characters, where each has about the room of one row."""
    apart: list[Piece] = []
    for piece in pieces:
        characters = squeeze(piece.text)
        if not piece.is_vertical:
            apart.append(piece)
        elif len(characters) > 1 and _TALL * height <= piece.box.height and 0.8 < piece.box.height / len(characters) / height < 1.8:
            step = piece.box.height / len(characters)
            for number, character in enumerate(characters):
                top = piece.box.top + number * step
                apart.append(replace(piece, text=character, box=Box(piece.box.left, top, piece.box.right, top + step), choices=()))
    return apart


def _cells(row: Sequence[Piece], columns: Mapping[str, float]) -> dict[str, list[str]]:
    """The words of a row under their headings: in the order of the columns, as near to them as can be, two in one only where need be.

    A number never stands under a name, nor a name under a number.
    """
    ordered = sorted(columns.items(), key=lambda entry: entry[1])
    shared = max((place for _, place in ordered), default=0.0) - min((place for _, place in ordered), default=0.0)
    # For each column the cheapest way to have put the words so far, the last of them there.
    ways: list[tuple[float, tuple[str, ...]]] = [(0.0, ())]
    for x, word in _words(row):
        holds = _HOLDS_NUMBERS if parse_amount(word) is not None else _HOLDS_TEXTS
        longer: list[tuple[float, tuple[str, ...]]] = []
        for key, middle in ordered:
            if key.rstrip("0123456789") not in holds and any(other.rstrip("0123456789") in holds for other, _ in ordered):
                continue
            before = [way for way in ways if not way[1] or columns[way[1][-1]] <= middle]
            costs = [(cost + abs(middle - x) + (shared / 4 if keys[-1:] == (key,) else 0.0), (*keys, key)) for cost, keys in before]
            if costs:
                longer.append(min(costs))
        ways = longer or ways
    found: dict[str, list[str]] = {}
    for key, (_, word) in zip(min(ways)[1], _words(row), strict=False):
        if not key.startswith("unkept"):
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


def _item(cells: Mapping[str, Sequence[str]]) -> LineItem | None:
    """One item; None where the amount or the name is missing, or a number's cell holds two."""
    numbers = {key: words for key, words in cells.items() if key in _NUMBERS}
    if "amount" not in cells or "name" not in cells or any(len(words) != 1 for words in numbers.values()):
        return None
    texts = {key: _text(words) for key, words in cells.items() if key not in _NUMBERS and key != "both"}
    amounts = {key: str(parse_amount(words[0])) for key, words in numbers.items()}
    return LineItem(**_quantity_and_unit(cells.get("both", ())) | texts | amounts)


def _quantity_and_unit(words: Sequence[str]) -> dict[str, str]:
    """Both halves of a cell such as 2/次 or 1.00项; a number alone is the quantity."""
    text = squeeze(fold("".join(words)))
    if parse_amount(text) is not None:
        return {"quantity": text}
    both = _BOTH.fullmatch(text)
    return {} if both is None else {"quantity": both[1], **({"unit": both[2]} if both[2] else {})}


def _text(words: Sequence[str]) -> str:
    return chinese_brackets("".join(words))


def _overlaps(row: Sequence[Piece], middle: float, face: Face) -> bool:
    return all(piece.box.left - face.line_height <= middle <= piece.box.right + 4 * face.line_height for piece in row)
