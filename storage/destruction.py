"""Destroying documents after their time: the list, its approval, a tombstone, and only then the removal.

The order carries the promise. Whatever crash happens leaves a document that stands whole, or one that has its tombstone: what is left of
it is removed when the same list is gone through again. Nothing is removed here but what an approved list names.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from models.destruction import Approval, DestructionList, ListedDocument, Tombstone
from models.digest import Digest
from models.errors import DamagedRecord, InvalidSetting, ObjectConflict, ObjectNotFound, RecordNotFound, StaleVersion
from models.reading_json import reading_from_bytes
from storage import archive_layout as layout
from storage.archive import InvoiceArchive
from storage.archive_records import encode_time, manifest_from_bytes, record_to_bytes
from storage.destruction_records import (
    LIST_ID,
    LIST_KEY,
    approval_from_bytes,
    approval_key,
    approval_to_bytes,
    done_key,
    list_from_bytes,
    list_key,
    list_to_bytes,
    require_approved,
    tombstone_to_bytes,
)
from storage.object_store import Purge, first_right, has, keep
from storage.tombstones import tombstone_of


@dataclass(frozen=True, slots=True)
class StandingList:
    """A list, who approved it, None for nobody yet, and whether everything on it is gone."""

    proposed: DestructionList
    approval: Approval | None
    is_done: bool


@dataclass(frozen=True, slots=True)
class Destructions:
    """The lists of one archive. Every method may raise StoreUnavailable and DamagedRecord; calling again is safe."""

    archive: InvoiceArchive

    def propose(self, proposed: DestructionList) -> None:
        """Keep a list for ever; nothing is destroyed by it."""
        record = list_to_bytes(proposed)
        keep(self.archive.store, list_key(proposed.id), record, Digest.of(record))

    def approve(self, approval: Approval) -> None:
        """Keep the approval of a list.

        Raises:
            StaleVersion: somebody has approved it already.
            InvalidSetting: the store can remove nothing.
        """
        if not isinstance(self.archive.store, Purge):
            raise InvalidSetting("this archive's store can remove nothing, so nothing can be destroyed")
        record = approval_to_bytes(approval)
        require_approved(self.standing(approval.list_id).proposed, approval)
        try:
            is_new = keep(self.archive.store, approval_key(approval.list_id), record, Digest.of(record))
        except ObjectConflict:
            is_new = False
        if not is_new:
            raise StaleVersion(f"list {approval.list_id} has been approved already: `piaogen destroy finish` completes it")

    def standing(self, list_id: str) -> StandingList:
        """A list as it stands; raise RecordNotFound."""
        store, key, approved = self.archive.store, list_key(list_id), approval_key(list_id)
        if not LIST_ID.fullmatch(list_id):
            raise RecordNotFound(f"{list_id[:60]!r} names no list of destruction")
        try:
            proposed = first_right(store, key, lambda content: list_from_bytes(content, key))
        except ObjectNotFound:
            raise RecordNotFound(f"there is no list of destruction {list_id}: `piaogen destroy list` names all") from None
        try:
            approval = first_right(store, approved, lambda content: approval_from_bytes(content, approved))
        except ObjectNotFound:
            return StandingList(proposed, None, False)
        require_approved(proposed, approval)
        return StandingList(proposed, approval, has(self.archive.store, done_key(list_id)))

    def all(self) -> Iterator[StandingList]:
        """Every list, oldest first."""
        for found in self.archive.store.list(layout.DESTRUCTIONS):
            match = LIST_KEY.fullmatch(found.key)
            if match is not None:
                yield self.standing(match[1])

    def entomb(self, listed: ListedDocument, standing: StandingList, at: datetime) -> Tombstone:
        """Set the tombstone of a document; the one that stands where there is one already. Nothing is removed yet."""
        proposed, approval = standing.proposed, standing.approval
        assert approval is not None
        digest = Digest.of(approval_to_bytes(approval))
        tombstone = Tombstone(listed, proposed.id, digest, at, proposed.by, approval.by, proposed.reason)
        record = tombstone_to_bytes(tombstone)
        try:
            keep(self.archive.store, layout.tombstone_key(listed.document), record, Digest.of(record))
        except ObjectConflict:
            found = tombstone_of(self.archive.store, listed.document)
            assert found is not None
            return found
        return tombstone

    def remove(self, document: Digest) -> None:
        """Remove original and readings of a document that has its tombstone; its records stay.

        Raises:
            ObjectLocked: the store itself keeps one of them for longer.
            ValueError: there is no tombstone.
        """
        if tombstone_of(self.archive.store, document) is None:
            raise ValueError(f"{document} has no tombstone")
        store = self.archive.store
        assert isinstance(store, Purge)
        for key in self._parts(document):
            store.purge(key)

    def finish(self, list_id: str, at: datetime) -> None:
        """Note that everything on a list is gone."""
        record = record_to_bytes({"schema_version": 1, "list": list_id, "at": encode_time(at)})
        try:
            keep(self.archive.store, done_key(list_id), record, Digest.of(record))
        except ObjectConflict:
            return

    def _parts(self, document: Digest) -> Iterator[str]:
        """Where original and readings lie. A reading is only removed when it is of this document."""
        yield layout.original_key(document)
        yield layout.restored_key(document)
        store = self.archive.store
        for found in store.list(layout.document_prefix(document) + "manifest-"):
            manifest = manifest_from_bytes(store.get(found.key), found.key)
            for part in manifest.parts:
                if part.role == "reading" and self._is_of(part.key, document):
                    yield part.key

    def _is_of(self, key: str, document: Digest) -> bool:
        try:
            content = self.archive.store.get(key)
            return reading_from_bytes(content).document.digest == document
        except (ObjectNotFound, DamagedRecord):
            return True  # what was set aside of it is removed, too
