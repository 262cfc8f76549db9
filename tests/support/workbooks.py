"""Workbooks as programs write them, well and badly: drawn cell by cell, so that each habit can be tried."""

import io
import struct
import zipfile
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"

Value = str | int | float | None


def xlsx(sheets: Mapping[str, Sequence[Sequence[Value]]], *, dimension: str | None = None, further: str = "") -> bytes:
    """A workbook; a cell of None is left out of the XML, as the tax platform does. A text that begins with `<` is the cell's own XML."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as parts:
        types = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
        parts.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{types}"/></Types>',
        )
        parts.writestr("_rels/.rels", _relations({"rId1": ("officeDocument", "xl/workbook.xml")}))
        named = "".join(f'<sheet name="{name}" sheetId="{n}" r:id="rId{n}"/>' for n, name in enumerate(sheets, 1))
        parts.writestr("xl/workbook.xml", f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{named}</sheets></workbook>')
        targets = {f"rId{n}": ("worksheet", f"worksheets/sheet{n}.xml") for n in range(1, len(sheets) + 1)}
        parts.writestr("xl/_rels/workbook.xml.rels", _relations(targets))
        for n, rows in enumerate(sheets.values(), 1):
            parts.writestr(f"xl/worksheets/sheet{n}.xml", _worksheet(rows, dimension, further))
    return content.getvalue()


def _relations(targets: Mapping[str, tuple[str, str]]) -> str:
    each = "".join(f'<Relationship Id="{key}" Type="{_OFFICE}/{kind}" Target="{target}"/>' for key, (kind, target) in targets.items())
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{each}</Relationships>'


def _worksheet(rows: Sequence[Sequence[Value]], dimension: str | None, further: str) -> str:
    said = f'<dimension ref="{dimension}"/>' if dimension else ""
    body = "".join(_row(n, row) for n, row in enumerate(rows, 1))
    return f'<worksheet xmlns="{_MAIN}">{said}<sheetData>{body}</sheetData>{further}</worksheet>'


def _row(number: int, row: Sequence[Value]) -> str:
    return f'<row r="{number}">{"".join(_cell(number, place, value) for place, value in enumerate(row))}</row>'


def _cell(row: int, place: int, value: Value) -> str:
    name = f"{_letters(place)}{row}"
    if value is None:
        return ""
    if isinstance(value, str) and value.startswith("<"):
        return f'<c r="{name}" t="str">{value}</c>'
    if isinstance(value, str):
        return f'<c r="{name}" t="inlineStr"><is><t>{escape(value)}</t></is></c>'
    return f'<c r="{name}"><v>{value}</v></c>'


def _letters(place: int) -> str:
    return (chr(64 + place // 26) if place >= 26 else "") + chr(65 + place % 26)


def xls(rows: Sequence[Sequence[Value]], name: str = "sheet1") -> bytes:
    """A workbook of the years before 2007: BIFF8 in a compound file, texts and numbers alone."""
    sheet = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0))
    for number, row in enumerate(rows):
        for place, value in enumerate(row):
            if isinstance(value, str):
                text = value.encode("utf-16-le")
                sheet += _record(0x0204, struct.pack("<HHHHB", number, place, 0, len(value), 1) + text)
            elif value is not None:
                sheet += _record(0x0203, struct.pack("<HHHd", number, place, 0, float(value)))
    sheet += _record(0x000A, b"")
    head = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0))
    label = struct.pack("<BB", len(name), 1) + name.encode("utf-16-le")
    length = len(head) + 4 + 6 + len(label) + 4
    bound = _record(0x0085, struct.pack("<IBB", length, 0, 0) + label)
    return _compound(head + bound + _record(0x000A, b"") + sheet)


def _record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def _compound(stream: bytes) -> bytes:
    """One stream called Workbook, of at least 4,096 bytes, so that no small-stream table is needed."""
    stream = stream.ljust(max(4096, -(-len(stream) // 512) * 512), b"\0")
    sectors = len(stream) // 512
    end, free, fat = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
    chain = [fat, end, *range(3, sectors + 2), end]
    assert len(chain) <= 128, "one sector of the table holds 128 entries"
    table = struct.pack("<128I", *chain, *[free] * (128 - len(chain)))
    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, end, 0, end, 0) + struct.pack("<109I", 0, *[free] * 108)
    directory = _entry("Root Entry", 5, end, 0, child=1) + _entry("Workbook", 2, 2, len(stream)) + bytes(256)
    return header + table + directory + stream


def _entry(name: str, kind: int, start: int, size: int, child: int = 0xFFFFFFFF) -> bytes:
    text = (name + "\0").encode("utf-16-le")
    links = struct.pack("<III", 0xFFFFFFFF, 0xFFFFFFFF, child)
    return text.ljust(64, b"\0") + struct.pack("<HBB", len(text), kind, 1) + links + bytes(36) + struct.pack("<IQ", start, size)
