"""Scans of one invoice that do not say the same: an alarm, since paper is not made out twice with two totals."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select, update

from models.archive import DocumentState
from models.verification import Verdict
from storage.catalogue.chunks import chunks
from storage.catalogue.document_rows import state_of
from storage.catalogue.invoice_rows import Identity
from storage.catalogue.tables import documents, invoices

_SAME_ON_ALL = ("total_cents", "issue_day", "seller_tax", "buyer_tax")
"""Columns in which scans of one invoice agree as far as they have them."""
_SETTLED = (DocumentState.DONE.value, DocumentState.NEEDS_REVIEW.value)


_KEPT = ("id", "document", "number_key", "code_key", "contradicted", *_SAME_ON_ALL)
# Built once: building a statement costs more than running it, and a rebuild runs this for every few hundred documents.
_SCANS = select(*(invoices.c[name] for name in _KEPT)).where(invoices.c.number_key.in_(bindparam("numbers", expanding=True)))


def note_contradictions(connection: Connection, identities: Iterable[Identity]) -> None:
    """Mark the invoices of each identity that contradict one another, unmark those that no longer do, and say so of their documents."""
    wanted = set(identities)
    scans: dict[Identity, list[Row[Any]]] = defaultdict(list)
    for chunk in chunks({number_key for number_key, _ in wanted}):
        for row in connection.execute(_SCANS, {"numbers": chunk}):
            if (row.number_key, row.code_key) in wanted:
                scans[row.number_key, row.code_key].append(row)
    changed: dict[str, None] = {}
    for same in scans.values():
        contradicted = _contradict(same)
        turned = [scan for scan in same if bool(scan.contradicted) != contradicted]
        for chunk in chunks(scan.id for scan in turned):
            connection.execute(update(invoices).where(invoices.c.id.in_(chunk)).values(contradicted=int(contradicted)))
        changed |= dict.fromkeys(scan.document for scan in turned)
    for digest in changed:
        _restate(connection, digest)


def _contradict(scans: Sequence[Row[Any]]) -> bool:
    return any(len({scan._mapping[name] for scan in scans} - {None}) > 1 for name in _SAME_ON_ALL)


def _restate(connection: Connection, digest: str) -> None:
    stored = connection.execute(select(documents.c.state, documents.c.verdict).where(documents.c.digest == digest)).one()
    if stored.state in _SETTLED and stored.verdict is not None:
        state = state_of(connection, digest, Verdict(stored.verdict))
        connection.execute(update(documents).where(documents.c.digest == digest).values(state=state.value))
