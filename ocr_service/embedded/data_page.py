"""A page for data that has none: every value on a line of its own, so that a reader sees it and a field has its place."""

import base64
import binascii
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

import numpy as np
import zxingcpp
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from models.document import MediaType, TextLine
from models.embedded import EmbeddedInvoice
from models.errors import TooManyPixels, UnreadableFile
from models.geometry import Box, Polygon
from models.invoice import FIELD_NAMES, LineItem
from ocr_service.files.fonts import font_for
from ocr_service.files.pictures import picture_frames

_WIDTH, _MARGIN, _LINE, _TEXT = 1654, 60, 44, 26
"""Pixels: an A4 page at 200 dpi across, print of 12 points."""
_VALUE_LEFT = 420
_COLUMNS = ((60, 34), (640, 12), (850, 5), (930, 10), (1080, 12), (1240, 11), (1400, 6), (1480, 11))
"""Where the cells of a row begin, and how many half-width characters each has room for."""
_QR_SIDE = 300
_MOST_QR_PIXELS, _LONGEST_QR_SIDE = 2_000_000, 1_500
_MOST_ROWS, _MOST_TEXTS, _MOST_PARTS = 60, 200, 5
_MOST_CELL_PARTS, _MOST_VALUE_PARTS = 12, 40
"""Lines of one cell and of one value: remarks have room for 230 characters, which are six."""
_TALLEST = 16_000
"""Pixels of the page: seven sheets of A4 below each other, more than sixty rows of goods take; 79 MB."""
_LONGEST_CODE = 2_000
"""Characters of a QR code's payload; an invoice's has about a hundred, and no code holds more than 2,953."""
_GREY, _BLACK = (110, 110, 110), (0, 0, 0)


@dataclass(slots=True)
class DataPage:
    """A drawn page: its pixels (BGR, on white) and its lines."""

    pixels: NDArray[np.uint8]
    lines: tuple[TextLine, ...]

    @classmethod
    def of(cls, invoice: EmbeddedInvoice) -> "DataPage":
        """Draw the data of one invoice, with its QR code where the data has one."""
        sheet = _Sheet()
        sheet.write(_MARGIN, invoice.title or (invoice.kind.chinese if invoice.kind else "发票数据 Invoice data"), large=True)
        sheet.down(2)
        for key, value in invoice.fields.items():
            if sheet.is_full:
                break
            sheet.write(_MARGIN, FIELD_NAMES[key], color=_GREY)
            for part in islice(_folded(value, 88), _MOST_VALUE_PARTS):
                sheet.write(_VALUE_LEFT, part)
                sheet.down()
        shown = 0
        for item in invoice.items[:_MOST_ROWS]:
            if sheet.is_full:
                break
            sheet.row(item)
            shown += 1
        if len(invoice.items) > shown:
            sheet.write(_MARGIN, f"… 共 {len(invoice.items)} 行 rows", color=_GREY)
            sheet.down()
        return cls(*sheet.drawn(_qr_picture(invoice.graph_code)))

    @classmethod
    def of_texts(cls, texts: Iterable[tuple[str, str]]) -> "DataPage":
        """List names and texts of data in no known schema, so that it can at least be seen and found."""
        sheet = _Sheet()
        for name, text in islice(texts, _MOST_TEXTS):
            if sheet.is_full:
                break
            for label in islice(_folded(name, 26), 1):
                sheet.write(_MARGIN, label, color=_GREY)
            for part in islice(_folded(" ".join(text.split()), 88), _MOST_PARTS):
                sheet.write(_VALUE_LEFT, part)
                sheet.down()
        return cls(*sheet.drawn(None))


@dataclass(slots=True)
class _Sheet:
    top: int = _MARGIN
    texts: list[tuple[int, int, str, int, tuple[int, int, int]]] = field(default_factory=list)

    @property
    def is_full(self) -> bool:
        """Whether the longest value would have no room any more."""
        return self.top > _TALLEST - _MOST_VALUE_PARTS * _LINE

    def write(self, left: int, text: str, *, color: tuple[int, int, int] = _BLACK, large: bool = False) -> None:
        self.texts.append((left, self.top, text, _TEXT * 3 // 2 if large else _TEXT, color))

    def down(self, lines: int = 1) -> None:
        self.top += lines * _LINE

    def row(self, item: LineItem) -> None:
        cells = (item.name, item.specification, item.unit, item.quantity, item.unit_price, item.amount, item.tax_rate, item.tax_amount)
        parts = [list(islice(_folded(cell or "", width), _MOST_CELL_PARTS)) for cell, (_, width) in zip(cells, _COLUMNS, strict=True)]
        start = self.top
        for column, (left, _) in zip(parts, _COLUMNS, strict=True):
            self.top = start
            for part in column:
                self.write(left, part)
                self.down()
        self.top = start + _LINE * max(1, *(len(column) for column in parts))

    def drawn(self, qr: Image.Image | None) -> tuple[NDArray[np.uint8], tuple[TextLine, ...]]:
        image = Image.new("RGB", (_WIDTH, self.top + _MARGIN + (qr.height if qr else 0)), "white")
        pen = ImageDraw.Draw(image)
        lines = []
        for left, top, text, size, color in self.texts:
            font = font_for("宋体", size)
            pen.text((left, top), text, color, font)
            box = Box(left, top, left + max(size, pen.textlength(text, font)), top + 1.2 * size)
            lines.append(TextLine(text, 1.0, Polygon.rectangle(box)))
        if qr is not None:
            image.paste(qr, (_MARGIN, self.top))
        return np.ascontiguousarray(np.asarray(image)[:, :, ::-1]), tuple(lines)


def _folded(text: str, width: int) -> Iterator[str]:
    """A text in parts of at most this many half-width characters."""
    part, used = "", 0
    for character in text:
        size = 1 if character.isascii() else 2
        if part and used + size > width:
            yield part
            part, used = "", 0
        part, used = part + character, used + size
    if part:
        yield part


def _qr_picture(graph_code: str) -> Image.Image | None:
    """The QR code as the data has it: its picture, or drawn from its payload; every module a whole number of pixels."""
    if not graph_code:
        return None
    if len(graph_code) <= _LONGEST_CODE and graph_code.count(",") >= 4 and graph_code.isascii():
        drawn = zxingcpp.create_barcode(graph_code, zxingcpp.BarcodeFormat.QRCode).to_image(scale=6)
        return Image.fromarray(np.asarray(drawn)).convert("RGB")
    try:
        content = base64.b64decode(graph_code, validate=True)
        media_type = MediaType.PNG if content.startswith(b"\x89PNG") else MediaType.JPEG
        picture = next(picture_frames(content, media_type, _MOST_QR_PIXELS)).convert("RGB")
    except (binascii.Error, ValueError, UnreadableFile, TooManyPixels):
        return None
    if max(picture.size) > _LONGEST_QR_SIDE:
        return None  # no code: a strip would make the page as long as itself
    scale = max(1, _QR_SIDE // picture.width)
    framed = Image.new("RGB", (scale * picture.width + 32, scale * picture.height + 32), "white")
    framed.paste(picture.resize((scale * picture.width, scale * picture.height), Image.Resampling.NEAREST), (16, 16))
    return framed
