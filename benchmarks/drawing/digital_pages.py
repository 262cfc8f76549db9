"""A digital invoice of more lines than a page holds: every page repeats the head, the last one has the totals."""

from dataclasses import replace

import numpy as np

from benchmarks.drawing.digital_face import Leaf, draw_digital
from benchmarks.drawing.document import Drawn, Page
from benchmarks.drawing.invoice import invent
from benchmarks.drawing.table import goods_line

_LINES_A_PAGE = 6


def draw_digital_pages(rng: np.random.Generator, seed: int, place: int, dpi: int) -> Drawn:
    """Draw an invoice of two or three pages."""
    kind = ("digital_general", "digital_special")[place % 2]
    base = invent(kind, int(rng.integers(0, 2**31)), lines=1)
    count = int(rng.integers(_LINES_A_PAGE + 1, 3 * _LINES_A_PAGE + 1))
    items = tuple(goods_line(rng, kind, base.issue_date, small=False, taxation="ordinary") for _ in range(count))
    invoice = replace(base, items=items)
    starts = range(0, count, _LINES_A_PAGE)
    leaves = [Leaf(at + 1, len(starts), start, items[start : start + _LINES_A_PAGE]) for at, start in enumerate(starts)]
    sheets = [draw_digital(invoice, dpi, leaf) for leaf in leaves]
    codes = () if invoice.qr_payload is None else (invoice.qr_payload,)
    pages = tuple(Page(sheet.finish(), tuple(sheet.prints), codes) for sheet in sheets)
    return Drawn("digital_pages", f"{len(leaves)} pages", seed, place, dpi, pages, (invoice.truth,))
