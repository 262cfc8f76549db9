"""Chinese first; English for whoever asks for it."""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from fastapi import Request

COOKIE = "piaogen_language"

Pair = tuple[str, str]
"""The same words in Chinese and in English."""


class Language(StrEnum):
    """The languages that the pages speak; the value is the page's `lang`."""

    CHINESE = "zh-CN"
    ENGLISH = "en"


class Marks(NamedTuple):
    """Punctuation between the words that a page puts together: wide in Chinese, and with its spaces in English."""

    colon: str
    comma: str
    pause: str
    opens: str
    closes: str


MARKS: Mapping[Language, Marks] = {
    Language.CHINESE: Marks("：", "、", "，", "（", "）"),
    Language.ENGLISH: Marks(": ", ", ", ", ", " (", ")"),
}


def language_of(request: Request) -> Language:
    """What was chosen with `?lang=` or earlier, else the browser's wish, else Chinese."""
    for chosen in (request.query_params.get("lang"), request.cookies.get(COOKIE)):
        if chosen in ("zh", Language.CHINESE):
            return Language.CHINESE
        if chosen == Language.ENGLISH:
            return Language.ENGLISH
    return preferred(request.headers.get("accept-language", ""))


def preferred(header: str) -> Language:
    """The better wish of an Accept-Language header (RFC 9110, section 12.5.4); Chinese when neither is wished for more."""
    wishes = {"zh": 0.0, "en": 0.0}
    for part in header.split(","):
        tag, _, parameters = part.strip().partition(";")
        primary = tag.strip().lower().partition("-")[0]
        if primary in wishes:
            wishes[primary] = max(wishes[primary], _quality(parameters))
    return Language.ENGLISH if wishes["en"] > wishes["zh"] else Language.CHINESE


def _quality(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return min(max(float(value), 0.0), 1.0)
    except ValueError:
        return 0.0
