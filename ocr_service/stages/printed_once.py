"""What the papers of one family print once: the evidence by which two invoices are told from two halves of one.

The words are those of the forms in circulation. A mark may fail to be read, and some papers repeat one on a stub; therefore no single
mark decides anything, and papers that say the same are one.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

_ENOUGH_SHARED = 3
"""Marks that must stand in two places before a sheet holds two papers of one family."""
_HEADLESS = 3
"""So many common marks on one side alone are the heading of a paper whose body lies on the other."""


@dataclass(frozen=True, slots=True)
class Family:
    """Papers that share a face. `own` are marks that hardly any other family prints, `others` those that it shares with some.

    `enough` of these, one of its own among them, make a single paper recognisable by itself. `common` marks stand on many kinds of
    paper: they tell only how many papers there are.
    """

    name: str
    own: tuple[re.Pattern[str], ...]
    others: tuple[re.Pattern[str], ...]
    common: tuple[re.Pattern[str], ...]
    enough: int

    def counts(self, texts: Sequence[str]) -> tuple[int, ...]:
        """How many of these lines (without spaces) carry each mark: its own, the others, the common ones."""
        marks = (*self.own, *self.others, *self.common)
        return tuple(map(sum, zip(*(_carried(marks, text) for text in texts), strict=True))) if texts else (0,) * len(marks)

    def telling(self, counts: Sequence[int]) -> Sequence[int]:
        """The counts without those of common marks."""
        return counts[: len(self.own) + len(self.others)]

    def stands_alone(self, counts: Sequence[int]) -> bool:
        """Whether lines with these counts hold at least one whole paper."""
        told = self.telling(counts)
        return any(told[: len(self.own)]) and sum(map(bool, told)) >= self.enough

    def shared(self, some: Sequence[int], more: Sequence[int]) -> int:
        """How many marks stand on both sides; 0 when they are too few, or none of its own, to be two papers.

        Nor are they two when one side has all the heading, title with code and number, and the other none of it.
        """
        both = [one > 0 and two > 0 for one, two in zip(some, more, strict=True)]
        common = list(zip(some, more, strict=True))[len(self.telling(some)) :]
        headless = max(sum(1 for pair in common if pair[side] and not pair[1 - side]) for side in (0, 1)) if common else 0
        is_two = sum(both) >= _ENOUGH_SHARED and any(both[: len(self.own)]) and headless < _HEADLESS
        return sum(both) if is_two else 0


@lru_cache(maxsize=2048)
def _carried(marks: tuple[re.Pattern[str], ...], text: str) -> tuple[bool, ...]:
    """Which of the marks a line carries; each line of a page is asked about with many others."""
    return tuple(mark.search(text) is not None for mark in marks)


def _family(name: str, enough: int, own: Sequence[str], others: Sequence[str], common: Sequence[str] = ()) -> Family:
    return Family(name, tuple(map(re.compile, own)), tuple(map(re.compile, others)), tuple(map(re.compile, common)), enough)


FAMILIES = (
    _family(
        "form",
        4,
        ("开票日期", r"发票号码|N[o0°º][.:：]?\d{8}", "(普通|专用|电子|统一)发票"),
        (
            "[(（]?小写[)）]?|合计金额",
            "价税合计|[(（]大写[)）]",
            "[壹贰叁肆伍陆柒捌玖]([拾佰仟万亿圆元角分]|$)",
            "开票人|收款员",
        ),
    ),
    _family(
        "taxi",
        4,
        ("上车(?![站地点])", "下车(?![站地点])", r"上车(?![站地点])|出租汽?车|TAXI|\d{2}[:：]\d{2}-\d{2}[:：]\d{2}"),
        ("里程|计程", "等[候侯]|候时", "单价", "车号|车牌", "证号|资格证"),
        ("金额|实收|合计", "日期", r"发票代码|^[0-2]\d{11}$", "发票号码", "发票联|(统一|通用|机打|出租|专用)发票"),
    ),
    _family(
        "train",
        4,
        (
            r"(?<![A-Z0-9])[GDCZTKYLS]\d{1,4}(?!\d)",
            r"\d{1,2}日\d{1,2}[:：]?\d{2}开",
            r"\d{2}车(\d{1,3}[A-F]?号|无座|.{0,3}[上中下]铺)",
        ),
        (
            r"[¥￥]?\d+\.\d元",
            "[一二]等座|商务座|特等座|[硬软][座卧]|无座",
            "限乘当日|当次车",
            r"\d{6,10}\*{3,8}\d{3}[\dX]",
            "检票(口|[:：])|候车",
            r"[0-9A-Z]{18,23}.{0,6}售",
        ),
    ),
    _family(
        "coach",
        4,
        ("客票|客运|车票|船票", "票价|全价|执行价"),
        ("班次|车次", "座[位号]", "乘车日期|发车|开车|乘车时间", "检票口|候车", "到达?站|终点|目的", "始发|起点|发站|[上乘]车站"),
        ("发票代码", "发票号码"),
    ),
    _family(
        "toll",
        3,
        ("入口", "出口", "过[路桥].{0,4}费|通行费"),
        ("车型|车类|车种", "收费员|工号|班别|班次", "车道|收费站"),
        ("金额|实收|缴费", "日期|时间", "发票代码", "发票号码"),
    ),
    _family(
        "fixed",
        3,
        ("定额",),
        (r"^[壹贰叁伍][拾佰]?[元圆][整正]?$", r"发票代码|^[01]\d{11}$", r"发票号码|^\d{8}$"),
    ),
    _family(
        "air",
        4,
        ("行程单", "验证码|CKNO", "电子客票号码|ETKTNO|E-TICKET"),
        ("印刷序号|SERIAL", "旅客姓名|NAMEOFPASSENGER", "民航发展基金|CAACDEV", "燃油附加|FUELSUR", "填开单位|ISSUEDBY"),
    ),
    _family(
        "treasury",
        4,
        ("票据代码", "票据号码", "交款人"),
        ("校验码", "收款单位", "开票日期", "合计.{0,3}[(（]大写", "复核人|收款人"),
    ),
)
_NOBODYS = re.compile(r"电话|热线|监督|举报|T[eE][lL]|查询|投诉|年\d+月|万份")
"""Numbers beside these words are the same on every paper of an issuer."""
_LONG_NUMBER = re.compile(r"(?<!\d)[A-Z]?\d[\dA-Z]{6,}(?!\d)")
_DATE = re.compile(r"(19|20)\d\d(0[1-9]|1[0-2])([0-2]\d|3[01])")
_SHORT_VALUE = re.compile(r"\d[\d.:：/-]{2,}\d")
_THE_SAME = 0.6
"""Share of its values that a stub repeats of its paper, at least."""


def squeezed(text: str) -> str:
    """A line without spaces, as the marks want it."""
    return re.sub(r"\s+", "", text)


def recognisable(texts: Sequence[str]) -> bool:
    """Whether lines (without spaces) hold a whole paper of some family."""
    return any(family.stands_alone(family.counts(texts)) for family in FAMILIES)


def say_the_same(some: Sequence[str], others: Sequence[str]) -> bool:
    """Whether two groups of lines (without spaces) are a paper and its stub: all numbers of one stand in the other as well.

    Consecutive tickets differ by their number alone, however much else they share.
    """
    one, two = _values(some, _LONG_NUMBER), _values(others, _LONG_NUMBER)
    if one and two:
        return one <= two or two <= one
    one, two = _values(some, _SHORT_VALUE), _values(others, _SHORT_VALUE)
    fewer = min(len(one), len(two))
    return fewer > 0 and len(one & two) > _THE_SAME * fewer


def _values(texts: Sequence[str], form: re.Pattern[str]) -> set[str]:
    found = {match for text in texts if not _NOBODYS.search(text) for match in form.findall(text)}
    return {value for value in found if not _DATE.fullmatch(value)}
