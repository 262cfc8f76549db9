"""Labels for papers as PDF sheets: a QR code with the archive's id and the invoice's, and what a person knows the paper by."""

import io
import json
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

import segno

from models.errors import BadUsage
from models.papers import label_of
from ocr_service.papers import PaperKeeping
from ocr_service.typesetting import typeset

MOST_LABELS = 500
"""In one PDF."""
_TEMPLATE = Path(__file__).with_name("paper_labels.typ")
_MOST_LETTERS = 30
"""Of a seller's name: more would not fit beside the code."""


class Sheet(StrEnum):
    """An A4 sheet of stickers, by the number of those on it."""

    S24 = "24"
    S21 = "21"
    S65 = "65"


class _Measure(NamedTuple):
    """In millimetres."""

    columns: int
    rows: int
    width: float
    height: float
    left: float
    top: float
    gap: float


_MEASURES = {
    Sheet.S24: _Measure(3, 8, 70.0, 37.0, 0.0, 0.5, 0.0),
    Sheet.S21: _Measure(3, 7, 63.5, 38.1, 7.2, 15.1, 2.5),
    Sheet.S65: _Measure(5, 13, 38.1, 21.2, 4.7, 10.7, 2.5),
}
"""As makers of such sheets print them on the package: 70 × 37, 63.5 × 38.1 and 38.1 × 21.2 mm."""


def labels_pdf(papers: PaperKeeping, names: Sequence[str], sheet: Sheet, skipped: int = 0) -> bytes:
    """The labels of these invoices, one after the other.

    Args:
        papers: The papers of an archive.
        names: Ids of invoices.
        sheet: What they are printed on.
        skipped: How many stickers of the first sheet are used already.

    Raises:
        BadUsage: no invoice, too many, or more stickers used than there are on a sheet.
        InvoiceNotFound: a name is none that is seen.
        OutOfResources: they could not be set on this machine.
    """
    measure = _MEASURES[sheet]
    if not 1 <= len(names) <= MOST_LABELS:
        raise BadUsage(f"name 1 to {MOST_LABELS} invoices", field="invoices")
    if not 0 <= skipped < measure.columns * measure.rows:
        raise BadUsage(f"a sheet has {measure.columns * measure.rows} stickers", field="skipped")
    archive, labels, files = papers.archive_id, [], {}
    for place, name in enumerate(names):
        summary, code = papers.summary(name), f"code-{place}.svg"
        # Capitals alone make a code of larger squares.
        files[code] = _drawn(label_of(archive, summary.id).upper())
        labels.append(
            {
                "code": code,
                "invoice": summary.id,
                "number": summary.number or "",
                "seller": (summary.seller_name or "")[:_MOST_LETTERS],
                "date": "" if summary.issue_date is None else summary.issue_date.isoformat(),
                "total": "" if summary.total is None else f"¥{summary.total}",
            }
        )
    data = {"sheet": measure._asdict(), "skipped": skipped, "labels": labels}
    return typeset({"main.typ": _TEMPLATE.read_text(encoding="utf-8"), "data.json": json.dumps(data, ensure_ascii=False), **files})


def _drawn(text: str) -> str:
    picture = io.BytesIO()
    segno.make_qr(text, error="m").save(picture, kind="svg", border=2, xmldecl=False)
    return picture.getvalue().decode()
