"""Where the labels of a description stand in a line of print, misread ones included."""

import re
from collections.abc import Callable, Sequence
from functools import cache, lru_cache

from rapidfuzz.distance import Levenshtein

from ocr_service.faces.face import fold, squeeze
from ocr_service.faces.labels import LabelSpan

_COLON = r"\s*(?:[:;]|[.·](?!\d))?\s*"
_COLON_AT_END = re.compile(r"[:;.·]\s*$")
_PLACE_AND_REST = re.compile(
    r"\((?![大小]写|单位|个人|姓名|全称|人民币|[^)]*章\))[\u4e00-\u9fff]{2,6}\)"
    r"[\u4e00-\u9fff()]*(?:公司|中心|[厂店所院社行部馆局会场站户校园])(?![\u4e00-\u9fff])"
)
"""A place in brackets and the rest of a company's name behind its first words; forms ask in brackets for other things."""
_SHARE_MISREAD = 0.34
"""Of a label's characters, how many may be wrong."""
_LEAST_ENGLISH = 5
"""Letters from which an English label may be misread and is still known for one: the words of shorter ones are too much alike."""
_LOOKALIKES = str.maketrans("侯全曰", "候金日")
"""Characters that labels are made of, by those that the engine takes them for; they stand in no label of two characters themselves."""


@cache
def label_finder(labels: tuple[str, ...]) -> Callable[[str], Sequence[LabelSpan]]:
    """A function that finds these labels in a line of folded text; a span's name is the label as given, the longest where several fit."""
    ordered = sorted(dict.fromkeys(labels), key=lambda label: -len(squeeze(label)))
    patterns = tuple((label, re.compile(_pattern(fold(label)), re.IGNORECASE)) for label in ordered)
    plain = tuple((label, squeeze(fold(label))) for label in ordered)

    @lru_cache(maxsize=1024)
    def find(text: str) -> Sequence[LabelSpan]:
        spans: list[LabelSpan] = []
        words: list[tuple[int, int]] = []
        for label, pattern in patterns:
            for match in pattern.finditer(text):
                if not _is_free(match, [(span.start, span.end) for span in spans] + words):
                    continue
                if _begins_a_name(text, match):
                    words.append(match.span())
                elif _stands_apart(text, match, {span.end for span in spans}):
                    spans.append(LabelSpan(label, match.start(), match.end()))
        if spans:
            return tuple(sorted(spans, key=lambda span: span.start))
        misread = _misread(text, plain)
        return () if misread is None else (misread,)

    return find


def _pattern(label: str) -> str:
    return r"\s*".join(re.escape(character) for character in squeeze(label)) + _COLON


def _is_free(match: re.Match[str], taken: Sequence[tuple[int, int]]) -> bool:
    return all(match.end() <= start or match.start() >= end for start, end in taken)


def _begins_a_name(text: str, match: re.Match[str]) -> bool:
    """Whether words of a label without their colon are those of a company with its place in brackets: 票价（望江）软件有限公司."""
    return _COLON_AT_END.search(match.group()) is None and _PLACE_AND_REST.match(text, match.end()) is not None


def _stands_apart(text: str, match: re.Match[str], ends: set[int]) -> bool:
    """A label inside a longer word is none (日期 in 有效日期), nor is a unit behind a number (公里 in 5.5公里).

    A longer one may follow what a line says before it, but is no label when the words go on behind it (车辆类型 in 望江车辆类型研究中心).
    Nor is the end of an English label whose beginning is another word (Time in Waiting Time, Surcharge in Call Service Surcharge).
    """
    start = match.start()
    bare = match.group().rstrip(" :;.·")
    before = text[start - 1] if start else ""
    if before and start not in ends and re.match(r"[\u4e00-\u9fffA-Za-z]", before) and (len(squeeze(bare)) < 4 or bare.isascii()):
        return False
    if start not in ends and re.match(r"[\d/]", before) and len(squeeze(bare)) < 3 and ":" not in match.group():
        return False
    follows = text[start + len(bare)] if start + len(bare) < len(text) else ""
    if bare.isascii() and (re.match("[A-Za-z]", follows) or (start not in ends and re.search(r"[A-Za-z]\s*$", text[:start]))):
        return False
    continues = re.match(r"[\u4e00-\u9fff(]", follows) is not None
    is_inside = re.match(r"[\u4e00-\u9fff]", before) is not None
    return not (continues and (is_inside or len(squeeze(bare)) < 3) and start > 0 and start not in ends)


def _misread(text: str, labels: Sequence[tuple[str, str]]) -> LabelSpan | None:
    """A label at the start of a line, partly wrong, that its colon, the digits behind it or its standing alone shows to be one."""
    colon = re.search(r"[:;]", text)
    number = re.search(r"\d", text)
    end = min((match.start() for match in (colon, number) if match is not None), default=len(text))
    head = squeeze(text[:end])
    has_colon = colon is not None and colon.start() == end
    if head.isascii():
        return _misread_english(head, end, labels)
    found: list[tuple[float, str]] = []
    for label, plain in labels:
        if abs(len(plain) - len(head)) > 1 or plain.isascii():
            continue
        distance = Levenshtein.distance(head.translate(_LOOKALIKES), plain)
        share = distance / len(plain)
        is_long = len(plain) > 3 and share <= _SHARE_MISREAD
        is_closed = has_colon and (share <= _SHARE_MISREAD or (len(head) >= len(plain) == 2 and distance == 1))
        if distance == 0 or is_long or is_closed:
            found.append((share, label))
    found.sort()
    if not found or (len(found) > 1 and found[0][0] == found[1][0]):
        return None
    stop = colon.end() if colon is not None and has_colon else end
    return LabelSpan(found[0][1], 0, stop)


def _misread_english(head: str, end: int, labels: Sequence[tuple[str, str]]) -> LabelSpan | None:
    """An English label that a line begins with or consists of: the nearest one, when no other is as near."""
    bare = head.rstrip(".").lower()
    shares = sorted(
        (Levenshtein.distance(bare, plain.lower()) / len(plain), label)
        for label, plain in labels
        if plain.isascii() and len(plain) >= _LEAST_ENGLISH
    )
    found = [entry for entry in shares if entry[0] <= _SHARE_MISREAD]
    if not found or (len(found) > 1 and found[0][0] == found[1][0]):
        return None
    return LabelSpan(found[0][1], 0, end)
