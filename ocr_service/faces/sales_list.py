"""A 销货清单: the list of lines that did not fit on an invoice, which it names by code and number.

Its form is that of the issuing system: title, both parties' names, `所属增值税专用发票代码:… 号码:… 共 2 页 第 1 页`, a table that begins
with 序号, and the rows 小计 (of the sheet) and 总计 (of the list).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from models.document import RecognizedPage
from models.invoice import LineItem
from models.money import format_amount, parse_amount
from ocr_service.evidence import Candidate
from ocr_service.faces.bands import Bands, bands, levelled, rows
from ocr_service.faces.columns import are_of_goods
from ocr_service.faces.face import Face, Piece, chinese_brackets, joined, printed, squeeze
from ocr_service.faces.identity import read_date
from ocr_service.faces.table import items

_TITLE = re.compile(r"^(?!.*见).*(?:销货清单|应税.{0,12}清单)$")
_LIKE_A_TITLE = re.compile(r"^(?!.*见).*(?:销售|劳务|货物).{0,16}清单$")
"""Lists of goods that shops hand out are called so too: it is one of an invoice when it names the invoice."""
_HEAD = 0.35
"""Share of the page's height above which the title stands."""
_CODE = re.compile(r"代码[::]?(\d{12}|\d{10})(?!\d)")
_NUMBER = re.compile(r"号码[::]?(\d{20}|\d{8})(?!\d)")
_SHEET = re.compile(r"共(?P<of>\d{1,3})页.{0,4}?第(?P<at>\d{1,3})页|第(?P<at2>\d{1,3})页.{0,4}?共(?P<of2>\d{1,3})页")
_CLOSING = frozenset({"小计", "总计", "合计", "小", "总", "合"})


@dataclass(frozen=True, slots=True)
class SheetMark:
    """`共 2 页 第 1 页`: this sheet's number and how many there are, from 1."""

    at: int
    of: int


@dataclass(frozen=True, slots=True)
class SalesList:
    """One sheet of a list: candidates by field key (code and number are those of its invoice), its lines."""

    title: str
    candidates: Mapping[str, tuple[Candidate, ...]]
    items: tuple[LineItem, ...]
    sheet: SheetMark | None

    @property
    def belongs_to(self) -> tuple[str, str] | None:
        """Code and number of its invoice; None when either was not read."""
        code, number = (next((found.value for found in self.candidates.get(key, ())), None) for key in ("invoice_code", "invoice_number"))
        return None if number is None or (code is None and len(number) == 8) else (code or "", number)


def read_sales_list(page: RecognizedPage) -> SalesList | None:
    """The list on a page; None when the page's title does not say that it is one, or when it has a total as an invoice has."""
    face = Face.of(page)
    if not any(form.search(squeeze(piece.text)) for piece in face.pieces for form in (_TITLE, _LIKE_A_TITLE)):
        return None  # as most pages, which need not be made level to see it
    face = levelled(face)
    its_invoice = _its_invoice(face)
    titles = (_TITLE, _LIKE_A_TITLE) if len(its_invoice) == 2 else (_TITLE,)
    title = next((piece for piece in _head(face) if any(form.search(squeeze(piece.text)) for form in titles)), None)
    if title is None or face.labels("total", "total_words", "total_digits"):
        return None
    layout = bands(face)
    closing = _closing_rows(face, layout)
    layout = replace(layout, subtotal=closing[0][0].y if closing else None, total=None)
    candidates = its_invoice | _parties(face) | _sums(closing)
    return SalesList(squeeze(title.text), candidates, _lines(face, layout), sheet_mark(face))


def sheet_mark(face: Face) -> SheetMark | None:
    """Which of how many pages this is, as the head or the foot of a face says; None when it says nothing that can be."""
    for row in rows(face.pieces, 0.5 * face.line_height):
        match = _SHEET.search(squeeze(joined(row)))
        if match is not None:
            at, of = int(match["at"] or match["at2"]), int(match["of"] or match["of2"])
            return SheetMark(at, of) if 1 <= at <= of else None
    return None


