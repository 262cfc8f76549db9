"""One row of a table: which of its cells stands in which column, and what a line item makes of them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from decimal import ROUND_HALF_UP

from models.invoice import LineItem
from models.money import CENT, parse_amount
from ocr_service.faces.face import chinese_brackets, squeeze

RATE = re.compile(r"\d{1,2}(?:\.\d{1,2})?%|免税|不征税|\*{1,3}|出口零税率|普通零税率|零税率")
MONEY = re.compile(r"-?[¥￥]?-?[\d,]+\.\d{2}")
NUMBER = re.compile(r"-?[\d,]*\.?\d+")
_STARS = re.compile(r"\*{1,3}")
"""Printed instead of a rate or tax that cannot be given for one line: several rates, 差额征税, 免税."""
_RATE_MISREAD = re.compile(r"(\d{1,2})[689BX]")
"""A narrow % at the end of a rate is read as the digit that it looks like."""
_OF_GOODS = re.compile(r"\d%|免税|不征税|零税率")
_FIGURE = re.compile(r"[\d,]*\.?\d+")
_SUMS_AT_MOST = 2
"""Figures in a row of sums: that of the amounts and that of the taxes."""
_KNOWN = frozenset(field.name for field in fields(LineItem))
_WORDS = frozenset({"name", "specification"})
"""Columns in whose text a blank means something: A4 80g 500张."""
_NUMERIC = frozenset({"quantity", "unit_price", "amount", "tax_rate", "tax_amount"})


@dataclass(frozen=True, slots=True)
class Cell:
    """A stretch of text that belongs to one column; edges in pixels of the flat frame."""

    text: str
    left: float
    right: float
    y: float


def are_of_goods(texts: Sequence[str]) -> bool:
    """Whether the prints of a row are those of goods, whatever it is called: sums have no rate, no quantity and no price."""
    if any(_OF_GOODS.search(squeeze(text)) for text in texts):
        return True
    return sum(len(_FIGURE.findall(text)) for text in texts) > _SUMS_AT_MOST


def item_of(row: Sequence[Cell], columns: Mapping[str, float]) -> LineItem:
    """Give each cell a column: order never changes, and of all such ways the one that fits places and forms best."""
    row = _unglued(row)
    keys = sorted(columns, key=columns.__getitem__)
    best = _assign(row, keys, columns)
    texts: dict[str, str] = {}
    for cell, key in zip(row, best, strict=True):
        if key is not None:
            texts[key] = f"{texts[key]}{cell.text}" if key in texts else cell.text
    # What a trade tells in columns of its own (a plate, a title deed) belongs to no cell of a line item.
    known = {key: cell_value(key, text) for key, text in texts.items() if key in _KNOWN}
    return _with_proved_rate(LineItem(**known), squeeze(texts.get("tax_rate", "")))


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


def _unglued(row: Sequence[Cell]) -> Sequence[Cell]:
    """Quantity and price that were read as one number are parted where their product is the amount, if only one place does that."""
    numbers = [cell for cell in row if re.fullmatch(r"\d[\d.]*\d", cell.text) and not MONEY.fullmatch(cell.text)]
    amounts = [amount for cell in row if MONEY.fullmatch(cell.text) and (amount := parse_amount(cell.text)) is not None]
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


def _assign(row: Sequence[Cell], keys: Sequence[str], columns: Mapping[str, float]) -> list[str | None]:
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


def _misfit(cell: Cell, keys: Sequence[str], index: int, columns: Mapping[str, float], width: float) -> float:
    """How badly a cell sits in a column: distance as a share of the table's width, plus one for the wrong form."""
    key, middle = keys[index], columns[keys[index]]
    text = squeeze(cell.text)
    inside = cell.left <= middle <= cell.right
    distance = 0.0 if inside else min(abs(cell.left - middle), abs(cell.right - middle)) / width
    return 3 * distance + (0.0 if _fits(key, text) else 1.0)


def _fits(key: str, text: str) -> bool:
    if key == "tax_rate":
        return RATE.fullmatch(text) is not None
    if key in {"amount", "tax_amount"}:
        return MONEY.fullmatch(text) is not None or (key == "tax_amount" and re.fullmatch(r"\*+|免税", text) is not None)
    if key in {"quantity", "unit_price"}:
        return NUMBER.fullmatch(text) is not None
    if key == "unit":
        return len(text) <= 4 and re.search(r"[^\d.,%¥-]", text) is not None
    if key == "name":
        return re.search(r"[^\d.,%¥-]", text) is not None
    return not (RATE.fullmatch(text) or MONEY.fullmatch(text))


def cell_value(key: str, text: str) -> str | None:
    """What a text says in a column; None where it has not the form of such a value."""
    compact = squeeze(text)
    if key == "tax_amount" and _STARS.fullmatch(compact):
        return compact
    if key in {"quantity", "unit_price", "amount", "tax_amount"}:
        amount = parse_amount(compact)
        return None if amount is None else str(amount)
    if key == "tax_rate":
        return compact if RATE.fullmatch(compact) else None
    return chinese_brackets(" ".join(text.split()) if key in _WORDS else compact) or None
