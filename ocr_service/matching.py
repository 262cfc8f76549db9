"""Holds the entries of a statement against the archive: which invoice each is, and what the two say differently."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Protocol

from models.own_companies import Side, name_key, tax_id_key
from models.reconciliation import ArchivedInvoice, Difference, Knowledge, LineClass, ReconciliationLine, identity_of
from models.statement import InvoiceState, Problem, Risk, Statement, StatementEntry, StatementKind
from ocr_service.statements.references import SHORTEST_TAIL

_BOOKED_LATER = timedelta(400)
"""A voucher may name an invoice that was issued so long before: bookings come months later, across the end of a year."""
_CANDIDATES = 5
MOST_ARCHIVE_ONLY = 100_000
"""Invoices of the archive that a statement lacks are listed up to here; somebody who has more sent the wrong file."""
_COMPLETE = (StatementKind.INVOICE_LIST, StatementKind.INVOICE_LINES)
_BAD_STATES = (InvoiceState.VOIDED, InvoiceState.REVERSED, InvoiceState.PARTLY_REVERSED, InvoiceState.OUT_OF_CONTROL)
_TAIL_WITH_PARTIES = 8
_MISREAD_DIGITS = 2


class Lookup(Protocol):
    """What is asked of the catalogue; see `storage.catalogue.reconciling`."""

    def by_number(self, numbers: Iterable[str]) -> Iterator[ArchivedInvoice]:
        """Invoices with one of these numbers."""

    def by_total(self, totals: Iterable[Decimal]) -> Iterator[ArchivedInvoice]:
        """Invoices with one of these totals."""

    def by_tail(self, tails: Iterable[str], first: date, last: date) -> Iterator[tuple[str, ArchivedInvoice]]:
        """Invoices whose numbers end so, each with the tail."""

    def of_period(self, first: date, last: date, side: Side, own: Iterable[str], without: frozenset[str]) -> Iterator[ArchivedInvoice]:
        """Invoices of a period that are ours on this side."""


@dataclass(frozen=True, slots=True)
class _Found:
    """What the archive has for one entry: the invoice itself, or what may be it."""

    invoice: ArchivedInvoice | None = None
    candidates: tuple[ArchivedInvoice, ...] = ()


@dataclass(slots=True)
class _Archive:
    """The invoices that may be meant by any entry of a statement, asked for together."""

    by_identity: dict[str, list[ArchivedInvoice]] = field(default_factory=lambda: defaultdict(list))
    by_number: dict[str, list[ArchivedInvoice]] = field(default_factory=lambda: defaultdict(list))
    by_tail: dict[str, list[ArchivedInvoice]] = field(default_factory=lambda: defaultdict(list))
    by_total: dict[Decimal, list[ArchivedInvoice]] = field(default_factory=lambda: defaultdict(list))

    def number_of(self, entry: StatementEntry) -> _Found:
        """By the join keys in their order: the whole number (20 digits, code and number, 12 + 8), 8 digits with the parties."""
        whole = self.by_identity.get(identity_of(entry.number, entry.code))
        if whole:
            return _Found(_likest(entry, whole))
        same = [one for one in self.by_number.get(entry.number, ()) if not entry.code or not one.code or entry.code == one.code]
        if len({one.identity for one in same}) == 1:
            return _Found(_likest(entry, same))
        return _by_parties(entry, same)

    def tail_of(self, entry: StatementEntry) -> _Found:
        """By the end of a number: a single candidate counts from seven digits on, several never."""
        found = self.by_tail.get(entry.number, [])
        if len(entry.number) >= _TAIL_WITH_PARTIES:
            by_parties = _by_parties(entry, found)
            if by_parties.invoice is not None:
                return by_parties
        if len({one.identity for one in found}) == 1 and len(entry.number) >= SHORTEST_TAIL:
            return _Found(found[0])
        return _Found(None, tuple(found))

    def like(self, entry: StatementEntry) -> tuple[ArchivedInvoice, ...]:
        """What has the entry's seller, day and total: perhaps it under a number that was misread."""
        if entry.total is None or entry.issued_on is None:
            return ()
        same = (one for one in self.by_total.get(entry.total, ()) if one.day == entry.issued_on and _same_seller(entry, one))
        return tuple(one for one in same if entry.problem is not None or _may_be_misread(entry.number, one.number))


