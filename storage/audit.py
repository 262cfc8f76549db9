"""Hold a whole archive against itself and against its index. What is wrong is data, not an exception, and nothing is repaired here."""

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, groupby

from models.archive import Part
from models.audit import AuditFinding, AuditReport, FindingKind, Remembered
from models.digest import Digest
from models.errors import DamagedRecord, IntegrityViolated, ObjectNotFound, StoreUnavailable
from models.reading_json import reading_from_bytes
from storage import archive_layout as layout
from storage.access_audit import access_findings
from storage.archive import InvoiceArchive, is_damage
from storage.archive_records import identity_from_bytes
from storage.audit_ledger import AuditLedger
from storage.document_audit import DocumentAudit
from storage.histories import Histories
from storage.object_store import ObjectStore, StoredObject
from storage.soundness import problem_with


def audit(
    archive: InvoiceArchive,
    indexed: Iterable[Remembered] | None = None,
    *,
    owner: str | None = None,
    sample: int | None = None,
    seed: int | None = None,
) -> AuditReport:
    """Walk every key, read every record, and re-hash every original and reading.

    Memory stays the same however large the archive is. Uploads and corrections may go on meanwhile: what came after the walk began
    is not mistaken for a fault.

    Args:
        archive: What to check.
        indexed: The documents that the index knows, asked for at the end; None leaves the index out.
        owner: The id of the archive that the index belongs to, as far as it says so.
        sample: Re-hash only the objects of this many documents, drawn at random; keys and records are checked all the same.
        seed: For a draw that can be repeated.

    Raises:
        StoreUnavailable: the store does not answer, so nothing can be said. A single object that the disk cannot read is damaged.
    """
    with AuditLedger() as ledger:
        return _Audit(archive.store, ledger).run(indexed, owner, sample, random.Random(seed))


