"""Batches as the pages show them: who sent each and how, how far it is, and some of its files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from api.schemas.batch import FileBody
from api.views import file_bodies
from api.web.log_view import actor_of
from models.access import Principal, Right
from models.archive import DocumentState
from models.batch import BatchList, ListedBatch
from models.errors import UserNotFound
from ocr_service.access import Access
from ocr_service.service import ArchiveService
from storage.catalogue.batch_lists import BatchLists, Looker

FILES_SHOWN = 50
"""Files on one page of a batch: with their pictures and words it stays below 150 kB."""
_SECONDS_A_MINUTE = 60
_LONG = 100
"""From so many seconds on, minutes are told."""


@dataclass(frozen=True, slots=True)
class ShownBatch:
    """A batch with its sender: the name that colleagues know, empty where that is told by the way alone (`local`, `schedule` …)."""

    batch: ListedBatch
    who: str
    way: str

    @property
    def is_finished(self) -> bool:
        """Whether nothing of it waits or is being read, and nothing is still to come."""
        return self.batch.waiting == 0

    @property
    def to_review(self) -> int:
        """How many of its files a person should look at."""
        return sum(self.batch.counts.get(state, 0) for state in (DocumentState.NEEDS_REVIEW, DocumentState.UNREAD, DocumentState.CANCELLED))


@dataclass(frozen=True, slots=True)
class BatchPage:
    """A batch with the files that are shown of it; `state` is the one that was asked for, `next` the position to go on from."""

    shown: ShownBatch
    files: Sequence[FileBody]
    state: DocumentState | None
    next: int | None
    seconds_left: float | None

    @property
    def left(self) -> tuple[str, int] | None:
        """The unit (`minutes` or `seconds`) and number of what is left to wait; None where it was not measured."""
        if not self.seconds_left:
            return None
        if self.seconds_left < _LONG:
            return "seconds", max(1, round(self.seconds_left))
        return "minutes", round(self.seconds_left / _SECONDS_A_MINUTE)


def looker_of(caller: Principal) -> Looker:
    """Whose batches somebody may look through."""
    return Looker(caller.name, caller.visibility if caller.may(Right.READ) else None)


def newest_batches(service: ArchiveService, caller: Principal, limit: int, after: str | None = None) -> BatchList:
    """Some of the batches that somebody may look at."""
    return BatchLists(service.catalogue).newest(looker_of(caller), service.sees, limit, after)


def shown(found: Sequence[ListedBatch], access: Access) -> tuple[ShownBatch, ...]:
    """Batches with the names of their senders, each looked up once."""
    senders = {batch.sender.name for batch in found if batch.sender is not None}
    keys = access.keys() if any(name.startswith("key:") for name in senders) else ()
    labels = {known.key.principal.name: known.key.label for known in keys}
    names = {name: labels.get(name) or _name_of(name, access) for name in senders}
    return tuple(_shown(batch, names) for batch in found)


def batch_page_of(
    service: ArchiveService, access: Access, batch_id: str, state: DocumentState | None, after: int, *, with_invoices: bool
) -> BatchPage:
    """One batch and the files behind a position; raise BatchNotFound."""
    lists = BatchLists(service.catalogue)
    listed = lists.one(batch_id, service.sees)
    files = lists.files(batch_id, service.sees, state, after, FILES_SHOWN + 1)
    bodies = file_bodies(service, files[:FILES_SHOWN], with_invoices=with_invoices)
    seconds = service.seconds_left(service.batch(batch_id)) if listed.waiting else 0.0
    further = files[FILES_SHOWN - 1].position if len(files) > FILES_SHOWN else None
    return BatchPage(shown([listed], access)[0], bodies, state, further, seconds)


def _shown(batch: ListedBatch, names: Mapping[str, str]) -> ShownBatch:
    if batch.sender is None:
        return ShownBatch(batch, "", "")
    return ShownBatch(batch, names[batch.sender.name], actor_of(batch.sender.name).way)


def _name_of(sender: str, access: Access) -> str:
    """A person by the name that colleagues know; empty for whoever is no person."""
    kind, _, name = sender.partition(":")
    if kind != "user":
        return ""
    try:
        return access.user(name).display_name
    except UserNotFound:
        return name
