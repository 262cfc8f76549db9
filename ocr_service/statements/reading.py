"""A statement from the tables of its files."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import chain, islice

from models.errors import FileTooLarge, UnknownTable
from models.own_companies import OwnCompanies, Side
from models.statement import InvoiceState, Problem, Statement, StatementEntry, StatementKind
from ocr_service.statements.cells import Cell, text
from ocr_service.statements.entries import entry_of
from ocr_service.statements.heads import DEEPEST_HEAD, Head, find_head
from ocr_service.statements.titles import Meaning, TitleMapping
from ocr_service.statements.vouchers import Vouchers

Row = tuple[int, Sequence[Cell]]
"""Its number from 1, and its cells."""

MOST_INVOICES = 250_000
"""Of one statement: a kilobyte each is held while it is matched."""
_SUM = ("合计", "总计", "小计", "本页合计", "本页小计")
_ROUNDED = "0" * 5
"""How the last five of 20 digits look once a worksheet kept them as a quantity (it has 15)."""
_ROUNDED_SHARE = 10
"""One number in a hundred thousand ends so by itself. Where more than one in ten of a list does, all of them were rounded."""
_PERIOD = re.compile(r"20\d{2}(?:0[1-9]|1[0-2])")
_HALF_CENT = Decimal("0.005")
_OF_PLATFORM = (StatementKind.INVOICE_LIST, StatementKind.INVOICE_LINES)
_GRAVER = (InvoiceState.UNKNOWN, InvoiceState.NORMAL, InvoiceState.PARTLY_REVERSED, InvoiceState.REVERSED, InvoiceState.VOIDED)
_SUMMED = ("net", "tax", "total", "deductible")


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet of one file; its rows are read once."""

    file: str
    sheet: str
    rows: Iterable[Row]


@dataclass(slots=True)
class _Collected:
    kinds: dict[StatementKind, None] = field(default_factory=dict)
    entries: dict[tuple[str, str], StatementEntry] = field(default_factory=dict)
    further: list[StatementEntry] = field(default_factory=list)
    """Without a number, or at odds with an entry of the same number."""
    vouchers: Vouchers = field(default_factory=Vouchers)
    lists: set[tuple[str, str]] = field(default_factory=set)
    repeated: int = 0
    totals: int = 0
    ignored: list[str] = field(default_factory=list)
    unknown: dict[str, None] = field(default_factory=dict)
    tax_period: str = ""


def read_statement(
    tables: Iterable[Table], own: OwnCompanies, mappings: Sequence[TitleMapping] = (), *, is_chosen: bool = False
) -> Statement:
    """One statement from all the tables of its files, which may overlap.

    Raises:
        UnknownTable: none of them is a list that is held against the archive, or they are several lists that do not belong together.
    """
    collected = _Collected()
    for table in tables:
        _collect(collected, table, mappings, is_chosen)
    kinds = list(collected.kinds)
    if not kinds:
        raise UnknownTable(
            "no table with the titles of a list of invoices is in the file: export 全量发票查询, 抵扣勾选 or the vouchers of the ledger "
            "again, or explain its titles with a mapping"
        )
    if len(kinds) > 1 and not set(kinds) <= set(_OF_PLATFORM):
        names = ", ".join(kind.value for kind in kinds)
        raise UnknownTable(f"the files hold lists of several sorts ({names}): send each sort by itself")
    return _finished(collected, StatementKind.INVOICE_LIST if len(kinds) > 1 else kinds[0], own)


def _collect(collected: _Collected, table: Table, mappings: Sequence[TitleMapping], is_chosen: bool) -> None:
    rows = iter(table.rows)
    first = list(islice(rows, DEEPEST_HEAD + 1))
    head = find_head([cells for _, cells in first], mappings, is_chosen=is_chosen)
    if head is None:
        if first:
            collected.ignored.append(table.sheet or table.file)
        return
    collected.kinds.setdefault(head.kind)
    collected.unknown |= dict.fromkeys(head.unknown.values())
    above = (text(cell) for _, cells in first[: head.depth - 1] for cell in cells)
    collected.tax_period = next((f"{one[:4]}-{one[4:]}" for one in above if _PERIOD.fullmatch(one)), collected.tax_period)
    body = _without_totals(collected, head, chain(first[head.depth :], rows))
    if head.kind.is_ledger and not _has_numbers(head):
        collected.vouchers.take(head, table.file, table.sheet, body)
        return
    booked = True if head.kind is StatementKind.MAPPED else None
    read = (entry_of(head, number, cells) for number, cells in body)
    entries = (replace(entry, file=table.file, sheet=table.sheet, booked=booked or entry.booked) for entry in read)
    # A million lines are summed as they come, so that no more is held than there are invoices.
    whole = _summed(entries) if head.kind is StatementKind.INVOICE_LINES else list(_few(entries))
    for entry in _with_rounded_marked(whole):
        _add(collected, entry)
    _require_few(len(collected.entries) + len(collected.further))


