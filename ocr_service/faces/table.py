"""The line items: pieces between header and 合计, put into rows by their amounts and into columns by place and form."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median

from models.invoice import LineItem
from models.money import parse_amount
from ocr_service.faces.bands import Bands
from ocr_service.faces.columns import MONEY, NUMBER, RATE, Cell, are_of_goods, item_of
from ocr_service.faces.face import Face, Piece, fold, halved, squeeze
from ocr_service.faces.item_names import with_starred_names

_TORN_DECIMAL = re.compile(r"(?<=\d)\. +(?=\d)")
"""A point is so little ink that the digits behind it are read as another word."""
_MISREAD_SUM = re.compile(r"(?P<minus>[~～–—−]?)(?P<yuan>\d{1,12}|\d{1,3}(?:,\d{3})+)[.,](?P<fen>\d{2})")
"""A minus may be read as a wave, a point as a comma."""
_NAME_AT, _NAME_TO_TAX, _SLACK = 0.128, 0.797, 0.04
"""Middle of the first column, distance from there to the middle of the last, and room for print that slid: shares of the table's width."""
_NONE = "无"
_HALF_A_SPECIFICATION = 0.66
"""From the middle of 规格型号 to where it begins, as a share of the way to the middle of 单位."""
_DIGIT = re.compile(r"\d")
_NO_CELLS = frozenset({"合", "计", "合计", "一", "-", "—", "_", "|", "丨", "I"})
"""The row below, and pieces of the form's ruling, where no name begins: 设 may be followed by 计 on the next line."""
_SUMS = frozenset({"小计", "合计", "总计", "小", "合", "总"})
"""What a row is called that repeats the sum of those above it; its second character may be lost where they stand far apart."""

_FEWEST_ADDED = 2


@dataclass(frozen=True, slots=True)
class TableRow:
    """A line item and the middle of its amount, in pixels from the face's top."""

    y: float
    item: LineItem


def items(face: Face, layout: Bands) -> tuple[LineItem, ...]:
    """The table's rows from top to bottom; empty when no header was found."""
    return with_starred_names([row.item for row in table_rows(face, layout)])


def table_rows(face: Face, layout: Bands) -> tuple[TableRow, ...]:
    """The table's rows with their heights, names as they were read."""
    if layout.header is None or "amount" not in layout.columns:
        return ()
    header = layout.header
    ends = (layout.second, layout.subtotal if layout.subtotal is not None else layout.total)
    bottom = min((end for end in ends if end is not None), default=face.height)
    if ends == (None, None):
        pieces = face.texts(lambda piece: header + 0.55 * face.line_height < piece.y)
    else:
        pieces = face.lines_between(header + 0.55 * face.line_height, bottom - 0.55 * face.line_height)
    left, right = _edges(layout, face.width)
    pieces = [piece for piece in pieces if piece.box.right > left and piece.box.left < right]
    pieces = [part for piece in _without_ruling(pieces, layout, face.line_height) for part in _parted(piece, layout)]
    pieces = [replace(piece, text=repointed(piece.text)) for piece in pieces]
    anchors = _anchors(pieces, layout, face.line_height)
    if not anchors:
        return ()
    # Print that runs down the edges (which copy, who printed the form) is no cell; units of several rows read as one line are.
    height = face.line_height
    pieces = [piece for piece in pieces if not piece.is_vertical or _is_a_column_of_units(piece, anchors, height)]
    cells = [cell for piece in pieces for cell in _cells(piece, anchors, face.line_height)]
    table: list[TableRow] = []
    for row in _rows(cells, anchors, face.line_height):
        amounts = [cell.y for cell in row if _is_anchor(cell.text, cell.right, layout)]
        table = _append(table, item_of(row, layout.columns), amounts[0] if amounts else None)
    return _without_sums(table)


def _without_sums(table: Sequence[TableRow]) -> tuple[TableRow, ...]:
    """The rows without those that say the sum of others once more; goods may be called 小计, but have what no sum has."""
    kept: list[TableRow] = []
    since_last: list[TableRow] = []
    for row in table:
        if _is_called_sum(row.item) and (_repeats(row, kept) or _repeats(row, since_last) or not _is_of_goods(row.item)):
            since_last = []
            continue
        kept.append(row)
        since_last.append(row)
    return tuple(kept)


