"""Two inks over each other, each in a picture of its own."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from models.geometry import Box, Polygon
from ocr_service.stages.inks import two_inks

_PAPER, _RED = (246, 251, 252), (36, 32, 214)
_FORM_WORDS, _VALUES = (40, 190), (240, 390)
"""From where to where words of the form and values stand on the left."""
_RULE, _STROKE = 300, 120
"""Row of a ruled line, column of a stroke of the print across it."""

Pixels = NDArray[np.uint8]


def picture(form: tuple[int, int, int], print_: tuple[int, int, int], seal: bool = False) -> Pixels:
    """A BGR picture of words of the form, values, and a ruled line that a stroke of the print crosses."""
    drawn = np.full((480, 640, 3), _PAPER, np.uint8)
    for step in range(6):
        cv2.putText(drawn, "FORM", (20, _FORM_WORDS[0] + 25 * step), cv2.FONT_HERSHEY_SIMPLEX, 0.7, form, 2)
        cv2.putText(drawn, "123456", (200, _VALUES[0] + 25 * step), cv2.FONT_HERSHEY_SIMPLEX, 0.7, print_, 2)
    cv2.line(drawn, (0, _RULE), (180, _RULE), form, 3)
    cv2.line(drawn, (_STROKE, _RULE - 40), (_STROKE, _RULE + 40), print_, 3)
    if seal:
        cv2.circle(drawn, (500, 100), 50, _RED, 4)
    return drawn


def places(left: int, rows: tuple[int, int]) -> list[Polygon]:
    return [Polygon.rectangle(Box(left, y - 20, left + 90, y + 4)) for y in range(*rows, 25)]


def darkness(pixels: Pixels, x: int, y: int) -> int:
    return 255 - int(pixels[y, x].mean())


@pytest.mark.parametrize("form", [(52, 84, 146), (62, 92, 38), (22, 22, 128)])
@pytest.mark.parametrize("print_", [(160, 58, 44), (44, 36, 36), (170, 100, 96)])
def test_print_and_form_are_each_alone_where_they_cross(form: tuple[int, int, int], print_: tuple[int, int, int]) -> None:
    found = two_inks(picture(form, print_), places(20, _FORM_WORDS), places(200, _VALUES))

    assert found is not None
    assert darkness(found.print, 40, _RULE) < 40 < 100 < darkness(found.form, 40, _RULE)
    assert darkness(found.form, _STROKE, _RULE - 25) < 40 < 100 < darkness(found.print, _STROKE, _RULE - 25)
    assert darkness(found.print, _STROKE, _RULE) > 80


def test_a_seal_is_no_print() -> None:
    found = two_inks(picture((62, 92, 38), (160, 58, 44), seal=True), places(20, _FORM_WORDS), places(200, _VALUES))

    assert found is not None
    assert darkness(found.print, 450, 100) < 60


def test_inks_of_one_colour_are_not_parted() -> None:
    drawn = cv2.cvtColor(picture((52, 84, 146), (160, 58, 44)), cv2.COLOR_BGR2GRAY)

    assert two_inks(np.repeat(drawn[:, :, None], 3, axis=2), places(20, _FORM_WORDS), places(200, _VALUES)) is None
    assert two_inks(picture((52, 84, 146), (160, 58, 44)), [], places(200, _VALUES)) is None
