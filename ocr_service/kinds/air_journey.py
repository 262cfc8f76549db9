"""The journey on an 航空运输电子客票行程单: stops under each other at the left (自, 至, 至 …), beside each the flight that leaves it."""

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from models.invoice import Witness
from models.money import format_amount
from ocr_service.evidence import Candidate
from ocr_service.faces.face import Face, Piece, fold, printed, squeeze
from ocr_service.kinds.description import Special
from ocr_service.kinds.values import a_date, a_time

FROM_LABELS = ("自FROM", "自:FROM", "始发地", "自")
TO_LABELS = ("至TO", "至:TO", "目的地", "至")
HEADINGS = ("承运人", "航班号", "座位等级", "日期", "时间", "客票级别/客票类别", "客票级别", "客票类别")
ENGLISH_HEADINGS = ("CARRIER", "FLIGHT", "CLASS", "DATE", "TIME", "FARE BASIS", "NOT VALID BEFORE", "NOT VALID AFTER", "ALLOW")

_STOPS = 0.3
"""Share of the form's width that the column of stops takes."""
_FLIGHT = re.compile(r"(?:[A-Z]{2}|[A-Z]\d|\d[A-Z])\d{3,4}")
_CLASS = re.compile(r"[A-Z]\d?|(?:经济|公务|商务|头等|超级经济)舱?")
_FARE = re.compile(
    r"(?<![\d.,])(?:(?:[A-Z]{2,3}|[¥￥])\s*([1-9]\d{0,6}|0)(?![\d.,%])|([1-9]\d{0,2}(?:,?\d{3}){0,2}\.\d{1,2}|0\.\d{1,2})(?![\d.,%]))"
)
_NOTHING = re.compile(r"(?:[A-Z]{2,3})?(?:EXEMPT|X{3}|0+|0\.00|免|-+)")
_MONTHS = dict(JAN=1, FEB=2, MAR=3, APR=4, MAY=5, JUN=6, JUL=7, AUG=8, SEP=9, OCT=10, NOV=11, DEC=12)
_NO_STOP = re.compile(r"旅客|姓名|证件|号码|签注|票价|客票|销售|单位|验证|网址|承运|开票|发票|国内|国际|标识|GP单|付款|凭证")


def journey(face: Face) -> Mapping[str, tuple[Candidate, ...]]:
    """Where the journey begins and ends, and the first flight: number, class, day and time.

    A return ticket ends where it began; its destination is then the last stop before that.
    """
    found: dict[str, tuple[Candidate, ...]] = {}
    stops = _stops(face)
    if len(stops) > 1 or (stops and stops[0][0] == "from"):
        role, name, piece = stops[0]
        if role == "from":
            found["from_station"] = (printed(name, [piece]),)
        ends = [(name, piece) for role, name, piece in stops if role == "to"]
        away = [end for end in ends if end[0] != (stops[0][1] if role == "from" else "")]
        if away:
            found["to_station"] = (printed(away[-1][0], [away[-1][1]]),)
    return found | _first_flight(face)


def a_flight_date(text: str) -> str | None:
    """A day of departure: 2021-03-05, or 05MAR21 as tickets in English have it; a day without its year is none."""
    english = re.search(r"(?<!\d)(\d{2})([A-Z]{3})(\d{2})(?!\d)", squeeze(fold(text)).upper())
    if english is None or english[2] not in _MONTHS:
        return a_date(text)
    return a_date(f"20{english[3]}-{_MONTHS[english[2]]}-{english[1]}")


def a_fare(text: str) -> str | None:
    """An amount behind its currency (CNY 860.00, CN 50.00) or alone; EXEMPT and the like are none."""
    found = _FARE.findall(fold(text).upper())
    return format_amount(Decimal("".join(found[0]).replace(",", ""))) if len(found) == 1 else None


def a_ticket(text: str) -> str | None:
    """An e-ticket's number as printed: thirteen digits, of which three name the airline (with or without a hyphen behind them).

    Some airlines print the ten digits of their own alone; these count only where nothing else stands with them.
    """
    compact = squeeze(fold(text)).upper()
    found = set(re.findall(r"(?<![\dA-Z])\d{3}-?\d{10}(?![\dA-Z*])", compact))
    if not found and re.fullmatch(r"\d{10}", compact):
        return compact
    return found.pop() if len(found) == 1 else None


def charges(total: str, labels: Sequence[Sequence[str]]) -> Special:
    """The sum of the fare, which comes first, and all that is added to it: arithmetic's word for the total, where no box is in doubt."""

    def find(face: Face) -> Mapping[str, tuple[Candidate, ...]]:
        amounts = [_charge(face, names) for names in labels]
        if not amounts[0] or len([amount for amount in amounts if amount]) < 2 or any(amount is None for amount in amounts):
            return {}
        whole = sum((amount for amount in amounts if amount is not None), Decimal(0))
        return {total: (Candidate(format_amount(whole), "", 1.0, None, Witness.ARITHMETIC),)}

    return find


def _charge(face: Face, labels: Sequence[str]) -> Decimal | None:
    """What the box under or beside a label holds; zero where it is blank or says that there is nothing to pay, None where nobody knows."""
    for label in face.labels(*labels):
        height = max(face.line_height, label.box.height)
        near = face.texts(lambda piece: not piece.is_vertical)
        below = [piece for piece in near if 0.4 * height < piece.y - label.y < 2.4 * height and _overlaps(label, piece, height)]
        beside = [piece for piece in near if abs(piece.y - label.y) < 0.5 * height and 0 < piece.x - label.box.right < 4 * height]
        # Letters behind the label are its English half.
        inside = [
            *below,
            *(piece for piece in beside if not re.fullmatch(r"[A-Z]{4,}", squeeze(fold(piece.text)).upper()) or _is_nothing(piece)),
        ]
        texts = [squeeze(fold(piece.text)).upper() for piece in inside]
        amounts = [amount for text in texts if (amount := a_fare(text)) is not None]
        if len(amounts) == 1:
            return Decimal(amounts[0])
        if not amounts and all(map(_is_nothing, inside)):
            return Decimal(0)
    return None


