"""What becomes of a scan by a person's word alone: withdrawn, no invoice, or to be photographed anew; also of one that nobody could read.

Nothing is deleted: it leaves the lists and the review list, its own page says who said so and why, and it can be put back.
"""

from models.activity import Action
from models.archive import DocumentState, Received, invoice_id
from models.correction import Withdrawal
from models.errors import InvalidCorrection, StaleVersion
from models.geometry import Polygon
from models.invoice import Invoice, InvoiceKind
from models.reading import BY_HAND, Engine, Reading
from models.verification import Verdict
from ocr_service.answers import StoredInvoice
from ocr_service.corrections import Corrector
from ocr_service.service import ArchiveService
from ocr_service.vouching import keep, withdraw
from storage.sound_readings import standing

NO_VERSION = 0
"""The version of a document that has none: what a person looked at who saw nothing but the scan."""
_GIVEN_UP = frozenset({DocumentState.UNREAD, DocumentState.CANCELLED})


def set_aside(service: ArchiveService, name: str, said: Withdrawal, version: int) -> StoredInvoice:
    """Take an invoice out of the lists or put it back, as `withdraw`; of a scan that could not be read its digest, or the id of its first.

    For such a scan a record is begun by hand: one invoice of which nothing is known, and the word by which it is set aside.

    Raises:
        InvoiceNotFound, RecordNeedsRepair, StaleVersion, InvalidCorrection, TooManyCorrections: as `withdraw`.
        InvalidCorrection: the scan waits to be read or is being read, and nobody can say yet what it is.
    """
    digest, position = service.catalogue.resolve(name, service.sees)
    if standing(service.archive, digest) is not None:
        return withdraw(service, invoice_id(digest, position), said, version)
    document = service.document(digest)
    if document.state not in _GIVEN_UP:
        raise InvalidCorrection("this scan waits to be read: look at it when it was", field="withdrawn")
    if version != NO_VERSION:
        raise StaleVersion(f"{digest} has no version {version}: look at it again")
    action = Action.INVOICE_WITHDRAWN if said.withdrawn else Action.INVOICE_RESTORED
    amended = Corrector().withdraw(_begun(service.archive.received(digest)), 1, said, service.clock())
    return keep(service, action, invoice_id(digest, 1), amended, NO_VERSION + 1)


def version_seen(service: ArchiveService, name: str) -> int:
    """The version that whoever looks at an invoice, or at a scan that could not be read, has before them.

    Raises:
        InvoiceNotFound, IntegrityViolated: as `ArchiveService.show`.
    """
    digest, position = service.catalogue.resolve(name, service.sees)
    if standing(service.archive, digest) is None:
        return NO_VERSION
    return service.show(invoice_id(digest, position)).manifest.version


def _begun(received: Received) -> Reading:
    nowhere = Polygon.of([[0.0, 0.0]] * 4)
    nothing = Invoice(InvoiceKind.OTHER, "", 1, nowhere, {}, (), (), Verdict.UNREAD)
    return Reading(received.document, (nothing,), Engine(BY_HAND, "1", {}), {})
