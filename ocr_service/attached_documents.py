"""Documents that a PDF or an OFD carries as attached files: a portfolio of invoices, an invoice attached to its list."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from models.document import MediaType
from models.errors import FileTooLarge, RefusedInput
from ocr_service.embedded.invoice_data import read_attached
from ocr_service.embedded.pairing import go_with_pages
from ocr_service.files.containers import Container, Member, container_of
from ocr_service.files.pdf import Attachment, pdf_attachments, pdf_page_count
from ocr_service.ofd.package import OfdPackage
from ocr_service.stages.intake import sniff


@dataclass(frozen=True, slots=True)
class AttachedDocuments:
    """A Container of what is attached: pictures, PDF, OFD, containers; XML where it is of more invoices than there are pages.

    Any other XML is data of the document's own pages and read with them; files of other kinds stay inside the original.
    """

    attached: tuple[Attachment, ...]

    @classmethod
    def of(cls, content: bytes) -> Container | None:
        """What a document carries; None when that is nothing, or when it cannot be opened, for its intake says why."""
        with suppress(RefusedInput):
            attached = tuple(_documents(content))
            return cls(attached) if attached else None
        return None

    def names(self) -> Sequence[str]:
        """The name of every attached document."""
        return [attachment.name for attachment in self.attached]

    def members(self, max_bytes: int, skip: int = 0) -> Iterator[Member]:
        """Every attached document but the first `skip`, in the order of the file."""
        for name, size, content in self.attached[skip:]:
            if content is None or size > max_bytes:
                yield Member(name, error=FileTooLarge(f"is attached and has {size:,} bytes: save it and hand it in by itself", size=size))
            else:
                yield Member(name, content)


def _documents(content: bytes) -> Iterator[Attachment]:
    attached, count_pages = _attached(content)
    data = [found for one in attached for found in read_attached(one.content, one.name)]
    xml_counts = not go_with_pages(data, count_pages)
    for one in attached:
        if one.size and _is_document(one, xml_counts=xml_counts):
            yield one


def _attached(content: bytes) -> tuple[Sequence[Attachment], Callable[[], int]]:
    """The attached files of a PDF or an OFD, and what counts its pages; of anything else none."""
    match sniff(content):
        case MediaType.PDF:
            return pdf_attachments(content), lambda: pdf_page_count(content)
        case MediaType.OFD:
            package = OfdPackage.taken(content)
            return tuple(_of_ofd(package)), lambda: len(package.pages)
        case _:
            return (), lambda: 0


def _of_ofd(package: OfdPackage) -> Iterable[Attachment]:
    for document in package.documents:
        for name, data in document.files("Attachments"):
            yield Attachment(name.rpartition("/")[2], len(data or b""), data)


def _is_document(attachment: Attachment, *, xml_counts: bool) -> bool:
    """Whether it is to be taken in; one that is too large to be looked at is, so that it is said rather than left out."""
    if attachment.content is None:
        return True
    try:
        return sniff(attachment.content) is not MediaType.XML or xml_counts
    except RefusedInput:
        return container_of(attachment.content) is not None
