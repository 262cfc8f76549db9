"""What people say of an archived invoice: they set it right, confirm it, accept a failed check, withdraw it or put it back.

Each is a new version of its record. All take the `version` that the person looked at.

Raises:
    InvoiceNotFound: no such invoice, or its document has not been read yet.
    RecordNeedsRepair: the newest version of the record cannot be read, or is gone; nobody can say what would be changed.
    StaleVersion: the record has another version by now; look again.
    InvalidCorrection: nothing that could be said of this invoice.
    TooManyCorrections: it was corrected so often, or at such length, that its record takes no more.
"""

import json
from collections.abc import Callable, Mapping
from datetime import datetime

from models.access import EVERYTHING
from models.activity import Action
from models.correction import Acceptance, Confirmation, Wish, Withdrawal
from models.digest import Digest
from models.errors import StaleVersion, TooManyCorrections
from models.invoice import Invoice
from models.reading import Reading
from models.reading_json import encode_correction, reading_to_bytes
from models.verification import Override
from ocr_service.answers import HistoryEntry, StoredInvoice
from ocr_service.corrections import Corrector
from ocr_service.service import ArchiveService, needs_repair
from storage.sound_readings import chain, standing

MOST_CORRECTIONS = 200
"""Corrections and confirmations of one invoice. Nobody at a desk comes near; a program that goes in circles does."""
MOST_CORRECTION_BYTES = 500_000
"""Of all corrections of one file: a field with its reason takes about 250, so 500 invoices have room for four each. At worst a file's
versions take 2,000 times half of this together, besides what was read."""
_Change = Callable[[Reading, int, datetime], Reading]
"""A reading, an invoice's position in it and the time, and what becomes of the reading."""


def correct(service: ArchiveService, invoice_id: str, wish: Wish, version: int) -> StoredInvoice:
    """Set an invoice right; everything else is proved anew, and what was read is kept."""
    return _amend(
        service, Action.INVOICE_CORRECTED, invoice_id, version, lambda reading, place, at: Corrector().correct(reading, place, wish, at)
    )


def confirm(service: ArchiveService, invoice_id: str, confirmation: Confirmation, version: int) -> StoredInvoice:
    """Say that what was read is what stands on the paper; nothing is changed by it, and no check cleared."""
    return _amend(
        service,
        Action.INVOICE_CONFIRMED,
        invoice_id,
        version,
        lambda reading, place, at: Corrector().confirm(reading, place, confirmation, at),
    )


def override(service: ArchiveService, invoice_id: str, acceptance: Acceptance, version: int) -> StoredInvoice:
    """Take one failed check upon oneself; it stays failed, and says who accepted it."""
    return _amend(
        service,
        Action.INVOICE_OVERRIDDEN,
        invoice_id,
        version,
        lambda reading, place, at: Corrector().accept(reading, place, acceptance, at),
    )


def withdraw(service: ArchiveService, invoice_id: str, said: Withdrawal, version: int) -> StoredInvoice:
    """Take an invoice out of the lists (作废), or put it back: it stays in the archive with all that is known of it."""
    action = Action.INVOICE_WITHDRAWN if said.withdrawn else Action.INVOICE_RESTORED
    return _amend(service, action, invoice_id, version, lambda reading, place, at: Corrector().withdraw(reading, place, said, at))


def history(service: ArchiveService, invoice_id: str) -> tuple[HistoryEntry, ...]:
    """What happened to an invoice, oldest first: each version of its document's record with what people said by it.

    A version that cannot be read any more has its place in it, and says so.
    """
    digest, position = service.catalogue.resolve(invoice_id, service.sees)
    entries: list[HistoryEntry] = []
    known = 0
    before: Mapping[str, Override] = {}
    for one in chain(service.archive, digest):
        if one.reading is None:
            entries.append(HistoryEntry(one.number, one.manifest, None, (), {}))
            continue
        reading = one.reading
        new = reading.corrections[known:]
        known = max(known, len(reading.corrections))
        now = _overrides(reading.invoices[position - 1]) if position <= len(reading.invoices) else {}
        accepted = {rule: said for rule, said in now.items() if before.get(rule) != said}
        said = tuple(correction for correction in new if correction.position == position)
        entries.append(HistoryEntry(one.number, one.manifest, reading.engine, said, accepted))
        before = now
    if service.sees.is_whole:
        return tuple(entries)
    came = service.received(digest).received_at
    return tuple(entry for entry in entries if entry.manifest is not None and entry.manifest.archived_at >= came)


def _overrides(invoice: Invoice) -> dict[str, Override]:
    return {check.rule: check.override for check in invoice.checks if check.override is not None}


def _require_room(amended: Reading, position: int) -> None:
    """Each version of a record holds all that was said so far, so what is written grows with the square of it: that has an end."""
    mine = sum(correction.position == position for correction in amended.corrections)
    said = json.dumps([encode_correction(correction) for correction in amended.corrections], ensure_ascii=False)
    if mine > MOST_CORRECTIONS or len(said.encode("utf-8", "backslashreplace")) > MOST_CORRECTION_BYTES:
        raise TooManyCorrections(
            f"an invoice takes {MOST_CORRECTIONS} corrections, and all of a file {MOST_CORRECTION_BYTES:,} bytes of them; "
            "what was said stays, and nothing more is taken"
        )


def _amend(service: ArchiveService, action: Action, invoice_id: str, version: int, change: _Change) -> StoredInvoice:
    # Asked of the document: the index may know none of its invoices where no version of its record can be read.
    digest, _ = service.catalogue.resolve(invoice_id.partition("-")[0], service.sees)
    stands = standing(service.archive, digest)
    if stands is not None and stands.damage is not None:
        raise needs_repair(digest, "" if stands.newest.manifest is None else ", or have the document read again")
    service.show(invoice_id)
    # What is written says all that was ever said, also what is not shown to everybody.
    stored = service.seen_by(EVERYTHING).show(invoice_id)
    if stored.damage is not None:
        raise needs_repair(digest)
    if stored.manifest.version != version:
        raise StaleVersion(f"{invoice_id} stands at version {stored.manifest.version} by now, not {version}: look at it again")
    amended = change(stored.reading, stored.position, service.clock())
    _require_room(amended, stored.position)
    return keep(service, action, stored.summary.id, amended, version + 1)


def keep(service: ArchiveService, action: Action, invoice_id: str, amended: Reading, version: int) -> StoredInvoice:
    """Archive what somebody said of an invoice as this version of its document's record; raise StaleVersion where another took it."""
    # Noted before it is done: the archive tells by the reading's digest whether it was, should a crash come between.
    announced = Digest.of(reading_to_bytes(amended))
    service.activity.record(action, invoice_id, version=version, reading=str(announced))
    receipt = service.archive.add_reading(amended, service.clock(), version=version)
    # Of two that write the same version one wins; only what stands in the archive tells which.
    received = service.seen_by(EVERYTHING).received(receipt.document)
    if reading_to_bytes(service.index.index(received, receipt.version)) != reading_to_bytes(amended):
        raise StaleVersion(f"somebody else changed {invoice_id} at the same moment: look at it again")
    # Whoever is told that it stands can rely on it: taken back later, it is missed.
    service.activity.record(Action.VERSION_KEPT, invoice_id, version=receipt.version)
    return service.show(invoice_id)
