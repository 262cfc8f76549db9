"""Taxi tickets as a reader would make them of pictures: read right but for what a person has to say, or with one wrong field."""

from dataclasses import replace

from models.document import TextLine
from models.geometry import Polygon
from models.invoice import FieldStatus, Invoice, InvoiceField, InvoiceKind, Witness
from models.verification import Check, Outcome, Verdict
from tests.support.example_reading import example_invoice

_VALUES = {
    "invoice_code": "131001700127",
    "invoice_number": "40718352",
    "issue_date": "2018-07-21",
    "boarding_time": "09:12",
    "alighting_time": "09:47",
    "plate_number": "望A·T4821",
    "unit_price": "2.50",
    "mileage": "12.4",
    "tax_inclusive_amount": "38.00",
}


def taxi_ticket(number: str, **values: str) -> Invoice:
    """A ticket of which each field was read once, so that identity, day and total wait for a person; `values` were read otherwise."""
    read = {**_VALUES, "invoice_number": number, **values}
    fields = {key: _field(value, place) for place, (key, value) in enumerate(read.items())}
    lines = tuple(TextLine(field.raw, 0.97, field.polygon) for field in fields.values() if field.polygon is not None)
    outline = Polygon.of([[0, 0], [64, 0], [64, 48], [0, 48]])
    return Invoice(InvoiceKind.TAXI, "望江镇出租汽车统一发票", 1, outline, fields, (), (), Verdict.NEEDS_REVIEW, lines)


def failing_invoice() -> Invoice:
    """The example with a failed check: the words say another total."""
    failed = Check("total_matches_words", Outcome.FAIL, ("tax_inclusive_amount", "tax_inclusive_amount_in_words"), "3972.87", "3912.87")
    checks = tuple(failed if check.rule == failed.rule else check for check in example_invoice().checks)
    return replace(example_invoice(), checks=checks)


def _field(value: str, place: int) -> InvoiceField:
    top = 2 + place * 5
    return InvoiceField(
        value, value, 0.97, 1, Polygon.of([[4, top], [60, top], [60, top + 4], [4, top + 4]]), FieldStatus.READ, (Witness.PRINTED,)
    )
