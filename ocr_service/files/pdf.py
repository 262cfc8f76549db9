"""Opens PDF files: the one place where pdfium is called and its errors become ours."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import numpy as np
import pypdfium2 as pdfium
from numpy.typing import NDArray

from models.errors import UnreadableFile
from ocr_service.files.limits import check_page_count
from ocr_service.files.pdf_fonts import lend_fonts

MAX_ATTACHMENT_BYTES = 5_000_000
"""Most bytes of one attached file; the data of an invoice with hundreds of lines has 200 thousand."""
_MAX_ATTACHMENTS = 20

_pdfium_lock = threading.RLock()
"""pdfium must not be called by two threads at once, not even for two documents."""


@contextmanager
def opened_pdf(content: bytes) -> Iterator[pdfium.PdfDocument]:
    """The document, for one thread at a time.

    Raises:
        UnreadableFile: damaged, or locked with a password.
    """
    with _pdfium_lock:
        lend_fonts()
        try:
            document = pdfium.PdfDocument(content)
            try:
                yield document
            finally:
                document.close()
        except pdfium.PdfiumError as error:
            hint = " It is locked with a password: send it unlocked." if "assword" in str(error) else ""
            raise UnreadableFile(f"The PDF cannot be opened.{hint}") from error


def pdf_page_count(content: bytes) -> int:
    """How many pages a PDF has.

    Raises:
        UnreadableFile: damaged, empty or locked with a password.
        FileTooLarge: more pages than MAX_PAGES.
    """
    with opened_pdf(content) as document:
        count = len(document)
    if not count:
        raise UnreadableFile("The PDF has no pages.")
    check_page_count(count)
    return count


def page_scale(page: pdfium.PdfPage, dpi: float, longest_side: int) -> float:
    """Pixels per point at `dpi`, fewer if a side would be longer than `longest_side` pixels."""
    return min(dpi / 72, longest_side / max(float(page.get_width()), float(page.get_height()), 1.0))


def page_pixels(page: pdfium.PdfPage, scale: float) -> NDArray[np.uint8]:
    """Render a page at `scale` pixels per point: height x width x 3, BGR, on white."""
    pixels = np.asarray(page.render(scale=scale).to_numpy())
    if pixels.ndim == 2 or pixels.shape[2] == 1:
        pixels = np.repeat(pixels.reshape(*pixels.shape[:2], 1), 3, axis=2)
    return np.array(pixels[:, :, :3], np.uint8, order="C")


def pdf_properties(content: bytes, names: Sequence[str]) -> Mapping[str, str]:
    """What the document says of itself under these names, those left out under which it says nothing.

    Raises:
        UnreadableFile: the PDF cannot be opened.
    """
    with opened_pdf(content) as document:
        return {name: text for name in names if (text := str(document.get_metadata_value(name)).strip())}


def pdf_attachments(content: bytes) -> tuple[tuple[str, bytes], ...]:
    """Name and bytes of the files that a PDF carries, those that are too large left out; railway tickets bring their data that way.

    Raises:
        UnreadableFile: the PDF cannot be opened.
    """
    found: list[tuple[str, bytes]] = []
    with opened_pdf(content) as document:
        for index in range(min(document.count_attachments(), _MAX_ATTACHMENTS)):
            attachment = document.get_attachment(index)
            try:
                data = bytes(attachment.get_data())
            except pdfium.PdfiumError:
                continue  # a name without a file behind it
            if len(data) <= MAX_ATTACHMENT_BYTES:
                found.append((attachment.get_name(), data))
    return tuple(found)
