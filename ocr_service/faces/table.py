"""The line items: pieces between header and 合计, put into rows by their amounts and into columns by place and form."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP

from models.invoice import LineItem
from models.money import CENT, parse_amount
from ocr_service.faces.bands import COLUMN_ORDER, Bands
from ocr_service.faces.face import Face, Piece, chinese_brackets, fold, squeeze

_RATE = re.compile(r"\d{1,2}(?:\.\d{1,2})?%|免税|不征税|\*{1,3}|出口零税率|普通零税率|零税率")
_MONEY = re.compile(r"[¥￥]?-?[\d,]+\.\d{2}")
_NUMBER = re.compile(r"-?[\d,]*\.?\d+")
_STARS = re.compile(r"\*{1,3}")
"""Printed instead of a rate or tax that cannot be given for one line: several rates, 差额征税, 免税."""
_RATE_MISREAD = re.compile(r"(\d{1,2})[689BX]")
"""A narrow % at the end of a rate is read as the digit that it looks like."""
_LOST_STAR = re.compile(r"[\u4e00-\u9fff]{2,}\*[^\d*]")
"""The short name of the tax classification stands between two asterisks (公告2017年第45号); the first is easily lost."""
_TORN_DECIMAL = re.compile(r"(?<=\d)\. +(?=\d)")
"""A point is so little ink that the digits behind it are read as another word."""
_NAME_AT, _NAME_TO_TAX, _SLACK = 0.128, 0.797, 0.04
"""Middle of the first column, distance from there to the middle of the last, and room for print that slid: shares of the table's width."""
_NO_CELLS = frozenset({"合", "计", "合计", "一", "-", "—", "_", "|", "丨", "I"})
"""The row below, and pieces of the form's ruling."""
_NUMERIC = frozenset({"quantity", "unit_price", "amount", "tax_rate", "tax_amount"})


@dataclass(frozen=True, slots=True)
class _Cell:
    """A stretch of text that belongs to one column; edges in pixels of the flat frame."""

    text: str
    left: float
    right: float
    y: float


def items(face: Face, layout: Bands) -> tuple[LineItem, ...]:
    """The table's rows from top to bottom; empty when no header was found."""
    if layout.header is None or "amount" not in layout.columns:
        return ()
    header = layout.header
    bottom = layout.subtotal if layout.subtotal is not None else (layout.total or face.height)
    pieces = face.texts(lambda piece: header + 0.55 * face.line_height < piece.y < bottom - 0.55 * face.line_height)
    left, right = _edges(layout, face.width)
    pieces = [piece for piece in pieces if piece.box.right > left and piece.box.left < right and squeeze(piece.text) not in _NO_CELLS]
    pieces = [replace(piece, text=_TORN_DECIMAL.sub(".", piece.text)) for piece in pieces]
    anchors = _anchors(pieces, layout, face.line_height)
    if not anchors:
        return ()
    # Print that runs down the edges (which copy, who printed the form) is no cell; units of several rows read as one line are.
    height = face.line_height
    pieces = [piece for piece in pieces if not piece.is_vertical or len(squeeze(piece.text)) == len(_covered(piece, anchors, height))]
    cells = [cell for piece in pieces for cell in _cells(piece, anchors, face.line_height)]
    table: list[LineItem] = []
    for row in _rows(cells, anchors, face.line_height):
        table = _append(table, _item(row, layout), has_amount=any(_is_anchor(cell.text, cell.right, layout) for cell in row))
    return tuple(table)


def _edges(layout: Bands, width: float) -> tuple[float, float]:
    """Where the table begins and ends, in pixels of the flat frame.

    On the form of eight columns by their middles: what stands well outside is a binding hole or the print at the paper's edges.
    """
    right = max(layout.columns.values()) + 0.14 * width
    if list(layout.columns) != list(COLUMN_ORDER):
        return 0.0, right
    name, tax = layout.columns["name"], layout.columns["tax_amount"]
    across = (tax - name) / _NAME_TO_TAX
    return name - (_NAME_AT + _SLACK) * across, min(right, tax + (1 - _NAME_AT - _NAME_TO_TAX + _SLACK) * across)


