"""Hold the activity log against itself, against a head that somebody kept, and against the documents of the archive."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from models.activity import Action, LogEntry, LogHead
from models.audit import AuditFinding, FindingKind
from models.digest import Digest
from models.errors import DamagedRecord, ObjectNotFound
from storage import archive_layout as layout
from storage.access_audit import LoggedAccess
from storage.access_records import AccessRecord
from storage.archive import InvoiceArchive
from storage.audit_ledger import AuditLedger
from storage.histories import LoggedHistories
from storage.log_records import LOG, Block, BlockName, block_from_bytes, block_name_of, entry_leaf
from storage.merkle import Frontier
from storage.retention_audit import TOLD, LoggedRetention

CAME_IN = frozenset({Action.UPLOAD_ACCEPTED, Action.UPLOAD_DUPLICATE, Action.DOCUMENT_FOUND})
"""Entries that say that the archive holds a document."""

RECORD_VERSIONS = frozenset({Action.RECORD_CHANGED, Action.RECORD_FOUND})
"""Entries that say that a history has a version."""

_NEW_VERSIONS = frozenset({Action.INVOICE_CORRECTED, Action.INVOICE_CONFIRMED, Action.INVOICE_OVERRIDDEN, Action.VERSION_KEPT})
_ANNOUNCED = "reading"
"""The detail of an entry that was written before its version, which a crash may have kept from being made; `version.kept` follows it."""
_HEX = re.compile(r"[0-9a-f]{8,64}")


@dataclass(frozen=True, slots=True)
class LogReport:
    """What was looked at and what was found; `found` counts the documents that once stood without an entry.

    `unvouched` are changes of access that stand as they were announced, and of which a crash kept the log from saying so.
    """

    blocks: int
    entries: int
    documents: int
    found: int
    head: LogHead | None
    findings: tuple[AuditFinding, ...]
    notes: tuple[AuditFinding, ...] = ()
    unvouched: tuple[AccessRecord, ...] = ()

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong; notes are no fault."""
        return not self.findings


def audit_log(archive: InvoiceArchive, *kept: LogHead, with_documents: bool = True) -> LogReport:
    """Walk the whole log. Memory stays the same however long it is; entries may be appended meanwhile.

    Args:
        archive: Whose log it is.
        kept: Heads that were printed, exported or remembered before: the log must still have those very blocks.
        with_documents: Whether each document must have an entry, each entry of one that came in its document, each version that
            somebody made must be there, and who has access, the records that change, holds and what was destroyed must be what the log
            says.

    Raises:
        StoreUnavailable: the store does not answer, so nothing can be said.
    """
    with AuditLedger() as ledger:
        documents = 0
        retention = LoggedRetention(archive.store, ledger)
        # Documents are listed before their entries: what comes meanwhile has both, and is asked for by name.
        for document, version in archive.newest_versions() if with_documents else ():
            ledger.add_document(document, 0, None)
            if version == layout.TOMBSTONE_VERSION:
                retention.add_tombstone(document)
            documents += 1
        if with_documents:
            retention.add_others()
        access = LoggedAccess(archive.store) if with_documents else None
        histories = LoggedHistories(archive.store) if with_documents else None
        return _LogAudit(archive, ledger, kept, with_documents, documents, access, histories, retention).run()


@dataclass(slots=True)
class _Standing:
    """The block before, as it lies in the store; `block` is None where it cannot be read."""

    name: BlockName
    digest: Digest
    block: Block | None


