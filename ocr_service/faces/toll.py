"""What a toll invoice tells of the vehicle and its passage: in columns of its own, or in its remarks."""

import re
from collections.abc import Callable, Mapping

from ocr_service.evidence import Candidate
from ocr_service.faces.bands import Bands
from ocr_service.faces.face import Face, Piece, fold, printed, squeeze
from ocr_service.faces.identity import read_date

_PLATE = re.compile(r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][A-HJ-NP-Z0-9]{5,6}")
_REMARKS = {
    "entry_station": re.compile(r"入口站?[::](\S+?站)(?!口)"),
    "exit_station": re.compile(r"出口站?[::](\S+?站)(?!口)"),
    "vehicle_type": re.compile(r"车[型种类][::]([一二三四五六七八九十\d]*[类型]?[客货]车)"),
}
_VEHICLE = re.compile(r"[\u4e00-\u9fff0-9]{0,4}车|[一二三四五六]型.{0,3}")
_DAY = re.compile(r"(20\d{2})[-./年]?(\d{2})[-./月]?(\d{2})日?")
_FIRST, _LAST = 0, -1


def passage(face: Face, layout: Bands) -> dict[str, tuple[Candidate, ...]]:
    """Plate number, stations, class of the vehicle and the days from which and to which it passed.

    Of several lines only what all of them say alike is told; a face without such columns and remarks gives nothing.
    """
    found = _in_columns(face, layout)
    for piece in face.texts():
        text = squeeze(piece.text)
        plate = _PLATE.search(text.upper())
        if plate:
            found.setdefault("plate_number", (printed(plate.group(), [piece]),))
        for key, form in _REMARKS.items():
            told = form.search(text)
            if told:
                found.setdefault(key, (printed(told[1], [piece], told[1]),))
    return found


def _in_columns(face: Face, layout: Bands) -> dict[str, tuple[Candidate, ...]]:
    columns: Mapping[str, tuple[str, Callable[[str], str | None]]] = {
        "vehicle_type": ("vehicle_class", _vehicle),
        "passage_from": ("passage_from", lambda text: _day(text, _FIRST)),
        "passage_to": ("passage_to", lambda text: _day(text, _LAST)),
    }
    found: dict[str, tuple[Candidate, ...]] = {}
    for key, (column, read) in columns.items():
        cells = [(value, piece) for piece in _cells(face, layout, column) if (value := read(piece.text)) is not None]
        if len({value for value, _ in cells}) == 1:
            value, piece = cells[0]
            found[key] = (printed(value, [piece]),)
    return found


def _cells(face: Face, layout: Bands, column: str) -> list[Piece]:
    """What stands in a column between its heading and the sums."""
    if layout.header is None or column not in layout.columns:
        return []
    middle, slack = layout.columns[column], 0.5 * face.line_height
    top = layout.header + slack
    bottom = (layout.subtotal or layout.total or face.height) - slack
    return face.texts(lambda piece: top < piece.y < bottom and piece.box.left - slack <= middle <= piece.box.right + slack)


def _vehicle(text: str) -> str | None:
    found = _VEHICLE.fullmatch(squeeze(fold(text)))
    return None if found is None else found.group()


def _day(text: str, which: int) -> str | None:
    """The first or the last day of a cell: two columns may have been read as one line."""
    days = _DAY.findall(squeeze(fold(text)))
    if not days:
        return None
    year, month, day = days[which]
    return read_date(f"{year}年{month}月{day}日")
