"""The list of destruction (会计档案销毁清册) as a page to be printed and signed, and as a table.

What it bears is that of 会计档案管理办法: name, number of volumes, years, term, time of destruction; five opinions; supervisors.
"""

import base64
import csv
import hashlib
import io
from collections.abc import Mapping
from html import escape

from models.calendar_words import day_in_china
from models.destruction import OPINIONS, SUPERVISORS, ListedDocument
from storage.destruction import StandingList

_COLUMNS = (
    *("序号", "档号", "名称", "发票代码", "发票号码", "开票日期", "件数", "页数"),
    *("会计年度", "应保管期限（年）", "已保管（年）", "期满日", "销毁时间"),
)
_STYLE = (
    "body{font-family:serif;margin:2em}div{overflow-x:auto}table{border-collapse:collapse;width:100%}"
    "td,th{border:1px solid;padding:.3em;text-align:left;overflow-wrap:anywhere}"
    "td:nth-child(2){word-break:break-all}td:nth-child(6),td:nth-child(12),td:nth-child(13){white-space:nowrap}@page{size:A4 landscape}"
)

STYLE_SOURCE = f"'sha256-{base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()}'"
"""How a Content-Security-Policy names the style of the page."""


def list_as_csv(standing: StandingList) -> bytes:
    """A table in UTF-8 with its mark, as spreadsheets open it; no cell begins a formula."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(_COLUMNS)
    writer.writerows([harmless(cell) for cell in row] for row in _rows(standing))
    return text.getvalue().encode("utf-8-sig", "backslashreplace")


def list_as_html(standing: StandingList) -> bytes:
    """A page that needs nothing else."""
    proposed, approval = standing.proposed, standing.approval
    head = "".join(f"<th>{escape(column)}</th>" for column in _COLUMNS)
    body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in _rows(standing))
    drawn_up = f"清册编号 {proposed.id}　拟销毁：{proposed.by}，{day_in_china(proposed.at)}　理由：{proposed.reason}"
    approved = "尚未批准" if approval is None else f"批准：{approval.by}，{day_in_china(approval.at)}"
    opinions = _signatures("鉴定意见（签名）", OPINIONS, {} if approval is None else approval.opinions)
    supervisors = _signatures("监销人（销毁前清点，销毁后签名）", SUPERVISORS, {} if approval is None else approval.supervisors)
    page = (
        f'<!doctype html><html lang="zh"><meta charset="utf-8"><title>会计档案销毁清册 {escape(proposed.id)}</title><style>{_STYLE}</style>'
        f"<main><h1>会计档案销毁清册</h1><p>{escape(drawn_up)}<br>{escape(approved)}　保管期限表 {proposed.terms_dated}</p>"
        f'<div tabindex="0"><table><tr>{head}</tr>{body}</table></div>{opinions}{supervisors}'
        "<p>姓名由批准人填写，以签名为准。 Names are as the approver wrote them; the signatures count.</p></main></html>"
    )
    return page.encode("utf-8", "backslashreplace")


def _signatures(title: str, offices: tuple[str, ...], named: Mapping[str, str]) -> str:
    rows = "".join(f"<tr><td>{escape(office)}</td><td>{escape(named.get(office, ''))}</td><td>　</td></tr>" for office in offices)
    return f"<h2>{escape(title)}</h2><table><tr><th>职务</th><th>姓名、意见</th><th>签名、日期</th></tr>{rows}</table>"


def _rows(standing: StandingList) -> list[list[str]]:
    return [_row(place, listed, standing) for place, listed in enumerate(standing.proposed.documents, start=1)]


def _row(place: int, listed: ListedDocument, standing: StandingList) -> list[str]:
    approval = standing.approval
    day = None if approval is None else day_in_china(approval.at)
    kept = "" if day is None else str(day.year - listed.accounting_year - 1)
    invoices = listed.invoices
    return [
        str(place),
        listed.document.hex,
        "、".join(invoice.kind.chinese for invoice in invoices) or "未识别",
        "、".join(invoice.code or "" for invoice in invoices),
        "、".join(invoice.number or "" for invoice in invoices),
        "、".join(invoice.issued_on or "" for invoice in invoices),
        "1",
        str(listed.pages),
        str(listed.accounting_year),
        str(listed.years),
        kept,
        listed.due.isoformat(),
        "" if day is None else day.isoformat(),
    ]


def harmless(cell: str) -> str:
    """A cell by which no spreadsheet begins a formula."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
