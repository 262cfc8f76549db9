"""The rows that divide a VAT face: table header, a trade's second header, 合计, 价税合计; and where the table's columns stand."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import linear_regression, median

from models.geometry import Point
from models.money import fold_words, parse_words
from ocr_service.faces.columns import are_of_goods
from ocr_service.faces.face import Face, Piece, squeeze

_COLUMNS: tuple[tuple[str, str], ...] = (
    # What a trade tells in columns of its own comes first: 面积单位 is not 单位, nor 建筑项目名称 the name of the line.
    ("title_deed", r"产权证书/?不动产权证号?|不动产权证书?号|产权证书|不动产单元代码|网签合同备案编号|房屋产权证书.{0,12}?号"),
    ("area_unit", r"面积单位"),
    ("building_place", r"建筑服务发生地"),
    ("building_project", r"建筑项目名称"),
    ("plate_number", r"(?:通行费)?车牌号"),
    ("vehicle_class", r"类型"),
    ("passage_from", r"通行日期起"),
    ("passage_to", r"通行日期止"),
    ("name", r"货物或应税.*?名称|[货贷]?物[或反及]应税.*?名[称弥]|项目名称|应税劳务.*?名称|服务名称|货物名称|项目"),
    ("specification", r"规格型号|规格|型号"),
    ("unit", r"单位"),
    ("quantity", r"数量"),
    ("unit_price", r"单价"),
    ("amount", r"[金全]额|金"),
    ("tax_rate", r"税率/?征收率|税率|征收率"),
    ("tax_amount", r"税额"),
)
COLUMN_ORDER = ("name", "specification", "unit", "quantity", "unit_price", "amount", "tax_rate", "tax_amount")
_TOLL_ORDER = ("name", "plate_number", "vehicle_class", "passage_from", "passage_to", "amount", "tax_rate", "tax_amount")
"""A toll's form has the columns of the common one in the same places under other headings."""
USUAL_PLACES = (0.128, 0.323, 0.418, 0.497, 0.599, 0.725, 0.825, 0.925)
"""Middles of the columns as shares of the table's width on the form of 2009 and after; used only for headers that were not read."""
_HEADINGS = re.compile(r"规格|型号|税率|单价|数量|单位|应税|项目|税额|金额|车牌号|产权|发生地")
_ALL_HEADINGS = re.compile(
    "(?:(?:" + "|".join(pattern for _, pattern in _COLUMNS) + r"|[数单金税] *[量位价额]|货物或应税?(?:劳务)?、?)\s*)+|额$"
)
_SECOND_HEADINGS = re.compile(
    r"运输工具|工具种类|工具牌号|起运地|到达地|货物名称|出行人|出行日期|出发地|交通工具|身份证件|通行费车牌号|通行日期|等级$|^类型$"
)
"""Headings of the second table in which a 数电票 of some trades (货物运输, 旅客运输, 通行费) tells more of its lines."""

_TORN_HEADINGS = re.compile(r"货物或应|应税劳务|规格|格型号|单价|单位|数量|税率|税额|金额|^量|税.?额|单.?位|数.?量")
"""What is left of headings on which something was printed."""
_FEWEST_TORN = 2
_TITLE_PLACES = (0.018, 0.588)
"""Middles of the titles 购买方 and 密码区 on the same form."""
_SUM = re.compile(r"-?\s*[¥￥]")
"""How the sums below the table are printed."""
_AMOUNT = re.compile(r"[¥￥]?-?[\d,]+\.\d{2}|\*{2,3}")
_ENOUGH_HEADINGS, _WIDE_ENOUGH = 5, 0.45
"""Headings that tell how a table lies, at least, and how much of the face's width they must span."""
_ON_ONE_LINE = 0.45
"""By how much of a line height a heading may lie off the line through all, at most."""
_STEEPEST = 0.05
_ONE_ROW = 1.5
"""By how many line heights labels of one row may differ on a page that was not quite flat."""
SIGNATURES = ("payee", "reviewer", "drawer", "seller_seal")
"""The labels at the foot of a paper form."""


@dataclass(frozen=True, slots=True)
class Bands:
    """Heights in pixels of the flat frame, None where the row was not found; `columns` gives the middle of each column.

    `second` is the header of the second table that some trades have below the lines. Columns that no line item knows are among
    `columns` too, so that what stands in them is taken for nothing else.
    """

    header: float | None
    subtotal: float | None
    total: float | None
    columns: Mapping[str, float]
    second: float | None = None

    @property
    def is_common(self) -> bool:
        """Whether the table has the eight columns of the common form in their order."""
        return tuple(self.columns) == COLUMN_ORDER


def bands(face: Face) -> Bands:
    """Find the dividing rows."""
    header, columns = _header(face)
    total = _total_row(face, header)
    subtotal = _subtotal_row(face, header, total)
    return Bands(header, subtotal, total, columns, _second_header(face, header, subtotal or total))


