"""The rows of a case of a lost invoice: by what it is searched, beside the row of its history."""

from sqlalchemy import Connection, delete, insert

from models.errors import DamagedRecord
from models.loss import LossCase
from models.loss_json import decode_case
from storage.catalogue.invoice_rows import storable_cents
from storage.catalogue.loss_tables import loss_cases, loss_documents
from storage.catalogue.normal_form import identifier
from storage.histories import HistoryVersion

LOSSES = "losses/"


def index_loss(connection: Connection, version: HistoryVersion) -> None:
    """Put a version of a case in the place of the one before; one that cannot be read counts as open, and is found by nothing else."""
    connection.execute(delete(loss_cases).where(loss_cases.c.subject == version.subject))
    row: dict[str, object] = {"subject": version.subject, "is_open": 1, "is_linked": 1, "number_key": "", "code_key": ""}
    documents: list[str] = []
    try:
        case = case_of(version)
    except DamagedRecord:
        case = None
    if case is not None:
        known = case.invoice
        row |= {
            "is_open": int(case.is_open),
            "is_linked": int(case.link is not None),
            "number_key": identifier(known.number),
            "code_key": identifier(known.code),
            "total_cents": storable_cents(known.total),
            "day": known.issued_on,
            "due": case.due,
        }
        documents = sorted(document.hex for document in case.documents)
    connection.execute(insert(loss_cases).values(**row))
    if documents:
        connection.execute(insert(loss_documents), [{"subject": version.subject, "document": document} for document in documents])


def case_of(version: HistoryVersion) -> LossCase:
    """The case that a version tells of; raise DamagedRecord."""
    return decode_case(version.body, version.subject.removeprefix(LOSSES), version.department)
