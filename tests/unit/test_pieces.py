"""Places of lines, grown by paper around them."""

import pytest

from models.geometry import Box, Polygon
from ocr_service.stages.pieces import with_rim

LINE = Polygon.rectangle(Box(100, 50, 300, 70))


def test_a_rim_is_measured_by_the_height_of_the_line() -> None:
    box = with_rim(LINE, 0.1).box

    assert (box.left, box.top, box.right, box.bottom) == pytest.approx((98, 48, 302, 72))


def test_room_before_and_behind_makes_a_line_longer_but_no_higher() -> None:
    box = with_rim(LINE, 0.0, before=0.5, behind=1.0).box

    assert (box.left, box.top, box.right, box.bottom) == pytest.approx((90, 50, 320, 70))


def test_the_rim_follows_the_turn_of_the_line() -> None:
    upright = Polygon.of([(70, 100), (70, 300), (50, 300), (50, 100)])

    assert with_rim(upright, 0.0, before=0.5, behind=1.0).points == ((70, 90), (70, 320), (50, 320), (50, 90))


def test_a_region_that_is_no_quadrilateral_stays_as_it_is() -> None:
    triangle = Polygon.of([(0, 0), (10, 0), (5, 8)])

    assert with_rim(triangle, 0.5) is triangle
