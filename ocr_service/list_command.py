"""The command `piaogen list`: the register, page after page, with its count and sums."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from models.register import DEFAULT_ON_A_PAGE, MOST_ON_A_PAGE
from models.register_texts import FILTERS, where_texts
from ocr_service.terminal import Archive, AsJson, notes, open_service, say, settings_at

if TYPE_CHECKING:
    from models.register import RegisterRow, RegisterTotals

Where = Annotated[list[str] | None, typer.Option("--where", metavar="NAME=TEXT", help=f"A condition, more than once: {', '.join(FILTERS)}")]
Sort = Annotated[str, typer.Option(help="issue_date, received, amount, seller or number; with - before it the greatest first")]


def list_invoices(
    *,
    where: Where = None,
    sort: Sort = "-received",
    cursor: Annotated[str, typer.Option(help="Where the page before ended: its next_cursor")] = "",
    limit: Annotated[int, typer.Option(min=1, max=MOST_ON_A_PAGE)] = DEFAULT_ON_A_PAGE,
    as_json: AsJson = False,
    archive: Archive = None,
) -> None:
    """List invoices by any filter in any order, with their count and what they come to."""
    from ocr_service.register import RegisterQuestion, page_of, totals_of

    texts = where_texts(where or ())
    with open_service(settings_at(archive), create=False) as service:
        question = RegisterQuestion.read(service, texts, sort)
        page, totals = page_of(service, question, cursor, limit), totals_of(service, question.asked)
    for row in page.rows:
        say(encode_row(row) if as_json else _described(row))
    if as_json:
        say({**encode_totals(totals), "next_cursor": page.next, "previous_cursor": page.previous})
        return
    sums = f"金额 net {totals.net:,.2f}  税额 tax {totals.tax:,.2f}  价税合计 total {totals.total:,.2f}"
    say(f"共 {totals.count} 张  {totals.count} invoices  {sums}")
    if page.next is not None:
        notes.print(f"下一页  next page: --cursor {page.next}", markup=False, soft_wrap=True)


def encode_row(row: "RegisterRow") -> dict[str, Any]:
    """A row of the register as JSON: as a hit's `invoice`, with 金额 and 税额 beside."""
    from ocr_service.report import encode_summary

    return {
        **encode_summary(row.invoice),
        "tax_exclusive_amount": None if row.net is None else str(row.net),
        "tax_amount": None if row.tax is None else str(row.tax),
        "department": row.department,
        "duplicate": row.duplicate,
        "paper": None if row.paper is None else row.paper.value,
    }


def encode_totals(totals: "RegisterTotals") -> dict[str, Any]:
    """The count and the sums as JSON; amounts are decimal strings in yuan."""
    sums = {"tax_exclusive_amount": str(totals.net), "tax_amount": str(totals.tax), "tax_inclusive_amount": str(totals.total)}
    return {"total": totals.count, "sums": sums}


def _described(row: "RegisterRow") -> str:
    from ocr_service.report import VERDICT_NAMES, on_one_line

    invoice = row.invoice
    marks = [VERDICT_NAMES[invoice.verdict]]
    if row.duplicate:
        marks.append("重复 duplicate")
    if invoice.withdrawn:
        marks.append("已作废 withdrawn")
    said = (
        invoice.id,
        str(row.day or "—"),
        invoice.kind.chinese,
        invoice.number or "—",
        "—" if row.total is None else f"{row.total:,.2f}",
        on_one_line(invoice.seller_name or "—"),
        " · ".join(marks),
    )
    return "  ".join(said)
