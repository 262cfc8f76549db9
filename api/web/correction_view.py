"""The page on which a person sets an invoice right, and what its form means."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from models.correction import Wish
from models.invoice import FIELD_KEYS, Invoice
from models.shown_text import as_shown
from ocr_service.answers import StoredInvoice
from ocr_service.review import Question, questions

CONFIRMED, VALUE = "confirmed.", "value."
"""What the names of the form's parts begin with; the field's key follows."""


@dataclass(frozen=True, slots=True)
class CorrectionRow:
    """One field of the form: what stands there, what else it may be, why it is asked, and whether there is a piece of the page to show."""

    key: str
    value: str
    alternatives: tuple[str, ...]
    asked: Question | None
    has_place: bool


def correction_rows(stored: StoredInvoice, texts: Mapping[str, str]) -> tuple[CorrectionRow, ...]:
    """Fields that are asked about first, then those that stand, each in the usual order; `texts` are what a refused form held."""
    invoice = stored.invoice
    asked = {question.key: question for question in questions(invoice) if question.key is not None}
    keys = [*(key for key in FIELD_KEYS if key in asked), *(key for key in FIELD_KEYS if key in invoice.fields and key not in asked)]
    return tuple(_row(invoice, key, asked.get(key), texts.get(VALUE + key)) for key in keys)


def other_keys(stored: StoredInvoice, rows: tuple[CorrectionRow, ...]) -> tuple[str, ...]:
    """Fields that can be added: those that the reading did not find."""
    shown = {row.key for row in rows}
    return tuple(key for key in FIELD_KEYS if key not in shown)


def wish_of(invoice: Invoice, texts: Mapping[str, str], by: str) -> Wish:
    """What a filled in form asks for in the name of `by`: fields whose text changed, emptied ones, confirmed ones, and one that was added.

    Raises:
        InvalidCorrection: nothing changed, or a text that its field cannot have.
    """
    return Wish(by, texts.get("reason", ""), dict(_changes(invoice, texts)))


def _changes(invoice: Invoice, texts: Mapping[str, str]) -> Iterator[tuple[str, str | None]]:
    for name, text in texts.items():
        key = name.removeprefix(VALUE)
        if key != name and (text.strip() != as_shown(invoice.value(key) or "").strip() or CONFIRMED + key in texts):
            yield key, text.strip() or None
    added = texts.get("added_key", "")
    if added and texts.get("added_value", "").strip():
        yield added, texts["added_value"]


def _row(invoice: Invoice, key: str, asked: Question | None, typed: str | None) -> CorrectionRow:
    field = invoice.fields.get(key)
    value = (field.value or "") if field is not None else ""
    alternatives = () if field is None else field.alternatives
    return CorrectionRow(key, value if typed is None else typed, alternatives, asked, field is not None and field.polygon is not None)
