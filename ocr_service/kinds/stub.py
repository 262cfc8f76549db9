"""What most paper tickets share: code and number printed by the form's printer, often twice, and labels that no field needs."""

import re
from collections.abc import Mapping

from ocr_service.evidence import Candidate
from ocr_service.faces.face import Face, Piece, printed, squeeze
from ocr_service.kinds.description import Field, Place, Zone
from ocr_service.kinds.second_prints import is_claimed
from ocr_service.kinds.values import a_code, a_date, a_number, amount_words, an_amount

CODE = Field(
    "invoice_code",
    a_code,
    labels=("发票代码", "代码", "机打代码", "机打发票代码", "打印代码", "Invoice Code"),
    places=(Place.BESIDE, Place.BELOW),
    pattern=r"(?<![0-9A-Z])[0-2]\d{7}[0-9A-HJ-NP-Z]\d{3}(?![0-9A-Z])",
    zone=Zone(bottom=0.6),
    prints=3,
)
NUMBER = Field(
    "invoice_number",
    a_number,
    labels=("发票号码", "号码", "发票号", "机打号码", "机打发票号码", "机打票号", "打印号码", "Invoice No", "Invoice Number"),
    places=(Place.BESIDE, Place.BELOW),
    prints=3,
)
_CODE_AND_NUMBER = re.compile(r"(\d{12}|\d{10})\s+(\d{8})")
"""Both on one row, read as one line."""
CODE_AND_NUMBER = (CODE, NUMBER)
"""12 or 10 digits, and 8 digits that are unique within the code; local series follow 国税发〔2004〕521号 (unverified)."""

WORDS_LABELS = (
    *("合计(大写)", "大写合计", "合计金额(大写)", "金额合计(大写)", "人民币大写", "人民币(大写)", "合计人民币(大写)", "大写金额"),
    *("金额大写", "合计大写", "总计金额(大写)", "价税合计(大写)", "金额(大写)", "(大写)", "大写"),
)
"""What stands before an amount in words."""

CODED = ("invoice_code", "invoice_number")
"""The identity of every ticket that has a code."""

OTHER_LABELS = (
    *("电话", "监督电话", "公司电话", "服务电话", "投诉电话", "举报电话", "联系电话", "税务举报电话", "查询电话", "Tel", "Supervisor Tel"),
    *("证号", "资格证号", "工号", "司机", "流水号", "信息码", "密码", "密码区", "税控码", "防伪码", "查询码", "验证码", "机号"),
    *("终端号", "序号"),
    *("经营单位编号", "单位编号", "状态", "卡号", "卡原额", "卡余额", "余额", "地址", "网址", "发票查询网址", "二维码", "印制"),
    *("Certificate No",),
    *("监督", "Management", "备注"),
)
"""Labels of many tickets whose values are no fields; they bound the values before them."""


def number_near_code(face: Face) -> Mapping[str, tuple[Candidate, ...]]:
    """A number whose label was lost, or that has none: the eight digits beside the code, or on the nearest row below it.

    What stands behind a label is that label's (the eight digits of a telephone).
    """
    for piece in face.texts():
        if both := _CODE_AND_NUMBER.fullmatch(piece.text):
            return {"invoice_code": (printed(both[1], [piece], both[1]),), "invoice_number": (printed(both[2], [piece], both[2]),)}
    codes = [piece for piece in face.pieces if piece.label is None and a_code(piece.text) is not None]
    found = sorted(
        (piece.y - code.y, piece.x, place, number)
        for code in codes
        for place, piece in enumerate(face.pieces)
        if (number := a_number(piece.text)) is not None and _is_number_near(face, code, piece)
    )
    nearest = [entry for entry in found if entry[0] < found[0][0] + 0.5 * face.line_height]
    if len({number for *_, number in nearest}) != 1:
        return {}
    _, _, place, number = nearest[0]
    return {"invoice_number": (printed(number, [face.pieces[place]]),)}


def _is_number_near(face: Face, code: Piece, piece: Piece) -> bool:
    compact = squeeze(piece.text)
    if piece.label is not None or len(compact) > 12 or a_date(compact) is not None or is_claimed(face, piece, NUMBER, ()):
        return False
    height = max(face.line_height, code.box.height)
    below = 0 < piece.y - code.y < 3 * height and piece.box.left < code.box.right and piece.box.right > code.box.left
    beside = abs(piece.y - code.y) < 0.6 * height and piece.box.left > code.box.right
    return below or beside


def sum_beside_words(face: Face) -> Mapping[str, tuple[Candidate, ...]]:
    """A total without a label of its own: the only amount with its ¥ on the row of the amount in words, or of its label; with the words."""
    words = face.texts(lambda piece: amount_words(piece.text) is not None)
    found = {
        piece.polygon: piece
        for label in (*face.labels(*WORDS_LABELS), *words)
        for piece in face.texts(lambda piece: re.match(r"[¥￥]", piece.text) is not None and an_amount(piece.text) is not None)
        if abs(piece.y - label.y) < 0.8 * face.line_height and piece.box.left > label.box.right
    }
    values = {an_amount(piece.text) for piece in found.values()}
    if len(values) != 1:
        return {}
    sums = {"tax_inclusive_amount": (printed(values.pop(), list(found.values())[:1]),)}
    if len(words) == 1:
        sums["tax_inclusive_amount_in_words"] = (printed(amount_words(words[0].text), words),)
    return sums
