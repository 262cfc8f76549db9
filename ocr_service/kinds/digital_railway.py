"""电子发票（铁路电子客票） (公告2024年第8号): a number of twenty digits above what a train ticket shows, the buyer below."""

import re
from collections.abc import Mapping

from models.invoice import InvoiceKind
from ocr_service.evidence import Candidate
from ocr_service.faces.face import Face, Piece, fold, joined, printed, squeeze
from ocr_service.kinds.description import Field, KindDescription, Zone
from ocr_service.kinds.extent import Extent, Row
from ocr_service.kinds.party_values import a_party, an_id
from ocr_service.kinds.train import SEAT_CLASS, holder, journey
from ocr_service.kinds.values import DATE, a_date, a_moment, an_amount, digits, plain_text

_TICKET = re.compile(r"(?<![0-9A-Z])[0-9A-Z]{18,26}(?![0-9A-Z])")


def an_electronic_ticket(text: str) -> str | None:
    """The number of an electronic ticket: about twenty digits and letters, longer than a taxpayer id."""
    found = set(_TICKET.findall(squeeze(fold(text)).upper()))
    return found.pop() if len(found) == 1 else None


def departure(face: Face) -> Mapping[str, tuple[Candidate, ...]]:
    """Day and time of departure, which the ending 开 marks, where the engine read them as two lines."""
    for clock in face.texts(lambda piece: re.search(r"\d{1,2}[:;.]\d{2}开", squeeze(fold(piece.text))) is not None):
        row = [piece for piece in face.texts() if abs(piece.y - clock.y) < 0.6 * face.line_height and piece.x <= clock.x]
        value = a_moment(" ".join(piece.text for piece in sorted(row, key=lambda piece: piece.x)))
        if value is not None:
            return {"departure_time": (printed(value, row, joined(row)),)}
    return {}


def passenger(face: Face) -> Mapping[str, tuple[Candidate, ...]]:
    """The passenger behind the masked number of the identity card or the passport."""
    found = holder(face)
    if found:
        return found
    for piece in face.texts(lambda piece: re.search(r"[0-9A-Z]+\*{2,}[0-9A-Z]*", squeeze(piece.text)) is not None):
        names = [
            other for other in face.texts() if _follows(face, piece, other) and re.fullmatch(r"[\u4e00-\u9fff·]{2,15}", squeeze(other.text))
        ]
        if len(names) == 1:
            return {"passenger_name": (printed(squeeze(names[0].text), names),)}
    return {}


def _follows(face: Face, piece: Piece, other: Piece) -> bool:
    return abs(other.y - piece.y) < 0.6 * face.line_height and 0 <= other.box.left - piece.box.right + 5 < 8 * face.line_height


DIGITAL_RAILWAY = KindDescription(
    kind=InvoiceKind.DIGITAL_RAILWAY,
    titles=(r"铁路电子客票",),
    identity=("invoice_number",),
    extent=Extent(
        below_head=(Row(r"发票号码|开票日期", 0.14), Row(r"电子客票号", 0.37), Row(r"购买方名称|统一社会信用代码", 0.4)),
        foot=r"12306|95306|祝您旅途",
        above_foot=(Row(r"购买方名称|统一社会信用代码", 0.05), Row(r"电子客票号", 0.09), Row(r"发票号码|开票日期", 0.37)),
    ),
    required=("invoice_number", "issue_date", "tax_inclusive_amount"),
    fields=(
        Field("invoice_number", digits(20), labels=("发票号码",), pattern=r"(?<!\d)(\d{20})(?!\d)", zone=Zone(bottom=0.3)),
        Field("issue_date", a_date, labels=("开票日期",), pattern=DATE, zone=Zone(bottom=0.25)),
        Field("departure_time", a_moment, pattern=r"\d{4}年\d{1,2}月\d{1,2}日\d{1,2}[:;.]\d{2}"),
        Field("seat", plain_text, pattern=r"(\d{1,2}车(?:加?\d{1,3}[A-F]?号?(?:[上中下]铺)?|无座|不对号入座))"),
        Field("seat_class", plain_text, pattern=SEAT_CLASS),
        # A ticket given back or changed costs a fee, which is then what the invoice is made out for.
        Field("tax_inclusive_amount", an_amount, labels=("退票费", "改签费")),
        Field("tax_inclusive_amount", an_amount, labels=("票价",)),
        Field("tax_amount", an_amount, labels=("税额",)),
        Field("ticket_number", an_electronic_ticket, labels=("电子客票号码", "电子客票号")),
        Field("buyer_name", a_party, labels=("购买方名称", "购买方")),
        Field("buyer_tax_id", an_id, labels=("统一社会信用代码/纳税人识别号", "统一社会信用代码", "纳税人识别号")),
    ),
    other_labels=("税率", "原发票号码", "改签前", "备注"),
    specials=(journey, departure, passenger),
)