def _head(face: Face) -> list[Piece]:
    return sorted((piece for piece in face.pieces if piece.y < _HEAD * face.height), key=lambda piece: piece.y)


def _its_invoice(face: Face) -> dict[str, tuple[Candidate, ...]]:
    """Code and number of the invoice that the list belongs to: behind 代码 and 号码 of one row of the head."""
    found: dict[str, tuple[Candidate, ...]] = {}
    for row in rows(_head(face), 0.5 * face.line_height):
        text = squeeze(joined(row))
        for key, pattern in (("invoice_code", _CODE), ("invoice_number", _NUMBER)):
            match = pattern.search(text)
            if match is None or key in found:
                continue
            holding = [piece for piece in row if match.group(1) in squeeze(piece.text)]
            found[key] = (printed(match.group(1), holding or row),)
    return found


def _parties(face: Face) -> dict[str, tuple[Candidate, ...]]:
    found: dict[str, tuple[Candidate, ...]] = {}
    for key in ("buyer_name", "seller_name"):
        for label in face.labels(key):
            row = face.right_of(label, reach=0.7)
            if row:
                found.setdefault(key, (printed(chinese_brackets(squeeze(joined(row))), row),))
    for label in face.labels("issue_date"):
        row = face.right_of(label)
        value = read_date(" ".join(piece.text for piece in row))
        if row and value is not None:
            found.setdefault("issue_date", (printed(value, row),))
    return found


def _closing_rows(face: Face, layout: Bands) -> list[list[Piece]]:
    """The rows 小计 and 总计 below the table's header, from top to bottom."""
    if layout.header is None:
        return []
    header = layout.header
    below = face.texts(lambda piece: piece.y > header + 0.8 * face.line_height and not piece.is_vertical)
    return [row for row in rows(below, 0.5 * face.line_height) if _is_closing(row)]


def _is_closing(row: Sequence[Piece]) -> bool:
    """Whether a row is called a sum and has nothing else, as goods of that name have."""
    return any(squeeze(piece.text) in _CLOSING for piece in row[:2]) and not are_of_goods([piece.text for piece in row])


def _sums(closing: Sequence[Sequence[Piece]]) -> dict[str, tuple[Candidate, ...]]:
    """Both sums of the whole list, which 总计 (or the only row there is) carries; 小计 is of one sheet and says nothing of the invoice."""
    for row in closing:
        if not squeeze(joined(row)).startswith(("总", "合")):
            continue
        amounts = [(piece, amount) for piece in row if (amount := parse_amount(piece.text)) is not None]
        if len(amounts) == 2:
            keys = ("tax_exclusive_amount", "tax_amount")
            return {key: (printed(format_amount(amount), [piece]),) for key, (piece, amount) in zip(keys, amounts, strict=True)}
    return {}


def _lines(face: Face, layout: Bands) -> tuple[LineItem, ...]:
    """The table's rows without the numbers that count them."""
    first = layout.columns.get("name", 0.0)
    counting = {piece for piece in face.texts() if re.fullmatch(r"\d{1,4}", squeeze(piece.text)) and piece.box.right < first}
    table = items(replace(face, pieces=tuple(piece for piece in face.pieces if piece not in counting)), layout)
    return _without_count(table)


def _without_count(table: Sequence[LineItem]) -> tuple[LineItem, ...]:
    """Names that the engine ran together with the number of their row (`1*文具*笔`), where these numbers count up row by row."""
    heads = [re.match(r"(\d{1,4})[.、]?(?=[*(（\u4e00-\u9fff])", item.name or "") for item in table]
    steps = {int(match.group(1)) - row for row, match in enumerate(heads) if match is not None}
    glued = sum(match is not None for match in heads)
    if len(steps) != 1 or (glued == 1 and not (table[0].name or "")[1:].startswith("*")):
        return tuple(table)
    return tuple(replace(item, name=(item.name or "")[match.end() :]) if match else item for item, match in zip(table, heads, strict=True))