def _is_anchor(text: str, right: float, layout: Bands) -> bool:
    """Whether a cell is the amount of a row: money whose right edge lies near the amount column, before the rate's middle."""
    rate = layout.columns.get("tax_rate", layout.columns["amount"] * 1.15)
    price = layout.columns.get("unit_price", 0.0)
    amount = layout.columns["amount"]
    return _MONEY.fullmatch(text) is not None and (price + amount) / 2 < right < rate + 0.25 * (rate - amount)


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
    return [(match.group(), piece.box.left + piece.box.width * match.end() / length) for match in re.finditer(r"\S+", piece.text)]


def _cells(piece: Piece, anchors: Sequence[float], line_height: float) -> list[_Cell]:
    """Cut a piece where columns ran together (`50.00 13%`, `服务费6%`) or rows did (`套` above `套`)."""
    text = fold(piece.text)
    covered = _covered(piece, anchors, line_height)
    if len(covered) > 1 and len(squeeze(text)) == len(covered) and piece.box.height > 1.5 * piece.box.width:
        return [_Cell(character, piece.box.left, piece.box.right, y) for character, y in zip(squeeze(text), covered, strict=True)]
    parts = [text]
    words = text.split()
    if len(words) > 1 and all(_NUMBER.fullmatch(word) or _RATE.fullmatch(word) or _MONEY.fullmatch(word) for word in words):
        parts = words
    elif (match := re.fullmatch(r"(-?[\d,]+\.\d{2})(\d{1,2}%)", text)) is not None:
        parts = [match.group(1), match.group(2)]
    length, cells, start = max(1, len(text)), [], 0
    for part in parts:
        start = text.index(part, start)
        left = piece.box.left + piece.box.width * start / length
        start += len(part)
        cells.append(_Cell(part, left, piece.box.left + piece.box.width * start / length, piece.y))
    return cells


def _covered(piece: Piece, anchors: Sequence[float], line_height: float) -> list[float]:
    return [anchor for anchor in anchors if piece.box.top - 0.2 * line_height < anchor < piece.box.bottom + 0.2 * line_height]


def _rows(cells: Sequence[_Cell], anchors: Sequence[float], line_height: float) -> list[list[_Cell]]:
    """Cells by nearest anchor; what lies well below one and before the next is the next line of its name, a row of its own."""
    rows: dict[tuple[int, int], list[_Cell]] = {}
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


def _item(row: Sequence[_Cell], layout: Bands) -> LineItem:
    """Give each cell a column: order never changes, and of all such ways the one that fits places and forms best."""
    row = _unglued(row)
    keys = sorted(layout.columns, key=layout.columns.__getitem__)
    best = _assign(row, keys, layout.columns)
    texts: dict[str, str] = {}
    for cell, key in zip(row, best, strict=True):
        if key is not None:
            texts[key] = f"{texts[key]}{cell.text}" if key in texts else cell.text
    if layout.is_toll:
        texts.pop("quantity", None)
        texts.pop("unit_price", None)
    return _with_proved_rate(LineItem(**{key: _clean(key, text) for key, text in texts.items()}), squeeze(texts.get("tax_rate", "")))


def _with_proved_rate(item: LineItem, printed: str) -> LineItem:
    """A rate whose per cent sign was read as a digit, if the tax is that rate of the amount to the cent."""
    misread = _RATE_MISREAD.fullmatch(printed)
    amount, tax = (parse_amount(text) if text else None for text in (item.amount, item.tax_amount))
    if item.tax_rate is not None or misread is None or not amount or tax is None:
        return item
    rate = parse_amount(misread[1])
    if rate is None or (amount * rate / 100).quantize(CENT, ROUND_HALF_UP) != tax:
        return item
    return replace(item, tax_rate=f"{misread[1]}%")


