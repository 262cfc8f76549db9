"""From the invoices of a reading to rows and back."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, DecimalException
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, bindparam, delete, exists, insert, select

from models.archive import invoice_id
from models.clues import InvoiceSummary
from models.correction import Ground
from models.digest import Digest
from models.invoice import Invoice, InvoiceKind
from models.verification import Verdict
from storage.catalogue.chunks import chunks
from storage.catalogue.details import Details
from storage.catalogue.evidence_rows import add_evidence, goods_ids, remove_evidence, tail
from storage.catalogue.export_tables import invoice_details
from storage.catalogue.gram_rows import Findable, add_grams, remove_grams
from storage.catalogue.normal_form import identifier, plain, storable
from storage.catalogue.parties import company_ids, drop_unused, tax_id_ids
from storage.catalogue.tables import arrivals, invoice_texts, invoices

MOST_CENTS = 2**63 - 1
"""What a column takes; no invoice comes near."""

_EPOCH, _MILLISECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(milliseconds=1)
_LAST_MILLISECOND = 2**41 - 2
"""In 2039: what came by a clock that was further ahead comes after all else, and still has a row id that a column takes."""

ARRIVALS_APART = 1_000_000
"""So far apart are the positions of an invoice's rows for the first and the next department; no document has so many invoices."""

_MOST_GOODS = 40
"""Different goods of one invoice by which it is found; a list of more is found by its text."""

_WITHDRAWN_CODES = {None: 0, Ground.VOID: 1, Ground.NOT_INVOICE: 2, Ground.RETAKE: 3}
"""An index from before there were several grounds has 1 for all."""
_GROUND_OF = {code: ground for ground, code in _WITHDRAWN_CODES.items()}

Identity = tuple[str, str]
"""`number_key` and `code_key` of an invoice."""

_SHOWN = {
    "code": "invoice_code",
    "number": "invoice_number",
    **{key: key for key in ("seller_name", "seller_tax_id", "buyer_name", "buyer_tax_id")},
}
"""Columns that show a field as it is."""

# Built once: building a statement costs more than running it, and a rebuild runs these for every few hundred documents.
_OF_DOCUMENTS = (
    select(*invoices.c, invoice_texts.c.text, invoice_details.c.details)
    .select_from(
        invoices.join(invoice_texts, invoice_texts.c.id == invoices.c.id).outerjoin(invoice_details, invoice_details.c.id == invoices.c.id)
    )
    .where(invoices.c.document.in_(bindparam("digests", expanding=True)))
)
_LACKING = (
    select(arrivals.c.department, arrivals.c.received_at)
    .where(arrivals.c.document == bindparam("digest"))
    .where(exists().where(invoices.c.document == arrivals.c.document))
    .where(~exists().where(invoices.c.document == arrivals.c.document, invoices.c.department == arrivals.c.department))
    .order_by(arrivals.c.received_at, arrivals.c.department)
)
"""The departments that have no rows of a document that has some."""
_FORGET = delete(invoices).where(invoices.c.document.in_(bindparam("digests", expanding=True)))
_TAKEN = select(invoices.c.id).where(invoices.c.id.in_(bindparam("wanted", expanding=True)))
_NEW, _NEW_TEXT, _NEW_DETAILS = insert(invoices), insert(invoice_texts), insert(invoice_details)
_APART = ("text", "details")
"""What of a row stands in tables of its own."""


class Arrival(NamedTuple):
    """The invoices of one document for one department, and when that handed it in; `place` counts its departments from 0.

    `withdrawn` has the places, from 1, of invoices that are out of the lists, and why each is.
    """

    digest: Digest
    received_at: datetime
    invoices: Sequence[Invoice]
    department: str | None = None
    place: int = 0
    withdrawn: Mapping[int, Ground] = {}


def forget_invoices(connection: Connection, digests: Sequence[str]) -> list[Identity]:
    """Take out the invoices of these documents, and what only they named; returns the identities that go."""
    old = [row for chunk in chunks(digests) for row in connection.execute(_OF_DOCUMENTS, {"digests": chunk})]
    if not old:
        return []
    remove_grams(connection, [Findable(row.id, row.number_key, row.code_key, row.text) for row in old])
    remove_evidence(connection, [dict(row._mapping) for row in old])
    for chunk in chunks({row.document for row in old}):
        connection.execute(_FORGET, {"digests": chunk})
    companies = [company for row in old for company in (row.seller_company, row.buyer_company)]
    drop_unused(connection, companies, [tax_id for row in old for tax_id in (row.seller_tax, row.buyer_tax)])
    return [(row.number_key, row.code_key) for row in old if row.number_key is not None]