def _few(entries: Iterable[StatementEntry]) -> Iterator[StatementEntry]:
    for count, entry in enumerate(entries, start=1):
        _require_few(count)
        yield entry


def _require_few(count: int) -> None:
    if count > MOST_INVOICES:
        raise FileTooLarge(f"the list has more than {MOST_INVOICES:,} invoices: export a shorter period, and send each by itself")


def _has_numbers(head: Head) -> bool:
    return Meaning.NUMBER in head.columns or Meaning.DIGITAL_NUMBER in head.columns


def _without_totals(collected: _Collected, head: Head, rows: Iterable[Row]) -> Iterator[Row]:
    """The rows that speak of something; a head that stands there again is left out too."""
    for number, cells in rows:
        texts = [cell for cell in cells if isinstance(cell, str)]
        if any("".join(one.split()).startswith(_SUM) for one in texts[:2]):
            collected.totals += 1
        elif any(text(cell) for cell in cells) and not _is_head_again(head, cells):
            yield number, cells


def _is_head_again(head: Head, cells: Sequence[Cell]) -> bool:
    again = find_head([cells]) if all(isinstance(one, str) or one is None for one in cells) and _repeats(head, cells) else None
    return again is not None


def _repeats(head: Head, cells: Sequence[Cell]) -> bool:
    place = head.columns.get(Meaning.DATE, head.columns.get(Meaning.SUMMARY, 0))
    found = text(cells[place]) if place < len(cells) else ""
    return "日期" in found or "摘要" in found


def _with_rounded_marked(entries: list[StatementEntry]) -> list[StatementEntry]:
    whole = [entry for entry in entries if len(entry.number) == 20]
    rounded = [entry for entry in whole if entry.number.endswith(_ROUNDED)]
    if not rounded or len(rounded) * _ROUNDED_SHARE <= len(whole):
        return entries
    told = "the last digits of the number are zeros: a program kept it as a quantity, which has 15 digits"
    lost = {id(entry) for entry in rounded}
    return [replace(entry, problem=Problem.NUMBER_LOST, trouble=told) if id(entry) in lost else entry for entry in entries]


def _summed(entries: Iterable[StatementEntry]) -> list[StatementEntry]:
    """Invoices from their lines: amounts are sums, and lines that look alike are lines all the same."""
    whole: dict[object, StatementEntry] = {}
    for entry in entries:
        key: object = (entry.file, entry.sheet, entry.row) if entry.problem else entry.key
        before = whole.get(key)
        whole[key] = entry if before is None else _with_line(before, entry)
        _require_few(len(whole))
    return list(whole.values())


def _with_line(before: StatementEntry, line: StatementEntry) -> StatementEntry:
    sums: dict[str, Decimal] = {}
    for name in _SUMMED:
        one, other = getattr(before, name), getattr(line, name)
        if one is not None or other is not None:
            sums[name] = (one or Decimal(0)) + (other or Decimal(0))
    return replace(
        before,
        rows=before.rows + line.rows,
        net=sums.get("net"),
        tax=sums.get("tax"),
        total=sums.get("total"),
        deductible=sums.get("deductible"),
    )


def _add(collected: _Collected, entry: StatementEntry) -> None:
    """Take in an entry: an invoice that stands in several files or sheets counts once, with the gravest of its states."""
    if entry.problem is not None:
        collected.further.append(entry)
        return
    before = collected.entries.get(entry.key)
    if before is None:
        collected.entries[entry.key] = entry
    elif _same_amounts(before, entry):
        collected.repeated += 1
        collected.entries[entry.key] = _merged(before, entry)
    else:
        collected.further.append(entry)


