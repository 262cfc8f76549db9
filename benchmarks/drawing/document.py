"""A drawn document: its pages, and what a perfect reader returns of the invoices on them."""

from dataclasses import dataclass

from PIL import Image

from benchmarks.drawing.paper import Paper
from benchmarks.drawing.prints import Print

DRAWING_VERSION = 3
"""Grows whenever the same kind, seed and place would give another document: scores of different versions do not compare."""


@dataclass(frozen=True)
class Page:
    """One clean upright picture, everything printed on it, and the texts of its QR codes."""

    image: Image.Image
    prints: tuple[Print, ...]
    qr_payloads: tuple[str, ...] = ()

    @classmethod
    def of(cls, paper: Paper) -> "Page":
        """Return a page that a single paper fills."""
        return cls(paper.image, paper.prints, () if paper.qr is None else (paper.qr,))


@dataclass(frozen=True)
class Drawn:
    """A document to be, one truth for each invoice on it.

    `Print.invoice` says to which truth a print belongs; polygons are in pixels of their page at `dpi` dots per inch. `areas` are the
    corners of each invoice's paper on the first page, clockwise from its own top-left, when several share it.
    """

    kind: str
    layout: str
    seed: int
    place: int
    dpi: int
    pages: tuple[Page, ...]
    truths: tuple[dict[str, object], ...]
    areas: tuple[tuple[tuple[float, float], ...], ...] = ()

    @property
    def name(self) -> str:
        """A name for its file, without an ending."""
        return f"{self.kind}-{self.seed}-{self.place:03d}"

    @property
    def image(self) -> Image.Image:
        """Its first page."""
        return self.pages[0].image

    @property
    def prints(self) -> tuple[Print, ...]:
        """What is printed on its first page."""
        return self.pages[0].prints

    @property
    def qr_payloads(self) -> tuple[str, ...]:
        """The texts of the codes on all pages."""
        return tuple(payload for page in self.pages for payload in page.qr_payloads)

    def label(self, file: str, medium: str = "born-digital") -> dict[str, object]:
        """The label of a file that shows it clean, in the form the scoring tool reads."""
        return {
            "id": self.name,
            "file": file,
            "medium": medium,
            "notes": f"drawn, version {DRAWING_VERSION}: {self.layout}",
            "uncertain": [],
            "qr_payload": next(iter(self.qr_payloads), None),
            "invoices": list(self.truths),
            "prints": [[one.label for one in page.prints] for page in self.pages],
        }
