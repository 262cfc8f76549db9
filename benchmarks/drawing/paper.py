"""A drawn paper: its picture, what is printed on it, and what a perfect reader returns."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

from benchmarks.drawing.pen import GREY, Colour, Sheet
from benchmarks.drawing.prints import Print, truth_of

SAMPLE_MARK = "示例 SAMPLE 非真实票据"


@dataclass(frozen=True)
class Paper:
    """One document, clean and upright: `dpi` are its dots per inch, `qr` the text of the code printed on it."""

    kind: str
    layout: str
    dpi: int
    image: Image.Image
    truth: dict[str, object]
    prints: tuple[Print, ...]
    qr: str | None = None


Draw = Callable[[np.random.Generator, int, int], Paper]
"""Draws one paper of a kind: dice, the layout's number (counted round) and dots per inch."""


def finished(
    sheet: Sheet,
    kind: str,
    layout: str,
    dpi: int,
    *,
    qr: str | None = None,
    unsure: Sequence[str] = (),
    items: bool = False,
    implied: Mapping[str, str] | None = None,
) -> Paper:
    """Take the sheet off the desk; `unsure` fields are left out of the truth, `items` says that there is a table.

    `implied` are values that the paper says in other words, as a fixed amount that it only spells out.
    """
    prints = tuple(sheet.prints)
    truth = truth_of(kind, prints, unsure, items) | dict(implied or {})
    return Paper(kind, layout, dpi, sheet.finish(), truth, prints, qr)


def mark(sheet: Sheet, x: float | None = None, size: float = 2.2) -> None:
    """Say on the paper that it is a sample."""
    width, height = sheet.size
    sheet.text(width / 2 if x is None else x, height - size, SAMPLE_MARK, size, GREY, align="m")


@dataclass(frozen=True)
class Setting:
    """How a printer was set when it filled a form in: needles (0: none), how far the paper sat off (mm), an ink of its own."""

    needles: int = 0
    right: float = 0.0
    down: float = 0.0
    ink: Colour | None = None


@dataclass(frozen=True)
class Machine:
    """What fills a form in: its ink, its letters, and how far (mm) the paper sat from where it should."""

    sheet: Sheet
    ink: Colour
    face: str = "song"
    needles: int = 0
    right: float = 0.0
    down: float = 0.0
    stretch: float = 1.0

    def put(
        self,
        x: float,
        y: float,
        text: str | None,
        size: float,
        key: str | None = None,
        *,
        value: str | None = None,
        align: str = "l",
        fit: float | None = None,
        spacing: float = 0.0,
        weight: float = 0.0,
    ) -> None:
        """Print one row where the form wants it, give or take the paper's place."""
        self.sheet.text(
            x + self.right,
            y + self.down,
            text,
            size * self.stretch,
            self.ink,
            face=self.face,
            align=align,
            fit=fit,
            spacing=spacing,
            weight=weight,
            needles=self.needles,
            key=key,
            value=value,
        )

    @classmethod
    def of(cls, sheet: Sheet, ink: Colour, setting: Setting) -> "Machine":
        """Return the machine that a setting makes."""
        return cls(sheet, setting.ink or ink, "song", setting.needles, setting.right, setting.down)

    def rows(self, x: float, y: float, texts: Sequence[str], size: float, step: float, key: str | None, value: str | None = None) -> None:
        """Print one value in several rows."""
        for place, text in enumerate(texts):
            self.put(x, y + step * place, text, size, key, value="".join(texts) if value is None else value)

    def mixed(self, x: float, y: float, pieces: Sequence[tuple[str, float]], key: str, value: str) -> float:
        """Print one value of large and small letters standing on one line, such as a date; return where it ends."""
        largest = max(size for _, size in pieces)
        for text, size in pieces:
            self.put(x, y + (largest - size) * 0.3, text, size, key, value=value)
            x += self.sheet.width_of(text, size * self.stretch, self.face) + 0.15 * size
        return x


def numbered(
    sheet: Sheet,
    x: float,
    y: float,
    code: str,
    number: str,
    form: Colour,
    ink: Colour,
    *,
    size: float = 3.2,
    step: float = 6.0,
    gap: float = 1.5,
) -> None:
    """Print the code and the number of a form, each beside its label, as its numbering machine does."""
    for place, (label, text, key) in enumerate((("发票代码", code, "invoice_code"), ("发票号码", number, "invoice_number"))):
        sheet.text(x, y + step * place, label, size, form, face="song")
        sheet.text(x + sheet.width_of(label, size) + gap, y + step * place, text, size * 1.35, ink, face="figures", key=key)


def sprockets(sheet: Sheet, step: float = 12.7) -> None:
    """Punch the guiding holes down both sides of an endless form."""
    width, height = sheet.size
    for x in (5.0, width - 5.0):
        for place in range(int((height - 5) / step) + 1):
            sheet.hole(x, 6 + step * place, 1.9)
