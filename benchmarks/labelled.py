"""Documents with what a perfect reader returns of them: drawn here and damaged, or from folders of files and labels."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import zxingcpp
from PIL import Image

from benchmarks.drawing.camera import encoded
from benchmarks.drawing.degradation import degraded, file_of
from benchmarks.drawing.drawn_set import drawn, picture

Truth = Mapping[str, Any]
"""One invoice: `kind`, its fields as strings (None: not printed, absent: not labelled) and `items`, a list of rows of strings."""

DRAWN_DPI = 300
"""Drawings are made as fine as the finest scanner looks at them."""


@dataclass(frozen=True, slots=True)
class LabelledFile:
    """One file, the invoices on it, and the fields in which even people are not sure.

    `medium` says how it came about, `settings` with what numbers. `codes` are the texts of the QR codes that can be read in the file.
    `blanks_are_sure` when a field labelled as not printed is known not to be, and does not hide one that nobody could read.
    """

    name: str
    content: bytes
    invoices: tuple[Truth, ...]
    uncertain: frozenset[str] = frozenset()
    medium: str = "file"
    settings: Mapping[str, object] = field(default_factory=dict)
    codes: tuple[str, ...] = ()
    blanks_are_sure: bool = True

    def shows_code(self, invoice: Truth) -> bool:
        """Whether an invoice has a readable QR code in this file."""
        number = invoice.get("invoice_number")
        return any(number in code for code in self.codes) if number else False

    def without_content(self) -> "LabelledFile":
        """The same without its bytes, which are not to be sent to and fro."""
        return replace(self, content=b"")


@dataclass(frozen=True, slots=True)
class Drawing:
    """The recipe of a drawn file: small enough to be sent to another process."""

    kind: str
    degradation: str
    seed: int
    place: int

    def file(self) -> LabelledFile:
        """Draw it and damage it."""
        document = drawn(self.kind, self.seed, self.place, dpi=DRAWN_DPI, flaw=self.degradation)
        pages = [
            degraded(page.image, document.dpi, self.degradation, (self.seed, self.place, number))
            for number, page in enumerate(document.pages)
        ]
        content, ending = file_of(pages)
        return LabelledFile(
            name=f"{document.name}-{self.degradation}.{ending}",
            content=content,
            invoices=document.truths,
            medium=self.degradation,
            settings={"layout": document.layout, "pages": [dict(page.settings) for page in pages]},
            codes=tuple(code for page in pages for code in codes_in(page.image)),
        )


@dataclass(frozen=True, slots=True)
class Labelled:
    """A label and the folder in which its file lies."""

    label: Path
    files: Path

    def file(self) -> LabelledFile:
        """Read both: `{"file": …, "uncertain": [field], "qr_payload": …, "invoices": [{"kind": …, field: value, "items": […]}]}`."""
        label = json.loads(self.label.read_text(encoding="utf-8"))
        payload = label.get("qr_payload")
        return LabelledFile(
            name=label["file"],
            content=(self.files / label["file"]).read_bytes(),
            invoices=tuple(label["invoices"]),
            uncertain=frozenset(label.get("uncertain") or ()),
            medium=label.get("medium") or "file",
            codes=(payload,) if payload else (),
            blanks_are_sure=str(label.get("notes", "")).startswith("drawn"),
        )


Recipe = Drawing | Labelled


def drawings(kinds: Sequence[str], degradations: Sequence[str], count: int, seed: int) -> Iterator[Drawing]:
    """So many of each kind in each degradation; the same papers in all of them."""
    for place in range(count):
        for kind in kinds:
            for degradation in degradations:
                yield Drawing(kind, degradation, seed, place)


def labels(folder: Path, files: Path) -> Iterator[Labelled]:
    """Every `*.json` of a folder, in order."""
    return (Labelled(path, files) for path in sorted(folder.glob("*.json")))


def drawn_files(count: int, seed: int) -> Iterator[LabelledFile]:
    """The mixed set of pictures of the tax-control family, one after another; the same seed gives the same bytes."""
    for place in range(count):
        one = picture(seed, place)
        content = encoded(one.image, "PNG") if one.quality is None else encoded(one.image, "JPEG", quality=one.quality)
        yield LabelledFile(one.name, content, tuple(invoice.truth for invoice in one.invoices), medium=one.medium)


def codes_in(image: Image.Image) -> tuple[str, ...]:
    """The texts of the QR codes that a plain decoder reads in a picture, as it is or at twice its size."""
    grey = image.convert("L")
    for scale in (1, 2):
        found = zxingcpp.read_barcodes(
            grey.resize((grey.width * scale, grey.height * scale), Image.Resampling.BICUBIC) if scale > 1 else grey
        )
        texts = tuple(code.text for code in found if code.format == zxingcpp.BarcodeFormat.QRCode)
        if texts:
            return texts
    return ()
