"""Upright, level, flat: the geometry, the evidence for a direction, and a sheet's edges. No OCR engine is needed here."""

import math

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from benchmarks.drawing.camera import photograph, scan, sheet_of
from benchmarks.drawing.face import draw
from benchmarks.drawing.invoice import invent
from models.document import TextLine
from models.geometry import Box, Point, Polygon
from ocr_service.page_image import PageImage
from ocr_service.stages.legibility import legibility, text_direction
from ocr_service.stages.rectification import fitted, flattened, level_frame, levelled, sheet_frame, turned, whole_frame
from ocr_service.stages.sheet_edges import SheetSearch
from ocr_service.stages.text_clusters import misread_places

CORNERS = [(120, 80), (680, 140), (640, 520), (90, 470)]


def page_with_a_dot(at: tuple[int, int], size: tuple[int, int] = (300, 200)) -> PageImage:
    pixels = np.full((size[1], size[0], 3), 255, np.uint8)
    cv2.circle(pixels, at, 6, (0, 0, 0), -1)
    return PageImage(1, pixels)


def dot(pixels: NDArray[np.uint8]) -> Point:
    ys, xs = np.nonzero(pixels[:, :, 0] < 128)
    return float(xs.mean()), float(ys.mean())


def bgr(image: Image.Image) -> NDArray[np.uint8]:
    return np.ascontiguousarray(np.asarray(image.convert("RGB"))[:, :, ::-1])


def line(text: str, box: Box, confidence: float = 0.99) -> TextLine:
    return TextLine(text, confidence, Polygon.rectangle(box))


def slanted(
    angle: float, start: Point = (100.0, 100.0), length: float = 200.0, height: float = 20.0, text: str = "价税合计大写"
) -> TextLine:
    """A line that runs at an angle in degrees clockwise."""
    along = (math.cos(math.radians(angle)), math.sin(math.radians(angle)))
    down = (-along[1] * height, along[0] * height)
    end = (start[0] + length * along[0], start[1] + length * along[1])
    corners = (start, end, (end[0] + down[0], end[1] + down[1]), (start[0] + down[0], start[1] + down[1]))
    return TextLine(text, 0.99, Polygon(corners))


@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
def test_a_turned_page_knows_where_each_point_went(degrees: int) -> None:
    page = page_with_a_dot((40, 30))

    flat = turned(fitted(page, 3000), degrees)

    assert dot(flat.pixels) == pytest.approx(flat.to_flat.point((40, 30)), abs=1.5)
    assert flat.pixels.shape[:2] == ((200, 300) if degrees % 180 == 0 else (300, 200))


def test_a_quarter_turn_clockwise_brings_the_top_left_to_the_top_right() -> None:
    flat = turned(fitted(page_with_a_dot((10, 10)), 3000), 90)

    assert dot(flat.pixels) == pytest.approx((190, 10), abs=1.5)


@pytest.mark.parametrize("angle", [-37.0, -5.0, 12.0, 44.0])
def test_a_levelled_page_knows_where_each_point_went_and_loses_none(angle: float) -> None:
    flat = levelled(fitted(page_with_a_dot((10, 188)), 3000), angle)

    assert dot(flat.pixels) == pytest.approx(flat.to_flat.point((10, 188)), abs=1.0)


@pytest.mark.parametrize("angle", [-160.0, -90.0, -20.0, 0.4, 33.0, 90.0, 180.0])
def test_a_level_frame_makes_text_run_to_the_right_inside_it(angle: float) -> None:
    text = slanted(angle, start=(150.0, 100.0), length=100.0)
    frame = level_frame(whole_frame(page_with_a_dot((0, 0))), angle)

    start, end, *_ = frame.transform.polygon(text.polygon).points

    assert end[1] == pytest.approx(start[1], abs=1e-6)
    assert end[0] - start[0] == pytest.approx(100)
    assert all(-1 <= x <= frame.width + 1 and -1 <= y <= frame.height + 1 for x, y in frame.transform.polygon(frame.outline).points)


def test_the_outline_starts_at_the_readers_top_left() -> None:
    frame = level_frame(whole_frame(page_with_a_dot((0, 0))), 180.0)

    assert frame.outline.points[0] == (300, 200)


def test_a_large_page_is_scaled_down_and_the_scale_is_kept() -> None:
    flat = fitted(page_with_a_dot((200, 100), (400, 200)), 200)

    assert flat.pixels.shape == (100, 200, 3)
    assert flat.to_flat.point((200, 100)) == pytest.approx((100, 50))