def framed(face: Face, layout: Bands) -> Face:
    """The face without what is printed beyond the right edge of its frame: 下载次数 down the margin of 数电票, the next sheet's text.

    The last heading and the amounts under it end within a character of that edge; where neither was found nothing is left out.
    """
    header, last = layout.header, layout.columns.get("tax_amount")
    if header is None or last is None or last < max(layout.columns.values()):
        return face
    bottom = (layout.total or face.height) + face.line_height
    table = face.texts(lambda piece: header - face.line_height < piece.y < bottom and piece.box.left > last - 4 * face.line_height)
    headings = [piece.box.right for piece in table if _HEADINGS.search(squeeze(piece.text))]
    amounts = [piece.box.right - 0.7 * face.line_height for piece in table if _AMOUNT.fullmatch(squeeze(piece.text))]
    if not headings and not amounts:
        return face
    edge = max((last, *headings, *amounts)) + face.line_height
    return replace(face, pieces=tuple(piece for piece in face.pieces if piece.x < edge))


def levelled(face: Face) -> Face:
    """The face with its rows level, as far as the headings of its table show that they are not: print may lie askew on its form."""
    places = [middle for middle in _headings(face)[1].values()]
    if len(places) < _ENOUGH_HEADINGS:
        return face
    across, down = [x for x, _ in places], [y for _, y in places]
    if max(across) - min(across) < _WIDE_ENOUGH * face.width:
        return face
    slope, rise = linear_regression(across, down)
    fits = all(abs(y - rise - slope * x) < _ON_ONE_LINE * face.line_height for x, y in places)
    return face.levelled(slope) if fits and abs(slope) < _STEEPEST else face


def signatures(face: Face, below: float, *names: str) -> float | None:
    """Height of the row in which 收款人, 复核 and 开票人 sign, below a height; None where none of the labels `names` was found.

    It is the last row of a form, and all but the seal's place stand left of the remarks: what 备注 says of a 收款人 is no signature.
    """
    labels = [label for label in face.labels(*names) if label.y > below]
    titles = [piece.box.left for piece in face.texts(lambda piece: piece.y > below) if _is_title_of_remarks(piece, face)]
    limit = min(titles, default=face.width)
    own = [label.y for label in labels if label.label == "seller_seal" or label.box.left < limit]
    return min((y for y in own if y > max(own) - _ONE_ROW * face.line_height), default=None)


def _is_title_of_remarks(piece: Piece, face: Face) -> bool:
    """Whether it is of a paper form's 备注; on 数电票 that stands at the left edge, and its text above all signatures."""
    return piece.x > 0.35 * face.width and squeeze(piece.text) in {"备", "注", "备注"}


def rows(pieces: Sequence[Piece], tolerance: float) -> list[list[Piece]]:
    """Pieces grouped by height, rows from top to bottom, each from left to right; a row drifts by at most `tolerance` pixels a step."""
    grouped: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda piece: piece.y):
        if grouped and piece.y - grouped[-1][-1].y <= tolerance:
            grouped[-1].append(piece)
        else:
            grouped.append([piece])
    return [sorted(row, key=lambda piece: piece.box.left) for row in grouped]


def _header(face: Face) -> tuple[float | None, Mapping[str, float]]:
    height, found = _headings(face)
    if height is None:
        return _header_of_the_form(face)
    return height, _completed({key: x for key, (x, _) in found.items()})


def _header_of_the_form(face: Face) -> tuple[float | None, Mapping[str, float]]:
    """The header of a paper form whose headings are printed over, by what is left of them and by the titles of the boxes around it.

    Their places are those of the form of 2009 and after.
    """
    left = _title_of_boxes(face, "购买销售方", 0.0, 0.3)
    right = _title_of_boxes(face, "密码区备注", 0.4, 0.8)
    torn = [piece for piece in face.texts(lambda piece: not piece.is_vertical) if _TORN_HEADINGS.search(squeeze(piece.text))]
    row = max(rows(torn, 0.5 * face.line_height), key=len, default=[])
    if left is None or right is None or len(row) < _FEWEST_TORN:
        return None, {}
    width = (right - left) / (_TITLE_PLACES[1] - _TITLE_PLACES[0])
    middles = {key: left + (place - _TITLE_PLACES[0]) * width for key, place in zip(COLUMN_ORDER, USUAL_PLACES, strict=True)}
    return median(piece.y for piece in row), middles


def _title_of_boxes(face: Face, characters: str, start: float, end: float) -> float | None:
    """Middle of the titles down one side of the boxes above and below the table, read in two pieces or more."""
    inside = face.texts(lambda piece: start * face.width < piece.x < end * face.width)
    title = [piece.x for piece in inside if piece.text and set(squeeze(piece.text)) <= set(characters)]
    return median(title) if len(title) > 1 else None