def _is_called_sum(item: LineItem) -> bool:
    return squeeze(item.name or "").strip(":：") in _SUMS


def _is_of_goods(item: LineItem) -> bool:
    return any((item.specification, item.unit, item.quantity, item.unit_price, item.tax_rate))


def _repeats(row: TableRow, above: Sequence[TableRow]) -> bool:
    """Whether a row without unit and price has the sum of several rows above it; a quantity may be added up, and a rate common to all."""
    if len(above) < _FEWEST_ADDED or row.item.unit or row.item.unit_price:
        return False
    amounts = [parse_amount(one.item.amount or "") for one in above]
    known = [amount for amount in amounts if amount is not None]
    return len(known) == len(amounts) and sum(known) == parse_amount(row.item.amount or "")


def repointed(text: str) -> str:
    """A sum of money with the point and the minus that it was printed with: no comma stands before two last digits."""
    text = _TORN_DECIMAL.sub(".", text)
    misread = _MISREAD_SUM.fullmatch(text)
    return text if misread is None else f"{'-' if misread['minus'] else ''}{misread['yuan']}.{misread['fen']}"


def _without_ruling(pieces: Sequence[Piece], layout: Bands, line_height: float) -> list[Piece]:
    """The pieces without what lies left of where names begin, which are set flush, and without marks of the form between the columns."""
    names = [piece.box.left for piece in pieces if len(squeeze(piece.text)) > 2 and piece.box.left < layout.columns.get("name", 0.0)]
    flush = median(names) if names else -line_height
    inside = [piece for piece in pieces if piece.box.right > flush + 0.5 * line_height]
    return [
        piece
        for piece in inside
        if squeeze(piece.text) not in _NO_CELLS or abs(piece.box.left - flush) < 0.5 * line_height or _names_goods(piece, inside, layout)
    ]


def _names_goods(mark: Piece, pieces: Sequence[Piece], layout: Bands) -> bool:
    """Whether 合计 is the only name in a row that has what only goods have."""
    if squeeze(mark.text) != "合计":
        return False
    row = [piece for piece in pieces if piece is not mark and abs(piece.y - mark.y) < 0.5 * mark.box.height]
    has_another = any(piece.x < layout.columns["name"] and len(squeeze(piece.text)) > 1 for piece in row)
    return not has_another and are_of_goods([piece.text for piece in row])


def _parted(piece: Piece, layout: Bands) -> tuple[Piece, ...]:
    """A name without the 无 (none) of the next column, from which it stands no farther than its own characters from each other."""
    text = piece.text
    if not layout.is_common or len(text) < 3 or not text.endswith(_NONE):
        return (piece,)
    name, none = halved(piece, len(text.removesuffix(_NONE).rstrip()))
    specification, unit = layout.columns["specification"], layout.columns["unit"]
    begins = specification - _HALF_A_SPECIFICATION * (unit - specification)
    return (name, none) if piece.box.left < begins < none.x < unit else (piece,)


def _edges(layout: Bands, width: float) -> tuple[float, float]:
    """Where the table begins and ends, in pixels of the flat frame.

    On the form of eight columns by their middles: what stands well outside is a binding hole or the print at the paper's edges.
    """
    right = max(layout.columns.values()) + 0.14 * width
    if not layout.is_common:
        return 0.0, right
    name, tax = layout.columns["name"], layout.columns["tax_amount"]
    across = (tax - name) / _NAME_TO_TAX
    return name - (_NAME_AT + _SLACK) * across, min(right, tax + (1 - _NAME_AT - _NAME_TO_TAX + _SLACK) * across)


def _is_anchor(text: str, right: float, layout: Bands) -> bool:
    """Whether a cell is the amount of a row: money whose right edge lies near the amount column, before the rate's middle."""
    rate = layout.columns.get("tax_rate", layout.columns["amount"] * 1.15)
    amount = layout.columns["amount"]
    before = max((middle for middle in layout.columns.values() if middle < amount), default=0.0)
    return MONEY.fullmatch(text) is not None and (before + amount) / 2 < right < rate + 0.25 * (rate - amount)


