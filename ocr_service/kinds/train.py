"""火车票: the paper ticket (blue or red), which has no labels: every value is known by its form and its place."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from models.invoice import InvoiceKind, Witness
from ocr_service.evidence import Candidate
from ocr_service.faces.face import Face, Piece, joined, printed, squeeze
from ocr_service.kinds.description import Field, KindDescription, Zone
from ocr_service.kinds.values import a_moment, a_station, an_amount, plain_text

_NUMBER = re.compile(r"(?<![A-Z0-9])([GDCZTKYLS]\d{1,4}|\d{3,4})次?(?![0-9A-Z年])")
_STATION = re.compile(r"[\u4e00-\u9fff]{1,8}")
_SERIAL = re.compile(r"(?<!\d)\d{14}([A-Z]\d{6})(?!\d)")
_GATE = r"[A-Z]?\d{1,3}[A-Z]?"
_HOLDER = re.compile(r"\d{6,14}[*x×]{2,6}\d{2,4}[0-9Xx]?\s*(?P<name>[\u4e00-\u9fff·]{2,15}|[A-Z]+ ?/[A-Z ]+)?")
_SEATS = "商务座|特等座|优选一等座|一等座|二等座|观光座|软座|硬座|无座"
_BERTHS = "高级软卧|高级动卧|一等卧|二等卧|动卧|软卧代软座|硬卧代硬座|软卧|硬卧"
SEAT_CLASS = rf"(?<!车)((?:新空调|空调)?(?:{_BERTHS}|{_SEATS}))"


def journey(face: Face) -> Mapping[str, tuple[Candidate, ...]]:
    """The train's number with the station that it leaves on its left and the one that it reaches on its right."""
    upper = face.texts(lambda piece: not piece.is_vertical and piece.y < 0.6 * face.height)
    for piece in upper:
        found = _NUMBER.search(piece.text.upper().strip())
        if found is None:
            continue
        row = sorted((other for other in upper if abs(other.y - piece.y) < 1.1 * piece.box.height), key=lambda other: other.box.left)
        place = row.index(piece)
        left = [*row[:place], _part(piece, piece.text[: found.start()])]
        right = [_part(piece, piece.text[found.end() :]), *row[place + 1 :]]
        if not _is_a_trains(found.group(), left, right) or _runs_on(piece, row):
            continue
        found_sides = {
            key: station for key, side in (("from_station", left), ("to_station", right)) if (station := _station(side)) is not None
        }
        number = printed(found[1], [piece])
        return {"train_number": (number,)} | {key: (candidate,) for key, candidate in found_sides.items()}
    ends = [piece for piece in upper if re.fullmatch(r"[\u4e00-\u9fff]{2,7}站", squeeze(piece.text))]
    if len(ends) != 2:
        return {}
    ends.sort(key=lambda piece: piece.x)
    found_ends = zip(("from_station", "to_station"), ends, strict=True)
    return {key: (candidate,) for key, piece in found_ends if (candidate := _station([piece])) is not None}


def _is_a_trains(number: str, left: Sequence[Piece], right: Sequence[Piece]) -> bool:
    """Whether a number stands where a train's does: between the stations.

    The ticket's own red number may be printed over the first station, and some of its digits be read alone: those have no station before
    them. A number without a letter needs both stations in full; 次 behind it says what it is.
    """
    before, behind = (sum("站" in piece.text for piece in side) for side in (left, right))
    if number.endswith("次"):
        return True
    if number.isdigit() or before + behind > 1:
        return before > 0 and behind > 0
    return before + behind > 0


def _runs_on(piece: Piece, row: Sequence[Piece]) -> bool:
    """Whether more letters and digits stand right before or behind a print: it is a piece of a longer number."""
    return any(
        other is not piece
        and abs(other.y - piece.y) < 0.4 * piece.box.height
        and re.fullmatch(r"[A-Z0-9]+", squeeze(other.text).upper()) is not None
        and max(other.box.left - piece.box.right, piece.box.left - other.box.right) < 0.5 * piece.box.height
        for other in row
    )


def _part(piece: Piece, text: str) -> Piece:
    return Piece(text, piece.box, piece.polygon, piece.confidence)


def _station(side: list[Piece]) -> Candidate | None:
    """The station on one side: the print that ends in 站, else the only Chinese one; its characters may have come apart (青 禾站)."""
    chinese = [piece for piece in side if _STATION.fullmatch(squeeze(piece.text))]
    runs: list[list[Piece]] = []
    for piece in chinese:
        if (
            runs
            and abs(runs[-1][-1].y - piece.y) < 0.3 * piece.box.height
            and piece.box.left - runs[-1][-1].box.right < 0.6 * piece.box.height
        ):
            runs[-1].append(piece)
        else:
            runs.append([piece])
    names = [(squeeze(joined(run)), run) for run in runs if squeeze(joined(run)) != "站"]
    named = [entry for entry in names if entry[0].endswith("站")] or names
    value = a_station(named[0][0]) if len(named) == 1 else None
    # No station has a name of one character: that is what other print left of a longer one.
    return None if value is None or len(value) < 2 else printed(value, named[0][1])


