"""One invoice with everything that the rules look at."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from models.document import TextLine
from models.embedded import EmbeddedInvoice
from models.invoice import InvoiceField, InvoiceKind, LineItem
from models.money import format_amount, parse_amount
from models.qr_payload import QrPayload
from ocr_service.evidence import Side
from ocr_service.proof.amounts import Amounts


@dataclass(frozen=True, slots=True)
class Case:
    """`today` bounds the date of issue; `qr_is_own` tells whether the code was found to be this face's, None without one.

    `missing` is what its file lists and does not hold, None for a file without lists.
    `cut_at` names the sides at which the face goes on beyond its picture, `lines` are all that was read on it.
    """

    kind: InvoiceKind
    kind_votes: Mapping[str, InvoiceKind]
    fields: Mapping[str, InvoiceField]
    items: Sequence[LineItem]
    amounts: Amounts
    qr: QrPayload | None
    today: date
    qr_is_own: bool | None = None
    embedded: EmbeddedInvoice | None = None
    missing: tuple[str, ...] | None = None
    cut_at: tuple[Side, ...] = ()
    lines: tuple[TextLine, ...] = ()

    def value(self, key: str) -> str | None:
        """A field's value, None when absent or unreadable."""
        field = self.fields.get(key)
        return None if field is None else field.value

    def amount(self, key: str) -> Decimal | None:
        """A field's value in yuan."""
        return number(self.value(key))

    @property
    def issue_date(self) -> date | None:
        """The date of issue, None when unknown."""
        text = self.value("issue_date")
        return None if text is None else date.fromisoformat(text)


Finding = tuple[bool | None, str | None, str | None]
"""Whether a rule holds (None: not applicable), what was expected, what was found; of one not applicable, a note."""

Rule = Callable[[Case], Finding]

NOT_APPLICABLE: Finding = (None, None, None)


def equal(expected: Decimal | None, actual: Decimal | None) -> Finding:
    """Two amounts that must be the same; not applicable when one is unknown."""
    if expected is None or actual is None:
        return NOT_APPLICABLE
    return expected == actual, format_amount(expected), format_amount(actual)


def number(text: str | None) -> Decimal | None:
    """A number as the wire format writes it."""
    return None if text is None else parse_amount(text)
