"""The one place that says which stage follows which."""

from collections.abc import MutableMapping
from dataclasses import dataclass

from models.document import RecognizedPage, Scan
from models.invoice import Invoice
from models.reading import Engine, Reading
from ocr_service.evidence import ClassifiedPage, ExtractedInvoice, Sighting
from ocr_service.page_image import PageImage
from ocr_service.ports import TextRecognizer
from ocr_service.stage import Stage, run_stage


@dataclass(frozen=True, slots=True)
class InvoicePipeline:
    """Scan → pages → recognised pieces → kind → fields → proof; one instance per process, since the engine must not be shared."""

    rendering: Stage[Scan, tuple[PageImage, ...]]
    reading: Stage[PageImage, tuple[RecognizedPage, ...]]
    classification: Stage[Sighting, ClassifiedPage]
    extraction: Stage[ClassifiedPage, ExtractedInvoice]
    verification: Stage[ExtractedInvoice, Invoice]
    recognizer: TextRecognizer

    def read(self, scan: Scan) -> Reading:
        """Read every invoice on every page; a page on which none is found gives one with verdict `unread` and its text.

        Raises:
            RecognitionFailed: a stage broke.
        """
        timings: dict[str, float] = {}
        pages = run_stage(self.rendering, scan, timings)
        invoices = tuple(invoice for page in pages for invoice in self._read_page(page, timings))
        engine = Engine(self.recognizer.name, self.recognizer.version, dict(self.recognizer.models))
        return Reading(scan.document, invoices, engine, timings)

    def _read_page(self, page: PageImage, timings: MutableMapping[str, float]) -> list[Invoice]:
        return [self._prove(piece, timings) for piece in run_stage(self.reading, page, timings)]

    def _prove(self, piece: RecognizedPage, timings: MutableMapping[str, float]) -> Invoice:
        classified = run_stage(self.classification, Sighting(piece), timings)
        extracted = run_stage(self.extraction, classified, timings)
        return run_stage(self.verification, extracted, timings)
