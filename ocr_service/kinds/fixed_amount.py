"""通用定额发票: a form whose amount is printed beforehand, in large words; no date is printed, at most stamped or written."""

import re
from collections.abc import Mapping

from models.invoice import InvoiceKind
from ocr_service.evidence import Candidate
from ocr_service.faces.bands import rows
from ocr_service.faces.face import Face, joined, printed, squeeze
from ocr_service.kinds.copies import which_copy
from ocr_service.kinds.description import Field, KindDescription
from ocr_service.kinds.stub import CODE_AND_NUMBER, CODED, OTHER_LABELS, number_near_code
from ocr_service.kinds.values import DATE, a_date, a_title, amount_words, an_amount

_WORDS = r"^(?:人民币)?([零壹贰叁肆伍陆柒捌玖拾佰仟百千]{1,5}[元圆圓園](?:整|正)?)[0-9A-Za-z]{0,3}$"
_DIGITS = (
    r"^(?:人民币|RMB)?\(?[¥￥]\d{1,4}(?:\.\d{1,2})?(?:元整?)?\)?$|^\(?\d{1,4}(?:\.\d{1,2})?元整?\)?$"
    r"|^\(?[¥￥]\d{1,4}\.\d{2}\)?[发票专用章]{1,5}$"
)
"""The last one has a seal's words behind it."""
_SEALED_WORDS = re.compile(r"[壹贰伍][拾佰][元圆](?:整|正)?")
"""Words of tens and hundreds: of ones nobody knows whether a seal's sign stands in the place of 拾."""


def words_on_one_row(face: Face) -> Mapping[str, tuple[Candidate, ...]]:
    """Words whose large characters stand so far apart that each came as a line of its own: 壹 佰 元."""
    single = face.texts(lambda piece: 0 < len(squeeze(piece.text)) <= 2 and not piece.is_vertical)
    for row in rows(single, 0.5 * face.line_height):
        value = amount_words(joined(row))
        if value is not None and value == squeeze(joined(row)):
            return {"tax_inclusive_amount_in_words": (printed(value, row),)}
    return {}


def words_under_a_seal(face: Face) -> Mapping[str, tuple[Candidate, ...]]:
    """Words with characters of a seal's 发票专用章 between theirs, which stand far apart: 壹 佰 发 元 章."""
    for piece in face.texts():
        words = re.sub("[发票专用章]", "", squeeze(piece.text))
        if _SEALED_WORDS.fullmatch(words):
            return {"tax_inclusive_amount_in_words": (printed(words, [piece]),)}
    return {}


FIXED_AMOUNT = KindDescription(
    kind=InvoiceKind.FIXED_AMOUNT,
    titles=(r"定额.{0,4}发票|通用定额|定额专用",),
    faint_titles=(r"定额",),
    marks=(_WORDS, "奖区|兑奖|刮开|刮奖|有奖", "盖.{0,6}专用章", "发票代码", "发票号码", "印制|印务|印刷"),
    enough=4,
    fields=(
        *CODE_AND_NUMBER,
        Field("issue_date", a_date, labels=("开票日期", "日期"), pattern=DATE),
        Field("tax_inclusive_amount", an_amount, labels=("面额", "票面金额", "金额", "面值", "金额(小写)", "小写")),
        Field("tax_inclusive_amount", an_amount, pattern=_DIGITS),
        Field(
            "tax_inclusive_amount_in_words",
            amount_words,
            labels=("大写", "金额(大写)", "人民币", "人民币(大写)", "大写金额"),
            pattern=_WORDS,
        ),
        Field("seller_name", a_title, labels=("收款单位", "开票单位", "收款方", "收款单位名称", "收款人")),
        Field("buyer_name", a_title, labels=("付款单位", "付款方", "付款单位名称")),
    ),
    other_labels=OTHER_LABELS,
    specials=(number_near_code, words_on_one_row, words_under_a_seal, which_copy),
    identity=CODED,
    required=(*CODED, "tax_inclusive_amount"),
)
