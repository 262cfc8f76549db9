"""Scan -> PageImage…: the pixels of every page, as its own EXIF tag shows it upright, and the text that the file itself has for it."""

from collections.abc import Iterator
from dataclasses import dataclass

from models.document import MediaType, Scan
from ocr_service.embedded.data_page import DataPage
from ocr_service.embedded.invoice_data import read_invoices
from ocr_service.files.pdf import holds_page, opened_pdf, page_pixels, page_scale, pdf_page_count, shown_page
from ocr_service.files.pdf_text import page_text
from ocr_service.files.pictures import PICTURES, picture_pixels
from ocr_service.files.printed_text import printed_lines, probes
from ocr_service.files.xml_tree import parse_xml, texts
from ocr_service.ofd.package import OfdPackage
from ocr_service.ofd.painter import OfdCanvas
from ocr_service.page_image import PageImage


@dataclass(frozen=True, slots=True)
class RenderingStage:
    """Renders pictures pixel for pixel, PDF pages at `pdf_dpi`, OFD pages at 200 dpi; XML gets a page for each invoice.

    The same file always gives the same pixels, for OFD and XML with the same fonts installed; their lines never depend on fonts.
    """

    pdf_dpi: float = 200.0
    longest_pdf_side: int = 4000
    name: str = "rendering"

    def run(self, value: Scan) -> tuple[PageImage, ...]:
        """Every page that the file holds, in order.

        Raises:
            UnreadableFile, TooManyPixels, FileTooLarge: only for a file that did not pass intake.
        """
        return tuple(self.pages(value))

    def pages(self, scan: Scan) -> Iterator[PageImage]:
        """The same, one page at a time, so that a long file need not stand in memory at once."""
        media_type = scan.document.media_type
        if media_type in PICTURES:
            for number, pixels in enumerate(picture_pixels(scan.content, media_type), start=1):
                yield PageImage(number, pixels)
        elif media_type is MediaType.PDF:
            for index in range(pdf_page_count(scan.content)):
                if (rendered := self._pdf_page(scan.content, index)) is not None:
                    yield rendered
        elif media_type is MediaType.OFD:
            for number, page in OfdPackage.taken(scan.content).pages.items():
                canvas = OfdCanvas(page)
                yield PageImage(number, canvas.pixels(), canvas.lines())
        elif media_type is MediaType.XML:
            for number, drawn in enumerate(_data_pages(scan), start=1):
                yield PageImage(number, drawn.pixels, drawn.lines, drawn_from_data=True)

    def _pdf_page(self, content: bytes, index: int) -> PageImage | None:
        """The page at `index` from 0, None for one that the file lists and does not hold."""
        with opened_pdf(content) as document:
            if not holds_page(document, index):
                return None
            page = shown_page(document, index)
            pixels = page_pixels(page, page_scale(page, self.pdf_dpi, self.longest_pdf_side))
            text = page_text(page, pixels.shape[1], pixels.shape[0])
        lines = printed_lines(text, pixels)
        return PageImage(index + 1, pixels, lines, probes(text, lines))


def _data_pages(scan: Scan) -> Iterator[DataPage]:
    """A page for each invoice; one that lists the texts where no invoice is understood."""
    invoices = read_invoices(scan.content, scan.document.file_name)
    if not invoices:
        yield DataPage.of_texts(texts(parse_xml(scan.content)))
    for invoice in invoices:
        yield DataPage.of(invoice)
