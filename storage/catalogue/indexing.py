"""From documents and readings to rows and back."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal, DecimalException
from typing import Any

from sqlalchemy import Connection, Row, Update, delete, insert, select, text, update

from models.archive import DocumentState, Received, invoice_id
from models.catalogue import CatalogueDocument
from models.clues import InvoiceSummary
from models.digest import Digest
from models.document import DocumentRef, MediaType
from models.invoice import Invoice, InvoiceKind
from models.verification import Verdict
from storage.catalogue.grams import kept_grams
from storage.catalogue.normal_form import identifier, plain, storable
from storage.catalogue.parties import company_of, drop_unused, tax_id_of
from storage.catalogue.tables import documents, invoice_texts, invoices

MOST_CENTS = 2**63 - 1
"""What a column takes; no invoice comes near."""

STATE_OF = {
    Verdict.ACCEPTED: DocumentState.DONE,
    Verdict.NEEDS_REVIEW: DocumentState.NEEDS_REVIEW,
    Verdict.UNREAD: DocumentState.UNREAD,
}

_GRAM_TABLES = ("number_grams", "text_grams")


def insert_document(connection: Connection, received: Received, state: DocumentState) -> bool:
    """Add the document's row; False when it was there, and then nothing changes."""
    document = received.document
    if connection.scalar(select(documents.c.digest).where(documents.c.digest == document.digest.hex)) is not None:
        return False
    connection.execute(
        insert(documents).values(
            digest=document.digest.hex,
            file_name=storable(document.file_name),
            media_type=document.media_type.value,
            size=document.size,
            pages=document.pages,
            received_at=received.received_at,
            source=storable(received.source),
            state=state.value,
            version=0,
        )
    )
    return True


def replace_invoices(connection: Connection, digest: Digest, received_at: datetime, found: Sequence[Invoice]) -> None:
    """Put these invoices in the place of those that the document had."""
    both = invoices.join(invoice_texts, invoice_texts.c.id == invoices.c.id)
    old = connection.execute(select(*invoices.c, invoice_texts.c.text).select_from(both).where(invoices.c.document == digest.hex)).all()
    for row in old:
        _change_grams(connection, "delete", row.id, row.number_key, row.code_key, row.text)
    connection.execute(delete(invoices).where(invoices.c.document == digest.hex))
    for position, invoice in enumerate(found, start=1):
        _insert_invoice(connection, digest, received_at, position, invoice)
    drop_unused(
        connection,
        [company for row in old for company in (row.seller_company, row.buyer_company)],
        [tax_id for row in old for tax_id in (row.seller_tax, row.buyer_tax)],
    )


def settle(connection: Connection, digest: str, error: str | None, unread: DocumentState = DocumentState.UNREAD) -> None:
    """Give a document that has no job any more the state of its last reading, `unread` when it has none.

    Without an error, one that is neither queued nor running is in its final state and stays there.
    """
    stored = connection.execute(select(documents.c.state, documents.c.verdict).where(documents.c.digest == digest)).one_or_none()
    if stored is None or (error is None and stored.state not in (DocumentState.QUEUED, DocumentState.RUNNING)):
        return
    state = unread if stored.verdict is None else STATE_OF[Verdict(stored.verdict)]
    connection.execute(state_change(digest, state, error))


def state_change(digest: str, state: DocumentState, error: str | None = None) -> Update:
    """The statement that says where a document stands and why its reading failed, if it did."""
    kept = None if error is None else storable(error)
    return update(documents).where(documents.c.digest == digest).values(state=state.value, error=kept)


def empty_grams(connection: Connection) -> None:
    """Empty the search tables at once."""
    if connection.dialect.name == "sqlite":
        for table in _GRAM_TABLES:
            connection.execute(text(f"INSERT INTO {table}({table}) VALUES ('delete-all')"))


def full_text(invoice: Invoice) -> str:
    """All lines and field values in searchable form, one a line; what stands twice is kept once."""
    values = (field.value for field in invoice.fields.values() if field.value is not None)
    lines = (plain(line) for line in (*(line.text for line in invoice.lines), *values))
    return "\n".join(dict.fromkeys(line for line in lines if line))


