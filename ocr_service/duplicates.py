"""The same invoice in another file: told where it arrives, and gathered for a person to look at."""

from collections.abc import Mapping, Sequence

from models.clues import InvoiceSummary
from models.duplicates import Duplicate, DuplicateGroup
from ocr_service.service import ArchiveService
from storage.catalogue.duplicates import Duplicates, identity_of


def came_before(service: ArchiveService, summaries: Sequence[InvoiceSummary]) -> Mapping[str, tuple[Duplicate, ...]]:
    """By the id of each archived invoice, the same invoice in other files that came before its own, newest first."""
    found = Duplicates(service.catalogue).of([identity_of(summary) for summary in summaries], service.sees)
    return {
        summary.id: tuple(other for other in same if _arrival(other.invoice) < _arrival(summary))
        for summary, same in zip(summaries, found, strict=True)
    }


def duplicate_groups(service: ArchiveService) -> tuple[DuplicateGroup, ...]:
    """All files that are one invoice with another file, those with the newest file first."""
    return Duplicates(service.catalogue).groups(service.sees)


def _arrival(summary: InvoiceSummary) -> tuple[object, ...]:
    return summary.received_at, summary.document.hex
