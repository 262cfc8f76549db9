"""The lines of reconciliations, indexed: paged through by class, and asked what they know of an invoice."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, delete, exists, func, insert, or_, select, true

from models.access import Visibility
from models.clues import ListState
from models.reconciliation import Knowledge, Known, LineClass, ReconciliationLine
from models.reconciliation_json import line_from_text
from models.statement import InvoiceState, Risk, StatementKind
from storage.catalogue.chunks import chunks
from storage.catalogue.database import Database
from storage.catalogue.histories import seen
from storage.catalogue.invoice_rows import storable_cents
from storage.catalogue.normal_form import identifier, plain, storable
from storage.catalogue.one_of import OneOf
from storage.catalogue.record_tables import histories, reconciliation_lines, reconciliations
from storage.catalogue.tables import invoices
from storage.catalogue.walls import in_lists

PREFIX = "reconciliations/"
_LEDGERS = sorted(kind.value for kind in StatementKind if kind.is_ledger or kind is StatementKind.BOOKING_LIST)
_AT_ONCE = 2_000
_LINES = reconciliation_lines.c


class PlacedLine(NamedTuple):
    """A line and its place, from 1, in the whole of its reconciliation."""

    subject: str
    place: int
    line: ReconciliationLine


@dataclass(frozen=True, slots=True)
class ReconciliationLines:
    """The index of lines, for somebody who sees this. Every method may raise CatalogueUnavailable."""

    database: Database
    sees: Visibility

    def lacking(self) -> list[str]:
        """The reconciliations whose newest version has no lines here, as after a rebuild; those of all departments."""
        known = and_(reconciliations.c.subject == histories.c.subject, reconciliations.c.version == histories.c.version)
        with self.database.reading() as connection:
            asked = select(histories.c.subject).where(histories.c.prefix == PREFIX, ~exists().where(known))
            return list(connection.scalars(asked.order_by(histories.c.at)))

    def record(self, subject: str, version: int, kind: str, lines: Iterable[tuple[ReconciliationLine, str]], *, is_taken_in: bool) -> None:
        """Have these lines, each with its JSON, stand for a version, in the place of those of an older one."""
        with self.database.writing() as connection:
            connection.execute(delete(reconciliation_lines).where(_LINES.subject == subject))
            connection.execute(delete(reconciliations).where(reconciliations.c.subject == subject))
            if connection.scalar(select(histories.c.version).where(histories.c.subject == subject)) is None:
                return
            values = {"subject": subject, "version": version, "kind": kind, "taken_in": int(is_taken_in)}
            connection.execute(insert(reconciliations).values(**values))
            for rows in _batches(_row(subject, place, *line) for place, line in enumerate(lines, 1)):
                connection.execute(insert(reconciliation_lines), rows)

    def page(self, subject: str, wanted: LineClass | None, after: int, limit: int) -> list[PlacedLine]:
        """Lines of a reconciliation in order, from behind a place on."""
        asked = (
            select(_LINES.subject, _LINES.place, _LINES.wire)
            .where(_LINES.subject == subject, _LINES.place > after, true() if wanted is None else _is(wanted), self._seen())
            .order_by(_LINES.place)
            .limit(limit)
        )
        with self.database.reading() as connection:
            return [_placed(row) for row in connection.execute(asked)]

    def arrived(self, subject: str) -> int:
        """How many lines that had no scan have one now: invoices with their number came since."""
        with self.database.reading() as connection:
            asked = (
                select(func.count())
                .select_from(reconciliation_lines)
                .where(
                    _LINES.subject == subject,
                    _LINES.main == LineClass.STATEMENT_ONLY.value,
                    _LINES.identity.is_not(None),
                    exists().where(
                        invoices.c.number_key.in_([_LINES.identity, _LINES.number]),
                        or_(invoices.c.number_key == _LINES.identity, invoices.c.code_key.concat(invoices.c.number_key) == _LINES.identity),
                        *in_lists(connection, self.sees, ListState.LISTED),
                    ),
                )
            )
            return connection.scalar(asked) or 0

    def knowledge(self, identities: Iterable[str], without: str | None = None) -> Knowledge:
        """What statements that were taken in say of these invoices; `without` is a reconciliation that does not count."""
        found: dict[str, Known] = {}
        is_counted = true() if without is None else _LINES.subject != without
        with self.database.reading() as connection:
            columns = (_LINES[name] for name in ("identity", "selected", "booked", "voucher", "state", "risk"))
            asked = self._taken_in(select(*columns, reconciliations.c.kind))
            for chunk in chunks({one for one in identities if one}):
                for row in connection.execute(asked.where(OneOf(_LINES.identity, chunk), is_counted, _LINES.state.is_not(None))):
                    found[row.identity] = _with(found.get(row.identity, Known()), row)
            asked = self._taken_in(select(reconciliations.c.subject)).where(OneOf(reconciliations.c.kind, _LEDGERS), is_counted)
            has_bookings = connection.scalar(asked.limit(1)) is not None
        return Knowledge(found, has_bookings)

    def mentions(
        self,
        *,
        number: str | None = None,
        seller: str | None = None,
        total: Decimal | None = None,
        day: date | None = None,
        limit: int = 5,
    ) -> list[PlacedLine]:
        """Lines of statements taken in that name it: by eight digits of its number or more, or by its total with a day or seller."""
        wanted: list[ColumnElement[bool]] = []
        key = identifier(number or "")
        if len(key) >= 8:
            wanted += [_LINES.number == key[-8:], _LINES.identity.endswith(key, autoescape=True)]
        if total is not None:
            wanted.append(_LINES.total_cents == int(total * 100))
        if day is not None:
            wanted.append(_LINES.day == day)
        if seller:
            wanted.append(_LINES.seller.contains(plain(seller), autoescape=True))
        if not wanted or (len(key) < 8 and (total is None or len(wanted) < 2)):
            return []
        asked = self._taken_in(select(_LINES.subject, _LINES.place, _LINES.wire)).where(*wanted, _LINES.state.is_not(None))
        with self.database.reading() as connection:
            return [_placed(row) for row in connection.execute(asked.order_by(histories.c.at.desc(), _LINES.place).limit(limit))]

    def _taken_in(self, asked: Any) -> Any:  # noqa: ANN401  # a Select of whatever columns
        joined = reconciliation_lines.join(reconciliations, reconciliations.c.subject == _LINES.subject).join(
            histories, histories.c.subject == _LINES.subject
        )
        return asked.select_from(joined).where(reconciliations.c.taken_in == 1, seen(self.sees))

    def _seen(self) -> ColumnElement[bool]:
        return exists().where(histories.c.subject == _LINES.subject, seen(self.sees))


def _is(wanted: LineClass) -> ColumnElement[bool]:
    return or_(_LINES.main == wanted.value, _LINES.also.contains(f",{wanted.value},"))


def _row(subject: str, place: int, line: ReconciliationLine, text: str) -> dict[str, Any]:
    entry, invoice, identity = line.entry, line.invoice, line.identity
    seller = (entry.seller_name if entry else "") or (invoice.seller_name if invoice else "") or ""
    total, day = None, None
    if entry is not None:
        total, day = entry.total, entry.issued_on
    elif invoice is not None:
        total, day = invoice.total, invoice.day
    return {
        "subject": subject,
        "place": place,
        "main": line.main.value,
        "also": "".join(f",{one.value}" for one in line.also) + "," if line.also else "",
        "identity": identity or None,
        "number": identity[-8:] or None,
        "seller": plain(seller) or None,
        "day": day,
        "total_cents": storable_cents(total),
        "selected": None if entry is None or entry.selected is None else int(entry.selected),
        "booked": None if entry is None or entry.booked is None else int(entry.booked),
        "voucher": storable(entry.voucher) if entry and entry.voucher else None,
        # Null where the statement does not list the invoice: then it knows nothing of it.
        "state": entry.state.value if entry else None,
        "risk": entry.risk.value if entry else None,
        "wire": text,
    }


def _with(known: Known, row: Any) -> Known:  # noqa: ANN401  # a Row
    """What is known, and what one more line says; a booking or a choice that any list has counts."""
    state, risk = InvoiceState(row.state), Risk(row.risk)
    return Known(
        kinds=known.kinds | {row.kind},
        vouchers=known.vouchers | ({row.voucher} if row.voucher else frozenset()),
        booked=_either(known.booked, row.booked),
        selected=_either(known.selected, row.selected),
        state=state if state is not InvoiceState.UNKNOWN and known.state in (InvoiceState.UNKNOWN, InvoiceState.NORMAL) else known.state,
        risk=risk if known.risk is Risk.NORMAL else known.risk,
    )


def _either(known: bool | None, said: int | None) -> bool | None:
    return known if said is None else bool(said) or bool(known)


def _placed(row: Any) -> PlacedLine:  # noqa: ANN401  # a Row
    return PlacedLine(row.subject, row.place, line_from_text(row.wire))


def _batches(rows: Iterator[dict[str, Any]]) -> Iterator[Sequence[dict[str, Any]]]:
    held: list[dict[str, Any]] = []
    for row in rows:
        held.append(row)
        if len(held) == _AT_ONCE:
            yield held
            held = []
    if held:
        yield held
