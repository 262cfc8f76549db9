"""What of an invoice stands in no other table and is taken out with it, as a column of text: its remarks and its line items."""

import json
from typing import NamedTuple

from models.invoice import Invoice, LineItem
from storage.catalogue.normal_form import storable

_CELLS = ("name", "specification", "unit", "quantity", "unit_price", "amount", "tax_rate", "tax_amount")


class Details(NamedTuple):
    """Remarks and line items of an invoice."""

    remarks: str
    items: tuple[LineItem, ...]

    @classmethod
    def of(cls, invoice: Invoice) -> "Details":
        """As they were read."""
        return cls(invoice.value("remarks") or "", invoice.items)

    @classmethod
    def read(cls, text: str) -> "Details":
        """Back from the column."""
        remarks, rows = json.loads(text)
        return cls(remarks, tuple(LineItem(*row) for row in rows))

    def __str__(self) -> str:
        """The column: `[remarks, [[name, specification, …], …]]`."""
        rows = [[getattr(item, name) for name in _CELLS] for item in self.items]
        return storable(json.dumps([self.remarks, rows], ensure_ascii=False, separators=(",", ":")))
