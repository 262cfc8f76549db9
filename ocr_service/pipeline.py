"""The one place that says which stage follows which."""

from collections.abc import MutableMapping
from dataclasses import dataclass, field

from models.document import RecognizedPage, Scan
from models.embedded import EmbeddedInvoice
from models.invoice import Invoice
from models.reading import Engine, Reading
from ocr_service.embedded.pairing import paired
from ocr_service.evidence import ClassifiedPage, ExtractedInvoice, Sighting
from ocr_service.page_image import PageImage
from ocr_service.ports import TextRecognizer
from ocr_service.stage import Stage, run_stage
from ocr_service.stages.completeness import CompletenessStage
from ocr_service.stages.confronting import ConfrontingStage, told_by_data
from ocr_service.stages.continuation import ContinuationStage
from ocr_service.stages.embedding import EmbeddingStage


@dataclass(frozen=True, slots=True)
class InvoicePipeline:
    """Scan → pages → recognised pieces → kind → fields → proof; one instance per process, since the engine must not be shared."""

    rendering: Stage[Scan, tuple[PageImage, ...]]
    reading: Stage[PageImage, tuple[RecognizedPage, ...]]
    classification: Stage[Sighting, ClassifiedPage]
    extraction: Stage[ClassifiedPage, ExtractedInvoice]
    verification: Stage[ExtractedInvoice, Invoice]
    recognizer: TextRecognizer
    continuation: Stage[tuple[ExtractedInvoice, ...], tuple[ExtractedInvoice, ...]] = field(default_factory=ContinuationStage)
    embedding: Stage[Scan, tuple[EmbeddedInvoice, ...]] = field(default_factory=EmbeddingStage)
    completeness: Stage[Scan, tuple[str, ...] | None] = field(default_factory=CompletenessStage)
    confronting: Stage[ExtractedInvoice, ExtractedInvoice] = field(default_factory=ConfrontingStage)
    second_look: Stage[tuple[PageImage, ExtractedInvoice], ExtractedInvoice] | None = None

    def read(self, scan: Scan) -> Reading:
        """Read every invoice on every page; a page on which none is found gives one with verdict `unread` and its text.

        Raises:
            RecognitionFailed: a stage broke.
        """
        timings: dict[str, float] = {}
        pages = run_stage(self.rendering, scan, timings)
        pieces = [(page, piece) for page in pages for piece in run_stage(self.reading, page, timings)]
        data = paired([piece for _, piece in pieces], run_stage(self.embedding, scan, timings))
        missing = run_stage(self.completeness, scan, timings)
        sightings = [(page, Sighting(piece, said, missing)) for (page, piece), said in zip(pieces, data, strict=True)]
        extracted = tuple(self._extract(page, sighting, timings) for page, sighting in sightings)
        joined = run_stage(self.continuation, extracted, timings)
        invoices = tuple(self._prove(found, timings) for found in joined)
        engine = Engine(self.recognizer.name, self.recognizer.version, dict(self.recognizer.models))
        return Reading(scan.document, invoices, engine, timings)

    def _extract(self, page: PageImage, sighting: Sighting, timings: MutableMapping[str, float]) -> ExtractedInvoice:
        classified = run_stage(self.classification, sighting, timings)
        if page.drawn_from_data and sighting.embedded is not None:
            return told_by_data(classified, sighting.embedded)
        extracted = run_stage(self.extraction, classified, timings)
        return extracted if self.second_look is None else run_stage(self.second_look, (page, extracted), timings)

    def _prove(self, found: ExtractedInvoice, timings: MutableMapping[str, float]) -> Invoice:
        return run_stage(self.verification, run_stage(self.confronting, found, timings), timings)