def _headings(face: Face) -> tuple[float | None, Mapping[str, Point]]:
    """Height of the table's header and the middle of each of its headings, from the row that has most of them."""
    best: tuple[float | None, Mapping[str, Point]] = (None, {})
    flat = [(piece.y, piece) for piece in face.texts(lambda piece: not piece.is_vertical)]
    for height, anchor in flat:
        if not _HEADINGS.search(squeeze(anchor.text)):
            continue
        row = [piece for y, piece in flat if abs(y - height) < 0.8 * face.line_height]
        found = _columns_of(row)
        if len(found) >= 3 and len(found) > len(best[1]):
            best = (height, found)
    return best


def _second_header(face: Face, header: float | None, bottom: float | None) -> float | None:
    """Where two headings of a trade's second table stand on one row below the lines."""
    if header is None:
        return None
    below = face.texts(lambda piece: header + face.line_height < piece.y < (bottom or face.height))
    # A service may be named after the places of a journey.
    headings = [piece for piece in below if "*" not in piece.text and _SECOND_HEADINGS.search(squeeze(piece.text))]
    for row in rows(headings, 0.5 * face.line_height):
        if len(_SECOND_HEADINGS.findall(" ".join(squeeze(piece.text) for piece in row))) > 1:
            return row[0].y
    return None


def heading_span(text: str) -> tuple[int, int]:
    """Where the first headings of columns in a text begin and end; nowhere (0, 0) when there are none."""
    match = _ALL_HEADINGS.search(text)
    return (0, 0) if match is None else match.span()


def _columns_of(row: Sequence[Piece]) -> dict[str, Point]:
    """Middles of the headings of a row; its characters are run together first, since 金 and 额 often stand far apart."""
    characters = [entry for piece in sorted(row, key=lambda piece: piece.box.left) for entry in _characters(piece)]
    text = "".join(character for character, _ in characters)
    found: dict[str, Point] = {}
    covered: list[tuple[int, int]] = []
    for key, pattern in _COLUMNS:
        for match in re.finditer(pattern, text):
            if all(match.end() <= start or match.start() >= end for start, end in covered):
                (left, upper), (right, lower) = characters[match.start()][1], characters[match.end() - 1][1]
                found[key] = ((left + right) / 2, (upper + lower) / 2)
                covered.append(match.span())
                break
    return found


def _characters(piece: Piece) -> list[tuple[str, Point]]:
    text = squeeze(piece.text)
    step = piece.box.width / max(1, len(text))
    return [(character, (piece.box.left + (place + 0.5) * step, piece.y)) for place, character in enumerate(text)]


def _completed(found: dict[str, float]) -> Mapping[str, float]:
    """Columns whose header was lost are placed by a straight line through the found ones and their usual places."""
    order = _TOLL_ORDER if "plate_number" in found or "passage_from" in found else COLUMN_ORDER
    by_place = sorted(found, key=found.__getitem__)
    if len(found) < 3 or by_place != [key for key in order if key in found]:
        # 数电票 are free to leave columns out, to add some, and to put 单价 before 数量: nothing is added to a header of its own order.
        return found
    places = dict(zip(order, USUAL_PLACES, strict=True))
    usual, actual = [places[key] for key in by_place], [found[key] for key in by_place]
    mean_usual, mean_actual = sum(usual) / len(usual), sum(actual) / len(actual)
    spread = sum((u - mean_usual) ** 2 for u in usual)
    slope = sum((u - mean_usual) * (a - mean_actual) for u, a in zip(usual, actual, strict=True)) / spread if spread else 0.0
    return {key: found.get(key, mean_actual + slope * (place - mean_usual)) for key, place in places.items()}


def _total_row(face: Face, header: float | None) -> float | None:
    floor = header or 0.0
    for names in (("total_digits",), ("total_words",), ("total",)):
        below = [label for label in face.labels(*names) if label.y > floor and not _is_in_a_row_of_goods(label, face)]
        if below:
            return below[0].y
    below = face.texts(lambda piece: piece.y > floor and len(fold_words(piece.text)) >= 3)
    return next((piece.y for piece in below if parse_words(piece.text) is not None), None)


def _subtotal_row(face: Face, header: float | None, total: float | None) -> float | None:
    if header is None:
        return None
    floor, ceiling = header + 0.8 * face.line_height, (total or face.height) - 0.6 * face.line_height
    between = face.texts(lambda piece: floor < piece.y < ceiling and not piece.is_vertical)
    signed = [piece for piece in between if _SUM.match(piece.text)]
    if signed:
        return max(piece.y for piece in signed)
    marks = [piece for piece in between if squeeze(piece.text) in {"合计", "合", "计"} and piece.x < 0.45 * face.width]
    marks = [mark for mark in marks if not _is_in_a_row_of_goods(mark, face)]
    return marks[-1].y if marks else None


def _is_in_a_row_of_goods(mark: Piece, face: Face) -> bool:
    """Whether goods are called so."""
    return are_of_goods([piece.text for piece in face.texts(lambda piece: abs(piece.y - mark.y) < 0.5 * face.line_height)])
