"""Scan -> EmbeddedInvoice…: what the file says of its invoices in data of its own."""

from dataclasses import dataclass

from models.document import MediaType, Scan
from models.embedded import EmbeddedInvoice
from ocr_service.embedded.invoice_data import read_invoices
from ocr_service.embedded.ofd_data import invoice_of_ofd
from ocr_service.embedded.pdf_data import invoices_of_pdf
from ocr_service.ofd.package import OfdPackage


@dataclass(frozen=True, slots=True)
class EmbeddingStage:
    """Reads XML invoices, the data inside an OFD and the files attached to a PDF; pictures have none."""

    name: str = "embedding"

    def run(self, value: Scan) -> tuple[EmbeddedInvoice, ...]:
        """Every invoice that the data knows, in the order of the file.

        Raises:
            UnreadableFile, FileTooLarge: only for a file that did not pass intake.
        """
        match value.document.media_type:
            case MediaType.XML:
                return read_invoices(value.content, value.document.file_name)
            case MediaType.OFD:
                stated = invoice_of_ofd(OfdPackage.taken(value.content))
                return () if stated is None else (stated,)
            case MediaType.PDF:
                return tuple(invoices_of_pdf(value.content))
            case _:
                return ()
