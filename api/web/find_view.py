"""What the search page shows of each hit."""

from collections.abc import Iterable
from dataclasses import dataclass

from api.schemas.links import crop_path
from models.clues import Hit
from models.errors import PiaogenError
from ocr_service.service import ArchiveService

_LOOKED_AT = ("invoice_number", "tax_inclusive_amount")


@dataclass(frozen=True, slots=True)
class HitRow:
    """A hit with the pieces of paper on which its number and its total stand, to be checked at a glance."""

    hit: Hit
    crops: tuple[tuple[str, str], ...]
    """Field key and address of the picture."""


def hit_rows(service: ArchiveService, hits: Iterable[Hit]) -> tuple[HitRow, ...]:
    """Add to each hit the crops that exist."""
    return tuple(HitRow(hit, _crops(service, hit.invoice.id)) for hit in hits)


def _crops(service: ArchiveService, invoice_id: str) -> tuple[tuple[str, str], ...]:
    try:
        fields = service.show(invoice_id).invoice.fields
    except PiaogenError:
        # The catalogue found it; that the archive does not answer now must not hide the hit, only its picture.
        return ()
    placed = [key for key in _LOOKED_AT if key in fields and fields[key].polygon is not None]
    return tuple((key, crop_path(invoice_id, key)) for key in placed)
