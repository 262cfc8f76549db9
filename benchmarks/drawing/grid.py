"""Ruled forms whose cells hold a printed label or a value of the machine."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from benchmarks.drawing.paper import Machine
from benchmarks.drawing.pen import Colour, Sheet


@dataclass(frozen=True)
class Label:
    """A cell of the form's own words; rows are parted by | in the text, `width` in millimetres."""

    text: str
    width: float


@dataclass(frozen=True)
class Value:
    """A cell that is filled in: its text, the field shown (None: none of the contract's), and that field's value if it is not the text."""

    text: str | None
    width: float
    key: str | None = None
    value: str | None = None
    size: float = 3.3
    spacing: float = 0.0


Cell = Label | Value


@dataclass(frozen=True)
class Grid:
    """A form ruled on a sheet from a left edge, in the form's ink and face."""

    sheet: Sheet
    machine: Machine
    left: float
    form: Colour
    size: float = 3.2
    face: str = "kai"

    def row(self, top: float, bottom: float, cells: Sequence[Cell]) -> None:
        """Rule one row and fill its cells."""
        x = self.left
        width = sum(cell.width for cell in cells)
        for y in (top, bottom):
            self.sheet.line(x, y, x + width, y, self.form)
        self.sheet.line(x, top, x, bottom, self.form)
        for cell in cells:
            if isinstance(cell, Label):
                self._label(cell, x, top, bottom)
            else:
                self._value(cell, x, top, bottom)
            x += cell.width
            self.sheet.line(x, top, x, bottom, self.form)

    def _label(self, cell: Label, x: float, top: float, bottom: float) -> None:
        rows = [row for row in cell.text.split("|") if row]
        step = min(self.size * 1.25, (bottom - top - 0.6) / max(1, len(rows)))
        first = (top + bottom) / 2 - step * (len(rows) - 1) / 2
        for place, text in enumerate(rows):
            size = min(self.size, step * 0.95)
            if len(rows) == 1 and len(text) < 6:
                reach = min(cell.width - 4, len(text) * size * 1.7) / 2
                self.sheet.spread(x + cell.width / 2 - reach, x + cell.width / 2 + reach, first, text, size, self.form, face=self.face)
            else:
                y = first + step * place
                self.sheet.text(x + cell.width / 2, y, text, size, self.form, face=self.face, align="m", fit=cell.width - 1)

    def _value(self, cell: Value, x: float, top: float, bottom: float) -> None:
        if not cell.text:
            return
        rows = self.sheet.wrap(cell.text, cell.size * self.machine.stretch, cell.width - 2.5)
        step = min(cell.size * 1.25, (bottom - top) / len(rows))
        size = min(cell.size, step * 0.95)
        first = (top + bottom) / 2 - step * (len(rows) - 1) / 2
        value = cell.text if cell.value is None else cell.value
        for place, text in enumerate(rows):
            self.machine.put(x + 1.5, first + step * place, text, size, cell.key, value=value, spacing=cell.spacing, fit=cell.width - 1.5)


class Rows:
    """Rows of a form one under another; widths are for a table of a nominal width, drawn at a share of it."""

    def __init__(self, grid: Grid, top: float, share: float = 1.0) -> None:
        """Start below a top edge in millimetres."""
        self.grid, self.y, self._share = grid, top, share

    def row(self, height: float, *cells: Cell) -> None:
        """Rule the next row."""
        scaled = [replace(cell, width=cell.width * self._share) for cell in cells]
        self.grid.row(self.y, self.y + height, scaled)
        self.y += height

    def at(self, x: float) -> float:
        """Where a nominal distance from the left edge lies on the sheet."""
        return self.grid.left + x * self._share
