"""Amounts in a sentence: 一千二左右, 1.2k, 几百, 两百出头, 不含税3,500, 税额 12?.5."""

import re
from collections.abc import Iterator
from decimal import Decimal

from models.clues import ABOUT, MAX_AMOUNT
from models.remembered import AmountCertainty, AmountOf, Meaning, RememberedAmount
from ocr_service.understanding.phrase import Phrase, every
from ocr_service.understanding.quantities import DIGITS, QUANTITY, Quantity, quantity

_CENT = Decimal("0.01")
_WIDEST = Decimal("0.1")
"""About a sum that was said to the thousand, such as 一万左右, is no wider than this share of it."""

_OF = {
    AmountOf.NET: r"不含税(?:金?额|价)?|未税|税前|净额|net(?: amount)?|(?:before|without|excl(?:uding|\.)?|ex)[ -]tax",
    AmountOf.TAX: r"税额|税金|税款|tax(?: amount)?",
    AmountOf.TOTAL: r"合计金额|总金额|价税合计|含税(?:金?额|价)?|总价|总额|总共|一共|合计|共计|小写|total|gross"
    r"|(?:with|incl(?:uding|\.)?)[ -]tax",
    AmountOf.ANY: r"金额|花了|花费|付了|价格|价钱|amount|paid|cost|worth",
}
_WHICH = "(?:" + "|".join(f"(?P<{of.value}{{0}}>{words})" for of, words in _OF.items()) + ")"
_WHICH_AFTER = "(?:" + "|".join(f"(?P<{of.value}_end>{words})" for of, words in _OF.items() if of is not AmountOf.ANY) + ")"
_SIGN = r"(?:¥|\$|rmb|cny)"
_BEFORE = {
    "about": r"大概|大约|约|差不多|估计|好像|可能|也就|about|around|approx(?:imately|\.)?|roughly|some|circa|ca\.?|~|≈",
    "nearly": r"将近|接近|不到|快|近|小|nearly|almost|just under",
    "under": r"最多|至多|不超过|小于|低于|at most|under|below|less than|up to|<=?",
    "over": r"至少|最少|超过|大于|高于|不止|不少于|上|at least|over|above|more than|>=?",
}
_AFTER = {
    "about": r"左右|上下|差不多|的样子|样子|前后|附近|来(?=[块元])|ish|or so|~",
    "odd": r"多一?点|多|几(?![百千万])|来|\+|odd",
    "barely": r"出头|挂零",
    "under": r"以内|以下|之内|or less|max",
    "over": r"以上|起|or more|min",
}
_YUAN = r"(?:元整?|块钱?|圆|人民币|rmb|cny|yuan|kuai|大洋)"
_SMALL = r"(?:[块元](?P<dimes>[\d一二两三四五六七八九])[毛角]?(?!\d|[十百千万]))"


def _named(groups: dict[str, str], suffix: str) -> str:
    return "|".join(f"(?P<{name}{suffix}>{words})" for name, words in groups.items())


_SAID = re.compile(
    rf"(?:{_WHICH.format('_before')}(?:是|为|:|of| )*)?(?:(?:{_named(_BEFORE, '_before')}) *)*{_SIGN}? ?"
    rf"(?<![\d.a-z])(?P<quantity>{QUANTITY})(?! ?[月日号年岁点位人天周%])"
    rf"(?: ?(?:{_named(_AFTER, '_after')}))?(?: ?(?:{_SMALL}|(?P<yuan>{_YUAN})))?(?: ?(?:{_named(_AFTER, '_end')}))?"
    rf"(?: ?{_WHICH_AFTER}(?! ?[\d¥:是]))?"
)
_FEW_YUAN = re.compile(rf"(?P<quantity>[一二两三四五六七八九])(?: ?{_SMALL}|(?P<yuan>块钱?|元整?))(?: ?(?:{_named(_AFTER, '_end')}))?")
_SOME = re.compile(
    r"(?P<most>好|大)?(?:(?P<head>[一二两三四五六七八九]?(?:十|百|千|万))?[几数](?P<unit>十万|百万|千万|[十百千万块元])|"
    r"(?P<head_only>[一二两三四五六七八九](?:百|千|万))几)(?:块钱?|元)?"
)
_FROM_TO_DIGIT = re.compile(
    r"(?P<one>[一二两三四五六七八])(?P<other>[二三四五六七八九])(?P<unit>十万|百万|千万|[十百千万块])(?P<more>多)?(?:块钱?|元)?"
)
_ODD_OF = re.compile(rf"(?P<head>{QUANTITY})多(?P<unit>万|亿)(?:块钱?|元)?")
_TENS_OF = re.compile(r"(?P<near>将近|近|上|过)?(?<![一二两三四五六七八九十几\d])(?P<tens>[千百万])(?:把|来)?块?钱?")
_BETWEEN = re.compile(
    rf"(?:between |from |从|在)? ?{_SIGN}?(?P<low>{QUANTITY}) ?{_YUAN}? ?(?:-|~|to|and|到|至|和) ?{_SIGN}?(?P<high>{QUANTITY})"
    rf"(?! ?[月日号年季])(?: ?{_YUAN})?(?: ?之间| ?以?内)?"
)
_HOLES = re.compile(
    rf"(?:{_WHICH.format('_before')}(?:是|为|:| )*)?{_SIGN}? ?(?<![\d?.a-z])"
    rf"(?P<digits>(?=[\d,.]*[?x□])(?=[?x□]*\d)[\d?x□]*(?:\d|\.[\d?x□]{{1,2}}|[?x□](?= ?[元块])))"
    rf"(?![a-z\d]) ?(?P<yuan>{_YUAN})?"
)


