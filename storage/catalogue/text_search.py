"""Looking for words anywhere on the page."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, exists, func, select

from models.access import Visibility
from models.clues import Reason
from models.errors import InvalidClue
from storage.catalogue.criterion import FULL, Criterion
from storage.catalogue.narrowing import are_many, having, holding, holding_whole
from storage.catalogue.normal_form import plain, storable
from storage.catalogue.one_of import OneOf
from storage.catalogue.search_tables import few
from storage.catalogue.tables import invoice_texts, invoices
from storage.catalogue.walls import summaries

_SNIPPET = 60
"""Characters of a line of text in a reason."""
_SHORTEST_NAME = 3
_MOST_FILES = 1_000


def pages_with(connection: Connection, text: str, seen: Sequence[ColumnElement[bool]]) -> frozenset[int]:
    """The ids of the rows on whose pages every word of a text stands, where these are few enough to be fetched; none otherwise."""
    wanted = _wanted(text)
    contained = and_(*(invoice_texts.c.text.contains(word, autoescape=True) for word in wanted))
    return frozenset(_few(connection, wanted, contained, seen) or ()) if wanted else frozenset()


class Pages(NamedTuple):
    """All rows, seen or not, on whose pages every word of a text stands, for whoever goes through most of them.

    `are_few`: so few that they are fetched; `are_many`: so many that some are soon met wherever one looks.
    """

    ids: Select[int]
    are_few: bool
    are_many: bool


def pages_of_all(connection: Connection, text: str, most: int) -> Pages | None:
    """The pages with every word, few being at most `most`; None where no index has such a list."""
    wanted = _wanted(text)
    ids = holding_whole(connection, wanted)
    if ids is None:
        return None
    many = connection.scalars(select(func.count()).select_from(ids.limit(most + 1).subquery())).one()
    return Pages(ids, many <= most, are_many(connection, wanted))


def words(connection: Connection, text: str, sees: Visibility, seen: Sequence[ColumnElement[bool]]) -> Criterion:
    """The clue `text`: every word, parted by spaces, in some line or field, or where none has them, in the name of the file.

    All of it among what is seen, which meets `seen`.

    Raises:
        InvalidClue: there is no visible word.
    """
    wanted = _wanted(text)
    if not wanted:
        raise InvalidClue("text holds nothing to look for")
    contained = and_(*(invoice_texts.c.text.contains(word, autoescape=True) for word in wanted))

    def reason(row: Row[Any]) -> Reason:
        lines = row.text.split("\n")
        met = dict.fromkeys(next(_around(line, word) for line in lines if word in line) for word in wanted)
        return Reason("text", "text", " … ".join(met))

    rows = _few(connection, wanted, contained, seen)
    if rows is not None and not rows:
        files = _in_files(connection, text.split(), sees, seen)
        if files:
            return Criterion(OneOf(invoices.c.id, files), None, lambda row: Reason("text", "file", row.file_name), rows=files)
    page_text = select(invoice_texts.c.text).where(invoice_texts.c.id == invoices.c.id).scalar_subquery()
    by_row = exists().where(invoice_texts.c.id == invoices.c.id, contained)
    return Criterion(by_row, None, reason, (page_text.label("text"),), rows=rows)


def _wanted(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for word in map(plain, text.split()) if word))


def _in_files(connection: Connection, names: Sequence[str], sees: Visibility, seen: Sequence[ColumnElement[bool]]) -> Mapping[int, float]:
    """The newest invoices whose files are called so; a piece of a name that says too little means none."""
    named = [name for name in names if len(name) >= _SHORTEST_NAME]
    if len(named) < len(names):
        return {}
    known = summaries(sees)
    file_name = known.selected_columns["file_name"]
    called_so = [file_name.icontains(storable(name), autoescape=True) for name in named]
    newest = known.with_only_columns(invoices.c.id).where(*called_so, *seen).order_by(invoices.c.id.desc()).limit(_MOST_FILES)
    return dict.fromkeys(connection.scalars(newest), FULL)


def _few(
    connection: Connection, wanted: Sequence[str], contained: ColumnElement[bool], seen: Sequence[ColumnElement[bool]]
) -> Mapping[int, float] | None:
    known: Select[int] | None
    if connection.dialect.name == "sqlite":
        known = holding(connection, "text_grams", None, invoice_texts.c.text, wanted, contained, enough=True, seen=seen)
    else:
        known = having(connection, invoice_texts.c.text, wanted, seen)
    found = None if known is None else few(connection, known)
    return None if found is None else dict.fromkeys(found, FULL)


def _around(line: str, word: str) -> str:
    if len(line) <= _SNIPPET:
        return line
    start = max(0, min(line.index(word) - (_SNIPPET - len(word)) // 2, len(line) - _SNIPPET))
    return line[start : start + max(_SNIPPET, len(word))]