def _overlaps(label: Piece, piece: Piece, slack: float) -> bool:
    return piece.box.left < label.box.right + slack and piece.box.right > label.box.left


def _is_nothing(piece: Piece) -> bool:
    return _NOTHING.fullmatch(squeeze(fold(piece.text)).upper()) is not None


def _stops(face: Face) -> list[tuple[str, str, Piece]]:
    """Role, name and print of every stop from top to bottom; each belongs to the nearest 自 or 至 of its row."""
    labels = [(("from" if piece.label in FROM_LABELS else "to"), piece) for piece in face.labels(*FROM_LABELS, *TO_LABELS)]
    edge = _stops_end(face)
    labels = [(role, piece) for role, piece in labels if piece.box.left < edge]
    found: list[tuple[str, str, Piece]] = []
    for role, label in labels:
        row = [
            piece
            for piece in face.texts(lambda piece: not piece.is_vertical)
            if label.box.right - 0.6 * face.line_height <= piece.box.left < edge
            and abs(piece.y - label.y) < 1.1 * face.line_height
            and all(abs(piece.y - label.y) <= abs(piece.y - other.y) for _, other in labels)
            and _stop(piece.text) is not None
        ]
        if row:
            nearest = min(row, key=lambda piece: (piece.box.left - label.box.right) + 2 * abs(piece.y - label.y))
            found.append((role, _stop(nearest.text) or "", nearest))
    return found


def _stops_end(face: Face) -> float:
    """Where the column of stops ends, across, from the form's own labels: a photo may show much more than the form."""
    boxes = [piece.box for piece in face.pieces if piece.label is not None]
    left, right = min((box.left for box in boxes), default=0.0), max((box.right for box in boxes), default=face.width)
    return left + _STOPS * (right - left)


def _stop(text: str) -> str | None:
    """A place's name without its terminal (T2) and its three-letter code."""
    folded = fold(text)
    if _NO_STOP.search(squeeze(folded)):
        return None
    chinese = re.findall(r"[\u4e00-\u9fff·]{2,12}", squeeze(folded))
    return chinese[0] if len(chinese) == 1 else None


def _first_flight(face: Face) -> dict[str, tuple[Candidate, ...]]:
    """The cells under 航班号, 座位等级, 日期 and 时间 on the row of the first flight."""
    columns = _columns(face)
    flights = _column(face, columns, "航班号", _flight)
    times = _column(face, columns, "时间", a_time)
    days = _column(face, columns, "日期", a_flight_date)
    rows = flights or times or days
    if not rows:
        return {}
    level = rows[0][0].y

    def on_row(cells: Sequence[tuple[Piece, str]]) -> list[tuple[Piece, str]]:
        return [cell for cell in cells if abs(cell[0].y - level) < 0.9 * face.line_height][:1]

    found: dict[str, tuple[Candidate, ...]] = {}
    for key, cells in (("train_number", flights), ("seat_class", _column(face, columns, "座位等级", _class))):
        for piece, value in on_row(cells):
            found[key] = (printed(value, [piece]),)
    for (day_piece, day), (time_piece, time) in zip(on_row(days), on_row(times), strict=False):
        row = [day_piece] if day_piece is time_piece else [day_piece, time_piece]
        found["departure_time"] = (printed(f"{day} {time}", row, " ".join(piece.text for piece in row)),)
    return found


def _columns(face: Face) -> dict[str, tuple[float, float, float]]:
    """Left and right bounds of the columns and the bottom of their headings, in pixels; halfway between neighbouring headings."""
    heads = face.labels(*HEADINGS)
    if not heads:
        return {}
    level = sorted(heads, key=lambda head: head.y)[len(heads) // 2].y
    row = sorted((head for head in heads if abs(head.y - level) < 1.2 * face.line_height), key=lambda head: head.x)
    bounds: dict[str, tuple[float, float, float]] = {}
    for place, head in enumerate(row):
        left = (row[place - 1].x + head.x) / 2 if place else head.box.left - 1.5 * face.line_height
        right = (head.x + row[place + 1].x) / 2 if place + 1 < len(row) else head.box.right + 1.5 * face.line_height
        bounds.setdefault(head.label or "", (left, right, head.box.bottom))
    return bounds


def _column(
    face: Face, columns: Mapping[str, tuple[float, float, float]], heading: str, read: Callable[[str], str | None]
) -> list[tuple[Piece, str]]:
    """A column's cells that can be read, from the top."""
    if heading not in columns:
        return []
    left, right, top = columns[heading]
    inside = face.texts(lambda piece: left <= piece.x <= right and top < piece.y < top + 0.45 * face.height and not piece.is_vertical)
    return [(piece, value) for piece in inside if (value := read(piece.text)) is not None]


def _flight(text: str) -> str | None:
    compact = squeeze(fold(text)).upper()
    return compact if _FLIGHT.fullmatch(compact) else None


def _class(text: str) -> str | None:
    compact = squeeze(fold(text))
    return compact if _CLASS.fullmatch(compact) else None
