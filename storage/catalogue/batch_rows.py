"""Adding the files of a batch, inside whatever transaction is open; a batch begins with its first file."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select
from sqlalchemy.dialects import postgresql, sqlite

from models.archive import DocumentState, invoice_id
from models.capture import CaptureAdvice
from models.digest import Digest
from models.errors import PiaogenError
from storage.catalogue.normal_form import storable
from storage.catalogue.tables import batch_items, batches, invoices

# Built once: building a statement costs more than running it. One that exists is written anew as it is, which has those wait who add to it
# at the same time: no two files get one position.
_BEGIN_OR_LOCK = {
    "sqlite": sqlite.insert(batches).on_conflict_do_update(index_elements=[batches.c.id], set_={"id": batches.c.id}),
    "postgresql": postgresql.insert(batches).on_conflict_do_update(index_elements=[batches.c.id], set_={"id": batches.c.id}),
}
_POSITION = select(func.coalesce(func.max(batch_items.c.position), 0) + 1).where(batch_items.c.batch == bindparam("of"))
_ADD = {
    name: insert(batch_items)
    .values(batch=bindparam("of"), position=_POSITION.scalar_subquery())
    .on_conflict_do_nothing(index_elements=[batch_items.c.batch, batch_items.c.mark])
    .returning(batch_items.c.position)
    for name, insert in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
}
_MARKED = select(batch_items.c.position).where(batch_items.c.batch == bindparam("of"), batch_items.c.mark == bindparam("called"))
_FIRST_INVOICE = select(func.min(invoices.c.position)).where(invoices.c.document == bindparam("document"))


def add_document(
    connection: Connection,
    batch_id: str,
    now: datetime,
    file_name: str,
    digest: Digest,
    arrival: DocumentState,
    advice: Sequence[CaptureAdvice] = (),
    mark: str | None = None,
) -> int:
    """Note an accepted file, `queued` or `duplicate`; returns its position. One whose mark the batch has stays as it was noted first."""
    duplicate_of = _known_as(connection, digest) if arrival is DocumentState.DUPLICATE else None
    row = {"digest": digest.hex, "duplicate_of": duplicate_of, "advice": ",".join(advice), "mark": mark}
    return _add(connection, batch_id, now, file_name, arrival, row)


def add_refused(connection: Connection, batch_id: str, now: datetime, file_name: str, error: PiaogenError, mark: str | None = None) -> int:
    """Note a refused file; returns its position. One whose mark the batch has stays as it was noted first."""
    reason: dict[str, str | None] = {"error_code": error.code, "error_message": storable(error.message), "mark": mark}
    return _add(connection, batch_id, now, file_name, DocumentState.REFUSED, reason)


def begin_batch(connection: Connection, batch_id: str, now: datetime) -> None:
    """Begin a batch; one that exists stays as it is, and nobody else adds to it until the transaction ends."""
    connection.execute(_BEGIN_OR_LOCK[connection.dialect.name], {"id": batch_id, "created_at": now})


def _add(
    connection: Connection, batch_id: str, now: datetime, file_name: str, arrival: DocumentState, values: dict[str, str | None]
) -> int:
    begin_batch(connection, batch_id, now)
    row = {"of": batch_id, "file_name": storable(file_name), "arrival": arrival.value}
    added = connection.scalar(_ADD[connection.dialect.name], {**row, **values})
    if added is None:
        added = connection.execute(_MARKED, {"of": batch_id, "called": values["mark"]}).scalar_one()
    return int(added)


def _known_as(connection: Connection, digest: Digest) -> str:
    first = connection.scalar(_FIRST_INVOICE, {"document": digest.hex})
    return str(digest) if first is None else invoice_id(digest, first)
