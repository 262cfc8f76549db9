"""The printed labels of the VAT family and where they stand in a line, misread ones included."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from rapidfuzz.distance import Levenshtein

_SPACED = r"\s*"


def _spaced(words: str) -> str:
    """A pattern that allows white space between the characters of a label."""
    return _SPACED.join(re.escape(character) for character in words)


def _any_of(*labels: str) -> str:
    return "(?:" + "|".join(_spaced(label) for label in labels) + ")"


_COLON = r"\s*[::]?\s*"

_PATTERNS: tuple[tuple[str, str], ...] = (
    ("seller_seal", r"(?:销售方|销货单位|收款单位)\s*[::]?\s*\(?章\)?" + _COLON),
    ("issue_date", _any_of("开票日期", "填开日期") + _COLON),
    ("invoice_code", r"(?<!打印)(?<!打)" + _any_of("发票代码") + _COLON),
    ("invoice_number", r"(?<!打印)(?<!打)" + _any_of("发票号码") + _COLON),
    ("printed_number", _any_of("机打号码", "机打票号", "机打代码") + _COLON),
    ("check_code", _any_of("校验码", "效验码", "检验码") + _COLON),
    ("machine_number", _any_of("机器编号", "机器编码", "机打编号") + _COLON),
    ("buyer_name", _any_of("购买方名称", "购货方名称", "购货单位名称", "购方名称", "付款方名称", "购买方单位名称") + _COLON),
    ("seller_name", _any_of("销售方名称", "销货方名称", "销货单位名称", "销方名称", "收款单位名称", "收款方名称") + _COLON),
    ("buyer_tax_id", _any_of("购买方纳税人识别号", "购买方税号", "购方税号", "购货方税号") + _COLON),
    ("seller_tax_id", _any_of("销售方纳税人识别号", "销售方税号", "销方税号", "销货方税号", "收款方税号") + _COLON),
    ("tax_id", r"(?:" + _any_of("统一社会信用代码") + r"\s*[/|Il1]?\s*)?" + _any_of("纳税人识别号", "纳税人登记号") + _COLON),
    ("tax_id", _any_of("统一社会信用代码") + r"\s*[/|]?" + _COLON),
    ("address_phone", _any_of("地址") + r"\s*[、,.·:]?\s*" + _any_of("电话") + _COLON),
    ("bank_account", _any_of("开户行及账号", "开户行及帐号", "开户银行及账号", "开户银行及帐号", "开户行及张号") + _COLON),
    ("total_digits", r"(?:" + _any_of("合计金额", "价税合计", "金额") + r"\s*)?\(\s*" + _any_of("小写") + r"\s*\)" + _COLON),
    ("total_words", r"(?:" + _any_of("合计金额", "价税合计", "金额", "合计") + r"\s*)?\(\s*" + _any_of("大写") + r"\s*\)" + _COLON),
    ("total", _any_of("价税合计") + _COLON),
    ("payee", _any_of("收款人", "收款员") + _COLON),
    ("reviewer", _any_of("复核人", "复核") + _COLON),
    ("drawer", _any_of("开票人", "开票员") + _COLON),
    ("name", r"(?:" + _spaced("名称") + r"\s*[::]\s*|^\s*" + _spaced("名称") + r"\s*$|^\s*称\s*(?:[::]\s*|$))"),
)
_COMPILED = tuple((name, re.compile(pattern)) for name, pattern in _PATTERNS)

_FUZZY: tuple[tuple[str, str], ...] = (
    ("tax_id", "纳税人识别号"),
    ("tax_id", "统一社会信用代码/纳税人识别号"),
    ("address_phone", "地址、电话"),
    ("bank_account", "开户行及账号"),
    ("issue_date", "开票日期"),
    ("invoice_code", "发票代码"),
    ("invoice_number", "发票号码"),
    ("machine_number", "机器编号"),
    ("total_words", "价税合计(大写)"),
    ("payee", "收款人"),
    ("drawer", "开票人"),
)
WRITTEN_OUT = tuple(label for _, label in _FUZZY)
"""The labels of the VAT family that are long enough to be known although a character is wrong."""
_OTHER_PERSON = re.compile(r"(?:[领购收取验检售持退]票|[付交缴汇借贷还存]款|收[货件样费]|开[单户卡标])[人员]")
"""Whoever else a remark may name: words of their own, no misreadings of 收款人 or 开票人."""
_ITEM_NAME = re.compile(r"(?:\d{1,4}[.、]?)?\*[\u4e00-\u9fff、]+\*")
"""How the name of a line item begins (国家税务总局公告2017年第45号): words of labels in it are goods."""
_COLONS = "::"
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_BEFORE = re.compile(r"(?:[购销][买货售]?|收款|付款)(?:方|单位)$")
"""Whose the label is may stand before it, on the same line and without a blank."""
NO_NAME = re.compile(r"(?:[见签已未请按详为须需不]|同上|盖章|无误)")
"""What no person's name begins with: 复核见附件 and 收款人签字 are sentences."""
_BEHIND: Mapping[str, re.Pattern[str]] = {
    **dict.fromkeys(("payee", "reviewer", "drawer"), re.compile(rf"(?!{NO_NAME.pattern})[\u4e00-\u9fff]{{1,4}}(?![\u4e00-\u9fff])")),
    **dict.fromkeys(
        ("total", "total_words", "total_digits"), re.compile(r"\(?(?=[大小])|[零〇壹贰貳叁叄肆伍陆陸柒捌玖拾负負人民币整圆元角分]")
    ),
    **dict.fromkeys(("address_phone", "bank_account", "seller_seal", "buyer_name", "seller_name"), re.compile(r"[^(]")),
}
"""What may follow a label that lost its colon, if it is Chinese or a bracket: a person's name, an amount in words, an address."""
_SHARE_MISREAD = 0.4
"""Of a label's characters, how many may be wrong when a colon shows that it is one."""
_ID_BEHIND = re.compile(r"(?<![0-9A-Z])(?:[0-9A-Z]{15}|[0-9A-Z]{17,20})$")
"""What shows a label of a taxpayer id as well as a colon does: the id itself, a character lost or added, up to the end of the line."""


