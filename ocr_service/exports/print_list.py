"""A list of invoices for printing: A4 across, its titles on every page, sums at its end. Typst sets it; `print_list.typ` is the layout."""

import json
from collections.abc import Callable, Iterable
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from models.calendar_words import CHINA
from models.errors import BadUsage
from models.export import ExportRow
from ocr_service.exports.columns import VERDICTS
from ocr_service.typesetting import typeset

MOST_PRINTED = 5_000
"""Invoices of one list."""
_TEMPLATE = Path(__file__).with_name("print_list.typ")
_MOST_LETTERS = 60
"""Of a name: two lines of its column."""


def write_print_list(rows: Iterable[ExportRow], path: Path, at: datetime, step: Callable[[int], None]) -> int:
    """Write the PDF; returns how many invoices are on it.

    Raises:
        BadUsage: more than `MOST_PRINTED`.
        OutOfResources: it could not be set on this machine.
    """
    lines: list[list[str]] = []
    sums = [Decimal(0), Decimal(0), Decimal(0)]
    for row in rows:
        if len(lines) == MOST_PRINTED:
            raise BadUsage(f"a list for printing has at most {MOST_PRINTED} invoices: narrow the filter, or take xlsx", field="format")
        amounts = (row.net, row.tax, row.invoice.total)
        sums = [so_far + (amount or 0) for so_far, amount in zip(sums, amounts, strict=True)]
        lines.append(_line(row, len(lines) + 1))
        step(len(lines))
    made = at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M")
    data = {"lines": lines, "sums": [f"{amount:,.2f}" for amount in sums], "made": made, "count": len(lines)}
    path.write_bytes(typeset({"main.typ": _TEMPLATE.read_text(encoding="utf-8"), "data.json": json.dumps(data, ensure_ascii=False)}))
    return len(lines)


def _line(row: ExportRow, place: int) -> list[str]:
    invoice = row.invoice
    number = " ".join(part for part in (invoice.code, invoice.number) if part)
    verdict = "已作废" if invoice.withdrawn else VERDICTS[invoice.verdict]
    return [
        str(place),
        "" if row.day is None else row.day.isoformat(),
        invoice.kind.chinese,
        number,
        (invoice.seller_name or "")[:_MOST_LETTERS],
        (invoice.buyer_name or "")[:_MOST_LETTERS],
        *("" if amount is None else f"{amount:,.2f}" for amount in (row.net, row.tax, invoice.total)),
        verdict,
    ]
