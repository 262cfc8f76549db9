"""Scans of one invoice that do not say the same: an alarm, since paper is not made out twice with two totals."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Row, select, update

from models.archive import DocumentState
from models.verification import Verdict
from storage.catalogue.document_rows import state_of
from storage.catalogue.tables import documents, invoices

Identity = tuple[str, str]
"""`number_key` and `code_key` of an invoice."""

_SAME_ON_ALL = ("total_cents", "issue_day", "seller_tax", "buyer_tax")
"""Columns in which scans of one invoice agree as far as they have them."""
_SETTLED = (DocumentState.DONE.value, DocumentState.NEEDS_REVIEW.value)


def note_contradictions(connection: Connection, identities: Iterable[Identity]) -> None:
    """Mark the invoices of each identity that contradict one another, unmark those that no longer do, and say so of their documents."""
    columns = (invoices.c.id, invoices.c.document, invoices.c.contradicted, *(invoices.c[name] for name in _SAME_ON_ALL))
    for number_key, code_key in dict.fromkeys(identities):
        scans = connection.execute(select(*columns).where(invoices.c.number_key == number_key, invoices.c.code_key == code_key)).all()
        contradicted = _contradict(scans)
        changed = [scan for scan in scans if bool(scan.contradicted) != contradicted]
        if not changed:
            continue
        marked = update(invoices).where(invoices.c.id.in_([scan.id for scan in changed]))
        connection.execute(marked.values(contradicted=int(contradicted)))
        for digest in dict.fromkeys(scan.document for scan in changed):
            _restate(connection, digest)


def _contradict(scans: Sequence[Row[Any]]) -> bool:
    return any(len({scan._mapping[name] for scan in scans} - {None}) > 1 for name in _SAME_ON_ALL)


def _restate(connection: Connection, digest: str) -> None:
    stored = connection.execute(select(documents.c.state, documents.c.verdict).where(documents.c.digest == digest)).one()
    if stored.state in _SETTLED and stored.verdict is not None:
        state = state_of(connection, digest, Verdict(stored.verdict))
        connection.execute(update(documents).where(documents.c.digest == digest).values(state=state.value))
