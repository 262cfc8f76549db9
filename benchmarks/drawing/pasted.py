"""Sheets that carry several documents: scanned together, glued to a form, or still one strip."""

import math
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image, ImageFilter

from benchmarks.drawing.digits import digits
from benchmarks.drawing.document import Drawn, Page
from benchmarks.drawing.inventory import pick
from benchmarks.drawing.kinds.taxi import Strip, draw_taxi
from benchmarks.drawing.paper import Paper
from benchmarks.drawing.pen import Colour, Sheet
from benchmarks.drawing.prints import Point, Print
from benchmarks.drawing.registry import FACES, dice
from benchmarks.drawing.world import PROVINCES, local_code

_MM_PER_INCH = 25.4
_FORM: Colour = (60, 60, 66)
_SMALL = ("train", "coach", "toll", "fixed_amount")


@dataclass(frozen=True)
class _Piece:
    """A paper that lies on a sheet: its middle in millimetres, counter-clockwise degrees, and how far it was shrunk."""

    paper: Paper
    x: float
    y: float
    degrees: float = 0.0
    scale: float = 1.0


@dataclass(frozen=True)
class _Placing:
    """Leads from a paper's own pixels to those of the sheet."""

    centre: Point
    goal: Point
    degrees: float
    scale: float

    def point(self, at: Point) -> Point:
        """Where a point of the paper lies on the sheet."""
        turn = math.radians(self.degrees)
        x, y = (at[0] - self.centre[0]) * self.scale, (at[1] - self.centre[1]) * self.scale
        return self.goal[0] + math.cos(turn) * x + math.sin(turn) * y, self.goal[1] - math.sin(turn) * x + math.cos(turn) * y

    def print(self, one: Print, invoice: int) -> Print:
        """The same print on the sheet."""
        first, second, third, fourth = (self.point(corner) for corner in one.polygon)
        return replace(one, polygon=(first, second, third, fourth), invoice=invoice)


def draw_four(rng: np.random.Generator, seed: int, place: int, dpi: int) -> Drawn:
    """Four documents scanned at once: small tickets on A4, digital invoices shrunk to a quarter, or mixed forms on A3."""
    turn = place % 3
    kinds: tuple[str, ...]
    if turn == 0:
        sheet, spots, scale = Sheet(210, 297, dpi), ((55, 76), (155, 76), (55, 216), (155, 216)), 0.95
        kinds = tuple(_SMALL[at] for at in rng.permutation(len(_SMALL)))
    elif turn == 1:
        sheet, spots, scale = Sheet(297, 210, dpi), ((75, 54), (222, 54), (75, 157), (222, 157)), 0.68
        kinds = ("digital_general", "digital_special", "digital_general", "digital_railway")
    else:
        sheet, spots, scale = Sheet(420, 297, dpi), ((106, 76), (314, 76), (106, 220), (314, 220)), 0.82
        kinds = ("vat_special", "vat_general", "vat_electronic_general", "digital_general")
    papers = [FACES[kind](dice(kind, seed, 4 * place + at), int(rng.integers(0, 4)), dpi) for at, kind in enumerate(kinds)]
    pieces = [
        _Piece(paper, x, y, float(rng.uniform(-1.5, 1.5)), _shrunk(paper, scale, dpi, (sheet.size[0] / 2 - 8, sheet.size[1] / 2 - 8)))
        for paper, (x, y) in zip(papers, spots, strict=True)
    ]
    return _laid("four_on_a_sheet", ("tickets", "digital", "forms")[turn], sheet, pieces, (seed, place, dpi))


def draw_glued(rng: np.random.Generator, seed: int, place: int, dpi: int) -> Drawn:
    """A form for gluing small receipts to, as bookkeepers file them."""
    sheet = Sheet(240, 150, dpi, (252, 251, 246))
    sheet.text(130, 10, "原始单据粘贴单", 6.0, _FORM, face="kai", align="m", spacing=2)
    sheet.box(24, 18, 234, 130, _FORM)
    sheet.column(18, 40, 110, "装订线", 3.4, _FORM)
    for x, label in ((30, "单位："), (92, "年    月    日"), (150, "附件共    张"), (196, "金额：")):
        sheet.text(x, 138, label, 3.6, _FORM, face="kai")
    for x, label in ((30, "审批人："), (92, "经办人："), (150, "报销人：")):
        sheet.text(x, 145, label, 3.6, _FORM, face="kai")
    taxi = FACES["taxi"](dice("taxi", seed, place), place, dpi)
    first = FACES["train"](dice("train", seed, 2 * place), place, dpi)
    second = FACES[("train", "coach", "fixed_amount")[place % 3]](dice("train", seed, 2 * place + 1), place + 1, dpi)
    pieces = [
        _Piece(taxi, 52, 74, float(rng.uniform(-4, 4)), _shrunk(taxi, 1.0, dpi, (52, 106))),
        _Piece(first, 134, 47, float(rng.uniform(-4, 4)), _shrunk(first, 0.9, dpi, (90, 54))),
        _Piece(second, 160, 101, float(rng.uniform(-4, 4)), _shrunk(second, 0.9, dpi, (120, 52))),
    ]
    return _laid("glued_sheet", pieces[2].paper.kind, sheet, pieces, (seed, place, dpi))