def test_a_sheet_is_flattened_to_a_rectangle() -> None:
    frame = sheet_frame(Polygon.of(CORNERS))
    page = page_with_a_dot((400, 300), (800, 600))

    flat = flattened(fitted(page, 3000), frame)

    expected = [(0, 0), (frame.width, 0), (frame.width, frame.height), (0, frame.height)]
    assert [frame.transform.point(corner) for corner in CORNERS] == [pytest.approx(corner, abs=1e-3) for corner in expected]
    assert dot(flat.pixels) == pytest.approx(flat.to_flat.point((400, 300)), abs=1.0)


@pytest.mark.parametrize("angle", [-179.0, -90.0, -31.0, -0.5, 0.0, 3.0, 60.0, 90.0, 179.0])
def test_the_direction_of_text_is_told_all_round(angle: float) -> None:
    lines = [slanted(angle + error, start=(100, 100 + 40 * place)) for place, error in enumerate((-1.0, -0.2, 0.0, 0.2, 1.0))]

    assert (text_direction(lines) - angle + 180) % 360 - 180 == pytest.approx(0, abs=1e-6)


def test_short_and_tall_lines_say_nothing_of_the_direction() -> None:
    lines = [line("合", Box(10, 10, 30, 30)), line("第二联发票联", Box(500, 100, 520, 300)), slanted(4.0)]

    assert text_direction(lines) == pytest.approx(4.0)


def test_no_lines_have_no_direction() -> None:
    assert text_direction([]) == 0.0


def test_upright_text_convinces() -> None:
    judged = legibility([line("开票日期：2024年03月01日", Box(0, 0, 200, 20)), line("价税合计（大写）", Box(0, 40, 150, 60))])

    assert judged.convincing
    assert judged.keywords >= 3


@pytest.mark.parametrize(
    ("confidence", "tall", "turn"),
    [(0.65, False, 180), (0.97, True, 270), (0.65, True, 90)],
)
def test_what_does_not_convince_says_which_turn_to_try(confidence: float, tall: bool, turn: int) -> None:
    box = Box(0, 0, 20, 200) if tall else Box(0, 0, 200, 20)

    judged = legibility([line("口兴目士咖", box, confidence)])

    assert not judged.convincing
    assert judged.turn_to_try == turn


def test_an_engine_that_is_sure_of_upright_text_beats_more_keywords_read_sideways() -> None:
    upright = legibility([line("限乘当日当次车", Box(0, 0, 200, 20), 0.9)])
    sideways = legibility([line("开票日期价税合计金额税率", Box(0, 0, 20, 200), 0.99)])

    assert upright.score > sideways.score


def on_a_desk(corners: list[tuple[int, int]], paper: int = 235, desk: int = 70, size: tuple[int, int] = (800, 600)) -> NDArray[np.uint8]:
    rng = np.random.default_rng(5)
    pixels = np.full((size[1], size[0], 3), desk, np.uint8)
    cv2.fillPoly(pixels, [np.array(corners, np.int32)], (paper, paper, paper))
    inner = sheet_frame(Polygon.of(corners))
    back = inner.transform.inverse()
    for y in np.linspace(0.1, 0.9, 9):
        start, end = back.point((0.1 * inner.width, y * inner.height)), back.point((0.8 * inner.width, y * inner.height))
        cv2.line(pixels, tuple(map(round, start)), tuple(map(round, end)), (40, 40, 40), 3)
    noisy = pixels.astype(np.int16) + rng.normal(0, 5, pixels.shape).astype(np.int16)
    return np.clip(noisy, 0, 255).astype(np.uint8)


def test_the_edges_of_a_sheet_on_a_dark_desk_are_found() -> None:
    sheet = SheetSearch.of(on_a_desk(CORNERS)).sheet()

    assert sheet is not None
    assert [math.dist(found, true) for found, true in zip(sheet.points, CORNERS, strict=True)] == pytest.approx([0] * 4, abs=4)


def test_the_edges_are_found_in_a_photo_larger_than_the_copy_they_are_looked_for_in() -> None:
    large = [(4 * x, 4 * y) for x, y in CORNERS]

    sheet = SheetSearch.of(on_a_desk(large, size=(3200, 2400))).sheet()

    assert sheet is not None
    assert [math.dist(found, true) for found, true in zip(sheet.points, large, strict=True)] == pytest.approx([0] * 4, abs=16)