def _unglued(row: Sequence[_Cell]) -> Sequence[_Cell]:
    """Quantity and price that were read as one number are parted where their product is the amount, if only one place does that."""
    numbers = [cell for cell in row if re.fullmatch(r"\d[\d.]*\d", cell.text) and not _MONEY.fullmatch(cell.text)]
    amounts = [amount for cell in row if _MONEY.fullmatch(cell.text) and (amount := parse_amount(cell.text)) is not None]
    if len(numbers) != 1 or not amounts:
        return row
    (glued,) = numbers
    whole = parse_amount(glued.text)
    if whole is not None and abs(whole - amounts[0]) <= CENT:
        return row  # the price of a single piece, whose quantity is not printed or was not seen
    parted = []
    for cut in range(1, len(glued.text)):
        quantity, price = parse_amount(glued.text[:cut]), parse_amount(glued.text[cut:])
        if quantity is not None and price is not None and abs(quantity * price - amounts[0]) <= CENT and quantity * price:
            parted.append(cut)
    if len(parted) != 1:
        return row
    middle = glued.left + (glued.right - glued.left) * parted[0] / len(glued.text)
    first = replace(glued, text=glued.text[: parted[0]], right=middle)
    second = replace(glued, text=glued.text[parted[0] :], left=middle)
    return [part for cell in row for part in ((first, second) if cell is glued else (cell,))]


def _assign(row: Sequence[_Cell], keys: Sequence[str], columns: Mapping[str, float]) -> list[str | None]:
    """Dynamic programme over cells and columns: two cells may share a text column, never a numeric one."""
    width = max(columns.values()) - min(columns.values()) or 1.0
    states: dict[int, tuple[float, list[str | None]]] = {-1: (0.0, [])}
    for cell in row:
        following: dict[int, tuple[float, list[str | None]]] = {}
        for last, (cost, chosen) in states.items():
            for index in range(max(last, 0), len(keys)):
                if index == last and keys[index] in _NUMERIC:
                    continue
                total = cost + _misfit(cell, keys, index, columns, width)
                if index not in following or total < following[index][0]:
                    following[index] = (total, [*chosen, keys[index]])
            dropped = cost + 1.5
            if last not in following or dropped < following[last][0]:
                following[last] = (dropped, [*chosen, None])
        states = following
    return min(states.values(), key=lambda state: state[0])[1]


def _misfit(cell: _Cell, keys: Sequence[str], index: int, columns: Mapping[str, float], width: float) -> float:
    """How badly a cell sits in a column: distance as a share of the table's width, plus one for the wrong form."""
    key, middle = keys[index], columns[keys[index]]
    text = squeeze(cell.text)
    inside = cell.left <= middle <= cell.right
    distance = 0.0 if inside else min(abs(cell.left - middle), abs(cell.right - middle)) / width
    return 3 * distance + (0.0 if _fits(key, text) else 1.0)


def _fits(key: str, text: str) -> bool:
    if key == "tax_rate":
        return _RATE.fullmatch(text) is not None
    if key in {"amount", "tax_amount"}:
        return _MONEY.fullmatch(text) is not None or (key == "tax_amount" and re.fullmatch(r"\*+|免税", text) is not None)
    if key in {"quantity", "unit_price"}:
        return _NUMBER.fullmatch(text) is not None
    if key == "unit":
        return len(text) <= 4 and re.search(r"[^\d.,%¥-]", text) is not None
    if key == "name":
        return re.search(r"[^\d.,%¥-]", text) is not None
    return not (_RATE.fullmatch(text) or _MONEY.fullmatch(text))


def _clean(key: str, text: str) -> str | None:
    compact = squeeze(text)
    if key == "tax_amount" and _STARS.fullmatch(compact):
        return compact
    if key == "name" and _LOST_STAR.match(compact):
        compact = f"*{compact}"
    if key in {"quantity", "unit_price", "amount", "tax_amount"}:
        amount = parse_amount(compact)
        return None if amount is None else str(amount)
    if key == "tax_rate":
        return compact if _RATE.fullmatch(compact) else None
    return chinese_brackets(compact) or None


def _append(table: list[LineItem], row: LineItem, *, has_amount: bool) -> list[LineItem]:
    """A row without an amount continues the name (or specification) of the one above it."""
    if has_amount or not table:
        return [*table, row] if has_amount else table
    above = table[-1]
    return [*table[:-1], replace(above, **_continued(above, row))]


def _continued(above: LineItem, row: LineItem) -> dict[str, str]:
    parts = {"name": (above.name, row.name), "specification": (above.specification, row.specification)}
    return {key: (upper or "") + lower for key, (upper, lower) in parts.items() if lower}
