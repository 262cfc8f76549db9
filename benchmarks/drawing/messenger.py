"""What messengers make of a picture: a small copy of it, or a place in a long screenshot of the talk."""

from dataclasses import asdict, dataclass

import numpy as np
from PIL import Image, ImageDraw

from benchmarks.drawing.fonts import font
from benchmarks.drawing.point_map import PointMap, along, moved, projected
from benchmarks.drawing.wear import blurred, picture_of, pixels_of, resized

SMALL_RANGES = {
    "long_side": "500 to 650 px of the longer side of the paper",
    "softness": "0 to 0.4 px",
    "quality": "JPEG 60 to 88",
}
LONG_RANGES = {
    "height": "4800 to 7200 px, 1080 wide",
    "share": "the paper takes 0.84 to 1 of the width, less where it were higher than 2400 px",
    "place": "0.1 to 0.9 of the room that is left above it",
    "dark": "white letters on black, 2 in 10",
    "quality": "PNG, or JPEG 80 to 92 half of the time",
}
"""What is drawn by lot, to be printed with a score."""

_WIDTH, _HIGHEST = 1080, 2400
_STATUS_BAR, _TITLE_BAR = 84, 132
_SAYINGS = (
    *(
        "好的，收到",
        "发票麻烦开一下",
        "这张能报销吗？",
        "上个月的餐费",
        "财务说抬头要写全称",
        "稍等，我在开会",
        "辛苦了",
        "明天一起交",
        "已转账，请查收",
    ),
    *(
        "能再发一次原图吗，这张看不清楚",
        "出差的票都在这里了，一共三张，先核对一下再交",
        '[语音] 12"',
        "哈哈哈",
        "发票已经寄出，单号稍后给你",
    ),
)
"""What people write around a picture: no number, date or sum that an invoice has."""


@dataclass(frozen=True, slots=True)
class SmallSettings:
    """One small copy's own lot; see `SMALL_RANGES`."""

    long_side: int
    softness: float
    quality: int

    @property
    def stated(self) -> dict[str, object]:
        """The settings for a report."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class LongSettings:
    """One screenshot's own lot; see `LONG_RANGES`."""

    height: int
    share: float
    place: float
    dark: bool
    quality: int | None

    @property
    def stated(self) -> dict[str, object]:
        """The settings for a report."""
        return asdict(self)


def draw_small_lot(rng: np.random.Generator) -> SmallSettings:
    """Settings within `SMALL_RANGES`."""
    return SmallSettings(int(rng.integers(500, 651)), round(float(rng.uniform(0, 0.4)), 2), int(rng.integers(60, 89)))


def draw_long_lot(rng: np.random.Generator) -> LongSettings:
    """Settings within `LONG_RANGES`."""
    return LongSettings(
        height=int(rng.integers(4800, 7201)),
        share=round(float(rng.uniform(0.84, 1)), 3),
        place=round(float(rng.uniform(0.1, 0.9)), 3),
        dark=bool(rng.random() < 0.2),
        quality=int(rng.integers(80, 93)) if rng.random() < 0.5 else None,
    )


def made_small(image: Image.Image, settings: SmallSettings) -> tuple[Image.Image, PointMap]:
    """A drawing as a messenger sends it on, and where its points went."""
    share = settings.long_side / max(image.size)
    small, shrink = resized(pixels_of(image), share, share)
    return picture_of(blurred(small, settings.softness)), projected(shrink)


def shown_in_a_talk(image: Image.Image, settings: LongSettings, rng: np.random.Generator) -> tuple[Image.Image, PointMap]:
    """A drawing somewhere in a long screenshot, and where its points went."""
    share = min(settings.share * _WIDTH / image.width, _HIGHEST / image.height)
    small, shrink = resized(pixels_of(image), share, share)
    paper = picture_of(small)
    ground, ink = ((17, 17, 17), (230, 230, 230)) if settings.dark else ((237, 237, 237), (25, 25, 25))
    screen = Image.new("RGB", (_WIDTH, settings.height), ground)
    pen = ImageDraw.Draw(screen)
    _bars(pen, ground, ink)
    top = _STATUS_BAR + _TITLE_BAR
    room = settings.height - top - paper.height
    left, begin = (_WIDTH - paper.width) // 2, top + round(settings.place * room)
    _talk(pen, (top + 30, begin - 30), settings.dark, rng)
    _talk(pen, (begin + paper.height + 30, settings.height), settings.dark, rng)
    screen.paste(paper, (left, begin))
    return screen, along(projected(shrink), projected(moved(left, begin)))


def _bars(pen: ImageDraw.ImageDraw, ground: tuple[int, int, int], ink: tuple[int, int, int]) -> None:
    """The clock, the battery and the name of whom one talks with."""
    pen.text((60, 24), "9:41", ink, font=font("hei", 38))
    pen.rectangle((960, 30, 1014, 56), outline=ink, width=3)
    pen.rectangle((965, 35, 1000, 51), fill=ink)
    pen.line(
        (0, _STATUS_BAR + _TITLE_BAR - 1, _WIDTH, _STATUS_BAR + _TITLE_BAR - 1),
        tuple((one + other) // 2 for one, other in zip(ground, ink, strict=True)),
    )
    pen.text((_WIDTH // 2, _STATUS_BAR + 42), "样例同事", ink, font=font("hei", 46), anchor="ma")


def _talk(pen: ImageDraw.ImageDraw, span: tuple[int, int], dark: bool, rng: np.random.Generator) -> None:
    """Sayings in bubbles beside faces, with the time of day between some of them, from one height to another."""
    y, end = span
    letters = font("hei", 44)
    while True:
        mine, saying = bool(rng.random() < 0.5), str(rng.choice(_SAYINGS))
        rows = [saying[begin : begin + 15] for begin in range(0, len(saying), 15)]
        height = 44 + 60 * len(rows)
        if y + 80 + height > end:
            return
        if rng.random() < 0.3:
            pen.text((_WIDTH // 2, y), f"{rng.integers(7, 23)}:{rng.integers(10, 60)}", (150, 150, 150), font=font("hei", 34), anchor="ma")
            y += 70
        width = 60 + round(max(letters.getlength(row) for row in rows))
        left = _WIDTH - 170 - width if mine else 170
        face = (_WIDTH - 140, y, _WIDTH - 40, y + 100) if mine else (40, y, 140, y + 100)
        pen.rounded_rectangle(face, 12, fill=tuple(int(shade) for shade in rng.integers(60, 220, 3)))
        bubble = (149, 236, 105) if mine else (44, 44, 44) if dark else (255, 255, 255)
        pen.rounded_rectangle((left, y, left + width, y + height), 14, fill=bubble)
        for number, row in enumerate(rows):
            pen.text((left + 30, y + 24 + 60 * number), row, (25, 25, 25) if mine or not dark else (230, 230, 230), font=letters)
        y += height + 50
