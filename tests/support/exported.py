"""Rows as a register is taken out by, without a catalogue behind them."""

from datetime import UTC, date, datetime
from decimal import Decimal

from models.archive import invoice_id
from models.clues import InvoiceSummary
from models.digest import Digest
from models.export import ExportRow
from models.invoice import InvoiceKind, LineItem
from models.verification import Verdict

CAME = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
OURS, THEIRS = "91110000600037341L", "91310000MA1FL0000A"


def an_item(name: str = "*住宿服务*住宿费", amount: str = "100.00") -> LineItem:
    """A row of a table."""
    return LineItem(name, "标准间", "天", "1", amount, amount, "6%", "6.00")


def a_row(
    place: int = 1,
    /,
    *items: LineItem,
    net: str | None = "100.00",
    tax: str | None = "6.00",
    total: str | None = "106.00",
    day: date | None = date(2026, 3, 1),
    **of_invoice: object,
) -> ExportRow:
    """The invoice with this number, received by us; `of_invoice` are attributes of its summary."""
    digest = Digest.of(str(place).encode())
    told: dict[str, object] = {
        **{"id": invoice_id(digest, 1), "document": digest, "file_name": f"发票{place}.pdf", "received_at": CAME, "page": 1},
        **{"kind": InvoiceKind.VAT_SPECIAL, "title": "增值税专用发票", "verdict": Verdict.ACCEPTED, "code": "1100211130"},
        **{"number": f"{place:08d}", "issue_date": day, "seller_name": "青禾市示例酒店有限公司", "seller_tax_id": THEIRS},
        **{"buyer_name": "北京某某有限公司", "buyer_tax_id": OURS, "total": None if total is None else Decimal(total)},
    }
    summary = InvoiceSummary(**{**told, **of_invoice})  # type: ignore[arg-type]
    amounts = (None if text is None else Decimal(text) for text in (net, tax))
    return ExportRow(summary, day, *amounts, items, "")