@dataclass(slots=True)
class _LogAudit:
    archive: InvoiceArchive
    ledger: AuditLedger
    kept: Sequence[LogHead]
    with_documents: bool
    documents: int
    access: LoggedAccess | None
    histories: LoggedHistories | None
    retention: LoggedRetention
    findings: list[AuditFinding] = field(default_factory=list)
    blocks: int = 0
    entries: int = 0
    found: int = 0
    roots: dict[date, bytes] = field(default_factory=dict)
    """The root of each day's tree as its last readable block has it."""
    missed: set[Digest] = field(default_factory=set)
    last: _Standing | None = None
    doubted: AuditFinding | None = None
    """The block before one that does not fit it: the one after both tells which of them was changed."""
    is_broken: bool = False
    """Whether the last block does not fit the one before it."""
    seen: set[LogHead] = field(default_factory=set)

    def run(self) -> LogReport:
        for name in self._names():
            self._check(name)
        self._tell_doubted()
        if self.with_documents:
            self._check_stamps()
        end = 0 if self.last is None else self.last.name.number
        for count in sorted(head.count for head in self.kept if head not in self.seen):
            self._add(FindingKind.MISSING, LOG, f"block {count}, whose digest was kept, is not there; the log ends with block {end}")
        if self.with_documents:
            for document in self.ledger.not_indexed():
                self._add(FindingKind.UNLOGGED, layout.received_key(document), "no entry of the log says that it came in", document)
        if self.histories is not None:
            self.findings.extend(self.histories.findings())
        met = [*self.retention.met(), *(() if self.access is None else self.access.findings())]
        wrong = [finding for finding in met if not finding.kind.is_note]
        notes = [finding for finding in met if finding.kind.is_note]
        unvouched = () if self.access is None else tuple(self.access.unvouched)
        head = None if self.last is None else LogHead(self.last.name.number, self.last.digest)
        findings = (*self.findings, *wrong)
        return LogReport(self.blocks, self.entries, self.documents, self.found, head, findings, tuple(notes), unvouched)

    def _check_stamps(self) -> None:
        """Each time stamp is of the root of its day; its signature is checked with the authority's certificate, which is not here."""
        for found in self.archive.store.list(layout.STAMPS):
            day = layout.stamp_of(found.key)
            if day is None:
                continue
            root = self.roots.get(day)
            try:
                is_of_day = root is not None and root in self.archive.store.get(found.key)
            except DamagedRecord as error:
                self._add(FindingKind.DAMAGED, found.key, error.message)
                continue
            if not is_of_day:
                self._add(FindingKind.DAMAGED, found.key, "it is no stamp of the root of its day")

    def _names(self) -> Iterator[BlockName]:
        for found in self.archive.store.list(LOG):
            name = block_name_of(found.key)
            if name is not None:
                yield name
            elif not layout.is_litter_key(found.key):
                self._add(FindingKind.ORPHANED, found.key, "no name of a block: not written by Piaogen, or moved")

    def _check(self, name: BlockName) -> None:
        self.blocks += 1
        if not self._is_next(name):
            return
        try:
            content = self.archive.store.get(name.key)
        except DamagedRecord as error:
            self._add(FindingKind.DAMAGED, name.key, error.message)
            return
        digest = Digest.of(content)
        is_kept = self._check_kept(name, digest)
        try:
            block: Block | None = block_from_bytes(content, name.key)
        except DamagedRecord as error:
            self._add(FindingKind.DAMAGED, name.key, error.message)
            block = None
        if block is not None:
            # After a block that was changed, its tree says nothing: whoever comes after it must not be blamed.
            if self._check_link(block):
                self._check_tree(block)
            self._check_entries(block)
            self.roots[block.name.day] = block.tree.root
        else:
            self._tell_doubted()
        if not is_kept:
            self.doubted = None  # it was changed itself
        self.last = _Standing(name, digest, block)

    def _check_kept(self, name: BlockName, digest: Digest) -> bool:
        """Whether no head that was kept speaks against a block."""
        is_kept = True
        for head in self.kept:
            if head.count != name.number:
                continue
            self.seen.add(head)
            if digest != head.digest:
                self._add(FindingKind.DAMAGED, name.key, f"its bytes hash to {digest}, {head.digest} was kept")
                is_kept = False
        return is_kept

    def _is_next(self, name: BlockName) -> bool:
        """Whether a block stands where the chain goes on; numbers that are left out are told."""
        last = self.last
        expected = 1 if last is None else last.name.number + 1
        if name.number < expected:
            self._add(FindingKind.DAMAGED, name.key, f"it was put in: the log has a block {name.number} before it")
            return False
        goes_on = name.day
        if last is not None:
            goes_on = (last.block.next_day if last.block is not None else None) or last.name.day
        for number in range(expected, name.number):
            self._add(FindingKind.MISSING, BlockName(goes_on, number).key, f"{name.key} comes after it")
        if name.number == expected and last is not None and last.block is not None and name.day != goes_on:
            self._add(FindingKind.DAMAGED, name.key, f"the log goes on with {goes_on.isoformat()} after {last.name.key}")
        return True

    def _check_link(self, block: Block) -> bool:
        """Whether the block was written after the one before it; a block that was changed is found by the one after it."""
        last, previous = self.last, block.previous
        if last is None or last.name.number != block.name.number - 1:
            self._tell_doubted()
            is_forged = block.name.number == 1 and previous is not None
            if is_forged:
                self._add(FindingKind.DAMAGED, block.name.key, "it is the first and names one before it")
            return not is_forged
        if previous is not None and previous.digest == last.digest and previous.key == last.name.key:
            self._tell_doubted()
            return True
        blamed = AuditFinding(FindingKind.DAMAGED, last.name.key, None, f"{block.name.key} was written after other bytes")
        if self.is_broken:
            # The last block fits neither side: it was changed itself, and says nothing of the one before it.
            self.doubted = None
            self.findings.append(blamed)
        else:
            self.doubted = blamed
        self.is_broken = True
        return False

    def _tell_doubted(self) -> None:
        if self.doubted is not None:
            self.findings.append(self.doubted)
        self.doubted, self.is_broken = None, False

    def _check_tree(self, block: Block) -> None:
        before = self._tree_before(block)
        if before is not None and before.grown(map(entry_leaf, block.entries)) != block.tree:
            self._add(FindingKind.DAMAGED, block.name.key, "its tree does not speak for its entries")
        if block.next_day is not None and (block.entries or block.next_day <= block.name.day):
            self._add(FindingKind.DAMAGED, block.name.key, "it closes its day and does something else besides")

    def _tree_before(self, block: Block) -> Frontier | None:
        """The day's tree that a block goes on with; None where the block before cannot be read."""
        last = self.last
        if block.name.number == 1:
            return Frontier()
        if last is None or last.block is None or last.name.number != block.name.number - 1:
            return None
        return last.block.tree if last.block.next_day is None else Frontier()

    def _check_entries(self, block: Block) -> None:
        self.entries += len(block.entries)
        for entry in block.entries:
            if self.access is not None:
                self.access.note(entry)
            if entry.action in RECORD_VERSIONS and self.histories is not None:
                self.histories.note(entry.subject, entry.details.get("version"), entry.details.get("record"))
            if entry.action in _NEW_VERSIONS and _ANNOUNCED not in entry.details and self.with_documents:
                self._check_version(block, entry)
            if entry.action in TOLD and self.with_documents:
                self.retention.note(entry, block.name.key)
            if entry.action not in CAME_IN:
                continue
            self.found += entry.action == Action.DOCUMENT_FOUND
            if self.with_documents:
                self._check_document(block, entry.subject)

    def _check_document(self, block: Block, subject: str) -> None:
        try:
            document = Digest.parse(subject)
        except ValueError:
            self._add(FindingKind.DAMAGED, block.name.key, f"an entry speaks of a document that has no name: {subject!r}")
            return
        if self.ledger.mark_indexed(document) is not None or document in self.missed or self._exists(document):
            return
        self.missed.add(document)
        self._add(FindingKind.MISSING, layout.received_key(document), f"{block.name.key} says that it came in", document)

    def _check_version(self, block: Block, entry: LogEntry) -> None:
        """A version that somebody made is there, whatever the index remembers; of a document that is gone its own entry tells."""
        beginning, _, _ = entry.subject.partition("-")
        version = entry.details.get("version")
        if not _HEX.fullmatch(beginning) or not isinstance(version, int):
            return
        records = [
            record for found in self.archive.store.list(layout.documents_under(beginning)) if (record := layout.record_of(found.key))
        ]
        newest = max(records, key=lambda record: record[1], default=None)
        if newest is None or newest[1] >= version:
            return
        key = layout.manifest_key(newest[0], version)
        detail = f"{block.name.key} says that {entry.actor} made this version, the newest that is there is {newest[1]}"
        self._add(FindingKind.ROLLED_BACK, key, f"{detail}: it was taken back; restore it from a backup, or say it again", newest[0])

    def _exists(self, document: Digest) -> bool:
        try:
            self.archive.store.stat(layout.received_key(document))
        except ObjectNotFound:
            return False
        return True

    def _add(self, kind: FindingKind, key: str, detail: str, document: Digest | None = None) -> None:
        self.findings.append(AuditFinding(kind, key, document, detail))
