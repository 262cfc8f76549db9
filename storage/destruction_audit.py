"""The tombstones of an archive held against the log: nothing is destroyed without an entry, and no tombstone vanishes behind one."""

from dataclasses import dataclass, field

from models.activity import LogEntry
from models.audit import AuditFinding, FindingKind
from models.digest import Digest
from storage import archive_layout as layout
from storage.audit_ledger import AuditLedger
from storage.destruction_records import LIST_ID, done_key
from storage.object_store import ObjectStore, StoredObject, has


@dataclass(slots=True)
class LoggedDestructions:
    """Takes note of the tombstones that are there, then of the entries that announced them; the ledger remembers both.

    A tombstone is set after its entry, so those that are listed before the log is read have one in it.
    """

    store: ObjectStore
    ledger: AuditLedger
    _missed: dict[str, AuditFinding] = field(default_factory=dict)
    """By the tombstone's key."""

    def add_tombstone(self, document: Digest) -> None:
        """A document has a tombstone."""
        self.ledger.add_objects([StoredObject(layout.tombstone_key(document), 0)])

    def note(self, entry: LogEntry, block: str) -> AuditFinding | None:
        """Take note of an entry that says that a document is being destroyed; a finding where it names none. `block` is where it stands."""
        try:
            document = Digest.parse(entry.subject)
        except ValueError:
            return AuditFinding(FindingKind.DAMAGED, block, None, f"it tells of the destruction of what has no name: {entry.subject!r}")
        key = layout.tombstone_key(document)
        if self.ledger.name(key) is not None or key in self._missed:
            return None
        # In this order: a list is done after its last tombstone was set.
        is_done = self._is_done(str(entry.details.get("list", "")))
        if has(self.store, key):
            return None
        told = f"{block} says that {entry.actor} destroyed it"
        if is_done:
            self._missed[key] = AuditFinding(FindingKind.MISSING, key, document, f"{told}, and its list is done")
        else:
            detail = f"{told}; a crash came before its tombstone, and it stands: `piaogen destroy finish` completes its list"
            self._missed[key] = AuditFinding(FindingKind.UNFINISHED, key, document, detail)
        return None

    def met(self) -> tuple[AuditFinding, ...]:
        """What was found, notes included: tombstones that are gone or were never set, and those of which no entry tells."""
        slipped_in = []
        for key in self.ledger.unnamed():
            document = layout.record_of(key)
            detail = "no entry of the log says that it was destroyed"
            slipped_in.append(AuditFinding(FindingKind.UNLOGGED, key, None if document is None else document[0], detail))
        return (*self._missed.values(), *slipped_in)

    def _is_done(self, list_id: str) -> bool:
        return LIST_ID.fullmatch(list_id) is not None and has(self.store, done_key(list_id))