@dataclass(slots=True)
class _Audit:
    store: ObjectStore
    ledger: AuditLedger
    findings: list[AuditFinding] = field(default_factory=list)
    notes: list[AuditFinding] = field(default_factory=list)
    documents: int = 0

    def run(self, indexed: Iterable[Remembered] | None, owner: str | None, sample: int | None, draw: random.Random) -> AuditReport:
        each = DocumentAudit(self.store, self._add, self.ledger.name)
        self._check_identity(owner)
        # Parts are listed before the records that name them: a part always exists before its record does.
        originals = self.ledger.add_objects(self._well_named(layout.ORIGINALS))
        readings = self.ledger.add_objects(self._well_named(layout.READINGS))
        chosen: list[tuple[Digest, tuple[Part, ...]]] = []
        for document, records in groupby(self._records(each), key=lambda record: record[0]):
            self.documents += 1
            checked = each.records(document, [version for _, version in records])
            self.ledger.add_document(document, checked.version, checked.manifest)
            if sample is None:
                each.hash(document, checked.parts)
            elif len(chosen) < sample:
                chosen.append((document, checked.parts))
            elif (place := draw.randrange(self.documents)) < sample:
                chosen[place] = (document, checked.parts)
        for document, parts in chosen:
            each.hash(document, parts)
        self._check_unnamed()
        for found in self.store.list(layout.RESTORED):
            if layout.restored_of(found.key) is None:
                self._foreign(found.key)
        for met in chain(access_findings(self.store), Histories(self.store).findings()):
            self._add(met)
        self._check_others()
        if indexed is not None:
            self._check_index(indexed, each)
        return AuditReport(
            documents=self.documents,
            manifests=each.manifests,
            originals=originals,
            readings=readings,
            hashed_objects=each.hashed_objects,
            hashed_bytes=each.hashed_bytes,
            findings=tuple(self.findings),
            notes=tuple(self.notes),
        )

    def _check_others(self) -> None:
        """What nothing else names: results of audits, and public keys that signed certificates."""
        for found in chain.from_iterable(map(self.store.list, layout.UNNAMED)):
            if layout.is_litter_key(found.key):
                continue
            try:
                content = self.store.get(found.key)
            except (ObjectNotFound, StoreUnavailable, IntegrityViolated) as error:
                if not is_damage(error):
                    raise
                self._tell(FindingKind.DAMAGED, found.key, None, error.message)
                continue
            problem = problem_with(found.key, content)
            if problem is not None:
                self._tell(FindingKind.DAMAGED, found.key, None, problem)

    def _check_identity(self, owner: str | None) -> None:
        """An archive of an older program has no id; one whose index knows it had one."""
        try:
            identity_from_bytes(self.store.get(layout.IDENTITY_KEY))
        except ObjectNotFound:
            if owner is not None:
                self._tell(FindingKind.MISSING, layout.IDENTITY_KEY, None, f"the index is that of archive {owner}")
        except DamagedRecord as error:
            self._tell(FindingKind.DAMAGED, layout.IDENTITY_KEY, None, error.message)

    def _well_named(self, prefix: str) -> Iterator[StoredObject]:
        for found in self.store.list(prefix):
            if layout.original_of(found.key) or layout.reading_of(found.key):
                yield found
            else:
                self._foreign(found.key)

    def _records(self, each: DocumentAudit) -> Iterator[tuple[Digest, int]]:
        for found in self.store.list(layout.DOCUMENTS):
            record = layout.record_of(found.key)
            if record is None:
                self._foreign(found.key)
                continue
            if layout.is_further_received(found.key):
                each.further(found.key, record[0])
            yield record

    def _check_unnamed(self) -> None:
        for key in self.ledger.unnamed():
            original = layout.original_of(key)
            if original is not None:
                if not self._exists(layout.received_key(original)):
                    self._tell(FindingKind.ORPHANED, key, original, "no record says that it came in: ingest the file again")
            else:
                self._check_unnamed_reading(key)

    def _check_unnamed_reading(self, key: str) -> None:
        try:
            document = reading_from_bytes(self.store.get(key)).document.digest
        except DamagedRecord as error:
            self._tell(FindingKind.ORPHANED, key, None, f"no manifest names it; {error.message}")
            return
        manifests = self.store.list(layout.document_prefix(document) + "manifest-")
        if not any(f'"{key}"'.encode() in self._readable(found.key) for found in manifests):
            detail = "no manifest names it: its reading was cut off, a later one stands or will be made"
            self._tell(FindingKind.ORPHANED, key, document, detail)

    def _check_index(self, indexed: Iterable[Remembered], each: DocumentAudit) -> None:
        for remembered in indexed:
            document = remembered.document
            found = self.ledger.mark_indexed(document)
            if found is None:
                if not self._exists(layout.received_key(document)):
                    self._tell(FindingKind.MISSING, layout.received_key(document), document, "the index knows this document")
            elif remembered.version is None or remembered.version <= found[0]:
                each.recall(*found, remembered)
            else:
                # A version that was archived after the walk came by is no fault: it is there by now.
                each.recall(*self._newest(document), remembered)
        for document in self.ledger.not_indexed():
            detail = "the index does not know this document: it takes it in"
            self._tell(FindingKind.UNINDEXED, layout.received_key(document), document, detail)

    def _newest(self, document: Digest) -> tuple[int, Digest | None]:
        records = (layout.record_of(found.key) for found in self.store.list(layout.document_prefix(document)))
        newest = max((record[1] for record in records if record is not None), default=0)
        return newest, Digest.of(self.store.get(layout.record_key(document, newest))) if newest else None

    def _readable(self, key: str) -> bytes:
        """The bytes of a record, none where they are damaged, which is told where it is looked at."""
        try:
            return self.store.get(key)
        except DamagedRecord:
            return b""

    def _exists(self, key: str) -> bool:
        try:
            self.store.stat(key)
        except ObjectNotFound:
            return False
        return True

    def _foreign(self, key: str) -> None:
        if not layout.is_litter_key(key):
            self._tell(FindingKind.ORPHANED, key, None, "no name of this format: not written by Piaogen, or moved")

    def _tell(self, kind: FindingKind, key: str, document: Digest | None, detail: str) -> None:
        self._add(AuditFinding(kind, key, document, detail))

    def _add(self, finding: AuditFinding) -> None:
        (self.notes if finding.kind.is_note else self.findings).append(finding)
