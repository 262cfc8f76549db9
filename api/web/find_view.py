"""What the search page shows of each hit, and of each clue that is not understood."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from api.schemas.links import crop_path
from models.clue_texts import parse_clues
from models.clues import Hit
from models.errors import InvalidClue, PiaogenError
from ocr_service.service import ArchiveService

_LOOKED_AT = ("invoice_number", "tax_inclusive_amount")


@dataclass(frozen=True, slots=True)
class HitRow:
    """A hit with the pieces of paper on which its number and its total stand, to be checked at a glance."""

    hit: Hit
    crops: tuple[tuple[str, str], ...]
    """Field key and address of the picture."""


@dataclass(frozen=True, slots=True)
class WrongClue:
    """A clue that is not understood, and why, where that is known: a key of the words for doubts."""

    name: str
    value: str
    doubt: str | None


def wrong_clues(service: ArchiveService, asked: Mapping[str, str]) -> tuple[WrongClue, ...]:
    """Those of the clues that are not understood; all of them where each alone is, for then they contradict each other."""
    wrong = []
    for name, value in asked.items():
        try:
            service.find(parse_clues({name: value}, limit=1))
        except InvalidClue as error:
            doubt = error.details.get("doubt")
            wrong.append(WrongClue(name, value, None if doubt is None else str(doubt)))
    return tuple(wrong) or tuple(WrongClue(name, value, "contradiction") for name, value in asked.items())


def hit_rows(service: ArchiveService, hits: Iterable[Hit]) -> tuple[HitRow, ...]:
    """Add to each hit the crops that exist."""
    return tuple(HitRow(hit, crops_of(service, hit.invoice.id)) for hit in hits)


def crops_of(service: ArchiveService, invoice_id: str) -> tuple[tuple[str, str], ...]:
    """The pieces of paper on which an invoice's number and total stand: the key of the field, and where the picture is."""
    try:
        fields = service.show(invoice_id).invoice.fields
    except PiaogenError:
        # The catalogue found it; that the archive does not answer now must not hide the hit, only its picture.
        return ()
    placed = [key for key in _LOOKED_AT if key in fields and fields[key].polygon is not None]
    return tuple((key, crop_path(invoice_id, key)) for key in placed)
