"""The one place that says which stage follows which."""

from collections import defaultdict
from collections.abc import Iterator, MutableMapping, Sequence
from dataclasses import dataclass, field, replace

from models.document import MediaType, RecognizedPage, Scan
from models.embedded import EmbeddedInvoice
from models.invoice import Invoice, InvoiceKind
from models.reading import Engine, Reading
from ocr_service.embedded.pairing import paired
from ocr_service.evidence import ClassifiedPage, ExtractedInvoice, Sighting
from ocr_service.files.pictures import PICTURES
from ocr_service.page_image import PageImage
from ocr_service.ports import TextRecognizer
from ocr_service.stage import Pages, Stage, run_pages, run_stage
from ocr_service.stages.blankness import holds_nothing
from ocr_service.stages.completeness import CompletenessStage
from ocr_service.stages.confronting import ConfrontingStage, told_by_data
from ocr_service.stages.continuation import ContinuationStage
from ocr_service.stages.embedding import EmbeddingStage

_SCANNED = PICTURES | {MediaType.PDF}
"""What feeders and telephones make; pages of data are never there for nothing."""

Seen = tuple[PageImage, RecognizedPage, EmbeddedInvoice | None]
"""A page, a piece of it, and what the file's data say of that piece."""

_PAGES_KEPT = 8
"""Pages of a file with data; so many may stand in memory at once, for 12 MB each (A4 at 200 dpi), rather than be rendered twice."""


@dataclass(frozen=True, slots=True)
class InvoicePipeline:
    """Scan → pages → recognised pieces → kind → fields → proof; one instance per process, since the engine must not be shared."""

    rendering: Pages[Scan, PageImage]
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
        """Read every invoice on every page; one on which none is found gives one with verdict `unread` and its text, an empty page none.

        Raises:
            RecognitionFailed: a stage broke.
        """
        timings: dict[str, float] = {}
        data = run_stage(self.embedding, scan, timings)
        missing = run_stage(self.completeness, scan, timings)
        seen = self._seen_with(data, scan, timings) if data else self._seen(scan, timings)
        extracted: list[ExtractedInvoice] = []
        for page, piece, said in seen:
            found = self._extract(page, Sighting(piece, said, missing), timings)
            if not _is_empty(found, page, scan):
                extracted.append(found)
        joined = run_stage(self.continuation, tuple(extracted), timings)
        invoices = tuple(self._prove(replace(found, received_on=scan.received_on), timings) for found in joined)
        engine = Engine(self.recognizer.name, self.recognizer.version, dict(self.recognizer.models))
        return Reading(scan.document, invoices, engine, timings)

    def _seen(self, scan: Scan, timings: MutableMapping[str, float]) -> Iterator[Seen]:
        """Every piece of every page; only one page is in memory at a time."""
        for page in run_pages(self.rendering, scan, timings):
            yield from ((page, piece, None) for piece in run_stage(self.reading, page, timings))

    def _seen_with(self, data: Sequence[EmbeddedInvoice], scan: Scan, timings: MutableMapping[str, float]) -> Iterator[Seen]:
        """The same with the file's data, which are given to pieces when all were read; a long file is rendered twice for that."""
        pages = run_pages(self.rendering, scan, timings)
        kept = list(pages) if scan.document.pages <= _PAGES_KEPT else None
        pieces = [piece for page in kept or pages for piece in run_stage(self.reading, page, timings)]
        by_page: dict[int, list[tuple[RecognizedPage, EmbeddedInvoice | None]]] = defaultdict(list)
        for piece, said in zip(pieces, paired(pieces, data), strict=True):
            by_page[piece.number].append((piece, said))
        for page in kept or run_pages(self.rendering, scan, timings):
            yield from ((page, piece, said) for piece, said in by_page[page.number])

    def _extract(self, page: PageImage, sighting: Sighting, timings: MutableMapping[str, float]) -> ExtractedInvoice:
        classified = run_stage(self.classification, sighting, timings)
        if page.drawn_from_data and sighting.embedded is not None:
            return told_by_data(classified, sighting.embedded)
        extracted = run_stage(self.extraction, classified, timings)
        return extracted if self.second_look is None else run_stage(self.second_look, (page, extracted), timings)

    def _prove(self, found: ExtractedInvoice, timings: MutableMapping[str, float]) -> Invoice:
        return run_stage(self.verification, run_stage(self.confronting, found, timings), timings)


def _is_empty(found: ExtractedInvoice, page: PageImage, scan: Scan) -> bool:
    """Whether nothing was found on a page that holds nothing."""
    if found.candidates or found.items or found.classified.kind is not InvoiceKind.OTHER:
        return False
    return scan.document.media_type in _SCANNED and holds_nothing(page, found.classified.page, alone=scan.document.pages <= 1)
