"""Scan -> PageImage…: the pixels of every page, as its own EXIF tag shows it upright."""

from collections.abc import Iterator
from dataclasses import dataclass

from models.document import MediaType, Scan
from ocr_service.page_image import PageImage
from ocr_service.stages.page_files import PICTURES, bgr, pdf_page, pdf_page_count, picture_frames


@dataclass(frozen=True, slots=True)
class RenderingStage:
    """Renders pictures pixel for pixel and PDF pages at `pdf_dpi`; the same file always gives the same pixels.

    OFD and XML files have no pages here: they are kept as they are.
    """

    pdf_dpi: float = 200.0
    longest_pdf_side: int = 4000
    name: str = "rendering"

    def run(self, value: Scan) -> tuple[PageImage, ...]:
        """Every page, in order.

        Raises:
            UnreadableFile, TooManyPixels: only for a file that did not pass intake.
        """
        return tuple(self.pages(value))

    def pages(self, scan: Scan) -> Iterator[PageImage]:
        """The same, one page at a time, so that a long file need not stand in memory at once."""
        media_type = scan.document.media_type
        if media_type in PICTURES:
            for number, frame in enumerate(picture_frames(scan.content, media_type), start=1):
                yield PageImage(number, bgr(frame))
        elif media_type is MediaType.PDF:
            for index in range(pdf_page_count(scan.content)):
                yield PageImage(index + 1, pdf_page(scan.content, index, self.pdf_dpi, self.longest_pdf_side))