@pytest.mark.parametrize(
    ("corners", "paper"),
    [
        ([(-40, 80), (680, 140), (640, 520), (-60, 470)], 235),  # runs out of the picture
        ([(300, 200), (420, 210), (410, 290), (295, 280)], 235),  # far too small
        (CORNERS, 78),  # as dark as the desk
        ([(300, 60), (700, 300), (330, 560), (290, 300)], 235),  # no sheet of paper has this shape
        ([(100, 100), (700, 100), (700, 500), (100, 500)], 235),  # lies along the picture: a scanner's or a screenshot's own frame
    ],
)
def test_doubtful_edges_are_not_believed(corners: list[tuple[int, int]], paper: int) -> None:
    assert SheetSearch.of(on_a_desk(corners, paper)).sheet() is None


@pytest.mark.parametrize("kind", ["vat_special", "digital_general", "vat_roll"])
@pytest.mark.parametrize("skew", [0.0, 2.0])
def test_a_scan_has_no_edges_to_find(kind: str, skew: float) -> None:
    assert SheetSearch.of(bgr(scan(draw(invent(kind, 3), dpi=110), seed=4, skew_degrees=skew))).sheet() is None


def test_a_drawn_photo_is_flattened_to_the_shape_of_its_paper() -> None:
    paper = draw(invent("vat_general", 3), dpi=110)

    sheet = SheetSearch.of(bgr(photograph(paper, seed=4, turn_degrees=6, perspective=0.1))).sheet()

    assert sheet is not None
    frame = sheet_frame(sheet)
    assert frame.width / frame.height == pytest.approx(paper.width / paper.height, rel=0.12)


def test_a_sheet_drawn_with_two_invoices_has_no_edges_of_its_own() -> None:
    assert (
        SheetSearch.of(bgr(sheet_of([draw(invent("vat_general", 3), dpi=80), draw(invent("digital_general", 4), dpi=80)]))).sheet() is None
    )


@pytest.mark.parametrize("shape", [(20_000, 1, 3), (3, 20_000, 3), (1, 1, 3)])
def test_a_strip_of_a_few_pixels_has_no_sheet_on_it(shape: tuple[int, int, int]) -> None:
    assert SheetSearch.of(np.full(shape, 255, np.uint8)).sheet() is None


def test_text_in_two_directions_runs_the_way_most_of_it_does() -> None:
    """A few long lines of a ticket, more but shorter ones of a paper that lies across below it."""
    level = [slanted(2, (100, 100 + 40 * row), length=300) for row in range(3)]
    across = [slanted(90, (600 + 40 * row, 400), length=150) for row in range(5)]

    assert text_direction([*level, *across]) == pytest.approx(2, abs=0.1)


def test_a_receipt_beside_a_letter_runs_its_own_way() -> None:
    receipt = [
        slanted(-4, (600, 100 + 60 * row), length=90, text=text)
        for row, text in enumerate(("发票代码", "发票号码", "日期", "上车", "里程", "金额"))
    ]
    letter = [slanted(-68, (40 * row, 900), length=800, text="会后统一答复有关问题谢谢大家的支持与配合") for row in range(9)]

    assert text_direction([*letter, *receipt]) == pytest.approx(-4, abs=0.1)
    assert text_direction([*letter, *receipt[:2]]) == pytest.approx(-68, abs=0.1)


def test_sheets_beside_each_other_are_all_found() -> None:
    desk = np.full((600, 900, 3), (70, 90, 120), np.uint8)
    papers = [[(60, 80), (400, 100), (390, 330), (50, 310)], [(530, 60), (870, 200), (790, 420), (450, 280)]]
    for corners in papers:
        cv2.fillPoly(desk, [np.array(corners, np.int32)], (240, 240, 236))

    found = SheetSearch.of(desk).sheets()

    seen = sorted(sheet.box.left for sheet in found)
    assert seen == pytest.approx([50, 450], abs=4)


def test_print_that_was_read_upside_down_is_told_from_what_stands_upright() -> None:
    upright = [line("发票号码：90000001", Box(50, 50 + 30 * row, 350, 70 + 30 * row)) for row in range(6)]
    nonsense = [line("q士日1ε-0", Box(50, 600 + 30 * row, 300, 620 + 30 * row), confidence=0.55) for row in range(6)]
    seal = [line("税务", Box(500, 60, 560, 80), confidence=0.4)]

    (place,) = misread_places([*upright, *nonsense, *seal])

    assert place.box.contains((50, 600))
    assert place.box.contains((300, 770))
    assert place.box.top > 230
    assert place.legibility.turn_to_try == 180
