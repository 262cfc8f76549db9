"""Quantities as people say and write them: 三万五, 一千二, 1.2k, 1万2, 12,500.50."""

import re
from decimal import Decimal
from typing import NamedTuple

DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"两": 2}
_SMALL = {"十": 10, "百": 100, "千": 1000, "k": 1000}
_LARGE = {"万": 10**4, "w": 10**4, "亿": 10**8}
_ARABIC = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?", re.ASCII)
_LONGEST = 15
"""Digits of an amount; more of them are a number."""

QUANTITY = (
    r"(?:(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?: ?[百千万亿]| ?[kw](?![a-z])|(?!\d))"
    r"|[零一二两三四五六七八九十](?=[零一二两三四五六七八九十百千万亿]))[\d.零一二两三四五六七八九十百千万亿]*"
)
"""A regular expression of what may be a quantity; `quantity` says whether it is."""


class Quantity(NamedTuple):
    """A value and the last place that was said: 一千二 is 1200 to the hundred, 1.25k 1250 to the ten, 12.50 to the cent."""

    value: Decimal
    unit: Decimal


def digits(text: str) -> int | None:
    """A whole number below a hundred in either numerals, or digits one by one (二零二四); None when it is none."""
    if text.isascii() and text.isdigit():
        return int(text)
    if text and all(character in DIGITS for character in text):
        return int("".join(str(DIGITS[character]) for character in text))
    tens, ten, ones = text.replace("廿", "二十").partition("十")
    if not ten or len(tens) > 1 or len(ones) > 1 or any(character not in DIGITS for character in tens + ones):
        return None
    return DIGITS.get(tens, 1) * 10 + DIGITS.get(ones, 0)


def quantity(text: str) -> Quantity | None:
    """Read a folded text that is one quantity and nothing else; None when it is none."""
    parts = _parts(text)
    if not parts:
        return None
    if len(parts) == 1 and isinstance(parts[0], Decimal):
        return None if len(text) == 1 and not text.isascii() else Quantity(parts[0], _place(parts[0]))
    return _spoken(parts)


def _parts(text: str) -> list[Decimal | str]:
    parts: list[Decimal | str] = []
    place = 0
    while place < len(text):
        arabic = _ARABIC.match(text, place)
        if arabic is not None:
            if len(arabic[0]) > _LONGEST:
                return []
            parts.append(Decimal(arabic[0].replace(",", "")))
            place = arabic.end()
            continue
        character = text[place]
        if character in DIGITS and character != "零":
            parts.append(Decimal(DIGITS[character]))
        elif character == "零" or character in _SMALL or character in _LARGE:
            parts.append(character)
        elif character != " ":
            return []
        place += 1
    return parts


class _Reader:
    """What was said so far: stretches closed by 万 or 亿 in `total`, the open one in `section`, and a digit that waits for its unit."""

    def __init__(self) -> None:
        self.total, self.section = Decimal(0), Decimal(0)
        self.digit: Decimal | None = None
        self.last: int | None = None
        self.largest: int | None = None
        self.place = Decimal(1)
        self.after_zero = False

    def take(self, part: Decimal | str) -> bool:
        """Go on with it; False where no quantity goes on so."""
        if isinstance(part, Decimal):
            return self._digit(part)
        if part == "零":
            self.after_zero = True
            return self.digit is None and self.last is not None
        return self._unit(_SMALL[part], large=False) if part in _SMALL else self._unit(_LARGE[part], large=True)

    def _digit(self, part: Decimal) -> bool:
        if self.digit is not None:
            return False
        self.digit = part
        return self.last is None or part < self.last

    def _unit(self, unit: int, *, large: bool) -> bool:
        if not large and self.last is not None and self.last < 10**4 and unit >= self.last:
            return False
        digit = self.digit
        if digit is None:
            if not (large and self.section) and unit != 10:
                return False
            digit = Decimal(0 if large else 1)
        self.place = (_place(digit) if digit else self.place) * unit if digit or large else Decimal(unit)
        if large:
            if self.largest is not None and unit >= self.largest:
                return False
            self.total += (self.section + digit) * unit
            self.section = Decimal(0)
            self.largest = unit
        else:
            self.section += digit * unit
        self.digit, self.last, self.after_zero = None, unit, False
        return True

    def finish(self) -> Quantity | None:
        """The quantity; a last digit alone counts the next smaller unit: 一千二 is 1200, but 一千零二 is 1002."""
        if self.last is None:
            return None
        if self.digit is None:
            return Quantity(self.total + self.section, self.place)
        colloquial = self.last >= 100 and self.digit < 10 and self.digit == int(self.digit) and not self.after_zero
        step = self.last // 10 if colloquial else 1
        place = _place(self.digit) * step
        return Quantity(self.total + self.section + self.digit * step, place)


def _spoken(parts: list[Decimal | str]) -> Quantity | None:
    reader = _Reader()
    if all(reader.take(part) for part in parts):
        return reader.finish()
    return None


def _place(value: Decimal) -> Decimal:
    """The last place in which a number is written."""
    exponent = value.as_tuple().exponent
    return Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0)
