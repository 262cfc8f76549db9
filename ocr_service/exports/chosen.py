"""The invoices that somebody wants taken out: those that were named one by one, or all that a filter of the register shows."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice

from models.calendar_words import day_in_china
from models.clues import InvoiceSummary
from models.errors import BadUsage, DocumentDestroyed, IntegrityViolated, InvoiceNotFound, NotFound
from models.export import ExportFormat, ExportRow, ExportWish, LeftOut
from models.register import RegisterFilter, RegisterOrder, RegisterRow
from models.register_texts import parse_register, texts_of
from ocr_service.exports.left_out import LeftOutList, Reason
from ocr_service.service import ArchiveService
from storage.catalogue.details import Details
from storage.catalogue.exported import details_of
from storage.catalogue.register import Register

MOST_NAMED = 10_000
"""Invoices that are named one by one; for more there is the filter."""
SORT = "sort"
"""The name of the order among the texts of a filter."""
_TOGETHER = 500
"""Rows whose details are looked up at once."""
_DETAILED = frozenset({ExportFormat.XLSX, ExportFormat.CSV, ExportFormat.VOUCHER})
"""Forms that show line items or remarks."""


def settled(service: ArchiveService, wish: ExportWish) -> tuple[ExportWish, int]:
    """A wish as it is kept, and how many invoices it means now. Words such as 本月 are those of today from here on.

    Raises:
        BadUsage, InvalidClue, InvoiceNotFound: it can never be met.
    """
    if wish.ids and wish.filter:
        raise BadUsage("name invoices by their ids, or give a filter, not both", field="ids")
    if len(wish.ids) > MOST_NAMED:
        raise BadUsage(f"name at most {MOST_NAMED} invoices; for more, give the filter that shows them", field="ids")
    if wish.mapping and wish.format is not ExportFormat.VOUCHER:
        raise BadUsage("only vouchers have a mapping", field="mapping")
    if wish.ids:
        unique = tuple(dict.fromkeys(wish.ids))
        _require_known(service, unique)
        return replace(wish, ids=unique), len(unique)
    asked, order = _asked(service, wish)
    counted = Register(service.catalogue).totals(asked, service.sees).count
    return replace(wish, filter={**texts_of(asked), SORT: str(order)}), counted


def chosen(service: ArchiveService, wish: ExportWish, left_out: LeftOutList) -> Iterator[ExportRow]:
    """The invoices, in the order in which they were named or in which the filter shows them.

    What is not there any more when its turn comes is told to `left_out`, and so is what has line items that cannot be read.
    """
    if wish.ids:
        rows = _named(service, wish.ids, left_out)
    else:
        rows = map(_row, Register(service.catalogue).each(*_asked(service, wish), service.sees))
    while together := list(islice(rows, _TOGETHER)):
        yield from _with_details(service, together, left_out) if wish.format in _DETAILED else together


def _asked(service: ArchiveService, wish: ExportWish) -> tuple[RegisterFilter, RegisterOrder]:
    texts = dict(wish.filter)
    order = RegisterOrder.parse(texts.pop(SORT, ""))
    return parse_register(texts, day_in_china(service.clock())), order


def _require_known(service: ArchiveService, names: Sequence[str]) -> None:
    found = {row.invoice.id for row in Register(service.catalogue).named(names, service.sees)}
    for name in names:
        if name not in found and _why_gone(service, name) is Reason.GONE:
            raise InvoiceNotFound(f"{name[:80]!r} names no invoice; an id looks like 0123456789abcdef0123-1")


def _why_gone(service: ArchiveService, name: str) -> Reason:
    try:
        service.catalogue.resolve(name, service.sees)
    except DocumentDestroyed:
        return Reason.DESTROYED
    except InvoiceNotFound:
        pass
    return Reason.GONE


def _named(service: ArchiveService, names: Sequence[str], left_out: LeftOutList) -> Iterator[ExportRow]:
    unique = iter(dict.fromkeys(names))
    while together := list(islice(unique, _TOGETHER)):
        found = {row.invoice.id: row for row in Register(service.catalogue).named(together, service.sees)}
        for name in together:
            if name in found:
                yield _row(found[name])
            else:
                left_out.add(LeftOut(name, _why_gone(service, name).value))


def _row(row: RegisterRow) -> ExportRow:
    return ExportRow(row.invoice, row.day, row.net, row.tax)


def _with_details(service: ArchiveService, rows: Iterable[ExportRow], left_out: LeftOutList) -> Iterator[ExportRow]:
    together = list(rows)
    known = details_of(service.catalogue.database, [row.invoice for row in together])
    for row in together:
        details = known.get(row.invoice.id) or _from_archive(service, row.invoice)
        if details is None:
            left_out.add(LeftOut(row.invoice.id, Reason.NO_ITEMS.value))
            yield row
        else:
            yield replace(row, items=details.items, remarks=details.remarks)


def _from_archive(service: ArchiveService, summary: InvoiceSummary) -> Details | None:
    """What an index has not that was made before it kept this; None where the record cannot be read."""
    try:
        return Details.of(service.show(summary.id).invoice)
    except (IntegrityViolated, NotFound):
        return None
