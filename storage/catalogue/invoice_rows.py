"""From the invoices of a reading to rows and back."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, DecimalException
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, insert, select

from models.archive import invoice_id
from models.clues import InvoiceSummary
from models.digest import Digest
from models.invoice import Invoice, InvoiceKind
from models.verification import Verdict
from storage.catalogue.gram_rows import add_grams, remove_grams
from storage.catalogue.normal_form import identifier, plain, storable
from storage.catalogue.parties import company_of, drop_unused, tax_id_of
from storage.catalogue.tables import invoice_texts, invoices

MOST_CENTS = 2**63 - 1
"""What a column takes; no invoice comes near."""

_SHOWN = {
    "code": "invoice_code",
    "number": "invoice_number",
    **{key: key for key in ("seller_name", "seller_tax_id", "buyer_name", "buyer_tax_id")},
}
"""Columns that show a field as it is."""

# Built once: building a statement costs more than running it, and a rebuild runs these for every invoice.
_OF_DOCUMENT = (
    select(*invoices.c, invoice_texts.c.text)
    .select_from(invoices.join(invoice_texts, invoice_texts.c.id == invoices.c.id))
    .where(invoices.c.document == bindparam("digest"))
)
_FORGET = delete(invoices).where(invoices.c.document == bindparam("digest"))
_TAKEN = select(invoices.c.id).where(invoices.c.id == bindparam("wanted"))
_NEW, _NEW_TEXT = insert(invoices), insert(invoice_texts)


def replace_invoices(connection: Connection, digest: Digest, received_at: datetime, found: Sequence[Invoice]) -> list[tuple[str, str]]:
    """Put these invoices in the place of those that the document had; returns the identities (number, code) that come or go."""
    old = connection.execute(_OF_DOCUMENT, {"digest": digest.hex}).all()
    for former in old:
        remove_grams(connection, former.id, former.number_key, former.code_key, former.text)
    if old:
        connection.execute(_FORGET, {"digest": digest.hex})
    identities = [(former.number_key, former.code_key) for former in old]
    for position, invoice in enumerate(found, start=1):
        row_id = _free_row_id(connection, digest, received_at, position)
        row = _row(connection, invoice) | {"id": row_id, "document": digest.hex, "position": position}
        searchable = full_text(invoice)
        identities.append((row["number_key"], row["code_key"]))
        connection.execute(_NEW, row)
        connection.execute(_NEW_TEXT, {"id": row_id, "text": searchable})
        add_grams(connection, row_id, row["number_key"], row["code_key"], searchable)
    drop_unused(
        connection,
        [company for former in old for company in (former.seller_company, former.buyer_company)],
        [tax_id for former in old for tax_id in (former.seller_tax, former.buyer_tax)],
    )
    return [identity for identity in identities if identity[0] is not None]


def full_text(invoice: Invoice) -> str:
    """All lines and field values in searchable form, one a line; what stands twice is kept once."""
    values = (field.value for field in invoice.fields.values() if field.value is not None)
    lines = (plain(line) for line in (*(line.text for line in invoice.lines), *values))
    return "\n".join(dict.fromkeys(line for line in lines if line))


def summary_of(row: Row[Any]) -> InvoiceSummary:
    """A row of `invoices` with the document's `file_name` and `received_at`."""
    digest = Digest(row.document)
    return InvoiceSummary(
        id=invoice_id(digest, row.position),
        document=digest,
        file_name=row.file_name,
        received_at=row.received_at,
        page=row.page,
        kind=InvoiceKind(row.kind),
        title=row.title,
        verdict=Verdict(row.verdict),
        code=row.code,
        number=row.number,
        issue_date=row.issue_day,
        seller_name=row.seller_name,
        seller_tax_id=row.seller_tax_id,
        buyer_name=row.buyer_name,
        buyer_tax_id=row.buyer_tax_id,
        total=yuan(row.total_cents),
        contradicted=bool(row.contradicted),
    )


def yuan(cents: int | None) -> Decimal | None:
    """The amount with two decimals."""
    return None if cents is None else Decimal(cents).scaleb(-2)


def _free_row_id(connection: Connection, digest: Digest, received_at: datetime, position: int) -> int:
    """A row id that grows with the time of receipt: milliseconds, then bits of the digest, then the position.

    So newest first is the order of ids, which an index gives for nothing, and it is the same after every rebuild.
    """
    milliseconds = int(received_at.timestamp() * 1000)
    wanted = (milliseconds << 22) | (int(digest.hex[:3], 16) << 10) | (position & 0x3FF)
    while connection.scalar(_TAKEN, {"wanted": wanted}) is not None:
        wanted += 1
    return wanted


def _row(connection: Connection, invoice: Invoice) -> dict[str, Any]:
    shown: Mapping[str, str | None] = {column: invoice.value(key) for column, key in _SHOWN.items()}
    return {
        "page": invoice.page,
        "kind": invoice.kind.value,
        "title": storable(invoice.title),
        "verdict": invoice.verdict.value,
        "code_key": identifier(shown["code"] or ""),
        "number_key": identifier(shown["number"] or "") or None,
        "issue_day": _day(invoice.value("issue_date")),
        "seller_company": company_of(connection, shown["seller_name"]),
        "buyer_company": company_of(connection, shown["buyer_name"]),
        "seller_tax": tax_id_of(connection, shown["seller_tax_id"]),
        "buyer_tax": tax_id_of(connection, shown["buyer_tax_id"]),
        "total_cents": _cents(invoice.value("tax_inclusive_amount")),
        "net_cents": _cents(invoice.value("tax_exclusive_amount")),
        "tax_cents": _cents(invoice.value("tax_amount")),
        **{column: None if value is None else storable(value) for column, value in shown.items()},
    }


def _day(value: str | None) -> date | None:
    try:
        return None if value is None else date.fromisoformat(value)
    except ValueError:
        return None


def _cents(value: str | None) -> int | None:
    try:
        cents = None if value is None else (Decimal(value) * 100).to_integral_value()
    except DecimalException:
        return None
    return None if cents is None or not cents.is_finite() or cents.copy_abs() > MOST_CENTS else int(cents)
