"""Amounts in yuan, in digits and in the financial numerals of invoices (大写)."""

import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

CENT = Decimal("0.01")

_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−─ー"), "-")
"""Printed, or read, for a minus."""
_GROUPED = re.compile(r"[-+]?\d{1,3}(?:,\d{3})+(?:\.\d+)?|[-+]?\d+(?:\.\d+)?")
_TYPED = re.compile(r"(?P<sign>[-+]?)\s*¥?\s*(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d*)?|\d+\.?\d*(?:[eE][-+]?\d{1,2})?|\.\d+)\s*元?", re.ASCII)
_LONGEST = 60
"""Characters of an amount with all that may stand around it; what is longer is a serial number, or was made to be costly."""
_MOST_DIGITS = 20
"""Before the decimal point; more than the product of every country has, and few enough for cents to be counted exactly."""
_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_SMALL_UNITS = {"拾": 10, "佰": 100, "仟": 1000}
_LARGE_UNITS = {"万": 10**4, "亿": 10**8}

# What issuers print and what OCR makes of it, folded to one form before parsing.
_WORD_VARIANTS = {
    **dict.fromkeys("元圓园員员圜", "圆"),
    **dict.fromkeys("萬", "万"),
    **dict.fromkeys("億", "亿"),
    **dict.fromkeys("壱弌一", "壹"),
    **dict.fromkeys("貳弍贰貮二式两", "贰"),
    **dict.fromkeys("叄參参叁三叅", "叁"),
    **dict.fromkeys("四", "肆"),
    **dict.fromkeys("五", "伍"),
    **dict.fromkeys("陸六", "陆"),
    **dict.fromkeys("染漆七", "柒"),
    **dict.fromkeys("别扒八", "捌"),
    **dict.fromkeys("玫九", "玖"),
    **dict.fromkeys("〇雾O0", "零"),
    **dict.fromkeys("抬恰十", "拾"),
    **dict.fromkeys("伯百陌", "佰"),
    **dict.fromkeys("任千阡", "仟"),
    **dict.fromkeys("正敕蛰", "整"),
    **dict.fromkeys("甪", "角"),
    **dict.fromkeys("兮", "分"),
}
_WORD = re.compile(r"(?:负)?[零壹贰叁肆伍陆柒捌玖拾佰仟万亿圆角分整]+")


def parse_amount(text: str) -> Decimal | None:
    """Read an amount such as `¥1,234.50`, `￥-15.25` or `(100.00)`; None when the text is not exactly one amount.

    A comma only groups thousands; anything else between digits makes the text unreadable rather than guessed at.
    """
    if len(text) > _LONGEST:
        return None
    folded = unicodedata.normalize("NFKC", text).translate(_DASHES).strip()
    folded = re.sub(r"^(-?)\s*[¥Y羊半*]?\s*(-?)", r"\1\2", folded).removesuffix("元")
    if not _GROUPED.fullmatch(folded):
        return None
    try:
        amount = Decimal(folded.replace(",", ""))
    except InvalidOperation:
        return None
    return amount if amount.adjusted() < _MOST_DIGITS else None


def typed_amount(text: str) -> Decimal | None:
    """Read an amount as people type it: `1200`, `1,200.5`, `-¥1200.00`, `1200元`; None when the text is anything else.

    A comma only groups thousands: whoever types `12,50` may mean 12.50 or 1250, and is asked.
    """
    met = _TYPED.fullmatch(unicodedata.normalize("NFKC", text).strip()) if len(text) <= _LONGEST else None
    return None if met is None else Decimal(met["sign"] + met["number"].replace(",", ""))


def format_amount(amount: Decimal) -> str:
    """The amount with two decimals, as the wire format wants it."""
    return str(amount.quantize(CENT, ROUND_HALF_UP))


def fold_words(text: str) -> str:
    """The financial numerals in a text, variants and usual misreadings folded, everything else dropped."""
    folded = unicodedata.normalize("NFKC", text)
    negative = "负" in folded or "負" in folded
    kept = "".join(_WORD_VARIANTS.get(character, character) for character in folded)
    kept = re.sub("[^零壹贰叁肆伍陆柒捌玖拾佰仟万亿圆角分整]", "", kept)
    return ("负" if negative else "") + kept


