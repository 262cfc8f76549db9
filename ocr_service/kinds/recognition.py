"""Which described kind a page's print speaks of: by its title, by what is left of one, by its marks."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

from models.document import RecognizedPage
from models.geometry import Box
from ocr_service.faces.face import fold, squeeze
from ocr_service.kinds.description import KindDescription

_NOT_TITLES = re.compile(
    r"监制|全国统一|发票专用章|[联聯][::]|发票联|抵扣联|记账联|记账凭证|抵扣凭证|税总函|国税函|备注|开户|代码|号码|[,，。;；!！?？]"
    r"|关于|规定|通知|办法|请|应当|可以|如何|什么|不得|报销|下载|查验|扫码|扫一扫|本发票|此发票|[的是了在]"
)
"""What a line says that speaks of invoices and is not the title of one."""
_VAT_TITLE = re.compile("^.{0,8}增值税.{0,3}(?:专|普|电)|^电子发票")
_HEAD = 0.45
"""Share of the printed height above which titles are expected."""
_WORD = re.compile(r"[\u4e00-\u9fff]{4,}")
"""A mark that is a word, and so long that one wrong character makes no other word of it."""
_PROSE_LINE = 22
"""Chinese characters in one line that no form has room for beside a label."""


@dataclass(frozen=True, slots=True)
class Title:
    """A kind and the line that names it."""

    description: KindDescription
    text: str


def titled(page: RecognizedPage, descriptions: Sequence[KindDescription]) -> Title | None:
    """The kind that the title names: in the page's head first, then anywhere in a line that says little else."""
    if _is_prose(page):
        return None
    lines = [(text, height) for text, height in _lines(page) if not _NOT_TITLES.search(text) or _VAT_TITLE.search(text)]
    head = [text for text, height in lines if height <= _HEAD]
    return (
        _first(descriptions, head, lambda one: one.titles)
        or _first(descriptions, [text for text, height in lines if height > _HEAD], lambda one: one.titles, least=0.5)
        or _first(descriptions, head, lambda one: one.faint_titles, least=0.25)
    )


def marked(page: RecognizedPage, descriptions: Sequence[KindDescription]) -> KindDescription | None:
    """The kind of whose marks the page shows most, if it shows enough of them."""
    if _is_prose(page):
        return None
    texts = [text for text, _ in _lines(page)]
    return _most_marked(texts, descriptions, _marks_in) or _most_marked(texts, descriptions, _marks_nearly_in)


def _most_marked(
    texts: Sequence[str], descriptions: Sequence[KindDescription], count: Callable[[Sequence[str], KindDescription], int]
) -> KindDescription | None:
    """The description of whose marks the largest share is met, among those of which enough are."""
    best: tuple[float, KindDescription] | None = None
    for description in descriptions:
        met = count(texts, description)
        share = met / len(description.marks) if description.marks else 0.0
        if description.marks and met >= description.enough and (best is None or share > best[0]):
            best = (share, description)
    return None if best is None else best[1]


def marks_met(page: RecognizedPage, description: KindDescription) -> int:
    """How many of a kind's marks the page shows."""
    return _marks_in([text for text, _ in _lines(page)], description)


def _marks_in(texts: Sequence[str], description: KindDescription) -> int:
    return sum(any(map(re.compile(mark, re.IGNORECASE).search, texts)) for mark in description.marks)


def _marks_nearly_in(texts: Sequence[str], description: KindDescription) -> int:
    """The same for a small or faint picture: a mark that is a word counts with one character misread or lost, when it fills its line.

    One mark at least must have been read as it is.
    """
    words = [mark for mark in description.marks if _WORD.fullmatch(mark)]
    met = {word for word in words if any(word in text for text in texts)}
    if not met:
        return 0
    for text in texts:
        off, word = min((Levenshtein.distance(word, text.rstrip(":"), score_cutoff=1), word) for word in words)
        if off <= 1:
            met.add(word)
    return len(met)


def _first(
    descriptions: Sequence[KindDescription],
    lines: Sequence[str],
    patterns: Callable[[KindDescription], tuple[str, ...]],
    least: float = 0.0,
) -> Title | None:
    """The first description of which a title covers at least this share of a line."""
    for description in descriptions:
        sought = [re.compile(pattern, re.IGNORECASE) for pattern in patterns(description)]
        for text in lines:
            for pattern in sought:
                found = pattern.search(text)
                if found is not None and len(found.group()) >= least * len(text):
                    return Title(description, text)
    return None


def _is_prose(page: RecognizedPage) -> bool:
    """Whether running text fills the page: half of its lines are longer than any form's, and few of them end at a colon."""
    texts = [squeeze(fold(line.text)) for line in page.lines]
    long = [text for text in texts if len(re.findall(r"[\u4e00-\u9fff]", text)) >= _PROSE_LINE and ":" not in text[:-1]]
    return len(long) >= 4 and len(long) >= 0.4 * len(texts)


def _lines(page: RecognizedPage) -> Iterator[tuple[str, float]]:
    """Every level line from the top with its height as a share of the print's; every pair torn apart: 电子发票 beside (增值税专用发票)."""
    lines = [(squeeze(fold(line.text)), page.to_flat.polygon(line.polygon).box) for line in page.lines]
    lines.sort(key=lambda entry: entry[1].centre[1])
    heights = [box.centre[1] for _, box in lines]
    top = min((box.top for _, box in lines), default=0.0)
    extent = max(1.0, max((box.bottom for _, box in lines), default=1.0) - top, 0.3 * page.flat_height)
    for text, box in lines:
        if box.height > 1.3 * box.width and len(text) > 1:
            continue
        height = (box.centre[1] - top) / extent
        yield text, height
        near = 0.5 * box.height
        for other, beside in lines[bisect_left(heights, box.centre[1] - near) : bisect_right(heights, box.centre[1] + near)]:
            if _is_torn(box, beside):
                yield text + other, height


def _is_torn(box: Box, beside: Box) -> bool:
    gap = beside.left - box.right
    return abs(beside.centre[1] - box.centre[1]) < 0.5 * box.height and -0.9 * box.height < gap < 1.5 * box.height
