"""Scans of one invoice that do not say the same: an alarm, since paper is not made out twice with two totals.

A scan that somebody withdrew is not heard: it contradicts none, and none contradicts it. That it said something else is not hushed up: it
stays among the copies of the invoice, as withdrawn, with what differs (`Catalogue.copies`).
"""

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
_NAMES = ("seller_company", "buyer_company")
"""The same of names, which have no second witness on a scan: what a born-digital copy says of them settles it."""
_SETTLED = (DocumentState.DONE.value, DocumentState.NEEDS_REVIEW.value)


_KEPT = (
    *("id", "document", "department", "number_key", "code_key", "contradicted", "contradicted_within", "own_text"),
    *(*_SAME_ON_ALL, *_NAMES),
)
# Built once: building a statement costs more than running it, and a rebuild runs this for every few hundred documents.
_SCANS = select(*(invoices.c[name] for name in _KEPT)).where(
    invoices.c.number_key.in_(bindparam("numbers", expanding=True)), invoices.c.withdrawn == 0
)


def note_contradictions(connection: Connection, identities: Iterable[Identity]) -> None:
    """Mark the invoices of each identity that contradict one another, unmark those that no longer do, and say so of their documents.

    Apart from that, what contradicts other scans of the same department is marked, which is all that its people are told of.
    """
    wanted = set(identities)
    scans: dict[Identity, list[Row[Any]]] = defaultdict(list)
    for chunk in chunks({number_key for number_key, _ in wanted}):
        for row in connection.execute(_SCANS, {"numbers": chunk}):
            if (row.number_key, row.code_key) in wanted:
                scans[row.number_key, row.code_key].append(row)
    changed: dict[str, None] = {}
    for same in scans.values():
        contradicted = _contradicted(same)
        turned = _turn(connection, "contradicted", same, contradicted)
        _turn(connection, "contradicted_within", same, _contradicted_within(same) if contradicted else set())
        changed |= dict.fromkeys(scan.document for scan in turned)
    for digest in changed:
        _restate(connection, digest)


def _turn(connection: Connection, mark: str, scans: Sequence[Row[Any]], wanted: set[int]) -> list[Row[Any]]:
    """Mark those of the scans that are wanted and no others; returns those that were otherwise before."""
    turned = [scan for scan in scans if bool(scan._mapping[mark]) != (scan.id in wanted)]
    for chunk in chunks(scan.id for scan in turned):
        connection.execute(update(invoices).where(invoices.c.id.in_(chunk)).values({mark: 1 - invoices.c[mark]}))
    return turned


def _contradicted_within(scans: Sequence[Row[Any]]) -> set[int]:
    """The ids of those that contradict another of the same department."""
    departments: dict[str | None, list[Row[Any]]] = defaultdict(list)
    for scan in scans:
        departments[scan.department].append(scan)
    return set().union(*map(_contradicted, departments.values()))


def _contradicted(scans: Sequence[Row[Any]]) -> set[int]:
    """The ids of those that contradict another; where a born-digital copy settles a name, only of those that say otherwise."""
    if any(len({scan._mapping[name] for scan in scans} - {None}) > 1 for name in _SAME_ON_ALL):
        return {scan.id for scan in scans}
    found: set[int] = set()
    for name in _NAMES:
        said = {scan._mapping[name] for scan in scans} - {None}
        settled = {scan._mapping[name] for scan in scans if scan.own_text} - {None}
        right = settled | {None} if len(settled) == 1 else {None}
        found |= {scan.id for scan in scans if len(said) > 1 and scan._mapping[name] not in right}
    return found


def _restate(connection: Connection, digest: str) -> None:
    stored = connection.execute(select(documents.c.state, documents.c.verdict).where(documents.c.digest == digest)).one()
    if stored.state in _SETTLED and stored.verdict is not None:
        state = state_of(connection, digest, Verdict(stored.verdict))
        connection.execute(update(documents).where(documents.c.digest == digest).values(state=state.value))
