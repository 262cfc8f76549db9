"""How long documents are kept, and holds by which they are kept longer."""

import secrets
from collections.abc import Sequence
from pathlib import Path

from models.activity import Action
from models.calendar_words import day_in_china
from models.digest import Digest
from models.errors import BadUsage, InvalidSetting
from models.retention import Hold, Term, Terms, term_of
from ocr_service.acting import actor
from ocr_service.service import ArchiveService
from storage.hold_records import HoldRecords, hold_to_bytes

_SHIPPED = Path(__file__).with_name("retention_terms.toml")
_MOST_WORDS = 500


def terms_at(where: str) -> Terms:
    """The terms of a file, those that are shipped where none is named; raise InvalidSetting."""
    path = Path(where).expanduser() if where else _SHIPPED
    try:
        return Terms.parse(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InvalidSetting(f"the file of retention terms that PIAOGEN_RETENTION names cannot be read: {error}") from error


def term(service: ArchiveService, document: Digest, terms: Terms) -> Term:
    """How long a document is kept.

    Raises:
        DocumentNotFound.
        IntegrityViolated: its reading cannot be read, so nobody knows what it is.
    """
    return term_of(service.received(document), service.reading(document), terms)


def set_hold(service: ArchiveService, names: Sequence[str], reason: str, *, everything: bool = False) -> Hold:
    """Keep the documents of these invoices or digests, or all of the archive, until somebody lifts it.

    Raises:
        BadUsage: no document, or both, or no reason is given.
        InvoiceNotFound: nothing has one of the names; no hold was set.
    """
    require_words("reason", reason)
    if bool(names) == everything:
        raise BadUsage("name the invoices to be kept, or everything", field="documents")
    documents = None if everything else frozenset(service.catalogue.resolve(name, service.sees)[0] for name in names)
    now = service.clock()
    hold = Hold(f"hold-{day_in_china(now):%Y%m%d}-{secrets.token_hex(4)}", documents, now, actor(), reason)
    named = {f"document_{place}": str(document) for place, document in enumerate(sorted(documents or (), key=str)[:20], start=1)}
    count, record = len(documents or ()), str(Digest.of(hold_to_bytes(hold)))
    service.activity.record(Action.HOLD_SET, hold.id, reason=reason, documents=count, everything=int(everything), record=record, **named)
    HoldRecords(service.archive.store).set(hold)
    return hold


def release_hold(service: ArchiveService, hold_id: str, reason: str) -> Hold:
    """Lift a hold; raise RecordNotFound, StaleVersion when it is lifted already, BadUsage without a reason."""
    require_words("reason", reason)
    records = HoldRecords(service.archive.store)
    records.hold(hold_id)
    service.activity.record(Action.HOLD_RELEASED, hold_id, reason=reason)
    return records.release(hold_id, service.clock(), actor(), reason)


def holds(service: ArchiveService) -> tuple[Hold, ...]:
    """Every hold, newest first, also those that are lifted."""
    return tuple(sorted(HoldRecords(service.archive.store).all(), key=lambda hold: hold.at, reverse=True))


def require_words(name: str, words: str) -> None:
    """Raise BadUsage for words that say nothing or could not be shown."""
    if not words.strip() or len(words) > _MOST_WORDS or not words.isprintable():
        raise BadUsage(f"say something in `{name}`, in at most {_MOST_WORDS} characters", field=name)
