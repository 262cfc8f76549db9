"""What was found on a face before anything is proved."""

from collections.abc import Mapping
from dataclasses import dataclass

from models.document import CharacterChoices, RecognizedPage
from models.embedded import EmbeddedInvoice
from models.geometry import Polygon
from models.invoice import InvoiceKind, LineItem, Witness
from models.qr_payload import QrPayload


@dataclass(frozen=True, slots=True)
class Candidate:
    """One witness's word for one field.

    `value` is normalised for the wire (None when something is printed that could not be understood), `raw` is the text as the
    engine gave it, `polygon` is in pixels of the original page image. `choices` has what each character of `raw` may be, or is
    empty where the engine gives no alternatives. `page` is where it stands when that is not the invoice's first page.
    """

    value: str | None
    raw: str
    confidence: float
    polygon: Polygon | None
    witness: Witness
    choices: tuple[CharacterChoices, ...] = ()
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Sighting:
    """One recognised piece of a page, beside what its file says in data of its own."""

    page: RecognizedPage
    embedded: EmbeddedInvoice | None = None


@dataclass(frozen=True, slots=True)
class ClassifiedPage:
    """A recognised page whose kind is known: by `kind_votes` (`embedded`, `qr`, `title`, `code`, `number`), first is the one believed."""

    page: RecognizedPage
    kind: InvoiceKind
    title: str
    qr: QrPayload | None
    kind_votes: Mapping[str, InvoiceKind]
    embedded: EmbeddedInvoice | None = None


@dataclass(frozen=True, slots=True)
class ExtractedInvoice:
    """Every candidate of every field, in the order in which they are believed when nothing else decides.

    `further_pages` are those of the same file on which it goes on: the rest of its lines, its 销货清单.
    """

    classified: ClassifiedPage
    candidates: Mapping[str, tuple[Candidate, ...]]
    items: tuple[LineItem, ...]
    further_pages: tuple[RecognizedPage, ...] = ()