def _same_amounts(one: StatementEntry, other: StatementEntry) -> bool:
    pairs = ((one.net, other.net), (one.tax, other.tax), (one.total, other.total))
    return one.voucher == other.voucher and all(left is None or right is None or left == right for left, right in pairs)


def _merged(one: StatementEntry, other: StatementEntry) -> StatementEntry:
    state = max(one.state, other.state, key=lambda state: _GRAVER.index(state) if state in _GRAVER else len(_GRAVER))
    selected = other.selected if other.selected is not None else one.selected
    booked = other.booked if other.booked is not None else one.booked
    return replace(one, state=state, selected=selected, booked=booked, risk=max(one.risk, other.risk, key=lambda risk: risk != "normal"))


def _finished(collected: _Collected, kind: StatementKind, own: OwnCompanies) -> Statement:
    entries = [*collected.entries.values(), *collected.further, *collected.vouchers.entries()]
    if kind in _OF_PLATFORM:
        entries = _with_reversals(entries)
    side, ours, not_ours = side_of(entries, kind, own)
    days = [day for day in ((entry.booked_on or entry.issued_on) for entry in entries) if day is not None]
    return Statement(
        kind=kind,
        entries=tuple(entries),
        side=side,
        period=_period(days, kind),
        own_tax_ids=ours,
        tax_period=collected.tax_period,
        not_ours=not_ours,
        repeated=collected.repeated,
        totals=collected.totals,
        unmatched_rows=collected.vouchers.silent,
        ignored_sheets=tuple(collected.ignored),
        unknown_columns=tuple(collected.unknown),
    )


def _with_reversals(entries: list[StatementEntry]) -> list[StatementEntry]:
    """A blue invoice whose red ones are in the list is reversed by as much as they come to, whatever its own row still says."""
    reds: dict[str, Decimal] = defaultdict(Decimal)
    for entry in entries:
        if entry.blue_number and entry.total is not None and entry.state is not InvoiceState.VOIDED:
            reds[entry.blue_number] += abs(entry.total)
    return [_reversed_by(entry, reds) if reds else entry for entry in entries]


def _reversed_by(entry: StatementEntry, reds: dict[str, Decimal]) -> StatementEntry:
    covered = reds.get(entry.code + entry.number, reds.get(entry.number, Decimal(0)))
    if not covered or entry.total is None or entry.state not in (InvoiceState.UNKNOWN, InvoiceState.NORMAL, InvoiceState.PARTLY_REVERSED):
        return entry
    is_whole = covered >= abs(entry.total) - _HALF_CENT
    return replace(entry, state=InvoiceState.REVERSED if is_whole else InvoiceState.PARTLY_REVERSED)


def side_of(entries: Sequence[StatementEntry], kind: StatementKind, own: OwnCompanies) -> tuple[Side | None, frozenset[str], int]:
    """Whose invoices they are, the tax ids that say so, and how many entries have neither side ours."""
    if kind.is_ledger or kind in (StatementKind.DEDUCTION_SELECTION, StatementKind.DEDUCTION_CERTIFIED, StatementKind.DOWNLOAD_LIST):
        return Side.RECEIVED, own.tax_ids, 0
    if own.companies:
        sides = Counter(own.side_of(entry.seller_tax_id, entry.buyer_tax_id) for entry in entries if entry.problem is None)
        known = [side for side in sides if side is not None]
        return (known[0] if len(known) == 1 else None), own.tax_ids, sides[None]
    buyers = {entry.buyer_tax_id for entry in entries if entry.problem is None}
    sellers = {entry.seller_tax_id for entry in entries if entry.problem is None}
    if len(buyers) == 1 and len(sellers) != 1 and buyers != {""}:
        return Side.RECEIVED, frozenset(buyers), 0
    if len(sellers) == 1 and len(buyers) != 1 and sellers != {""}:
        return Side.ISSUED, frozenset(sellers), 0
    return None, frozenset(), 0


def _period(days: Sequence[date], kind: StatementKind) -> tuple[date, date] | None:
    """The months that it speaks of: an export is asked for by whole months, or by days within them."""
    if not days:
        return None
    first, last = min(days), max(days)
    if not kind.is_ledger:
        return first, last
    next_month = (last.replace(day=1) + timedelta(32)).replace(day=1)
    return first.replace(day=1), next_month - timedelta(1)
