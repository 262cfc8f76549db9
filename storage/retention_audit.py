"""Holds, lists of destruction and tombstones held against the log, which tells of each before it is kept: none is slipped in or vanishes.

What an entry tells of and is not there may be the work of a crash that came between both, which is noted, or of somebody who took it away,
which is found where a later entry or record says that it stood.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from models.activity import Action, LogEntry
from models.audit import AuditFinding, FindingKind
from models.digest import Digest
from models.errors import DamagedRecord, ObjectNotFound
from storage import archive_layout as layout
from storage.audit_ledger import AuditLedger
from storage.destruction_records import LIST_ID, approval_key, done_key, is_list_record, list_key
from storage.hold_records import HOLD_ID, HOLDS, is_hold_record, release_key, set_key
from storage.object_store import ObjectStore, StoredObject, has

_OF_HOLDS = {Action.HOLD_SET: set_key, Action.HOLD_RELEASED: release_key}
_OF_LISTS = {Action.DESTRUCTION_PROPOSED: list_key, Action.DESTRUCTION_APPROVED: approval_key}
TOLD = frozenset({*_OF_HOLDS, *_OF_LISTS, Action.DOCUMENT_DESTROYED})
"""Actions whose entries come before a record."""


@dataclass(frozen=True, slots=True)
class _Told:
    """The record that an entry tells of, the one that must have stood before it, and the document concerned."""

    key: str
    before: str | None = None
    document: Digest | None = None


@dataclass(slots=True)
class LoggedRetention:
    """Takes note of the records that are there, then of the entries that tell of them; the ledger remembers both.

    Records are kept after their entries, so those that are listed before the log is read have one in it.
    """

    store: ObjectStore
    ledger: AuditLedger
    _wrong: list[AuditFinding] = field(default_factory=list)
    _missed: dict[str, AuditFinding] = field(default_factory=dict)
    """By the key of the record."""

    def add_tombstone(self, document: Digest) -> None:
        """A document has a tombstone."""
        self.ledger.add_objects([StoredObject(layout.tombstone_key(document), 0)])

    def add_others(self) -> None:
        """Note the holds and lists that are there."""
        for prefix, is_record in ((HOLDS, is_hold_record), (layout.DESTRUCTIONS, is_list_record)):
            self.ledger.add_objects(found for found in self.store.list(prefix) if is_record(found.key))

    def note(self, entry: LogEntry, block: str) -> None:
        """Take note of an entry of one of the actions `TOLD`; `block` is where it stands."""
        told = _told_of(entry)
        if told is None:
            self._wrong.append(AuditFinding(FindingKind.DAMAGED, block, None, f"{entry.action} of what has no name: {entry.subject!r}"))
            return
        if told.before in self._missed:
            stood = self._missed[told.before]
            self._missed[told.before] = AuditFinding(FindingKind.MISSING, stood.key, stood.document, f"{block} says that it stood")
        if self.ledger.name(told.key) is None:
            self._miss(told, entry, block)
        elif "record" in entry.details or entry.action == Action.DESTRUCTION_PROPOSED:
            self._compare(told.key, entry.details, block)

    def met(self) -> tuple[AuditFinding, ...]:
        """What was found, notes included."""
        slipped_in = []
        for key in self.ledger.unnamed():
            document = layout.record_of(key)
            of = None if document is None else document[0]
            slipped_in.append(AuditFinding(FindingKind.UNLOGGED, key, of, "no entry of the log tells of it"))
        return (*self._wrong, *self._missed.values(), *slipped_in)

    def _miss(self, told: _Told, entry: LogEntry, block: str) -> None:
        """A record is not there that an entry tells of, unless it came meanwhile."""
        # In this order: a list is done after its last tombstone was set.
        stood = entry.action == Action.DOCUMENT_DESTROYED and self._is_done(entry)
        if told.key in self._missed or has(self.store, told.key):
            return
        said = f"{block} says {entry.action} by {entry.actor}"
        if stood:
            finding = AuditFinding(FindingKind.MISSING, told.key, told.document, f"{said}, and its list is done")
        else:
            detail = f"{said}; a crash came before it was kept, or it was taken away: if it should stand, do it again"
            finding = AuditFinding(FindingKind.UNFINISHED, told.key, told.document, detail)
        self._missed[told.key] = finding

    def _compare(self, key: str, details: Mapping[str, str | int], block: str) -> None:
        """Hold a record against the digest that its entry has of it."""
        promised = details.get("record", details.get("digest"))
        try:
            actual = Digest.of(self.store.get(key))
        except (DamagedRecord, ObjectNotFound):  # told by the audit of the archive
            return
        if str(actual) != promised:
            self._wrong.append(AuditFinding(FindingKind.DAMAGED, key, None, f"its bytes hash to {actual}, {block} says {promised}"))

    def _is_done(self, entry: LogEntry) -> bool:
        list_id = str(entry.details.get("list", ""))
        return LIST_ID.fullmatch(list_id) is not None and has(self.store, done_key(list_id))


def _told_of(entry: LogEntry) -> _Told | None:
    """The record that an entry tells of; None where its subject names nothing."""
    subject = entry.subject
    if entry.action in _OF_HOLDS:
        before = set_key(subject) if entry.action == Action.HOLD_RELEASED else None
        return _Told(_OF_HOLDS[Action(entry.action)](subject), before) if HOLD_ID.fullmatch(subject) else None
    if entry.action in _OF_LISTS:
        before = list_key(subject) if entry.action == Action.DESTRUCTION_APPROVED else None
        return _Told(_OF_LISTS[Action(entry.action)](subject), before) if LIST_ID.fullmatch(subject) else None
    try:
        document = Digest.parse(subject)
    except ValueError:
        return None
    list_id = str(entry.details.get("list", ""))
    return _Told(layout.tombstone_key(document), approval_key(list_id) if LIST_ID.fullmatch(list_id) else None, document)
