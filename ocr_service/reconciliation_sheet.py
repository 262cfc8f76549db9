"""The lines of a reconciliation as a workbook for people who go on in one."""

import io
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import xlsxwriter

from models.reconciliation import CLASS_NAMES, ReconciliationLine
from ocr_service.reconciling import MOST_LINES, Reconciling
from storage.catalogue.reconciliation_lines import PlacedLine

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_TITLES = (
    *("行", "类别", "另外", "新", "发票代码", "发票号码", "开票日期", "销方名称", "销方识别号", "购方名称", "金额", "税额", "价税合计"),
    *("发票状态", "凭证", "摘要或备注", "差异（清单 ≠ 档案）", "档案中的发票", "可能是", "说明"),
)
_AMOUNTS = frozenset({10, 11, 12})
_WIDE = 24


def reconciliation_sheet(reconciling: Reconciling, reconciliation_id: str) -> tuple[bytes, str]:
    """The workbook and its file name; raise RecordNotFound.

    What stands in cells is text, numbers of invoices as well, but for amounts; nothing is ever a formula or a link, whoever wrote it.
    """
    found = reconciling.get(reconciliation_id)
    content = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    workbook = xlsxwriter.Workbook(content, options)
    sheet = workbook.add_worksheet("对账")
    bold, money = workbook.add_format({"bold": True}), workbook.add_format({"num_format": "#,##0.00"})
    sheet.set_column(0, len(_TITLES) - 1, _WIDE)
    sheet.freeze_panes(1, 0)
    for place, title in enumerate(_TITLES):
        sheet.write_string(0, place, title, bold)
    for row, placed in enumerate(_every_line(reconciling, reconciliation_id), 1):
        for place, value in enumerate(_cells(placed)):
            if place in _AMOUNTS and isinstance(value, Decimal):
                sheet.write_number(row, place, float(value), money)
            elif value not in (None, ""):
                sheet.write_string(row, place, str(value))
    workbook.close()
    return content.getvalue(), f"reconciliation-{found.id}.xlsx"


def _every_line(reconciling: Reconciling, reconciliation_id: str) -> Iterator[PlacedLine]:
    after = 0
    while page := reconciling.lines(reconciliation_id, after=after, limit=MOST_LINES):
        yield from page
        after = page[-1].place


def _cells(placed: PlacedLine) -> tuple[Any, ...]:
    line = placed.line
    entry, said = line.entry, _invoice_cells(line)
    return (
        placed.place,
        CLASS_NAMES[line.main],
        "、".join(CLASS_NAMES[one] for one in line.also),
        "是" if line.is_new else "",
        *said,
        entry.state.value if entry and entry.state.value != "unknown" else "",
        entry.voucher if entry else "",
        entry.text if entry else "",
        "；".join(f"{one.field}: {one.statement} ≠ {one.archive}" for one in line.differences),
        line.invoice.id if line.invoice else "",
        "、".join(line.candidates),
        entry.trouble if entry else "",
    )


def _invoice_cells(line: ReconciliationLine) -> tuple[Any, ...]:
    """As the list says it, and where it does not list the invoice as the archive does."""
    entry, invoice = line.entry, line.invoice
    if entry is not None:
        parties = (entry.seller_name, entry.seller_tax_id, entry.buyer_name)
        return (entry.code, entry.number, entry.issued_on, *parties, entry.net, entry.tax, entry.total)
    if invoice is None:
        return ("",) * 9
    parties = (invoice.seller_name or "", invoice.seller_tax_id or "", invoice.buyer_name or "")
    return (invoice.code, invoice.number, invoice.day, *parties, invoice.net, invoice.tax, invoice.total)