def _anchors(pieces: Sequence[Piece], layout: Bands, line_height: float) -> list[float]:
    """Heights of the rows, from the amounts in them (or, where the form has only totals with tax, from the rates)."""
    heights = sorted(
        piece.y for piece in pieces for word, right in _words(piece) if _is_anchor(word, right, layout) or re.fullmatch(r"\d{1,2}%", word)
    )
    merged: list[float] = []
    for height in heights:
        if not merged or height - merged[-1] > 0.6 * line_height:
            merged.append(height)
    return merged


def _words(piece: Piece) -> list[tuple[str, float]]:
    """A piece's words with their right edges, by their share of its length."""
    length = max(1, len(piece.text))
    words = re.finditer(r"-?[\d,]+\.\d{2}(?=\d{1,2}%)|\S+", piece.text)
    return [(match.group(), piece.box.left + piece.box.width * match.end() / length) for match in words]


def _cells(piece: Piece, anchors: Sequence[float], line_height: float) -> list[Cell]:
    """Cut a piece where columns ran together (`50.00 13%`, `服务费6%`) or rows did (`套` above `套`)."""
    # Blanks are believed where nothing had to recognise them.
    text = fold(piece.text)
    covered = _covered(piece, anchors, line_height)
    if len(covered) > 1 and piece.box.height > 1.5 * piece.box.width and _is_a_column_of_units(piece, anchors, line_height):
        return [Cell(character, piece.box.left, piece.box.right, y) for character, y in zip(squeeze(text), covered, strict=True)]
    parts = [text]
    words = text.split()
    if len(words) > 1 and all(NUMBER.fullmatch(word) or RATE.fullmatch(word) or MONEY.fullmatch(word) for word in words):
        parts = words
    elif (match := re.fullmatch(r"(-?[\d,]+\.\d{2})(\d{1,2}%)", text)) is not None:
        parts = [match.group(1), match.group(2)]
    length, cells, start = max(1, len(text)), [], 0
    for part in parts:
        start = text.index(part, start)
        left = piece.box.left + piece.box.width * start / length
        start += len(part)
        right = piece.box.left + piece.box.width * start / length
        cells.append(Cell(part if piece.is_born_digital else squeeze(part), left, right, piece.y))
    return cells


def _is_a_column_of_units(piece: Piece, anchors: Sequence[float], line_height: float) -> bool:
    """Whether a line from top to bottom has one character for each row; digits may be as many to a row as they like."""
    text = squeeze(fold(piece.text))
    return len(text) == len(_covered(piece, anchors, line_height)) and _DIGIT.search(text) is None


def _covered(piece: Piece, anchors: Sequence[float], line_height: float) -> list[float]:
    return [anchor for anchor in anchors if piece.box.top - 0.2 * line_height < anchor < piece.box.bottom + 0.2 * line_height]


def _rows(cells: Sequence[Cell], anchors: Sequence[float], line_height: float) -> list[list[Cell]]:
    """Cells by nearest anchor; what lies well below one and before the next is the next line of its name, a row of its own."""
    rows: dict[tuple[int, int], list[Cell]] = {}
    for cell in cells:
        nearest = min(range(len(anchors)), key=lambda index: abs(anchors[index] - cell.y))
        offset = cell.y - anchors[nearest]
        if abs(offset) <= 0.7 * line_height:
            rows.setdefault((nearest, 0), []).append(cell)
        elif offset > 0:
            rows.setdefault((nearest, round(offset / line_height)), []).append(cell)
        elif nearest > 0:
            rows.setdefault((nearest - 1, max(1, round((cell.y - anchors[nearest - 1]) / line_height))), []).append(cell)
    return [sorted(rows[key], key=lambda cell: cell.left) for key in sorted(rows)]


def _append(table: list[TableRow], item: LineItem, y: float | None) -> list[TableRow]:
    """A row without an amount (`y` None) continues the name (or specification) of the one above it."""
    if y is not None:
        return [*table, TableRow(y, item)]
    if not table:
        return table
    above = table[-1]
    return [*table[:-1], replace(above, item=replace(above.item, **_continued(above.item, item)))]


def _continued(above: LineItem, row: LineItem) -> dict[str, str]:
    parts = {"name": (above.name, row.name), "specification": (above.specification, row.specification)}
    return {key: (upper or "") + lower for key, (upper, lower) in parts.items() if lower}