def parse_words(text: str) -> Decimal | None:
    """Read 大写 such as `壹仟零贰拾叁圆肆角伍分`, `（负数）壹佰元整`, `拾圆整`; None when it is no well-formed amount.

    Strict where a lenient reading would guess: units must fall within a section, no unit may stand twice, a digit may not
    follow a digit, and 圆 (or 角/分) must be there. The rule of writing is that of 正确填写票据和结算凭证的基本规定 (unverified).
    """
    folded = fold_words(text)
    if not _WORD.fullmatch(folded):
        return None
    negative = folded.startswith("负")
    body = folded.removeprefix("负").removesuffix("整")
    if "整" in body or not body:
        return None
    whole_text, separator, fraction_text = body.partition("圆")
    if not separator:
        whole_text, fraction_text = "", body
    if "圆" in fraction_text:
        return None
    whole = _parse_whole(whole_text) if separator else 0
    fraction = _parse_fraction(fraction_text)
    if whole is None or fraction is None or (not separator and not fraction_text):
        return None
    value = Decimal(whole) + fraction
    return -value if negative else value


def _parse_whole(text: str) -> int | None:
    if not text:
        return None
    total = 0
    for unit in ("亿", "万"):
        head, separator, tail = text.rpartition(unit)
        if separator:
            section = _parse_whole(head) if "万" in head else _parse_section(head)
            if section is None or section == 0:
                return None
            total += section * _LARGE_UNITS[unit]
            text = tail
    if not text:
        return total
    section = _parse_section(text)
    return None if section is None else total + section


def _parse_section(text: str) -> int | None:
    """A stretch below 万: digits with falling units 仟 佰 拾, zeros between; a lone leading 拾 is ten."""
    value, digit, ceiling = 0, None, 10_000
    for position, character in enumerate(text):
        if character == "零":
            if digit is not None:
                return None
            continue
        if character in _DIGITS:
            if digit is not None:
                return None
            digit = _DIGITS.index(character)
            continue
        unit = _SMALL_UNITS.get(character)
        if unit is None or unit >= ceiling:
            return None
        if digit is None:
            if character != "拾" or (position > 0 and text[position - 1] != "零"):
                return None
            digit = 1
        value, digit, ceiling = value + digit * unit, None, unit
    if text and not value and digit is None and set(text) != {"零"}:
        return None
    return value + (digit or 0)


def _parse_fraction(text: str) -> Decimal | None:
    match = re.fullmatch(r"零?(?:([零壹贰叁肆伍陆柒捌玖])角)?零?(?:([零壹贰叁肆伍陆柒捌玖])分)?", text)
    if match is None or (text and not any(match.groups()) and text != "零"):
        return None
    jiao, fen = (_DIGITS.index(group) if group else 0 for group in match.groups())
    return Decimal(jiao) / 10 + Decimal(fen) / 100


def write_words(amount: Decimal) -> str:
    """The amount as invoices print it: 圆, 整 when there is no 分 and no 角, one 零 for a run of zeros.

    Raises:
        ValueError: more than two decimals, or 10^12 yuan and more.
    """
    if amount != amount.quantize(CENT) or abs(amount) >= 10**12:
        raise ValueError(f"cannot be written in words: {amount}")
    cents = int(abs(amount) * 100)
    whole, jiao, fen = cents // 100, cents // 10 % 10, cents % 10
    words = _whole_words(whole) + "圆" if whole else ""
    if jiao:
        words += _DIGITS[jiao] + "角"
    elif fen and whole:
        words += "零"
    if fen:
        words += _DIGITS[fen] + "分"
    if not jiao and not fen:
        words = (words or "零圆") + "整"
    return ("负" if amount < 0 else "") + words


def _whole_words(number: int) -> str:
    sections = [(number // 10**8, "亿"), (number // 10**4 % 10**4, "万"), (number % 10**4, "")]
    words = ""
    for value, unit in sections:
        if value == 0:
            words += "零" if words else ""
            continue
        words += ("零" if words and value < 1000 else "") + _section_words(value) + unit
    return re.sub("零+", "零", words).rstrip("零")


def _section_words(number: int) -> str:
    words = ""
    for divisor, unit in ((1000, "仟"), (100, "佰"), (10, "拾"), (1, "")):
        digit = number // divisor % 10
        words += _DIGITS[digit] + unit if digit else "零"
    return re.sub("零+", "零", words).strip("零")
