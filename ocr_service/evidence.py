"""What was found on a face before anything is proved."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from models.document import RecognizedPage, TextLine
from models.embedded import EmbeddedInvoice
from models.geometry import Point
from models.invoice import Candidate, InvoiceKind, LineItem
from models.qr_payload import QrPayload

__all__ = ["Candidate", "ClassifiedPage", "ExtractedInvoice", "Side", "Sighting"]


class Side(StrEnum):
    """A side of a face as a reader sees it."""

    LEFT = "left"
    RIGHT = "right"
    TOP = "top"
    BOTTOM = "bottom"


@dataclass(frozen=True, slots=True)
class Sighting:
    """One recognised piece of a page, beside what its file says in data of its own.

    `missing` is what the file lists and does not hold, in words for a clerk; None for a file without lists.
    """

    page: RecognizedPage
    embedded: EmbeddedInvoice | None = None
    missing: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class ClassifiedPage:
    """A recognised page whose kind is known: by `kind_votes` (`embedded`, `qr`, `title`, `code`, `number`), first is the one believed."""

    page: RecognizedPage
    kind: InvoiceKind
    title: str
    qr: QrPayload | None
    kind_votes: Mapping[str, InvoiceKind]
    embedded: EmbeddedInvoice | None = None
    missing: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class ExtractedInvoice:
    """Every candidate of every field, in the order in which they are believed when nothing else decides.

    `further_pages` are those of the same file on which it goes on: the rest of its lines, its 销货清单. `cut_at` names the sides at which
    its face goes on beyond the picture. `received_on` is the day on which the file came, None for one that comes today.
    `print_offset` is how far, in pixels of the flat frame, the print stands right of and below its places on the form.
    """

    classified: ClassifiedPage
    candidates: Mapping[str, tuple[Candidate, ...]]
    items: tuple[LineItem, ...]
    further_pages: tuple[RecognizedPage, ...] = ()
    cut_at: tuple[Side, ...] = ()
    received_on: date | None = None
    print_offset: Point = (0.0, 0.0)

    @property
    def lines(self) -> tuple[TextLine, ...]:
        """Everything that was read on its pages."""
        return tuple(line for page in (self.classified.page, *self.further_pages) for line in page.lines)
