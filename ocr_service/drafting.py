"""An invoice as it would stand with what somebody is about to say of it: proved like any other, and kept nowhere."""

from dataclasses import dataclass

from models.correction import Wish
from models.invoice import Invoice
from models.reading import Reading
from ocr_service.answers import StoredInvoice
from ocr_service.corrections import Corrector
from ocr_service.kinds.shown_fields import fields_of
from ocr_service.review import Question, questions
from ocr_service.service import ArchiveService


@dataclass(frozen=True, slots=True)
class Draft:
    """The invoice with the words of a draft, what would be left open about it, and the `version` that it was proved for."""

    invoice: Invoice
    asked: tuple[Question, ...]
    version: int

    @property
    def listed(self) -> tuple[str, ...]:
        """Keys of the fields that its kind has, and of others that it has nevertheless."""
        usual = fields_of(self.invoice.kind)
        return (*usual, *(key for key in self.invoice.fields if key not in usual))


def prove_draft(service: ArchiveService, invoice_id: str, wish: Wish) -> Draft:
    """Hold what is typed against every witness that the record keeps; the archive is not touched, and nothing is logged.

    Raises:
        InvoiceNotFound, IntegrityViolated: as `ArchiveService.show`.
    """
    stored = service.show(invoice_id)
    amended = _with(service, stored, wish)
    invoice = amended.invoices[stored.position - 1]
    return Draft(invoice, questions(invoice, contradicted=stored.summary.contradicted), stored.manifest.version)


def _with(service: ArchiveService, stored: StoredInvoice, wish: Wish) -> Reading:
    return Corrector().correct(stored.reading, stored.position, wish, service.clock())
