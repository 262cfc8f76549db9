"""Advice on pictures: each flaw is told, and a good picture is left in peace."""

import cv2
import numpy as np
import pytest

from benchmarks.drawing.drawn_set import picture
from models.capture import CaptureAdvice
from ocr_service.opened import Upload
from ocr_service.stages.capture import CaptureStage, Grey, measure
from ocr_service.stages.intake import IntakeStage


def drawn() -> Grey:
    """A drawn invoice as it is before any camera, BGR."""
    return np.asarray(picture(20260101, 4).image.convert("RGB"))[:, :, ::-1].copy()


def advice(pixels: Grey, form: str = ".jpg") -> tuple[CaptureAdvice, ...]:
    content = cv2.imencode(form, pixels)[1].tobytes()
    photo = IntakeStage().take(Upload(content, "票")).photo
    assert photo is not None
    return CaptureStage().run(photo)


def photographed(pixels: Grey) -> Grey:
    """On a table, with paper that is not quite white."""
    table = np.full((pixels.shape[0] + 300, pixels.shape[1] + 300, 3), 70, np.uint8)
    table[150:-150, 150:-150] = (pixels * 0.8).astype(np.uint8)
    return table


@pytest.mark.parametrize("form", [".jpg", ".png"])
def test_a_good_picture_needs_no_advice(form: str) -> None:
    assert advice(drawn(), form) == ()
    assert advice(photographed(drawn()), form) == ()


def test_a_blurred_picture_is_told() -> None:
    height = glyph_height(drawn())

    assert CaptureAdvice.BLURRED not in advice(cv2.GaussianBlur(drawn(), (0, 0), 0.08 * height))
    assert CaptureAdvice.BLURRED in advice(cv2.GaussianBlur(drawn(), (0, 0), 0.25 * height))


def test_a_picture_too_blurred_to_find_print_is_told() -> None:
    assert CaptureAdvice.BLURRED in advice(cv2.GaussianBlur(drawn(), (0, 0), glyph_height(drawn())))


def test_a_shaken_picture_is_told() -> None:
    length = round(0.6 * glyph_height(drawn()))

    assert CaptureAdvice.BLURRED in advice(cv2.filter2D(drawn(), -1, np.full((1, length), 1 / length)))


def test_a_burnt_spot_on_the_paper_is_glare_and_white_paper_is_not() -> None:
    photo = photographed(drawn())
    height, width = photo.shape[:2]
    down, across = np.mgrid[:height, :width]
    lamp = 300 * np.exp(-(((across - 0.5 * width) / (0.1 * width)) ** 2 + ((down - 0.5 * height) / (0.1 * height)) ** 2))
    lit = np.clip(photo + lamp[..., None], 0, 255).astype(np.uint8)

    assert CaptureAdvice.GLARE in advice(lit)
    assert CaptureAdvice.GLARE not in advice(photo)
    assert CaptureAdvice.GLARE not in advice(np.maximum(drawn(), 1))


def test_a_picture_taken_in_the_dark_is_told() -> None:
    assert CaptureAdvice.DARK in advice((drawn() * 0.3).astype(np.uint8))


def test_print_is_found_wherever_it_stands_on_a_large_picture() -> None:
    page = np.full((2401, 3203, 3), 255, np.uint8)
    for row in range(30):
        cv2.putText(page, "8045 2361 7790 1128", (1800, 900 + 10 * row), cv2.FONT_HERSHEY_SIMPLEX, 0.25, (20, 20, 20), 1)

    assert CaptureAdvice.SMALL_PRINT in advice(page, ".png")


def test_faded_print_is_told() -> None:
    assert CaptureAdvice.FAINT in advice((255 - (255 - drawn().astype(np.float32)) * 0.15).astype(np.uint8))


@pytest.mark.parametrize("side", ["left", "right", "top", "bottom"])
def test_print_that_runs_over_the_edge_is_told(side: str) -> None:
    print_ = np.full((600, 900, 3), 255, np.uint8)
    for row in range(14):
        cv2.putText(print_, "8045 2361 7790 1128 3346 9027 5510", (60, 60 + 36 * row), cv2.FONT_HERSHEY_SIMPLEX, 0.8, (20, 20, 20), 2)
    whole = {"left": print_[:, 20:], "right": print_[:, :-20], "top": print_[20:], "bottom": print_[:-20]}[side]
    cut = {"left": print_[:, 67:], "right": print_[:, :485], "top": print_[51:], "bottom": print_[:520]}[side]

    assert CaptureAdvice.CUT_OFF not in advice(whole, ".png")
    assert CaptureAdvice.CUT_OFF in advice(np.ascontiguousarray(cut), ".png")


def test_a_perforated_edge_is_not_cut_print() -> None:
    pixels = drawn()
    for top in range(20, pixels.shape[0], 44):
        cv2.circle(pixels, (pixels.shape[1] - 1, top), 8, (30, 30, 30), -1)

    assert CaptureAdvice.CUT_OFF not in advice(pixels, ".png")


def test_print_of_a_few_pixels_is_too_small() -> None:
    scale = 7 / glyph_height(drawn())

    assert CaptureAdvice.SMALL_PRINT in advice(cv2.resize(drawn(), None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA))


def test_a_code_that_does_not_decode_is_told() -> None:
    size = 21 * 12
    encoder = cv2.QRCodeEncoder.create()
    code = cv2.resize(encoder.encode("01,10,099001900111,12345678,100.00,20190601"), (size, size), interpolation=cv2.INTER_NEAREST)
    page = np.full((600, 900, 3), 255, np.uint8)
    page[50 : 50 + size, 50 : 50 + size] = code[..., None]
    torn = page.copy()
    torn[50 + size // 3 : 50 + size * 2 // 3, 50 + size // 3 : 50 + size] = 255

    assert CaptureAdvice.QR_UNREADABLE not in advice(page, ".png")
    assert CaptureAdvice.QR_UNREADABLE in advice(torn, ".png")


def glyph_height(pixels: Grey) -> float:
    grey = cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY)
    tiles = [grey[top : top + 320, left : left + 320] for top in (100, 300, 420) for left in (100, 500, 900)]
    found = [one.glyph_height for tile in tiles if (one := measure(tile)) is not None]
    return float(np.median(found))
