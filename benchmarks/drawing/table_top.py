"""What lies under and around a photographed paper: a table top, other papers, a pen, a cup's foot, keys."""

import math

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from benchmarks.drawing.fonts import font

GROUNDS = ("wood", "cloth", "pale", "dark")
OBJECTS = ("paper", "pen", "cup", "keys")

_COLOURS = {"wood": (150, 112, 78), "cloth": (92, 100, 112), "pale": (214, 212, 206), "dark": (52, 50, 50)}
# Another paper's words are about nothing that an invoice says.
_PROSE = "周一上午开会讨论下季度的安排请各部门准时参加并带上资料会后统一答复有关问题谢谢大家的支持与配合"


def table_top(rng: np.random.Generator, size: tuple[int, int], ground: str, objects: tuple[str, ...]) -> Image.Image:
    """A table of a size in pixels (width, height), with objects thrown on it."""
    top = Image.fromarray(_ground(rng, size, ground))
    for name in objects:
        _DRAWERS[name](top, rng)
    return top


def _ground(rng: np.random.Generator, size: tuple[int, int], ground: str) -> NDArray[np.uint8]:
    width, height = size
    if ground == "wood":
        # grain runs along x
        waves = np.cumsum(rng.normal(0, 1.0, height))
        grain = (9 * np.sin(waves / 3) + rng.normal(0, 3, height))[:, None] + 4 * np.sin(np.linspace(0, 9, width))[None, :]
    else:
        depth = {"cloth": 8.0, "pale": 1.5, "dark": 3.0}[ground]
        coarse = rng.normal(0, depth, (height // 3 + 1, width // 3 + 1)).astype(np.float32)
        grain = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_NEAREST)
    colour = np.array(_COLOURS[ground]) + rng.normal(0, 8, 3)
    return np.asarray(np.clip(colour[None, None, :] + grain[:, :, None], 0, 255), dtype=np.uint8)


def _somewhere(top: Image.Image, rng: np.random.Generator) -> tuple[float, float]:
    """A place nearer to the edge of the table than to its middle."""
    angle, reach = rng.uniform(0, 2 * math.pi), rng.uniform(0.36, 0.5)
    return top.width * (0.5 + reach * math.cos(angle)), top.height * (0.5 + reach * math.sin(angle))


def _paper(top: Image.Image, rng: np.random.Generator) -> None:
    side = round(max(top.size) * float(rng.uniform(0.35, 0.6)))
    sheet = Image.new("RGBA", (side, round(side * 0.7)), (*(int(level) for level in rng.integers(222, 250, 3)), 255))
    pen, letter = ImageDraw.Draw(sheet), side / 42
    for row in range(int(sheet.height / letter / 1.9) - 2):
        begin = int(rng.integers(0, len(_PROSE)))
        words = (_PROSE * 2)[begin : begin + int(rng.integers(12, 38))]
        pen.text((2 * letter, (1.9 * row + 2) * letter), words, (70, 70, 76), font("song", letter))
    _lay(top, sheet, _somewhere(top, rng), float(rng.uniform(0, 360)))


def _pen(top: Image.Image, rng: np.random.Generator) -> None:
    length = round(max(top.size) * 0.4)
    body = Image.new("RGBA", (length, max(6, length // 16)), (0, 0, 0, 0))
    colour = tuple(int(level) for level in rng.integers(10, 140, 3))
    pen = ImageDraw.Draw(body)
    pen.rounded_rectangle((0, 0, length * 0.93, body.height - 1), body.height // 2, (*colour, 255))
    pen.rectangle((length * 0.1, body.height * 0.2, length * 0.8, body.height * 0.35), (235, 235, 235, 150))
    pen.polygon([(length * 0.93, 0), (length - 1, body.height / 2), (length * 0.93, body.height - 1)], (190, 180, 160, 255))
    _lay(top, body, _somewhere(top, rng), float(rng.uniform(0, 360)))


def _cup(top: Image.Image, rng: np.random.Generator) -> None:
    side = round(max(top.size) * float(rng.uniform(0.15, 0.25)))
    cup = Image.new("RGBA", (side, side), (0, 0, 0, 0))
    pen = ImageDraw.Draw(cup)
    pen.ellipse((0, 0, side - 1, side - 1), (236, 233, 226, 255))
    pen.ellipse((side * 0.1, side * 0.1, side * 0.9, side * 0.9), (92, 58, 32, 255))
    _lay(top, cup, _somewhere(top, rng), 0.0)


def _keys(top: Image.Image, rng: np.random.Generator) -> None:
    side = round(max(top.size) * 0.5)
    board = Image.new("RGBA", (side, side // 3), (44, 44, 48, 255))
    pen, key = ImageDraw.Draw(board), side / 14
    for row in range(4):
        for column in range(13):
            left, up = key * (column + 0.5 + 0.1 * row), key * (row + 0.3)
            pen.rounded_rectangle((left, up, left + key * 0.85, up + key * 0.85), key / 8, (70, 70, 76, 255))
            pen.text(
                (left + key * 0.2, up + key * 0.15),
                "QWERTYUIOPASDFGHJKLZX"[(row * 5 + column) % 21],
                (215, 215, 215),
                font("song", key / 2),
            )
    _lay(top, board, _somewhere(top, rng), float(rng.uniform(-20, 20)))


def _lay(top: Image.Image, thing: Image.Image, place: tuple[float, float], degrees: float) -> None:
    """Put a thing on the table with its middle at a place, turned, with a thin shadow."""
    turned = thing.rotate(degrees, Image.Resampling.BICUBIC, expand=True)
    corner = (round(place[0] - turned.width / 2), round(place[1] - turned.height / 2))
    shadow = turned.getchannel("A").point(lambda level: level * 0.4)
    offset = max(2, max(top.size) // 250)
    top.paste(Image.new("RGB", turned.size, (16, 14, 12)), (corner[0] + offset, corner[1] + offset), shadow)
    top.paste(turned.convert("RGB"), corner, turned.getchannel("A"))


_DRAWERS = {"paper": _paper, "pen": _pen, "cup": _cup, "keys": _keys}
