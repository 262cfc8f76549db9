"""Ink in a cell: whether there is print in it, and whether it is `***`."""

from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from models.document import RecognizedPage
from models.geometry import Box, Polygon, Transform
from ocr_service.page_image import PageImage
from ocr_service.stages.cell_print import closing_bracket_in, print_in, stars_in

CELL, MIDDLE, LINE = Box(100, 80, 220, 120), 100.0, 25.0
Draw = Callable[[ImageDraw.ImageDraw], None]


def page_with(draw: Draw, *, grain: float = 0.0, blur: float = 0.0, ruled: bool = True) -> PageImage:
    image = Image.new("RGB", (320, 200), (246, 244, 238))
    pen = ImageDraw.Draw(image)
    if ruled:
        for x in (90, 232):
            pen.line((x, 0, x, 200), fill=(150, 60, 40), width=2)
        pen.line((0, 118, 320, 118), fill=(150, 60, 40), width=2)
    draw(pen)
    pixels = np.asarray(image.filter(ImageFilter.GaussianBlur(blur)), np.float64)
    noise = np.random.default_rng(5).normal(0, grain, pixels.shape)
    return PageImage(1, np.ascontiguousarray(np.clip(pixels + noise, 0, 255).astype(np.uint8)[:, :, ::-1]))


def piece_of(page: PageImage) -> RecognizedPage:
    return RecognizedPage(1, Polygon.rectangle(Box(0, 0, page.width, page.height)), (), (), Transform(), page.width, page.height)


def star(pen: ImageDraw.ImageDraw, x: float, y: float, size: float = 4) -> None:
    for dx, dy in ((0, size), (size * 0.87, size / 2), (size * 0.87, -size / 2)):
        pen.line((x - dx, y - dy, x + dx, y + dy), fill=(40, 40, 60), width=1)


def stars_at(*places: float) -> Draw:
    def draw(pen: ImageDraw.ImageDraw) -> None:
        for x in places:
            star(pen, x, MIDDLE)

    return draw


def has_stars(page: PageImage) -> bool:
    return stars_in(page, piece_of(page), CELL, MIDDLE, LINE) is not None


def shows_print(page: PageImage) -> bool:
    return print_in(page, piece_of(page), CELL, MIDDLE, LINE) is not None


@pytest.mark.parametrize(("grain", "blur", "ruled"), [(0, 0, True), (0, 0, False), (4, 0.6, True), (3, 1.2, True)])
def test_three_stars_are_seen_on_any_paper(grain: float, blur: float, ruled: bool) -> None:
    assert has_stars(page_with(stars_at(190, 202, 214), grain=grain, blur=blur, ruled=ruled))


def test_stars_right_of_the_usual_edge_and_left_of_the_ruling_are_in_the_cell() -> None:
    assert has_stars(page_with(stars_at(201, 213, 225)))
    assert not has_stars(page_with(stars_at(201, 213, 225), ruled=False))


@pytest.mark.parametrize("places", [(), (200,), (190, 202), (178, 190, 202, 214), (150, 162, 214)])
def test_fewer_more_or_uneven_stars_are_none(places: tuple[float, ...]) -> None:
    assert not has_stars(page_with(stars_at(*places)))


def _ones(pen: ImageDraw.ImageDraw) -> None:
    for x in (190, 202, 214):
        pen.line((x, MIDDLE - 8, x, MIDDLE + 8), fill=(40, 40, 60), width=2)


def _noughts(pen: ImageDraw.ImageDraw) -> None:
    for x in (190, 202, 214):
        pen.ellipse((x - 4, MIDDLE - 8, x + 4, MIDDLE + 8), outline=(40, 40, 60), width=2)


def _dots(pen: ImageDraw.ImageDraw) -> None:
    for x in (190, 202, 214):
        pen.rectangle((x, MIDDLE + 5, x + 1, MIDDLE + 6), fill=(40, 40, 60))


@pytest.mark.parametrize("draw", [_ones, _noughts, _dots])
def test_three_of_another_sign_are_no_stars(draw: Draw) -> None:
    assert not has_stars(page_with(draw))


@pytest.mark.parametrize("ink", [(40, 40, 60), (196, 190, 214)])
def test_a_digit_is_print_however_pale(ink: tuple[int, int, int]) -> None:
    def seven(pen: ImageDraw.ImageDraw) -> None:
        pen.line((200, 92, 208, 92, 203, 108), fill=ink, width=2)

    assert shows_print(page_with(seven, grain=1.5))


@pytest.mark.parametrize("grain", [0.0, 2.0, 8.0])
def test_paper_and_ruling_are_no_print(grain: float) -> None:
    assert not shows_print(page_with(lambda _: None, grain=grain))


def test_print_that_runs_out_of_an_unruled_cell_is_its_neighbours() -> None:
    def long(pen: ImageDraw.ImageDraw) -> None:
        pen.rectangle((30, 92, 140, 108), outline=(40, 40, 60), width=2)

    assert not shows_print(page_with(long, ruled=False))


def _bracket(start: float, end: float) -> Draw:
    def draw(pen: ImageDraw.ImageDraw) -> None:
        pen.arc((180, MIDDLE - 11, 190, MIDDLE + 11), start, end, fill=(40, 40, 60), width=2)

    return draw


def _upright(pen: ImageDraw.ImageDraw) -> None:
    pen.line((185, MIDDLE - 10, 185, MIDDLE + 10), fill=(40, 40, 60), width=2)


def _slant(pen: ImageDraw.ImageDraw) -> None:
    pen.line((181, MIDDLE - 10, 189, MIDDLE + 10), fill=(40, 40, 60), width=2)


def _round(pen: ImageDraw.ImageDraw) -> None:
    pen.ellipse((176, MIDDLE - 10, 194, MIDDLE + 10), outline=(40, 40, 60), width=2)


@pytest.mark.parametrize(
    ("draw", "closes"),
    [(_bracket(-85, 85), True), (_bracket(95, 265), False), (_upright, False), (_slant, False), (_round, False)],
)
def test_a_closing_bracket_bends_to_the_right(draw: Draw, closes: bool) -> None:
    page = page_with(draw)

    assert closing_bracket_in(page, piece_of(page), CELL, MIDDLE, LINE) is closes


def test_a_bracket_beside_other_print_is_not_alone() -> None:
    def draw(pen: ImageDraw.ImageDraw) -> None:
        _bracket(-85, 85)(pen)
        _upright(pen)
        pen.line((150, MIDDLE - 10, 150, MIDDLE + 10), fill=(40, 40, 60), width=2)

    page = page_with(draw)

    assert not closing_bracket_in(page, piece_of(page), CELL, MIDDLE, LINE)


def test_digits_that_touch_their_ruling_are_the_cells_own() -> None:
    def touching(pen: ImageDraw.ImageDraw) -> None:
        pen.line((222, 92, 231, 92, 226, 108), fill=(40, 40, 60), width=2)

    assert shows_print(page_with(touching))