def draw_strip(rng: np.random.Generator, seed: int, place: int, dpi: int) -> Drawn:
    """Taxi receipts that nobody tore apart: one code, numbers that count up."""
    origin = pick(rng, PROVINCES)
    number, code = int(digits(rng, 7)), local_code(rng, origin[0], int(rng.integers(2012, 2024)), trade=4)
    count = int(rng.integers(2, 4))
    papers = [draw_taxi(rng, place, dpi, Strip(origin, code, f"{number + at:08d}")) for at in range(count)]
    height = sum(paper.image.height for paper in papers) * _MM_PER_INCH / dpi
    width = papers[0].image.width * _MM_PER_INCH / dpi
    sheet, pieces, y = Sheet(width + 30, height + 20, dpi, (248, 248, 246)), [], 10.0
    for paper in papers:
        tall = paper.image.height * _MM_PER_INCH / dpi
        pieces.append(_Piece(paper, width / 2 + 15, y + tall / 2))
        y += tall
    return _laid("taxi_strip", papers[0].layout, sheet, pieces, (seed, place, dpi))


def draw_eight(rng: np.random.Generator, seed: int, place: int, dpi: int) -> Drawn:
    """Taxi receipts of several rides, laid side by side in two rows and scanned at once."""
    sheet, pieces = Sheet(297, 210, dpi), []
    for at in range(8):
        paper = draw_taxi(dice("taxi", seed, 8 * place + at), int(rng.integers(0, 7)), dpi)
        x, y = 38 + 73.5 * (at % 4) + float(rng.uniform(-2, 2)), 53 + 104 * (at // 4)
        pieces.append(_Piece(paper, x, y, float(rng.uniform(-1.5, 1.5)), _shrunk(paper, 1.0, dpi, (60, 98))))
    return _laid("eight_receipts", "rides", sheet, pieces, (seed, place, dpi))


def draw_turned(rng: np.random.Generator, seed: int, place: int, dpi: int) -> Drawn:
    """Tickets thrown on the glass, each turned its own way."""
    sheet = Sheet(210, 297, dpi)
    turns = (0.0, 90.0, 180.0, 270.0)
    kinds = [pick(rng, ("train", "taxi", "coach", "toll", "fixed_amount")) for _ in range(3)]
    pieces = []
    for at, (kind, (x, y)) in enumerate(zip(kinds, ((60, 66), (146, 148), (62, 232)), strict=True)):
        paper = FACES[kind](dice(kind, seed, 3 * place + at), int(rng.integers(0, 4)), dpi)
        degrees = pick(rng, turns) + float(rng.uniform(-8, 8))
        # turned however it may be, it stays in its own square
        pieces.append(_Piece(paper, x, y, degrees, _shrunk(paper, 1.0, dpi, (92, 92))))
    return _laid("turned_apart", "-".join(kinds), sheet, pieces, (seed, place, dpi))


def _shrunk(paper: Paper, scale: float, dpi: int, room: tuple[float, float]) -> float:
    """How far a paper must shrink for a room in millimetres."""
    width, height = (side * _MM_PER_INCH / dpi for side in paper.image.size)
    return min(scale, room[0] / width, room[1] / height)


def _laid(kind: str, layout: str, sheet: Sheet, pieces: list[_Piece], given: tuple[int, int, int]) -> Drawn:
    """Lay the pieces on the sheet, each with its thin shadow."""
    seed, place, dpi = given
    prints = [replace(one, invoice=-1) for one in sheet.prints]
    page, areas = sheet.finish(), []
    for number, piece in enumerate(pieces):
        image = piece.paper.image
        goal = (piece.x * dpi / _MM_PER_INCH, piece.y * dpi / _MM_PER_INCH)
        placing = _Placing((image.width / 2, image.height / 2), goal, piece.degrees, piece.scale)
        _paste(page, image, placing)
        prints += [placing.print(one, number) for one in piece.paper.prints]
        areas.append(tuple(placing.point(corner) for corner in ((0, 0), (image.width, 0), image.size, (0, image.height))))
    codes = tuple(piece.paper.qr for piece in pieces if piece.paper.qr is not None)
    truths = tuple(piece.paper.truth for piece in pieces)
    return Drawn(kind, layout, seed, place, dpi, (Page(page, tuple(prints), codes),), truths, tuple(areas))


def _paste(page: Image.Image, image: Image.Image, placing: _Placing) -> None:
    size = (round(image.width * placing.scale), round(image.height * placing.scale))
    shrunk = image if placing.scale == 1.0 else image.resize(size, Image.Resampling.LANCZOS)
    turned = shrunk.rotate(placing.degrees, Image.Resampling.BICUBIC, expand=True)
    mask = Image.new("L", shrunk.size, 255).rotate(placing.degrees, Image.Resampling.BICUBIC, expand=True)
    corner = (round(placing.goal[0] - turned.width / 2), round(placing.goal[1] - turned.height / 2))
    shadow = mask.filter(ImageFilter.GaussianBlur(2)).point(lambda level: level * 0.3)
    page.paste((90, 88, 84), (corner[0] + 2, corner[1] + 2, corner[0] + 2 + turned.width, corner[1] + 2 + turned.height), shadow)
    page.paste(turned, corner, mask)
