"""The rows that divide a VAT face: table header, 合计, 价税合计; and where the table's columns stand."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from models.money import fold_words, parse_words
from ocr_service.faces.face import Face, Piece, squeeze

_COLUMNS: tuple[tuple[str, str], ...] = (
    ("name", r"货物或应税.*?名称|[货贷]?物[或反及]应税.*?名[称弥]|项目名称|应税劳务.*?名称|服务名称|货物名称|项目"),
    ("specification", r"规格型号|规格|型号|车牌号"),
    ("unit", r"单位|类型"),
    ("quantity", r"数量|通行日期起"),
    ("unit_price", r"单价|通行日期止"),
    ("amount", r"[金全]额|金"),
    ("tax_rate", r"税率/?征收率|税率|征收率"),
    ("tax_amount", r"税额"),
)
COLUMN_ORDER = tuple(key for key, _ in _COLUMNS)
_USUAL_PLACES = dict(zip(COLUMN_ORDER, (0.128, 0.323, 0.418, 0.497, 0.599, 0.725, 0.825, 0.925), strict=True))
"""Middles of the columns as shares of the table's width on the form of 2009 and after; used only for headers that were not read."""

TOLL_COLUMNS = re.compile(r"车牌号|通行日期")


@dataclass(frozen=True, slots=True)
class Bands:
    """Heights in pixels of the flat frame, None where the row was not found; `columns` gives the middle of each column."""

    header: float | None
    subtotal: float | None
    total: float | None
    columns: Mapping[str, float]
    is_toll: bool


def bands(face: Face) -> Bands:
    """Find the dividing rows."""
    header, columns, is_toll = _header(face)
    total = _total_row(face, header)
    return Bands(header, _subtotal_row(face, header, total), total, columns, is_toll)


def rows(pieces: Sequence[Piece], tolerance: float) -> list[list[Piece]]:
    """Pieces grouped by height, rows from top to bottom, each from left to right; a row drifts by at most `tolerance` pixels a step."""
    grouped: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda piece: piece.y):
        if grouped and piece.y - grouped[-1][-1].y <= tolerance:
            grouped[-1].append(piece)
        else:
            grouped.append([piece])
    return [sorted(row, key=lambda piece: piece.box.left) for row in grouped]


def _header(face: Face) -> tuple[float | None, Mapping[str, float], bool]:
    best: tuple[int, float, dict[str, float], bool] | None = None
    flat = face.texts(lambda piece: not piece.is_vertical)
    for anchor in (piece for piece in flat if re.search(r"规格|型号|税率|单价|数量|单位|应税|项目|税额|金额|车牌号", squeeze(piece.text))):
        row = [piece for piece in flat if abs(piece.y - anchor.y) < 0.8 * face.line_height]
        found, is_toll = _columns_of(row)
        if len(found) >= 3 and (best is None or len(found) > best[0]):
            best = (len(found), anchor.y, found, is_toll)
    if best is None:
        return None, {}, False
    return best[1], _completed(best[2]), best[3]


def _columns_of(row: Sequence[Piece]) -> tuple[dict[str, float], bool]:
    """Column middles read from a row; its characters are run together first, since 金 and 额 often stand far apart."""
    characters = [entry for piece in sorted(row, key=lambda piece: piece.box.left) for entry in _characters(piece)]
    text = "".join(character for character, _ in characters)
    found: dict[str, float] = {}
    covered: list[tuple[int, int]] = []
    for key, pattern in _COLUMNS:
        for match in re.finditer(pattern, text):
            if all(match.end() <= start or match.start() >= end for start, end in covered):
                found[key] = (characters[match.start()][1] + characters[match.end() - 1][1]) / 2
                covered.append(match.span())
                break
    return found, TOLL_COLUMNS.search(text) is not None


def _characters(piece: Piece) -> list[tuple[str, float]]:
    text = squeeze(piece.text)
    step = piece.box.width / max(1, len(text))
    return [(character, piece.box.left + (place + 0.5) * step) for place, character in enumerate(text)]


def _completed(found: dict[str, float]) -> Mapping[str, float]:
    """Columns whose header was lost are placed by a straight line through the found ones and their usual places."""
    if len(found) < 3 or sorted(found, key=found.__getitem__) != list(found):
        # 数电票 are free to leave columns out and to put 单价 before 数量: nothing is added to a header of its own order.
        return found
    usual = [_USUAL_PLACES[key] for key in found]
    actual = list(found.values())
    mean_usual, mean_actual = sum(usual) / len(usual), sum(actual) / len(actual)
    spread = sum((u - mean_usual) ** 2 for u in usual)
    slope = sum((u - mean_usual) * (a - mean_actual) for u, a in zip(usual, actual, strict=True)) / spread if spread else 0.0
    placed = {key: mean_actual + slope * (place - mean_usual) for key, place in _USUAL_PLACES.items()}
    return {key: found.get(key, placed[key]) for key in COLUMN_ORDER}


def _total_row(face: Face, header: float | None) -> float | None:
    floor = header or 0.0
    for names in (("total_digits",), ("total_words",), ("total",)):
        below = [label for label in face.labels(*names) if label.y > floor]
        if below:
            return below[0].y
    below = face.texts(lambda piece: piece.y > floor and len(fold_words(piece.text)) >= 3)
    return next((piece.y for piece in below if parse_words(piece.text) is not None), None)


def _subtotal_row(face: Face, header: float | None, total: float | None) -> float | None:
    if header is None:
        return None
    floor, ceiling = header + 0.8 * face.line_height, (total or face.height) - 0.6 * face.line_height
    between = face.texts(lambda piece: floor < piece.y < ceiling and not piece.is_vertical)
    signed = [piece for piece in between if re.match(r"[¥￥]", piece.text)]
    if signed:
        return max(piece.y for piece in signed)
    marks = [piece for piece in between if squeeze(piece.text) in {"合计", "合", "计"} and piece.x < 0.45 * face.width]
    return marks[-1].y if marks else None
