"""A labelled set of any size: every kind of paper drawn clean, or invoices of the tax-control family seen through a camera."""

from dataclasses import dataclass

import numpy as np
from PIL import Image

from benchmarks.drawing.camera import photograph, scan
from benchmarks.drawing.digital_pages import draw_digital_pages
from benchmarks.drawing.document import DRAWING_VERSION, Drawn, Page
from benchmarks.drawing.face import draw
from benchmarks.drawing.invoice import KINDS, DrawnInvoice, invent
from benchmarks.drawing.kinds.lists import draw_list
from benchmarks.drawing.kinds.web_pages import draw_web_page
from benchmarks.drawing.pasted import draw_eight, draw_four, draw_glued, draw_strip, draw_turned
from benchmarks.drawing.registry import FACES, dice, paper
from benchmarks.drawing.sales_list import draw_sales_list

__all__ = ["COMPOSED_KINDS", "DRAWING_VERSION", "DRAWN_KINDS", "MEDIA", "Drawn", "Page", "Picture", "drawn", "picture"]

DRAWN_KINDS = tuple(FACES)
"""Single papers: every kind of the contract."""

_COMPOSED = {
    "sales_list": draw_sales_list,
    "digital_pages": draw_digital_pages,
    "four_on_a_sheet": draw_four,
    "glued_sheet": draw_glued,
    "taxi_strip": draw_strip,
    "eight_receipts": draw_eight,
    "turned_apart": draw_turned,
    "list": draw_list,
    "web_page": draw_web_page,
}
COMPOSED_KINDS = tuple(_COMPOSED)
"""Documents of several pages, pages of several documents, and pages about documents that are not there."""

MEDIA = ("screenshot", "scan", "photo")


@dataclass(frozen=True)
class Picture:
    """A picture file to be: its name, how it came about, its pixels, JPEG quality (None for PNG) and the invoices on it."""

    name: str
    medium: str
    image: Image.Image
    invoices: tuple[DrawnInvoice, ...]
    quality: int | None = None

    @property
    def label(self) -> dict[str, object]:
        """The label that goes with the picture, in the form the scoring tool reads."""
        return {
            "id": self.name.partition(".")[0],
            "file": self.name,
            "medium": self.medium,
            "notes": "drawn",
            "uncertain": [],
            "qr_payload": next((invoice.qr_payload for invoice in self.invoices if invoice.qr_payload), None),
            "invoices": [invoice.truth for invoice in self.invoices],
        }


def drawn(kind: str, seed: int, place: int, *, dpi: int = 200, flaw: str | None = None) -> Drawn:
    """Draw one document of a kind of `DRAWN_KINDS` or `COMPOSED_KINDS`.

    The same arguments give the same document; its layout goes round with `place`. Single papers may have a flaw of `FLAWED`.

    Raises:
        ValueError: nobody draws that kind.
    """
    if kind in _COMPOSED:
        return _COMPOSED[kind](dice(kind, seed, place), seed, place, dpi)
    if kind not in FACES:
        msg = f"nobody draws {kind!r}; kinds are {', '.join((*DRAWN_KINDS, *COMPOSED_KINDS))}"
        raise ValueError(msg)
    one = paper(kind, seed, place, dpi, flaw)
    return Drawn(kind, one.layout, seed, place, dpi, (Page.of(one),), (one.truth,))


def picture(seed: int, place: int) -> Picture:
    """Draw one picture of a set; the kind goes round with its place, the medium and the damage are drawn by lot."""
    rng = np.random.default_rng([seed, place])
    kind = KINDS[place % len(KINDS)]
    medium = MEDIA[int(rng.integers(0, len(MEDIA)))]
    if kind in ("vat_special", "vat_general", "vat_roll") and medium == "screenshot":
        medium = "scan"
    taxation = str(rng.choice(["ordinary", "exempt", "margin"], p=[0.9, 0.06, 0.04]))
    if kind.endswith("special") or kind in ("toll_electronic", "vat_roll"):
        taxation = "ordinary"
    invoice = invent(
        kind,
        seed * 100_003 + place,
        lines=int(rng.integers(1, 5)),
        discount=bool(rng.random() < 0.2) and kind != "vat_roll" and taxation != "margin",
        taxation=taxation,
        with_qr=True if kind == "vat_special" and rng.random() < 0.3 else None,
        red=bool(rng.random() < 0.05) and kind.startswith("digital"),
        copy_name="抵扣联" if kind == "vat_special" and rng.random() < 0.5 else None,
    )
    shift = (float(rng.uniform(-8, 4)), float(rng.uniform(-4, 3)))
    page = draw(invoice, dpi=int(rng.choice([130, 150, 200])), seal_shift=shift, seal_strength=float(rng.uniform(0.5, 0.8)))
    stem = f"{place + 1:03d}"
    if medium == "screenshot":
        return Picture(f"{stem}.png", medium, page, (invoice,))
    half_turn = 180.0 if rng.random() < 0.08 else 0.0
    if medium == "scan":
        skew = half_turn + float(rng.normal(0, 1.2))
        scanned = scan(
            page, seed=seed + place, skew_degrees=skew, grey=bool(rng.random() < 0.3), blur=float(rng.uniform(0, 0.8)), noise=3.0
        )
        return Picture(f"{stem}.jpg", medium, scanned, (invoice,), quality=int(rng.integers(60, 90)))
    photo = photograph(
        page,
        seed=seed + place,
        turn_degrees=half_turn + float(rng.normal(0, 4)),
        perspective=float(rng.uniform(0, 0.15)),
        background=str(rng.choice(["desk", "cloth", "white"])),
        blur=float(rng.uniform(0.3, 1.0)),
        noise=float(rng.uniform(1, 6)),
        light=float(rng.uniform(0.6, 1.0)),
    )
    return Picture(f"{stem}.jpg", medium, photo, (invoice,), quality=int(rng.integers(60, 90)))
