"""Views of the register that somebody keeps: filters and an order under a name, one record for each person.

They are nobody else's: a record is looked up by who asks alone, whatever department that is.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from models.access import EVERYTHING
from models.digest import Digest
from models.errors import BadUsage, DamagedRecord, RecordNotFound, StaleVersion
from models.register import RegisterOrder
from models.register_texts import FILTERS
from ocr_service.record_keeping import RecordKeeper
from ocr_service.register import RegisterQuestion
from ocr_service.service import ArchiveService
from storage.histories import HistoryVersion

MOST_VIEWS = 40
LONGEST_NAME = 40
_VIEWS = "settings/views-"
_TRIES = 5
"""Of two windows of one person that save at the same moment, each tries again."""


@dataclass(frozen=True, slots=True)
class SavedView:
    """Texts of filters as they were typed, so that 本月 means the month in which it is looked at."""

    name: str
    texts: Mapping[str, str]
    sort: str = ""

    def to_json(self) -> dict[str, Any]:
        """Its JSON form."""
        return {"name": self.name, "texts": dict(self.texts), "sort": self.sort}

    @classmethod
    def from_json(cls, wire: Mapping[str, Any]) -> Self:
        """Read it back; raise ValueError, KeyError or TypeError."""
        texts = {str(name): str(text) for name, text in dict(wire["texts"]).items() if name in FILTERS}
        return cls(str(wire["name"]), texts, str(wire["sort"]))


def saved_views(service: ArchiveService, person: str) -> tuple[SavedView, ...]:
    """Somebody's views in the order in which they were made; raise DamagedRecord."""
    standing = _standing(_keeper(service), person)
    return () if standing is None else _of(standing)


def save_view(service: ArchiveService, person: str, view: SavedView) -> tuple[SavedView, ...]:
    """Keep a view, in the place of the one that has its name.

    Raises:
        BadUsage: it has no name, one that is too long, or there are too many; detail `reason` is `name` or `many`.
        InvalidClue: nothing can be meant by its texts.
    """
    name = " ".join(view.name.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise BadUsage(f"name the view in at most {LONGEST_NAME} letters", reason="name")
    RegisterQuestion.read(service, view.texts, view.sort)
    said = {filter_name: text.strip() for filter_name, text in view.texts.items() if text.strip()}
    kept = SavedView(name, said, view.sort and str(RegisterOrder.parse(view.sort)))

    def with_it(views: Sequence[SavedView]) -> tuple[SavedView, ...]:
        names = [each.name for each in views]
        if name in names:
            return tuple(kept if each.name == name else each for each in views)
        if len(views) >= MOST_VIEWS:
            raise BadUsage(f"{MOST_VIEWS} views are kept at most: remove one first", reason="many")
        return (*views, kept)

    return _change(service, person, with_it)


def remove_view(service: ArchiveService, person: str, name: str) -> tuple[SavedView, ...]:
    """Keep a view no longer; harmless when there is none of that name. What it was stays in the record's history."""
    return _change(service, person, lambda views: tuple(each for each in views if each.name != name))


def _change(service: ArchiveService, person: str, changed: Callable[[Sequence[SavedView]], tuple[SavedView, ...]]) -> tuple[SavedView, ...]:
    keeper = _keeper(service)
    for _ in range(_TRIES):
        standing = _standing(keeper, person)
        views = () if standing is None else _of(standing)
        wanted = changed(views)
        if wanted == views:
            return views
        body = {"person": person, "views": [view.to_json() for view in wanted]}
        try:
            if standing is None:
                keeper.begin(_subject(person), body)
            else:
                keeper.change(standing, body)
        except StaleVersion:
            continue
        return wanted
    raise StaleVersion("these views are being changed elsewhere at the same moment: save once more")


def _subject(person: str) -> str:
    return _VIEWS + Digest.of(person.encode()).hex[:20]


def _keeper(service: ArchiveService) -> RecordKeeper:
    return RecordKeeper.over(service.seen_by(EVERYTHING))


def _standing(keeper: RecordKeeper, person: str) -> HistoryVersion | None:
    try:
        return keeper.get(_subject(person))
    except RecordNotFound:
        return None


def _of(version: HistoryVersion) -> tuple[SavedView, ...]:
    try:
        return tuple(map(SavedView.from_json, version.body["views"]))
    except (ValueError, KeyError, TypeError) as error:
        raise DamagedRecord(f"{version.key} holds no views of the register", key=version.key) from error
