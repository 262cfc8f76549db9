"""The forms that go with papers, for printing and signing or as a table: 签收单, 交接清单, 装订封面, 借阅登记, 档案盒, 盘点表.

Their columns are what finance departments use for them; what nobody recorded is left empty for a pen.
"""

import base64
import csv
import hashlib
import io
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from html import escape
from typing import Any

from models.calendar_words import CHINA
from models.clues import InvoiceSummary
from models.errors import BadUsage, DocumentDestroyed, InvoiceNotFound
from models.papers import PaperEventKind
from ocr_service.destruction_list import harmless
from ocr_service.papers import PaperKeeping, PastEvent, StandingPaper
from ocr_service.stocktaking import StandingCount

_STYLE = (
    "body{font-family:serif;margin:2em}div{overflow-x:auto}table{border-collapse:collapse;width:100%}"
    "td,th{border:1px solid;padding:.3em;text-align:left;overflow-wrap:anywhere}@page{size:A4 landscape}"
)
STYLE_SOURCE = f"'sha256-{base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()}'"
"""How a Content-Security-Policy names the style of the page."""


class PaperForm(StrEnum):
    """A form, of papers of a box or a period; of loans it is all that are out."""

    RECEIPT = "receipt"
    HANDOVER = "handover"
    BINDING = "binding"
    LOANS = "loans"
    BOX = "box"

    @property
    def chinese(self) -> str:
        """As the trade calls it."""
        return _TITLES[self]


_TITLES = {"receipt": "发票签收单", "handover": "凭证交接清单", "binding": "装订封面", "loans": "借阅登记", "box": "档案盒目录"}
_INVOICE = ("发票代码", "发票号码", "开票日期", "开票方", "价税合计")
_COLUMNS = {
    PaperForm.RECEIPT: (*_INVOICE, "份数", "交件人", "签收人", "签收时间", "备注"),
    PaperForm.HANDOVER: (*_INVOICE, "份数", "移交人", "接收人", "交接时间", "备注"),
    PaperForm.BINDING: (*_INVOICE, "凭证号", "册", "装订人", "装订时间", "备注"),
    PaperForm.LOANS: (*_INVOICE, "借阅人", "借阅日期", "应还日期", "实还日期", "备注"),
    PaperForm.BOX: (*_INVOICE, "凭证号", "册", "盒", "位", "状态"),
}
_SIGNED = {
    PaperForm.RECEIPT: ("交件人", "签收人", "职务与电话"),
    PaperForm.HANDOVER: ("移交人", "接收人", "监交人"),
    PaperForm.BINDING: ("会计主管", "装订人", "装订日期"),
    PaperForm.LOANS: ("借阅人", "审批人", "归还经手"),
    PaperForm.BOX: ("立卷人", "检查人", "日期"),
}
_KIND = {
    PaperForm.RECEIPT: PaperEventKind.RECEIVED,
    PaperForm.HANDOVER: PaperEventKind.HANDED_OVER,
    PaperForm.BINDING: PaperEventKind.BOUND,
    PaperForm.LOANS: PaperEventKind.LENT,
}
"""The event that a form is about: papers to which it did not happen are not on it."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A filled-in form: what it is about, its rows, and who signs."""

    title: str
    facts: tuple[tuple[str, str], ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    signed: tuple[str, ...]

    def as_csv(self) -> bytes:
        """A table in UTF-8 with its mark, as spreadsheets open it; no cell begins a formula."""
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow(("序号", *self.columns))
        for place, row in enumerate(self.rows, start=1):
            writer.writerow((str(place), *map(harmless, row)))
        return text.getvalue().encode("utf-8-sig", "backslashreplace")

    def as_html(self) -> bytes:
        """A page that needs nothing else."""
        facts = "　".join(f"{escape(name)}：{escape(value)}" for name, value in self.facts)
        head = "".join(f'<th scope="col">{escape(column)}</th>' for column in ("序号", *self.columns))
        body = "".join(
            f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in (str(place), *row))}</tr>" for place, row in enumerate(self.rows, start=1)
        )
        signed = "　　　　　　".join(f"{escape(office)}：" for office in self.signed)
        page = (
            f'<!doctype html><html lang="zh"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
            f"<title>{escape(self.title)}</title><style>{_STYLE}</style><main><h1>{escape(self.title)}</h1><p>{facts}</p>"
            f'<div tabindex="0" role="region" aria-label="{escape(self.title)}"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody>'
            f"</table></div><p>{signed}</p></main></html>"
        )
        return page.encode("utf-8", "backslashreplace")