def amounts(text: str) -> Iterator[Phrase]:
    """Every stretch of a folded text that may be an amount."""
    for recognize, shape in (
        (_said, _SAID),
        (_said, _FEW_YUAN),
        (_some, _SOME),
        (_from_to, _FROM_TO_DIGIT),
        (_odd, _ODD_OF),
        (_tens, _TENS_OF),
        (_between, _BETWEEN),
        (_holes, _HOLES),
    ):
        for met in every(shape, text):
            yield from recognize(met)


def _said(met: re.Match[str]) -> Iterator[Phrase]:
    words = {name: value for name, value in met.groupdict().items() if value is not None}
    said = _read(words["quantity"])
    if said is None or said.value >= MAX_AMOUNT or re.match(r"0\d", words["quantity"]):
        return
    if "dimes" in words:
        dimes = words["dimes"]
        tenths = Decimal(dimes if dimes.isascii() else DIGITS[dimes]) / 10
        said = Quantity(said.value + tenths, Decimal("0.1"))
    told = {name.rpartition("_")[0] for name in words} - {""}
    of = next((which for which in AmountOf if which.value in told), AmountOf.ANY)
    hedge = next((name for name in ("odd", "barely", "under", "over", "nearly", "about") if name in told), None)
    is_plain = hedge is None and not told and "yuan" not in words and "dimes" not in words and not re.search("[¥$]|rmb|cny", met[0])
    strength, likelihood = (1.05, 1.0) if not is_plain else _plain(words["quantity"], said)
    if not likelihood:
        return
    meanings = tuple(Meaning(clue, share * likelihood) for clue, share in _meant(said, hedge, of, words["quantity"]))
    yield Phrase(met.start(), met.end(), meanings, strength)


def _read(text: str) -> Quantity | None:
    if len(text) == 1 and text in DIGITS:
        return Quantity(Decimal(DIGITS[text]), Decimal(1))
    return quantity(text)


def _plain(text: str, said: Quantity) -> tuple[float, float]:
    """How sure it is that a bare number is an amount: strength and likelihood."""
    if not text.isascii() or not text.isdigit():
        # 一千二, 1.2k, 12.50 and 1,200 are hardly anything else.
        return (1.0, 1.0) if said.unit != 1 or "," in text else (0.8, 0.7)
    by_length = {1: 0.2, 2: 0.4, 3: 0.55, 4: 0.55, 5: 0.5, 6: 0.2, 7: 0.1}
    return 0.6, by_length.get(len(text), 0.0)


def _meant(said: Quantity, hedge: str | None, of: AmountOf, text: str) -> Iterator[tuple[RememberedAmount, float]]:
    """What an amount with such a word beside it reaches to, each with its share."""
    value, unit = said
    if text.isascii() and text.isdigit():
        unit = _trailing(value)
    if hedge == "about":
        reach = max(value * ABOUT, min(unit / 2, value * _WIDEST))
        yield RememberedAmount(value - reach, value + reach, value, AmountCertainty.ABOUT, unit, of), 1.0
        return
    if hedge is not None:
        yield _range(hedge, value, unit, of), 1.0
        return
    exact = RememberedAmount(value, value, value, AmountCertainty.EXACT, min(said.unit, Decimal(1)), of)
    low, high = value - min(unit / 2, value * _WIDEST), value + min(unit, 2 * value * _WIDEST) - _CENT
    rounded = RememberedAmount(low, high, value, AmountCertainty.ROUNDED, unit, of)
    if unit < 10:
        yield exact, 1.0
    elif text.isascii() and text.isdigit():
        yield exact, 0.5
        yield rounded, 0.5
    else:
        yield rounded, 0.75
        yield exact, 0.25


