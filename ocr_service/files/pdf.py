"""Opens PDF files: the one place where pdfium is called and its errors become ours."""

import ctypes
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import chain, islice
from typing import NamedTuple

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as raw
from numpy.typing import NDArray

from models.errors import FileWithoutPages, LockedFile, UnreadableFile
from ocr_service.files.limits import check_page_count
from ocr_service.files.pdf_fonts import lend_fonts
from ocr_service.files.zip_members import MAX_UNFOLDED_BYTES

MAX_ATTACHMENTS = 1_000
"""Most attached files of one PDF; more are not looked at."""
_DAMAGED = "The PDF is damaged or cut off and cannot be opened. Ask for it again."

_pdfium_lock = threading.RLock()
"""pdfium must not be called by two threads at once, not even for two documents."""


@contextmanager
def opened_pdf(content: bytes) -> Iterator[pdfium.PdfDocument]:
    """The document, for one thread at a time.

    Raises:
        LockedFile: it opens with a password only.
        FileWithoutPages: it has none.
        UnreadableFile: damaged.
    """
    with _pdfium_lock:
        lend_fonts()
        try:
            document = _loaded(content)
            try:
                document.init_forms()
                yield document
            finally:
                document.close()
        except pdfium.PdfiumError as error:
            raise UnreadableFile(_DAMAGED) from error


def _loaded(content: bytes) -> pdfium.PdfDocument:
    """pdfium's own call: pypdfium2 takes a document without pages for one that failed to load, for whatever reason the last one did."""
    handle = raw.FPDF_LoadMemDocument64(content, len(content), None)
    if not handle:
        locked = raw.FPDF_GetLastError() in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY)
        raise LockedFile("The PDF is locked with a password: send it unlocked.") if locked else UnreadableFile(_DAMAGED)
    if raw.FPDF_GetPageCount(handle) < 1:
        raw.FPDF_CloseDocument(handle)
        raise FileWithoutPages("The PDF has no pages. Nothing in it is damaged: ask for it again.")
    return pdfium.PdfDocument(handle)


def pdf_page_count(content: bytes) -> int:
    """How many pages a PDF lists; it holds one of them at least.

    Raises:
        LockedFile, FileWithoutPages, UnreadableFile: it cannot be opened, or none of its pages is there.
        FileTooLarge: more pages than MAX_PAGES.
    """
    with opened_pdf(content) as document:
        count = len(document)
        check_page_count(count)
        if not any(holds_page(document, index) for index in range(count)):
            raise UnreadableFile(f"The PDF lists {count} pages and holds none of them. Ask for it again.")
    return count


def holds_page(document: pdfium.PdfDocument, index: int) -> bool:
    """Whether the page at `index` (from 0) is there: a list of pages may name one that is not."""
    return bool(raw.FPDF_GetPageSizeByIndexF(document, index, raw.FS_SIZEF()))


def shown_page(document: pdfium.PdfDocument, index: int) -> pdfium.PdfPage:
    """The page at `index` (from 0) as a viewer shows it: what form fields, signatures and stamps show of themselves is part of it.

    They are laid into the page as it stands in memory, so that their text is found like the rest; what is hidden stays so.
    """
    page = document[index]
    count = raw.FPDFPage_GetAnnotCount(page)
    if count > 0:
        for place in reversed(range(count)):
            if _is_kept_from_view(page, place):
                raw.FPDFPage_RemoveAnnot(page, place)
        raw.FPDFPage_Flatten(page, raw.FLAT_NORMALDISPLAY)
        shown = document[index]
        page.close()  # not before: its fonts would be loaded anew
        return shown
    return page


def _is_kept_from_view(page: pdfium.PdfPage, place: int) -> bool:
    annotation = raw.FPDFPage_GetAnnot(page, place)
    flags = raw.FPDFAnnot_GetFlags(annotation) if annotation else 0
    raw.FPDFPage_CloseAnnot(annotation)
    return bool(flags & raw.FPDF_ANNOT_FLAG_NOVIEW)


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
        return {name: text for name in names if (text := _property(document, name))}


def _property(document: pdfium.PdfDocument, name: str) -> str:
    """What stands under a name, empty where nothing does or what stands there is no text."""
    try:
        return str(document.get_metadata_value(name)).strip()
    except UnicodeDecodeError:
        return ""


class Attachment(NamedTuple):
    """A file that a PDF carries; without content it is named and not there (size 0), or larger than was asked for."""

    name: str
    size: int
    content: bytes | None


def pdf_attachments(content: bytes, most_bytes: int = MAX_UNFOLDED_BYTES) -> tuple[Attachment, ...]:
    """The files that a PDF carries, listed for the document or pinned to a page, in that order; at most `most_bytes` of all together.

    Raises:
        UnreadableFile: the PDF cannot be opened.
    """
    with opened_pdf(content) as document:
        return tuple(_attached(document, most_bytes, _may_pin(content)))


def missing_in_pdf(content: bytes) -> tuple[str, ...]:
    """The pages and attachments that a PDF lists and does not hold, in words for a clerk, Chinese first.

    Raises:
        UnreadableFile: the PDF cannot be opened.
    """
    with opened_pdf(content) as document:
        pages = [f"第 {index + 1} 页 page {index + 1}" for index in range(len(document)) if not holds_page(document, index)]
        return (
            *pages,
            *(f"附件 attachment {attachment.name}" for attachment in _attached(document, 0, _may_pin(content)) if not attachment.size),
        )


def _may_pin(content: bytes) -> bool:
    """Whether an annotation may pin a file to a page; pages are opened to look for one only then, which takes as long as drawing a few.

    Objects that are packed into a stream (ISO 32000-1, 7.5.7) do not show what they are.
    """
    return b"FileAttachment" in content or b"/ObjStm" in content


def _attached(document: pdfium.PdfDocument, left: int, pinned: bool) -> Iterator[Attachment]:
    """Every attachment, with its content while no more than `left` bytes come out."""
    handles = chain(_listed(document), _pinned(document) if pinned else ())
    for number, found in enumerate(islice(handles, MAX_ATTACHMENTS), start=1):
        name = f"{number}"
        with suppress(pdfium.PdfiumError, UnicodeDecodeError):  # a place in the list without a name, or with one that is no text
            name = found.get_name() or name
        size = ctypes.c_ulong()
        raw.FPDFAttachment_GetFile(found, None, 0, size)
        data: bytes | None = None
        if 0 < size.value <= left:
            with suppress(pdfium.PdfiumError):
                data = bytes(found.get_data())
                left -= len(data)
        yield Attachment(name, size.value, data)


def _listed(document: pdfium.PdfDocument) -> Iterator[pdfium.PdfAttachment]:
    for index in range(document.count_attachments()):
        yield pdfium.PdfAttachment(raw.FPDFDoc_GetAttachment(document, index), document)


def _pinned(document: pdfium.PdfDocument) -> Iterator[pdfium.PdfAttachment]:
    for index in range(len(document)):
        if not holds_page(document, index):
            continue
        page = document[index]
        for place in range(raw.FPDFPage_GetAnnotCount(page)):
            annotation = raw.FPDFPage_GetAnnot(page, place)
            if raw.FPDFAnnot_GetSubtype(annotation) == raw.FPDF_ANNOT_FILEATTACHMENT:
                yield pdfium.PdfAttachment(raw.FPDFAnnot_GetFileAttachment(annotation), document)
            raw.FPDFPage_CloseAnnot(annotation)
        page.close()
