"""The pages of one file -> its invoices: a 销货清单 goes to the invoice that it names, the second page of a 数电票 to its first."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from models.invoice import InvoiceKind, Witness
from ocr_service.evidence import Candidate, ExtractedInvoice
from ocr_service.faces.face import Face
from ocr_service.faces.sales_list import SalesList, SheetMark, read_sales_list, sheet_mark

_SUMS = ("tax_exclusive_amount", "tax_amount", "tax_inclusive_amount", "tax_inclusive_amount_in_words")
_TOTALS = ("tax_inclusive_amount", "tax_inclusive_amount_in_words")
_AT_THE_END = (*_SUMS, "remarks", "payee", "reviewer", "drawer")
"""What an invoice of several pages prints on the last one."""
_PRINTED_AGAIN = ("invoice_number", "issue_date")
"""What each of its pages prints, so that the second is a witness to the first."""


@dataclass(frozen=True, slots=True)
class ContinuationStage:
    """Joins pages only where they say themselves that they belong together; a list without its invoice stays a record of its own."""

    name: str = "continuation"

    def run(self, value: tuple[ExtractedInvoice, ...]) -> tuple[ExtractedInvoice, ...]:
        """Join what was extracted from the pages of one file, in their order."""
        lists = [read_sales_list(found.classified.page) for found in value]
        invoices = _joined_pages([found for found, sheet in zip(value, lists, strict=True) if sheet is None])
        strays: list[ExtractedInvoice] = []
        for found, sheet in zip(value, lists, strict=True):
            if sheet is None:
                continue
            owners = [at for at, invoice in enumerate(invoices) if _owns(invoice, sheet)]
            for at in owners:
                invoices[at] = _with_list(invoices[at], sheet, found)
            if not owners:
                strays.append(_alone(found, sheet))
        return tuple(sorted((*invoices, *strays), key=lambda invoice: invoice.classified.page.number))


def _owns(invoice: ExtractedInvoice, sheet: SalesList) -> bool:
    """Whether the list names this invoice: by number, and by code where the number is of eight digits."""
    if sheet.belongs_to is None:
        return False
    code, number = sheet.belongs_to
    return number in _values(invoice, "invoice_number") and (not code or code in _values(invoice, "invoice_code"))


def _with_list(invoice: ExtractedInvoice, sheet: SalesList, found: ExtractedInvoice) -> ExtractedInvoice:
    return replace(invoice, items=(*invoice.items, *sheet.items), further_pages=(*invoice.further_pages, found.classified.page))


def _alone(found: ExtractedInvoice, sheet: SalesList) -> ExtractedInvoice:
    kind = InvoiceKind.OTHER
    classified = replace(found.classified, kind=kind, title=sheet.title, kind_votes={"title": kind})
    return ExtractedInvoice(classified, sheet.candidates, sheet.items)


def _joined_pages(pages: Sequence[ExtractedInvoice]) -> list[ExtractedInvoice]:
    """数电票 of several pages as one invoice each."""
    marks = [sheet_mark(Face.of(page.classified.page)) if page.classified.kind.is_digital else None for page in pages]
    joined: list[ExtractedInvoice] = []
    open_at: SheetMark | None = None
    for page, mark in zip(pages, marks, strict=True):
        if joined and _goes_on(joined[-1], open_at, page, mark):
            joined[-1] = _with_page(joined[-1], page)
        else:
            joined.append(_without_sheet_sums(page) if _is_partial(page, mark) else page)
        open_at = mark
    return joined


def _goes_on(invoice: ExtractedInvoice, open_at: SheetMark | None, page: ExtractedInvoice, mark: SheetMark | None) -> bool:
    """Whether a page is the next one of the invoice before it.

    Same number, and either its mark follows, or (marks not read) the invoice so far has no total yet: two copies of a one-page invoice
    both have theirs.
    """
    same = set(_values(invoice, "invoice_number")) & set(_values(page, "invoice_number"))
    if not same or not (invoice.classified.kind.is_digital and page.classified.kind.is_digital):
        return False
    if open_at is not None and mark is not None:
        return open_at.of == mark.of and open_at.at + 1 == mark.at
    return not _has_total(invoice)


def _is_partial(page: ExtractedInvoice, mark: SheetMark | None) -> bool:
    return mark is not None and mark.at < mark.of and not _has_total(page)


def _has_total(page: ExtractedInvoice) -> bool:
    return any(page.candidates.get(key) for key in _TOTALS)


def _without_sheet_sums(page: ExtractedInvoice) -> ExtractedInvoice:
    """A page that is not the last closes with the sum of its own lines: nothing that the invoice as a whole says."""
    candidates = {key: found for key, found in page.candidates.items() if key not in _SUMS}
    return replace(page, candidates=candidates)


def _with_page(invoice: ExtractedInvoice, page: ExtractedInvoice) -> ExtractedInvoice:
    """The invoice with what its next page adds: lines, the sums at the end, a second print of number and date."""
    page = page if _has_total(page) else _without_sheet_sums(page)
    number = page.classified.page.number
    candidates = dict(_without_sheet_sums(invoice).candidates)
    for key in _AT_THE_END:
        if page.candidates.get(key):
            candidates[key] = tuple(replace(candidate, page=number) for candidate in page.candidates[key])
    for key in _PRINTED_AGAIN:
        again = (replace(candidate, page=number, witness=_second(candidate)) for candidate in page.candidates.get(key, ()))
        candidates[key] = (*candidates.get(key, ()), *again)
    for key, found in page.candidates.items():
        candidates.setdefault(key, tuple(replace(candidate, page=number) for candidate in found))
    items = (*invoice.items, *page.items)
    further_pages, cut_at = (*invoice.further_pages, page.classified.page), tuple(dict.fromkeys((*invoice.cut_at, *page.cut_at)))
    return replace(invoice, candidates=candidates, items=items, further_pages=further_pages, cut_at=cut_at)


def _second(candidate: Candidate) -> Witness:
    return Witness.SECOND_PRINT if candidate.witness is Witness.PRINTED else candidate.witness


def _values(invoice: ExtractedInvoice, key: str) -> list[str]:
    return [candidate.value for candidate in invoice.candidates.get(key, ()) if candidate.value is not None]
