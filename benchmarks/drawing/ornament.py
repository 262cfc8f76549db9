"""What papers are printed on: tints, waves, trains of colour and printed borders."""

import numpy as np
from PIL import Image, ImageChops

from benchmarks.drawing.pen import Colour, Sheet


def tint(sheet: Sheet, upper: Colour, lower: Colour) -> None:
    """Colour the paper from its upper to its lower edge; to be done before anything is printed."""
    width, height = sheet.canvas.size
    share = np.linspace(0, 1, height)[:, None]
    column = np.array(upper)[None, :] * (1 - share) + np.array(lower)[None, :] * share
    pixels = np.repeat(column[:, None, :], width, axis=1)
    _multiply(sheet, Image.fromarray(np.rint(pixels).astype(np.uint8)))


def waves(sheet: Sheet, colour: Colour, *, pitch: float = 1.6, height: float = 4.0, length: float = 60.0) -> None:
    """Cover the paper with the fine waved lines that copiers lose (millimetres)."""
    scale = sheet.pixels_per_mm
    width, rows = sheet.canvas.size
    x, y = np.arange(width)[None, :] / scale, np.arange(rows)[:, None] / scale
    phase = (y + height * np.sin(2 * np.pi * x / length + y / 17)) / pitch
    ink = np.clip(np.cos(2 * np.pi * phase) * 3 - 2, 0, 1)[:, :, None]
    pixels = 255 - ink * (255 - np.array(colour))
    _multiply(sheet, Image.fromarray(np.rint(pixels).astype(np.uint8)))


def arrow(sheet: Sheet, x0: float, x1: float, y: float, colour: Colour) -> None:
    """Draw the half-headed arrow between two stations."""
    sheet.line(x0, y, x1, y, colour, 0.35)
    sheet.line(x1, y, x1 - 2.2, y - 1.1, colour, 0.35)


def dashed_box(sheet: Sheet, x0: float, y0: float, x1: float, y1: float, colour: Colour) -> None:
    """Draw a rectangle of dashes."""
    for y in (y0, y1):
        for place in range(int((x1 - x0) / 3)):
            sheet.line(x0 + 3 * place, y, x0 + 3 * place + 2, y, colour)
    for x in (x0, x1):
        for place in range(int((y1 - y0) / 3)):
            sheet.line(x, y0 + 3 * place, x, y0 + 3 * place + 2, colour)


def _multiply(sheet: Sheet, layer: Image.Image) -> None:
    sheet.canvas.paste(ImageChops.multiply(sheet.canvas, layer))
