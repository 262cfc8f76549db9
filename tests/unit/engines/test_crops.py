"""Strips cut out of a page."""

import numpy as np
import pytest
from numpy.typing import NDArray

from models.geometry import Box, Polygon
from ocr_service.engines.crops import line_crop


@pytest.fixture
def page() -> NDArray[np.uint8]:
    """Red tells the column, green the row."""
    pixels = np.zeros((60, 80, 3), np.uint8)
    pixels[:, :, 2] = np.arange(80)[None, :]
    pixels[:, :, 1] = np.arange(60)[:, None]
    return pixels


def test_an_upright_place_is_cut_out_pixel_by_pixel(page: NDArray[np.uint8]) -> None:
    assert np.array_equal(line_crop(page, Polygon.rectangle(Box(10, 20, 50, 30))), page[20:30, 10:50])


def test_a_place_upside_down_is_turned_by_its_corners(page: NDArray[np.uint8]) -> None:
    strip = line_crop(page, Polygon(((50, 30), (10, 30), (10, 20), (50, 20))))

    assert strip.shape == (10, 40, 3)
    assert strip[0, 0, 2] > strip[0, -1, 2]
    assert strip[0, 0, 1] > strip[-1, 0, 1]


def test_text_that_runs_down_is_turned_to_the_left(page: NDArray[np.uint8]) -> None:
    assert np.array_equal(line_crop(page, Polygon.rectangle(Box(10, 20, 30, 50))), np.rot90(page[20:50, 10:30]))


def test_a_square_is_left_upright(page: NDArray[np.uint8]) -> None:
    assert np.array_equal(line_crop(page, Polygon.rectangle(Box(10, 20, 30, 45))), page[20:45, 10:30])


def test_what_lies_outside_repeats_the_edge(page: NDArray[np.uint8]) -> None:
    strip = line_crop(page, Polygon.rectangle(Box(70, 0, 100, 10)))

    assert strip.shape == (10, 30, 3)
    assert set(strip[:, 10:, 2].ravel().tolist()) == {79}


def test_a_place_without_width_still_gives_a_pixel(page: NDArray[np.uint8]) -> None:
    assert line_crop(page, Polygon.rectangle(Box(10, 10, 10, 10))).shape == (1, 1, 3)