def row_id(connection: Connection, digest: Digest, received_at: datetime, position: int) -> int:
    """A free row id that grows with the time of receipt: milliseconds, then bits of the digest, then the position.

    So newest first is the order of ids, which an index gives for nothing, and it is the same after every rebuild.
    """
    milliseconds = int(received_at.timestamp() * 1000)
    wanted = (milliseconds << 22) | (int(digest.hex[:3], 16) << 10) | (position & 0x3FF)
    while connection.scalar(select(invoices.c.id).where(invoices.c.id == wanted)) is not None:
        wanted += 1
    return wanted


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
    )


def document_of(row: Row[Any]) -> CatalogueDocument:
    """A row of `documents`."""
    document = DocumentRef(Digest(row.digest), row.file_name, MediaType(row.media_type), row.size, row.pages)
    return CatalogueDocument(
        Received(document, row.received_at.astimezone(UTC), row.source), DocumentState(row.state), row.version, row.error
    )


def yuan(cents: int | None) -> Decimal | None:
    """The amount with two decimals."""
    return None if cents is None else Decimal(cents).scaleb(-2)


def _insert_invoice(connection: Connection, digest: Digest, received_at: datetime, position: int, invoice: Invoice) -> None:
    number_key = identifier(invoice.value("invoice_number") or "") or None
    code_key = identifier(invoice.value("invoice_code") or "")
    row = row_id(connection, digest, received_at, position)
    searchable = full_text(invoice)
    connection.execute(
        insert(invoices).values(
            id=row,
            document=digest.hex,
            position=position,
            page=invoice.page,
            kind=invoice.kind.value,
            title=storable(invoice.title),
            verdict=invoice.verdict.value,
            code_key=code_key,
            number_key=number_key,
            issue_day=_day(invoice.value("issue_date")),
            seller_company=company_of(connection, invoice.value("seller_name")),
            buyer_company=company_of(connection, invoice.value("buyer_name")),
            seller_tax=tax_id_of(connection, invoice.value("seller_tax_id")),
            buyer_tax=tax_id_of(connection, invoice.value("buyer_tax_id")),
            total_cents=_cents(invoice.value("tax_inclusive_amount")),
            net_cents=_cents(invoice.value("tax_exclusive_amount")),
            tax_cents=_cents(invoice.value("tax_amount")),
            **_shown(invoice),
        )
    )
    connection.execute(insert(invoice_texts).values(id=row, text=searchable))
    _change_grams(connection, "insert", row, number_key, code_key, searchable)


def _shown(invoice: Invoice) -> Mapping[str, str | None]:
    keys = {"code": "invoice_code", "number": "invoice_number"}
    keys |= {key: key for key in ("seller_name", "seller_tax_id", "buyer_name", "buyer_tax_id")}
    values = {column: invoice.value(key) for column, key in keys.items()}
    return {column: None if value is None else storable(value) for column, value in values.items()}


def _change_grams(connection: Connection, action: str, row: int, number_key: str | None, code_key: str, searchable: str) -> None:
    """SQLite's FTS5 without content: a row is deleted by the very pieces that it was inserted with."""
    if connection.dialect.name != "sqlite":
        return
    statements = {
        "insert": (
            "INSERT INTO number_grams(rowid, number, code) VALUES (:row, :number, :code)",
            "INSERT INTO text_grams(rowid, text) VALUES (:row, :text)",
        ),
        "delete": (
            "INSERT INTO number_grams(number_grams, rowid, number, code) VALUES ('delete', :row, :number, :code)",
            "INSERT INTO text_grams(text_grams, rowid, text) VALUES ('delete', :row, :text)",
        ),
    }
    numbers, page = statements[action]
    connection.execute(text(numbers), {"row": row, "number": kept_grams(number_key or ""), "code": kept_grams(code_key)})
    connection.execute(text(page), {"row": row, "text": kept_grams(searchable)})


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
    return None if cents is None or not cents.is_finite() or abs(cents) > MOST_CENTS else int(cents)
