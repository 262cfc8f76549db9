"""What all vendors' answers are made of: values as they print them, and what only this service tells, beside it."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from models.archive import invoice_id
from models.digest import Digest
from models.invoice import Invoice, InvoiceKind
from models.reading import Reading

_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")

VAT = frozenset(
    {
        *(InvoiceKind.VAT_SPECIAL, InvoiceKind.VAT_GENERAL, InvoiceKind.VAT_ROLL, InvoiceKind.VAT_ELECTRONIC_SPECIAL),
        *(InvoiceKind.VAT_ELECTRONIC_GENERAL, InvoiceKind.TOLL_ELECTRONIC, InvoiceKind.DIGITAL_SPECIAL, InvoiceKind.DIGITAL_GENERAL),
        InvoiceKind.BLOCKCHAIN,
    }
)
"""What the vendors' recognition of VAT invoices takes."""
TRAINS = frozenset({InvoiceKind.TRAIN, InvoiceKind.DIGITAL_RAILWAY})
SPECIAL = frozenset({InvoiceKind.VAT_SPECIAL, InvoiceKind.VAT_ELECTRONIC_SPECIAL, InvoiceKind.DIGITAL_SPECIAL})


def value(invoice: Invoice, *keys: str) -> str:
    """The first of these fields that was read; empty for none."""
    for key in keys:
        field = invoice.fields.get(key)
        if field is not None and field.value:
            return field.value
    return ""


def chinese_day(text: str) -> str:
    """`2026-03-02` as `2026年03月02日`; any other text as it is."""
    found = _DAY.fullmatch(text)
    return text if found is None else f"{found[1]}年{found[2]}月{found[3]}日"


def corners(invoice: Invoice) -> Sequence[tuple[float, float]]:
    """The four corners of an invoice on its page, clockwise from top left."""
    return invoice.polygon.points[:4]


def told(reading: Reading) -> dict[str, Any]:
    """What no vendor tells: which document this is, and how far each value is proved."""
    document = reading.document.digest
    return {
        "document": str(document),
        "invoices": [_told(document, place, invoice) for place, invoice in enumerate(reading.invoices, start=1)],
    }


def wanted(reading: Reading, kinds: Iterable[InvoiceKind]) -> list[Invoice]:
    """The invoices of these kinds."""
    chosen = frozenset(kinds)
    return [invoice for invoice in reading.invoices if invoice.kind in chosen]


def _told(document: Digest, place: int, invoice: Invoice) -> Mapping[str, Any]:
    return {
        "id": invoice_id(document, place),
        "kind": invoice.kind.value,
        "page": invoice.page,
        "verdict": invoice.verdict.value,
        "fields": {key: {"value": field.value, "status": field.status.value} for key, field in invoice.fields.items()},
    }