def add_invoices(connection: Connection, arrivals: Sequence[Arrival]) -> list[Identity]:
    """Add the invoices of documents that have none; returns the identities that come."""
    rows = [
        _row(invoice)
        | {"document": arrival.digest.hex, "position": arrival.place * ARRIVALS_APART + position, "text": full_text(invoice)}
        | {
            "department": arrival.department,
            "withdrawn": withdrawn_code(arrival.withdrawn.get(position)),
            "details": str(Details.of(invoice)),
        }
        for arrival in arrivals
        for position, invoice in enumerate(arrival.invoices, start=1)
    ]
    if not rows:
        return []
    wanted = [_row_id(arrival, position) for arrival in arrivals for position in range(1, len(arrival.invoices) + 1)]
    known = _parties(connection, rows)
    goods = goods_ids(connection, {name for row in rows for name in row["goods"]})
    for row, row_id in zip(rows, _free(connection, wanted), strict=True):
        row["id"] = row_id
        row |= {column: ids.get(row[column]) for column, ids in known.items()}
        row["goods"] = ",".join(str(goods[name]) for name in row["goods"]) or None
    _insert(connection, rows)
    return [(row["number_key"], row["code_key"]) for row in rows if row["number_key"] is not None]


def share_invoices(connection: Connection, digest: str) -> list[Identity]:
    """Give the invoices of a document to those departments that handed it in since it was read; returns the identities that come.

    A new reading does that by itself; this is for a document whose new reading was called off or failed.
    """
    lacking = connection.execute(_LACKING, {"digest": digest}).all()
    if not lacking:
        return []
    every = connection.execute(_OF_DOCUMENTS, {"digests": [digest]}).all()
    places = len({row.position // ARRIVALS_APART for row in every})
    first = [row for row in every if row.position < ARRIVALS_APART]
    for place, arrival in enumerate(lacking, start=places):
        found: list[dict[str, Any]] = []
        came = Arrival(Digest(digest), arrival.received_at, ())
        ids = _free(connection, [_row_id(came, row.position) for row in first])
        for row, row_id in zip(first, ids, strict=True):
            position = place * ARRIVALS_APART + row.position
            theirs = {"id": row_id, "position": position, "department": arrival.department, "contradicted_within": 0, "doubled_within": 0}
            found.append({**row._mapping, **theirs})
        _insert(connection, found)
    return [(row.number_key, row.code_key) for row in first if row.number_key is not None]


def _insert(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    connection.execute(_NEW, [{key: value for key, value in row.items() if key not in _APART} for row in rows])
    connection.execute(_NEW_TEXT, [{"id": row["id"], "text": row["text"]} for row in rows])
    if detailed := [{"id": row["id"], "details": row["details"]} for row in rows if row["details"] is not None]:
        connection.execute(_NEW_DETAILS, detailed)
    add_grams(connection, [Findable(row["id"], row["number_key"], row["code_key"], row["text"]) for row in rows])
    add_evidence(connection, rows)


def full_text(invoice: Invoice) -> str:
    """All lines and field values in searchable form, one a line; what stands twice is kept once."""
    values = (field.value for field in invoice.fields.values() if field.value is not None)
    lines = (plain(line) for line in (*(line.text for line in invoice.lines), *values))
    return "\n".join(dict.fromkeys(line for line in lines if line))


def summary_of(row: Row[Any]) -> InvoiceSummary:
    """A row of `invoices` with the document's `file_name` and `received_at`."""
    digest = Digest(row.document)
    return InvoiceSummary(
        id=id_of(row),
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
        withdrawn=bool(row.withdrawn),
        ground=_GROUND_OF.get(row.withdrawn),
    )


def withdrawn_code(ground: Ground | None) -> int:
    """What the column `withdrawn` says of an invoice that is out of the lists for this, 0 of one that is in them."""
    return _WITHDRAWN_CODES[ground]


def id_of(row: Row[Any]) -> str:
    """The name of the invoice that a row of `invoices` is about."""
    return invoice_id(Digest(row.document), row.position % ARRIVALS_APART)


def yuan(cents: int | None) -> Decimal | None:
    """The amount with two decimals."""
    return None if cents is None else Decimal(cents).scaleb(-2)


def _row_id(arrival: Arrival, position: int) -> int:
    """A row id that grows with the time of receipt: milliseconds, then bits of the digest, then the position.

    So newest first is the order of ids, which an index gives for nothing, and it is the same after every rebuild.
    """
    return first_id_of(arrival.received_at) | (int(arrival.digest.hex[:3], 16) << 10) | (position & 0x3FF)


def first_id_of(moment: datetime) -> int:
    """The lowest row id of anything that came in at a moment, to the millisecond."""
    return min(max((moment - _EPOCH) // _MILLISECOND, 0), _LAST_MILLISECOND) << 22


def _free(connection: Connection, wanted: Sequence[int]) -> Iterator[int]:
    """These ids, the next free one in the place of each that is taken."""
    taken = _taken(connection, wanted)
    for row_id in wanted:
        while row_id in taken:
            row_id += 1
            if row_id not in taken:
                taken |= _taken(connection, [row_id])
        taken.add(row_id)
        yield row_id


def _taken(connection: Connection, wanted: Sequence[int]) -> set[int]:
    return {int(row_id) for chunk in chunks(wanted) for row_id in connection.scalars(_TAKEN, {"wanted": chunk})}


def _parties(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> Mapping[str, Mapping[str, int]]:
    """For each column that names a party, the ids of all that the rows name there."""
    companies = company_ids(connection, _named(rows, "seller_company", "buyer_company"))
    tax_ids = tax_id_ids(connection, _named(rows, "seller_tax", "buyer_tax"))
    return {"seller_company": companies, "buyer_company": companies, "seller_tax": tax_ids, "buyer_tax": tax_ids}


def _named(rows: Sequence[Mapping[str, Any]], *columns: str) -> set[str]:
    return {row[column] for row in rows for column in columns if row[column]}


def _row(invoice: Invoice) -> dict[str, Any]:
    """The columns of an invoice, its parties still by their names."""
    shown: Mapping[str, str | None] = {column: invoice.value(key) for column, key in _SHOWN.items()}
    issued = _day(invoice.value("issue_date"))
    number_key = identifier(shown["number"] or "") or None
    named = (plain(item.name or "") for item in invoice.items)
    return {
        "page": invoice.page,
        "kind": invoice.kind.value,
        "title": storable(invoice.title),
        "verdict": invoice.verdict.value,
        "code_key": identifier(shown["code"] or ""),
        "number_key": number_key,
        "number_tail": None if number_key is None else tail(number_key),
        "goods": tuple(dict.fromkeys(name for name in named if name))[:_MOST_GOODS],
        "issue_day": issued,
        "day": issued or _day((invoice.value("departure_time") or "")[:10]),
        "seller_company": plain(shown["seller_name"] or ""),
        "buyer_company": plain(shown["buyer_name"] or ""),
        "seller_tax": identifier(shown["seller_tax_id"] or ""),
        "buyer_tax": identifier(shown["buyer_tax_id"] or ""),
        "total_cents": _cents(invoice.value("tax_inclusive_amount")),
        "net_cents": _cents(invoice.value("tax_exclusive_amount")),
        "tax_cents": _cents(invoice.value("tax_amount")),
        "own_text": int(bool(invoice.lines) and all(line.confidence == 1.0 for line in invoice.lines)),
        **{column: None if value is None else storable(value) for column, value in shown.items()},
    }


def _day(value: str | None) -> date | None:
    try:
        return None if value is None else date.fromisoformat(value)
    except ValueError:
        return None


def _cents(value: str | None) -> int | None:
    try:
        return None if value is None else storable_cents(Decimal(value))
    except DecimalException:
        return None


def storable_cents(amount: Decimal | None) -> int | None:
    """Yuan as a column of cents takes them; None also for what is no amount of money, or more than a column holds."""
    if amount is None or not amount.is_finite():
        return None
    cents = (amount * 100).to_integral_value()
    return None if cents.copy_abs() > MOST_CENTS else int(cents)
