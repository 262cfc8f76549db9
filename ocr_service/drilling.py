"""The restore drill: documents brought back from the archive alone, on trial, and held against what the service answers.

A backup is only worth what it gives back. Each drawn document is indexed anew from the store into a scratch catalogue; its original must
hash to its name, and its invoices must be shown and found by number, seller and amount just as in the catalogue that is in use. Where a
mirror is kept, each of its objects must be the same in both places: either alone gives the document back.
"""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import structlog

from models.access import EVERYTHING
from models.audit import MOST_FINDINGS, AuditFinding, AuditResult, AuditWay, FindingKind, Remembered
from models.clues import AmountClue, Clues, InvoiceSummary, ListState
from models.digest import Digest
from models.errors import IntegrityViolated, NotFound, StoreUnavailable
from ocr_service.indexing import ArchiveIndex
from ocr_service.service import ArchiveService
from storage import archive_layout as layout
from storage.archive import is_damage
from storage.catalogue.catalogue import Catalogue
from storage.catalogue.database import sqlite_url
from storage.catalogue.queue import LeaseQueue
from storage.mending import TwoPlaces, compare_document

_log = structlog.get_logger(__name__)

DRAWN = 20
"""So many documents are restored where nobody says how many."""
_TRIES = 2
"""A document that is corrected while it is restored differs for a moment; it is restored once more."""
_ALL_OF_THEM = 100
"""Hits that are looked through for one invoice: its number and another clue name it among its copies."""


def drill(service: ArchiveService, sample: int, by: str) -> AuditResult:
    """Restore so many random documents that were read, all of them where there are fewer; the result is not kept by this.

    Raises:
        StoreUnavailable, CatalogueUnavailable: nothing can be said now.
    """
    began_at = service.clock()
    trial = _Trial(service)
    drawn = _drawn(service.catalogue, sample)
    findings: list[AuditFinding] = []
    sound = 0
    with TemporaryDirectory(prefix="piaogen-drill-") as folder:
        scratch = Catalogue(sqlite_url(Path(folder) / "catalogue.sqlite3"))
        try:
            scratch.migrate()
            for remembered in drawn:
                found = (*trial.restore(remembered.document, scratch), *differences_of_places(service, remembered))
                findings.extend(found)
                sound += not found
        finally:
            scratch.close()
    return AuditResult(
        way=AuditWay.DRILL,
        began_at=began_at,
        ended_at=service.clock(),
        by=by,
        documents=len(drawn),
        verified=sound,
        checked=len(drawn),
        hashed_objects=trial.hashed_objects,
        hashed_bytes=trial.hashed_bytes,
        findings=tuple(findings[:MOST_FINDINGS]),
        findings_in_all=len(findings),
    )


def differences_of_places(service: ArchiveService, remembered: Remembered) -> tuple[AuditFinding, ...]:
    """What is not right of a document in one of the two places of a mirrored archive; of one that does not answer nothing can be said."""
    store = service.archive.store
    if not isinstance(store, TwoPlaces):
        return ()
    try:
        return tuple(compare_document(store, remembered))
    except StoreUnavailable as error:
        _log.warning("the two places of a document could not be compared", document=str(remembered.document), reason=error.message)
        return ()


def _drawn(catalogue: Catalogue, sample: int) -> tuple[Remembered, ...]:
    """Random documents that were read, each once: as many as wanted, or all."""
    start = secrets.token_hex(32)
    drawn: list[Remembered] = []
    for beginning in (start, ""):
        for remembered in catalogue.remembered(beginning):
            if len(drawn) == sample or (beginning == "" and remembered.document.hex > start):
                break
            if remembered.version and remembered.version != layout.TOMBSTONE_VERSION:
                drawn.append(remembered)
    return tuple(drawn)


@dataclass(slots=True)
class _Trial:
    service: ArchiveService
    hashed_objects: int = 0
    hashed_bytes: int = 0

    def restore(self, document: Digest, scratch: Catalogue) -> tuple[AuditFinding, ...]:
        """Bring one document back; what is wrong with it."""
        try:
            self.hashed_bytes += len(self.service.archive.original(document))
            self.hashed_objects += 1
        except (IntegrityViolated, NotFound, StoreUnavailable) as error:
            if not is_damage(error):
                raise
            return (AuditFinding(FindingKind.DAMAGED, layout.original_key(document), document, error.message),)
        index = ArchiveIndex(self.service.archive, scratch, LeaseQueue(scratch), self.service.decoder.media_type)
        differs: tuple[AuditFinding, ...] = ()
        for _ in range(_TRIES):
            index.look_again(document)
            differs = tuple(self._differences(document, scratch))
            if not differs:
                break
        return differs

    def _differences(self, document: Digest, scratch: Catalogue) -> Iterator[AuditFinding]:
        live = self.service.catalogue
        key = layout.received_key(document)
        try:
            restored, known = scratch.document(document, EVERYTHING), live.document(document, EVERYTHING)
        except NotFound as error:
            yield AuditFinding(FindingKind.DIFFERS, key, document, error.message)
            return
        if restored.error is not None:
            yield AuditFinding(FindingKind.DAMAGED, key, document, f"its record cannot be restored: {restored.error}")
            return
        if (restored.version, restored.received) != (known.version, known.received):
            detail = f"restored as version {restored.version}, the catalogue in use has {known.version}"
            yield AuditFinding(FindingKind.DIFFERS, layout.manifest_key(document, max(restored.version, 1)), document, detail)
        mine, theirs = (tuple(map(_by_itself, catalogue.invoices_of(document, EVERYTHING))) for catalogue in (scratch, live))
        if mine != theirs:
            yield AuditFinding(FindingKind.DIFFERS, key, document, "its invoices are not those of the catalogue in use")
        for invoice in theirs:
            for name, clues in _clues(invoice).items():
                for catalogue, which in ((scratch, "restored one"), (live, "one in use")):
                    if not _finds(catalogue, clues, invoice.id):
                        yield AuditFinding(FindingKind.DIFFERS, key, document, f"{invoice.id} is not found by its {name} in the {which}")


def _by_itself(invoice: InvoiceSummary) -> InvoiceSummary:
    """Without what other scans say of it: a scratch catalogue does not know them."""
    return replace(invoice, contradicted=False)


def _clues(invoice: InvoiceSummary) -> dict[str, Clues]:
    """What is asked for an invoice. A seller or an amount has many invoices, so the number narrows them down."""
    asked: dict[str, Clues] = {}
    if invoice.number is None:
        return asked
    one = Clues(number=invoice.number, limit=_ALL_OF_THEM, state=ListState.WITHDRAWN if invoice.withdrawn else ListState.LISTED)
    asked["number"] = replace(one, code=invoice.code)
    if invoice.seller_name is not None:
        asked["seller"] = replace(one, seller=invoice.seller_name)
    if invoice.total is not None:
        asked["amount"] = replace(one, amount=AmountClue(invoice.total, invoice.total, invoice.total))
    return asked


def _finds(catalogue: Catalogue, clues: Clues, invoice_id: str) -> bool:
    return any(invoice_id in {hit.invoice.id, *hit.copies} for hit in catalogue.find(clues, EVERYTHING))