def _range(hedge: str, value: Decimal, unit: Decimal, of: AmountOf) -> RememberedAmount:
    low, high = {
        "odd": (value, value + unit - _CENT),
        "barely": (value, value + max(unit * 3 / 10, value * ABOUT)),
        "under": (Decimal(0), value),
        "over": (value, MAX_AMOUNT),
        "nearly": (value * 17 / 20, value),
    }[hedge]
    return RememberedAmount(low, high, None, AmountCertainty.RANGE, None, of)


def _trailing(value: Decimal) -> Decimal:
    """The place that a round number was most likely said to: the hundred in 1200."""
    unit = Decimal(1)
    while value and value % (unit * 10) == 0:
        unit *= 10
    return unit


def _of(words: dict[str, str | None], suffix: str) -> AmountOf:
    return next((which for which in AmountOf if words.get(which.value + suffix)), AmountOf.ANY)


def _span(met: re.Match[str], low: Decimal, high: Decimal) -> Iterator[Phrase]:
    if low < high < MAX_AMOUNT:
        # 3-5 is a day more often.
        strength, likelihood = (0.8, 0.2) if re.fullmatch(r"\d\d?-\d\d?", met[0]) else (1.05, 1.0)
        yield Phrase.of(*met.span(), RememberedAmount(low, high, None, AmountCertainty.RANGE), strength, likelihood)


def _unit(text: str) -> Decimal:
    said = quantity("一" + text) if text not in "块元" else None
    return Decimal(1) if said is None else said.value


def _some(met: re.Match[str]) -> Iterator[Phrase]:
    """几百, 大几千, 十几万, 一千几百, 两万几."""
    if met["head_only"]:
        said = quantity(met["head_only"])
        if said is not None:
            yield from _span(met, said.value, said.value + said.unit - _CENT)
        return
    unit, head = _unit(met["unit"]), met["head"]
    if head is None:
        least = 6 if met["most"] == "大" else 2
        yield from _span(met, least * unit, 10 * unit - _CENT)
        return
    said = Quantity(Decimal(10), Decimal(10)) if head == "十" else quantity(head)
    if said is None:
        return
    if head == "十" and unit != 10:
        yield from _span(met, 11 * unit, 20 * unit - _CENT)
    elif unit < said.unit:
        yield from _span(met, said.value + unit, said.value + said.unit - _CENT)


def _from_to(met: re.Match[str]) -> Iterator[Phrase]:
    """三四千, 七八百, 一两千."""
    unit, low, high = _unit(met["unit"]), DIGITS[met["one"]], DIGITS[met["other"]]
    if high - low == 1 or (low, high) == (3, 5):
        yield from _span(met, low * unit, high * unit + unit / 2)


def _odd(met: re.Match[str]) -> Iterator[Phrase]:
    """二十多万, 一百多万."""
    said, unit = quantity(met["head"]), _unit(met["unit"])
    if said is not None:
        yield from _span(met, said.value * unit, (said.value + _trailing(said.value)) * unit - _CENT)


def _tens(met: re.Match[str]) -> Iterator[Phrase]:
    """千把块, 百来块, 近万, 上千."""
    unit, near = _unit(met["tens"]), met["near"]
    if near is None and len(met[0]) == 1:
        return
    low, high = {None: (8, 14), "近": (8, 10), "将近": (8, 10)}.get(near, (10, 100))
    yield from _span(met, unit * low / 10, unit * high / 10 - _CENT)


def _between(met: re.Match[str]) -> Iterator[Phrase]:
    low, high = quantity(met["low"]), quantity(met["high"])
    if low is None or high is None:
        return
    least = low.value
    scale = _unit(met["high"][-1]) if met["high"][-1] in "百千万kw" and met["low"].replace(".", "").isdigit() else Decimal(1)
    if least * scale < high.value:
        least *= scale
    if least * 1000 >= high.value:
        yield from _span(met, least, high.value)


def _holes(met: re.Match[str]) -> Iterator[Phrase]:
    """12?0: a digit or two of the amount are not known."""
    said = re.sub("[x□]", "?", met["digits"])
    if len(said) > 9:
        return
    low, high = Decimal(said.replace("?", "0")), Decimal(said.replace("?", "9"))
    words = met.groupdict()
    of = _of(words, "_before")
    is_amount = bool(met["yuan"]) or "." in said or any(words[which.value + "_before"] for which in AmountOf)
    clue = RememberedAmount(low, high, None, AmountCertainty.RANGE, None, of, digits=said)
    yield Phrase.of(*met.span(), clue, 1.05 if is_amount else 0.8, 1.0 if is_amount else 0.4)