def filled_in(papers: PaperKeeping, form: PaperForm, standing: Sequence[StandingPaper], about: str) -> Sheet:
    """A form of these papers; those to which what it is about did not happen are left out.

    Args:
        papers: The papers of an archive.
        form: Which one.
        standing: The papers, of a box or a period, or for the register of loans those that are out.
        about: The box or the period, as the form names it.

    Raises:
        BadUsage: there is nothing to be printed.
    """
    rows, total, vouchers = [], Decimal(0), []
    for one in standing:
        past = _last(papers, one, form)
        if past is None and form in _KIND:
            continue
        summary = _summary(papers, one)
        total += (summary.total if summary is not None else None) or Decimal(0)
        vouchers.append(one.paper.voucher)
        rows.append((*_invoice_cells(one, summary), *_cells(form, one, past)))
    if not rows:
        raise BadUsage("nothing of this happened to these papers: there is nothing to be printed", field="form")
    named = sorted(filter(None, vouchers))
    facts = [("范围", about), ("件数", str(len(rows))), ("价税合计", f"{total:,.2f}"), ("日期", papers.today().isoformat())]
    if named:
        facts.append(("起止凭证号", f"{named[0]} – {named[-1]}"))
    return Sheet(form.chinese, tuple(facts), _COLUMNS[form], tuple(rows), _SIGNED[form])


def counted(papers: PaperKeeping, standing: StandingCount) -> Sheet:
    """The 盘点表 of a count."""
    count, rows = standing.count, []
    for invoice in (*count.expected, *count.surplus):
        is_expected, is_seen = invoice in count.expected, invoice in count.seen or invoice in count.surplus
        one = papers.paper(invoice)
        remark = "" if is_expected and is_seen else ("缺失" if is_expected else "多出")
        states = ("在" if is_expected else "不在", "在" if is_seen else "不在", remark)
        rows.append((*_invoice_cells(one, _summary(papers, one)), one.paper.box, one.paper.place, *states))
    facts = (
        ("任务号", standing.id),
        ("范围", str(count.scope)),
        *(("应盘", str(len(count.expected))), ("已盘", str(len(count.seen))), ("异常", str(len(count.missing) + len(count.surplus)))),
        ("盘点人", standing.by),
    )
    columns = (*_INVOICE, "盒", "位", "应有状态", "实际状态", "差异")
    return Sheet("纸票盘点表", facts, columns, tuple(rows), ("盘点人", "监盘人", "日期"))


def _cells(form: PaperForm, one: StandingPaper, past: PastEvent | None) -> tuple[str, ...]:
    paper = one.paper
    if form is PaperForm.BOX or past is None:
        return (paper.voucher, paper.volume, paper.box, paper.place, paper.state.chinese)
    event, at = past.event, past.at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M")
    cells: dict[PaperForm, tuple[str, ...]] = {
        PaperForm.RECEIPT: ("1", event.person, past.by, at, event.note),
        PaperForm.HANDOVER: ("1", past.by, event.person, at, event.note),
        PaperForm.BINDING: (event.voucher, event.volume, past.by, at, event.note),
        PaperForm.LOANS: (event.person, at, "" if event.due is None else event.due.isoformat(), "", event.note),
    }
    return cells[form]


def _last(papers: PaperKeeping, one: StandingPaper, form: PaperForm) -> PastEvent | None:
    """The last event that the form is about."""
    happened = [past for past in papers.history(one.invoice) if past.event.kind is _KIND.get(form)]
    return happened[-1] if happened else None


def _summary(papers: PaperKeeping, one: StandingPaper) -> InvoiceSummary | None:
    with suppress(InvoiceNotFound, DocumentDestroyed):
        return papers.summary(one.invoice)
    return None


def _invoice_cells(one: StandingPaper, summary: InvoiceSummary | None) -> tuple[str, ...]:
    if summary is None:
        return ("", one.invoice, "", "", "")
    values: tuple[Any, ...] = (summary.code, summary.number or one.invoice, summary.issue_date, summary.seller_name, summary.total)
    return tuple("" if value is None else str(value) for value in values)
