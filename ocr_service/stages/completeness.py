"""Scan -> what the file lists and does not hold: a page, an attachment, a template with half of the values."""

from dataclasses import dataclass

from models.document import MediaType, Scan
from ocr_service.files.pdf import missing_in_pdf
from ocr_service.ofd.announced import missing_in_ofd
from ocr_service.ofd.package import OfdPackage


@dataclass(frozen=True, slots=True)
class CompletenessStage:
    """Looks through the lists of a PDF or an OFD; pictures and XML list nothing."""

    name: str = "completeness"

    def run(self, value: Scan) -> tuple[str, ...] | None:
        """What is missing, each in words for a clerk; None for a file that has no lists.

        Raises:
            UnreadableFile, FileTooLarge: only for a file that did not pass intake.
        """
        match value.document.media_type:
            case MediaType.PDF:
                return missing_in_pdf(value.content)
            case MediaType.OFD:
                return missing_in_ofd(OfdPackage.taken(value.content))
            case _:
                return None