def ticket_number(face: Face) -> Mapping[str, tuple[Candidate, ...]]:
    """The red number at the top left; its last seven characters stand again at the end of the serial number below.

    That is a second print of a number of seven characters. Of one of ten it repeats the end alone: equal ends say nothing of the first
    three characters and make no second witness, different ends are a contradiction.
    """
    pieces = face.texts(lambda piece: piece.y < 0.5 * face.height)
    for piece in pieces:
        found = re.match(r"([A-Z]\d{2}[A-Z]\d{6}|\d{3}[A-Z]\d{6}|[A-Z]\d{6})(?![0-9A-Z])", squeeze(piece.text).upper())
        if found is None:
            continue
        return {"ticket_number": (printed(found[1], [piece]), *_second_print(face, found[1]))}
    return {}


def _second_print(face: Face, number: str) -> tuple[Candidate, ...]:
    for piece in face.texts():
        serial = _SERIAL.search(squeeze(piece.text).upper())
        if serial is None or (len(number) > len(serial[1]) and number.endswith(serial[1])):
            continue
        value = number[: -len(serial[1])] + serial[1]
        return (replace(printed(value, [piece]), witness=Witness.SECOND_PRINT),)
    return ()


def holder(face: Face) -> Mapping[str, tuple[Candidate, ...]]:
    """The passenger's name behind the masked number of the identity card."""
    for piece in face.texts():
        found = _HOLDER.search(piece.text)
        if found is None:
            continue
        if found["name"]:
            return {"passenger_name": (printed(found["name"].strip(), [piece]),)}
        right = [
            other
            for other in face.texts()
            if abs(other.y - piece.y) < 0.6 * face.line_height and 0 <= other.box.left - piece.box.right + 5 < 6 * face.line_height
        ]
        names = [other for other in right if re.fullmatch(r"[\u4e00-\u9fff·]{2,15}", squeeze(other.text))]
        if len(names) == 1:
            return {"passenger_name": (printed(squeeze(names[0].text), names),)}
    return {}


TRAIN = KindDescription(
    kind=InvoiceKind.TRAIN,
    titles=(),
    marks=(
        r"检票[口:]?|限乘当日|买票请到|仅供报销|中国铁路|12306|始发改签|铁路旅客|在\d+日内到有效",
        r"^[GDCZTKYLS]\d{1,4}次?(?![0-9])|^\d{4}次$",
        r"(?:二等|一等|商务|特等|硬|软|新空调|无|动).{0,3}(?:座|卧)",
        r"\d{1,2}:\d{2}开",
        r"\d{1,2}车(?:加?\d{1,3}[A-F]?号|无座)",
        r"^[\u4e00-\u9fff]{1,6}站(?:[A-Z]\d{1,4})?",
    ),
    enough=3,
    fields=(
        Field("departure_time", a_moment, pattern=r"\d{4}年\d{1,2}月\d{1,2}日\d{1,2}[:;.]\d{2}"),
        Field("seat", plain_text, pattern=r"(\d{1,2}车(?:加?\d{1,3}[A-F]?号?(?:[上中下]铺)?|无座|不对号入座))"),
        Field("seat_class", plain_text, pattern=rf"((?:新空调|空调)?(?:{_BERTHS}|{_SEATS.removesuffix('|无座')}))"),
        Field("seat_class", plain_text, pattern=SEAT_CLASS),
        Field("check_gate", plain_text, pattern=rf"^检票口?:?({_GATE}(?:[,、/]{_GATE})*)$|^({_GATE})检票口?$", zone=Zone(bottom=0.5)),
        Field("serial", plain_text, pattern=r"(?<!\d)(\d{14}[A-Z]\d{6}|\d{21})(?!\d)", zone=Zone(top=0.5)),
        Field("sold_at", plain_text, pattern=r"^(?:\d{14}[A-Z0-9]\d{6})?([\u4e00-\u9fff]{1,9}售)$", zone=Zone(top=0.6)),
        Field(
            "tax_inclusive_amount",
            an_amount,
            pattern=r"^(?:[¥￥Y羊半*]|票价:?)?(\d{1,4}\.\d{1,2}元)",
            zone=Zone(bottom=0.75),
        ),
        Field("tax_inclusive_amount", an_amount, pattern=r"^[¥￥](\d{1,4}\.\d{1,2})(?!\d)", zone=Zone(bottom=0.75)),
    ),
    specials=(ticket_number, journey, holder),
    identity=("ticket_number",),
    required=("ticket_number", "departure_time", "tax_inclusive_amount"),
)