def match(statement: Statement, lookup: Lookup, knowledge: Knowledge) -> Iterator[ReconciliationLine]:
    """A line for each entry, in order, and then one for each invoice of the archive that the statement should list and does not."""
    entries = statement.entries
    archive = _gathered(statement, lookup)
    found = [_found(entry, archive) for entry in entries]
    _add_likenesses(entries, found, archive, lookup)
    times: dict[str, set[str]] = defaultdict(set)
    for entry, one in zip(entries, found, strict=True):
        if one.invoice is not None and entry.problem is None:
            times[one.invoice.id].add(entry.voucher or f"{entry.file} {entry.sheet} {entry.row}")
    taxes = _tax_by_voucher(entries, found)
    for entry, one in zip(entries, found, strict=True):
        is_twice = one.invoice is not None and entry.problem is None and len(times[one.invoice.id]) > 1
        booked_tax = taxes.get((entry.file, entry.voucher))
        yield _line(statement.kind, entry, one, knowledge, is_twice=is_twice, archived_tax=booked_tax)
    yield from _archive_only(statement, lookup, found)


def _gathered(statement: Statement, lookup: Lookup) -> _Archive:
    archive = _Archive()
    numbers: set[str] = set()
    tails: set[str] = set()
    for entry in statement.entries:
        if entry.problem is not None:
            continue
        if entry.is_tail:
            tails.add(entry.number)
            continue
        whole = identity_of(entry.number, entry.code)
        numbers |= {entry.number, whole, whole[-8:]} if len(whole) == 20 else {entry.number}
    for invoice in lookup.by_number(numbers):
        archive.by_identity[invoice.identity].append(invoice)
        archive.by_number[invoice.number or ""].append(invoice)
    if tails:
        first, last = statement.period or (date.min + _BOOKED_LATER, date.max)
        for tail, invoice in lookup.by_tail(tails, first - _BOOKED_LATER, last):
            archive.by_tail[tail].append(invoice)
    return archive


def _found(entry: StatementEntry, archive: _Archive) -> _Found:
    if entry.problem is not None:
        return _Found()
    return archive.tail_of(entry) if entry.is_tail else archive.number_of(entry)


def _tax_by_voucher(entries: Sequence[StatementEntry], found: Sequence[_Found]) -> dict[tuple[str, str], Decimal]:
    """The tax of all invoices of a voucher, of those vouchers alone in which each of them was found."""
    sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    unsure: set[tuple[str, str]] = set()
    for entry, one in zip(entries, found, strict=True):
        voucher = (entry.file, entry.voucher)
        if entry.voucher_tax is None:
            continue
        if one.invoice is None or one.invoice.tax is None:
            unsure.add(voucher)
        else:
            sums[voucher] += one.invoice.tax
    return {voucher: tax for voucher, tax in sums.items() if voucher not in unsure}


def _add_likenesses(entries: Sequence[StatementEntry], found: list[_Found], archive: _Archive, lookup: Lookup) -> None:
    """Look once more, by seller, day and total, for what was not found by its number."""
    lacking = [place for place, one in enumerate(found) if one.invoice is None and not one.candidates]
    totals = {total for total in (entries[place].total for place in lacking) if total is not None}
    for invoice in lookup.by_total(totals):
        if invoice.total is not None:
            archive.by_total[invoice.total].append(invoice)
    taken = {one.invoice.id for one in found if one.invoice is not None}
    alike = {place: [one for one in archive.like(entries[place]) if one.id not in taken] for place in lacking}
    claims = Counter(one.id for likenesses in alike.values() for one in likenesses)
    for place, likenesses in alike.items():
        # What may be any of many alike invoices with running numbers is a clue to none of them.
        telling = tuple(one for one in likenesses if claims[one.id] <= _CANDIDATES)
        if telling:
            found[place] = _Found(None, telling)


def _by_parties(entry: StatementEntry, found: Sequence[ArchivedInvoice]) -> _Found:
    total = entry.total if entry.total is not None else entry.voucher_total
    same = [one for one in found if total is not None and one.total == total and _same_seller(entry, one)]
    if len({one.identity for one in same}) == 1:
        return _Found(same[0])
    return _Found(None, tuple(found))


def _same_seller(entry: StatementEntry, invoice: ArchivedInvoice) -> bool:
    if entry.seller_tax_id and invoice.seller_tax_id:
        return tax_id_key(entry.seller_tax_id) == tax_id_key(invoice.seller_tax_id)
    return bool(entry.seller_name) and name_key(entry.seller_name) == name_key(invoice.seller_name or "")


def _may_be_misread(number: str, archived: str | None) -> bool:
    """Whether two numbers are one that was read wrong in a digit or two, or not at all; many sellers issue alike invoices on one day."""
    if not archived:
        return True
    return len(number) == len(archived) and sum(one != other for one, other in zip(number, archived, strict=True)) <= _MISREAD_DIGITS


def _likest(entry: StatementEntry, found: Sequence[ArchivedInvoice]) -> ArchivedInvoice:
    """Of several scans of one invoice, the one that the statement agrees with most."""
    return found[0] if len(found) == 1 else min(found, key=lambda one: len(_differences(entry, one)))


