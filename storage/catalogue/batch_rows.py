"""Adding the files of a batch, inside whatever transaction is open."""

from collections.abc import Sequence

from sqlalchemy import Connection, func, insert, select

from models.archive import DocumentState, invoice_id
from models.capture import CaptureAdvice
from models.digest import Digest
from models.errors import BatchNotFound, RefusedInput
from storage.catalogue.normal_form import storable
from storage.catalogue.tables import batch_items, batches, invoices


def add_document(
    connection: Connection,
    batch_id: str,
    file_name: str,
    digest: Digest,
    arrival: DocumentState,
    advice: Sequence[CaptureAdvice] = (),
) -> int:
    """Note an accepted file, `queued` or `duplicate`; returns its position. Raise BatchNotFound."""
    duplicate_of = _known_as(connection, digest) if arrival is DocumentState.DUPLICATE else None
    row = {"digest": digest.hex, "duplicate_of": duplicate_of, "advice": ",".join(advice)}
    return _add(connection, batch_id, file_name, arrival, row)


def add_refused(connection: Connection, batch_id: str, file_name: str, error: RefusedInput) -> int:
    """Note a refused file; returns its position. Raise BatchNotFound."""
    reason: dict[str, str | None] = {"error_code": error.code, "error_message": storable(error.message)}
    return _add(connection, batch_id, file_name, DocumentState.REFUSED, reason)


def _add(connection: Connection, batch_id: str, file_name: str, arrival: DocumentState, values: dict[str, str | None]) -> int:
    if connection.scalar(select(batches.c.id).where(batches.c.id == batch_id).with_for_update()) is None:
        raise BatchNotFound(f"no batch {batch_id!r}")
    last = connection.scalar(select(func.max(batch_items.c.position)).where(batch_items.c.batch == batch_id)) or 0
    row = {"batch": batch_id, "position": last + 1, "file_name": storable(file_name), "arrival": arrival.value}
    connection.execute(insert(batch_items).values(**row, **values))
    return last + 1


def _known_as(connection: Connection, digest: Digest) -> str:
    first = connection.scalar(select(func.min(invoices.c.position)).where(invoices.c.document == digest.hex))
    return str(digest) if first is None else invoice_id(digest, first)
