"""Where the head of a table is, and which list it makes of it."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from models.errors import UnknownTable
from models.statement import StatementKind
from ocr_service.statements.cells import Cell, text
from ocr_service.statements.titles import LAYOUTS, MEANINGS, Layout, Meaning, TitleMapping, example_of, title

DEEPEST_HEAD = 30
"""Rows above a head: titles of the table, a company's name, a period."""
_FEWEST_TITLES = 3
_WHAT_TO_DO = "export the list again, or explain its titles with a mapping"
_NEEDS_OF_A_MAPPING = ((Meaning.NUMBER, Meaning.DIGITAL_NUMBER, Meaning.SUMMARY, Meaning.BILL_NUMBER),)


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a table: which list it is, the column of each meaning (from 0), and how many rows are above the first entry.

    `unknown` are the columns whose titles mean nothing here, by place.
    """

    kind: StatementKind
    columns: dict[Meaning, int]
    unknown: dict[int, str]
    depth: int


def find_head(rows: Sequence[Sequence[Cell]], mappings: Sequence[TitleMapping] = (), *, is_chosen: bool = False) -> Head | None:
    """The head within the first rows of a sheet; None where nothing looks like one.

    Titles that the tax platform and the ledgers are known by mean what they mean there: a mapping that was kept explains other tables,
    or where `is_chosen` says so, whatever it fits.

    Raises:
        UnknownTable: there is a head, and titles that are needed are missing or stand twice.
    """
    explained = _mapped(rows, mappings)
    if is_chosen and explained is not None:
        return explained
    best, known = None, _FEWEST_TITLES - 1
    for depth, titles in _candidates(rows):
        count = sum(one in MEANINGS for one in titles)
        if count > known:
            best, known = (depth, titles), count
    if best is None:
        return explained
    try:
        return _known(*best)
    except UnknownTable:
        if explained is None:
            raise
        return explained


def _mapped(rows: Sequence[Sequence[Cell]], mappings: Sequence[TitleMapping]) -> Head | None:
    for depth, titles in _candidates(rows):
        for mapping in mappings:
            if mapping.fits(titles):
                return _explained(titles, depth, mapping)
    return None


def _candidates(rows: Sequence[Sequence[Cell]]) -> Iterator[tuple[int, list[str]]]:
    """The titles of each row, and of each two rows one above the other, with how many rows end there."""
    for place, row in enumerate(rows[:DEEPEST_HEAD]):
        yield place + 1, [title(cell) for cell in row]
        if place + 1 < len(rows) and _may_be_titles(rows[place + 1]):
            yield place + 2, _joined(row, rows[place + 1])


def _may_be_titles(row: Sequence[Cell]) -> bool:
    return not any(isinstance(cell, float) or text(cell).isdigit() for cell in row)


def _joined(above: Sequence[Cell], below: Sequence[Cell]) -> list[str]:
    """销方 over 识别号 and 名称 is 销方识别号 and 销方名称: a title above merged cells stands in the first of them alone."""
    titles, group = [], ""
    for place in range(max(len(above), len(below))):
        upper = title(above[place]) if place < len(above) else ""
        lower = title(below[place]) if place < len(below) else ""
        group = upper or (group if lower else "")
        whole = group + lower
        titles.append(whole if whole in MEANINGS or not lower else (lower if lower in MEANINGS else whole))
    return titles


def _known(depth: int, titles: list[str]) -> Head:
    meanings = {MEANINGS[one] for one in titles if one in MEANINGS}
    layout = next((one for one in LAYOUTS if one.marks <= meanings), None)
    if layout is None:
        found = "、".join(one for one in titles if one in MEANINGS)
        raise UnknownTable(f"the titles {found} are of no list that is held against the archive: {_WHAT_TO_DO}")
    columns = _columns([(place, MEANINGS[one]) for place, one in enumerate(titles) if one in MEANINGS], titles)
    _require(layout.needs, columns, layout)
    unknown = {place: one for place, one in enumerate(titles) if one and one not in MEANINGS}
    return Head(layout.kind, columns, unknown, depth)


def _explained(titles: list[str], depth: int, mapping: TitleMapping) -> Head:
    columns = _columns([(place, mapping.columns[one]) for place, one in enumerate(titles) if one in mapping.columns], titles)
    _require(_NEEDS_OF_A_MAPPING, columns, None)
    unknown = {place: one for place, one in enumerate(titles) if one and one not in mapping.columns}
    return Head(StatementKind.MAPPED, columns, unknown, depth)


def _columns(found: Sequence[tuple[int, Meaning]], titles: Sequence[str]) -> dict[Meaning, int]:
    used = [(place, meaning) for place, meaning in found if meaning is not Meaning.IGNORED]
    counts = Counter(meaning for _, meaning in used)
    twice = [titles[place] for place, meaning in used if counts[meaning] > 1]
    if twice:
        named = "、".join(twice)
        raise UnknownTable(f"these columns mean the same: {named}; nobody can tell which one counts: delete one and send it again")
    return {meaning: place for place, meaning in used}


def _require(needs: Sequence[tuple[Meaning, ...]], columns: dict[Meaning, int], layout: Layout | None) -> None:
    missing = [need for need in needs if not any(one in columns for one in need)]
    if not missing:
        return
    named = "、".join("或".join(example_of(one) for one in need) for need in missing)
    what = "the mapping explains no column as" if layout is None else f"it looks like the list {layout.kind.value}, which lacks the column"
    raise UnknownTable(f"{what} {named}: {_WHAT_TO_DO}")