def _line(
    kind: StatementKind, entry: StatementEntry, found: _Found, knowledge: Knowledge, *, is_twice: bool, archived_tax: Decimal | None
) -> ReconciliationLine:
    differences = () if found.invoice is None else _differences(entry, found.invoice)
    if archived_tax is not None and archived_tax != entry.voucher_tax:
        differences = (*differences, Difference("tax_amount", str(entry.voucher_tax), str(archived_tax)))
    line = ReconciliationLine(
        main=_main(entry, found, bool(differences)),
        entry=entry,
        invoice=found.invoice,
        differences=differences,
        candidates=tuple(one.id for one in found.candidates[:_CANDIDATES]),
    )
    known = knowledge.about(line.identity)
    also: list[LineClass] = []
    if _is_conflict(entry, found.invoice is not None, known.booked, known.state, known.risk):
        also.append(LineClass.STATUS_CONFLICT)
    booked = entry.booked if entry.booked is not None else known.booked
    selected = entry.selected if entry.selected is not None else known.selected
    if entry.selected and (booked is False or (booked is None and knowledge.has_bookings)):
        also.append(LineClass.SELECTED_NOT_BOOKED)
    if booked and selected is False:
        also.append(LineClass.BOOKED_NOT_SELECTED)
    if is_twice or (kind.is_ledger and known.vouchers - {entry.voucher}):
        also.append(LineClass.TWICE)
    return replace(line, also=tuple(also), is_new=kind.value not in known.kinds)


def _main(entry: StatementEntry, found: _Found, differs: bool) -> LineClass:
    if entry.problem is Problem.NUMBER_LOST:
        return LineClass.NUMBER_LOST
    if entry.problem is not None:
        return LineClass.UNREADABLE
    if found.invoice is None:
        return LineClass.SUSPECTED if found.candidates else LineClass.STATEMENT_ONLY
    return LineClass.DIFFERS if differs else LineClass.EQUAL


def _is_conflict(entry: StatementEntry, is_archived: bool, booked: bool | None, state: InvoiceState, risk: Risk) -> bool:
    """Whether something that is void, reversed or suspect is kept or booked as if it were good."""
    if entry.problem is not None or entry.is_red:
        return False
    is_bad = entry.state in _BAD_STATES or entry.risk is not Risk.NORMAL
    was_bad = entry.state is InvoiceState.UNKNOWN and (state in _BAD_STATES or risk is not Risk.NORMAL)
    return (is_bad or was_bad) and bool(is_archived or booked or entry.booked)


def _differences(entry: StatementEntry, invoice: ArchivedInvoice) -> tuple[Difference, ...]:
    """What both say, and say differently. Names are compared where one of them has no tax id: what is misread in a name is no finding."""
    found: list[Difference] = []

    def compare(name: str, ours: object, theirs: object, *, is_same: bool | None = None) -> None:
        if ours in (None, "") or theirs in (None, ""):
            return
        if not (ours == theirs if is_same is None else is_same):
            found.append(Difference(name, str(ours), str(theirs)))

    compare("issue_date", entry.issued_on, invoice.day)
    compare("tax_exclusive_amount", entry.net, invoice.net)
    compare("tax_amount", entry.tax, invoice.tax)
    compare("tax_inclusive_amount", entry.total, invoice.total)
    for side in ("seller", "buyer"):
        ids = getattr(entry, f"{side}_tax_id"), getattr(invoice, f"{side}_tax_id")
        names = getattr(entry, f"{side}_name"), getattr(invoice, f"{side}_name")
        compare(f"{side}_tax_id", *ids, is_same=tax_id_key(ids[0]) == tax_id_key(ids[1] or ""))
        if not all(ids):
            compare(f"{side}_name", *names, is_same=name_key(names[0]) == name_key(names[1] or ""))
    return tuple(found)


def _archive_only(statement: Statement, lookup: Lookup, found: Sequence[_Found]) -> Iterator[ReconciliationLine]:
    """What the archive has of the period and side of a complete list, or of a ledger, and no entry is or may be."""
    if statement.period is None or statement.side is None or not statement.own_tax_ids:
        return
    if statement.kind not in _COMPLETE and not statement.kind.is_ledger:
        return
    met = {one.invoice.id for one in found if one.invoice is not None} | {other.id for one in found for other in one.candidates}
    listed = 0
    seen: set[str] = {one.invoice.identity for one in found if one.invoice is not None}
    for invoice in lookup.of_period(*statement.period, statement.side, statement.own_tax_ids, frozenset(met)):
        # Another scan of an invoice that is listed is no other invoice.
        if invoice.identity in seen:
            continue
        seen.add(invoice.identity)
        listed += 1
        if listed > MOST_ARCHIVE_ONLY:
            return
        yield ReconciliationLine(LineClass.ARCHIVE_ONLY, invoice=invoice)