@dataclass(frozen=True, slots=True)
class LabelSpan:
    """A label's name and the stretch of the text that it covers, colon included."""

    name: str
    start: int
    end: int


@lru_cache(maxsize=4096)
def find_labels(text: str) -> tuple[LabelSpan, ...]:
    """Every label in a line of folded text, from left to right, none overlapping.

    A page is cut at its labels as often as somebody looks at it anew, with the same lines but for a few.
    """
    if _ITEM_NAME.match(text):
        return ()
    spans: list[LabelSpan] = []
    for name, pattern in _COMPILED:
        for match in pattern.finditer(text):
            if match.end() > match.start() and all(match.end() <= span.start or match.start() >= span.end for span in spans):
                spans.append(LabelSpan(name, match.start(), match.end()))
    if not spans:
        misread = _misread_label(text)
        return (misread,) if misread else ()
    ordered = _standing_apart(text, spans)
    # A specimen prints the label again as its own value: 收款人:收款人.
    return (*ordered[:1], *(span for before, span in pairwise(ordered) if before.name != span.name or span.start > before.end))


def _standing_apart(text: str, spans: Sequence[LabelSpan]) -> list[LabelSpan]:
    """The spans that are labels and no words inside a name: a label has its colon, or stands apart and is followed by what it asks for."""
    kept: list[LabelSpan] = []
    for span in sorted(spans, key=lambda span: span.start):
        begins = not kept or kept[-1].end <= span.start
        if begins and (_has_colon(text, span) or _stands_apart(text, span, kept)):
            kept.append(span)
    return kept


def _has_colon(text: str, span: LabelSpan) -> bool:
    return text[span.start : span.end].rstrip().endswith(tuple(_COLONS))


def _stands_apart(text: str, span: LabelSpan, before: Sequence[LabelSpan]) -> bool:
    behind, head = text[span.end :], text[: span.start]
    if before and before[-1].end == span.start and _has_colon(text, before[-1]) and before[-1].name != span.name:
        # A value begins here: what it says are its own words.
        return not _is_a_word(behind[:1])
    follows = _BEHIND.get(span.name)
    is_inside = _is_a_word(head[-1:]) and _BEFORE.search(head) is None
    if is_inside:
        return bool(behind) and not _is_a_word(behind[0])
    is_followed = not _is_a_word(behind[:1]) or text[span.end - 1].isspace()
    return is_followed or (follows is not None and follows.match(behind) is not None)


def _is_a_word(character: str) -> bool:
    return character == "(" or _CHINESE.fullmatch(character) is not None


def _misread_label(text: str) -> LabelSpan | None:
    """A label at the start of the line that the engine got partly wrong, shown by its colon, by an id behind it, or by standing alone."""
    colon = re.search(r"[::]", text)
    number = None if colon else _ID_BEHIND.search(text)
    if number is not None:
        shown = _misread_label(text[: number.start()])
        return shown if shown is not None and shown.name == "tax_id" else None
    head = text[: colon.start()] if colon else text
    compact = re.sub(r"\s+", "", head)
    if len(compact) < 3 or _OTHER_PERSON.fullmatch(compact):
        return None
    best: tuple[float, str] | None = None
    for name, label in _FUZZY:
        if abs(len(label) - len(compact)) > 1:
            continue
        distance = Levenshtein.distance(compact, label)
        share = distance / len(label)
        if share <= _SHARE_MISREAD and (best is None or share < best[0]):
            best = (share, name)
    if best is None or (colon is None and best[0] > 0.34):
        return None
    return LabelSpan(best[1], 0, colon.end() if colon else len(text))
