"""Damaged drawings: the same seed gives the same picture, within what is stated, and the truth is carried to where it went."""

import io
from functools import cache

import cv2
import numpy as np
import pytest
import zxingcpp
from PIL import Image, ImageDraw

from benchmarks.drawing import fax, messenger, phone, scanner
from benchmarks.drawing.degradation import DEGRADATIONS, RANGES, Damaged, degraded, file_of
from benchmarks.drawing.point_map import along, carried, corners, moved, projected, scaled, turned
from benchmarks.drawing.relief import Relief
from benchmarks.drawing.table_top import GROUNDS, OBJECTS, table_top
from models.document import MediaType
from ocr_service.files.pictures import picture_pixels

DPI = 150
MARKS = ((110, 80), (700, 90), (690, 420), (120, 430), (400, 250))
SEEDS = range(6)


def marked_page() -> Image.Image:
    """White paper with five black squares, the middle of each at one of MARKS."""
    page = Image.new("RGB", (830, 520), (255, 255, 255))
    pen = ImageDraw.Draw(page)
    for x, y in MARKS:
        pen.rectangle((x - 12, y - 12, x + 11, y + 11), (10, 10, 14))
    return page


@cache
def damaged_page(name: str, seed: int) -> Damaged:
    """The marked page after a degradation: a photo takes seconds."""
    return degraded(marked_page(), DPI, name, (seed, 0))


def darkest_near(image: Image.Image, x: float, y: float, reach: int) -> tuple[float, float]:
    """The middle of what is darkest around a place."""
    left, top = round(x) - reach, round(y) - reach
    window = np.asarray(image.convert("L"), dtype=np.float64)[top : top + 2 * reach, left : left + 2 * reach]
    dark = window < (window.min() + np.median(window)) / 2
    rows, columns = np.nonzero(dark)
    return left + columns.mean() + 0.5, top + rows.mean() + 0.5


@pytest.mark.parametrize("name", DEGRADATIONS)
@pytest.mark.parametrize("seed", SEEDS)
def test_points_go_where_their_ink_goes(name: str, seed: int) -> None:
    damaged = damaged_page(name, seed)
    scale = np.linalg.norm(np.diff(damaged.to_picture(np.array([(400.0, 250.0), (412.0, 250.0)])), axis=0)) / 12
    for mark in MARKS:
        x, y = damaged.to_picture(np.array([mark], dtype=np.float64))[0]
        seen = darkest_near(damaged.image, x, y, max(6, round(24 * scale)))

        assert np.hypot(seen[0] - x, seen[1] - y) < 1.6 + 0.6 * scale, (mark, damaged.settings)


@pytest.mark.parametrize("name", DEGRADATIONS)
def test_a_seed_decides_every_pixel_and_every_setting(name: str) -> None:
    one, same, other = damaged_page(name, 1), degraded(marked_page(), DPI, name, (1, 0)), damaged_page(name, 2)

    assert np.array_equal(np.asarray(one.image), np.asarray(same.image))
    assert one.settings == same.settings
    assert name == "clean" or one.settings != other.settings


def test_what_nobody_knows_is_refused() -> None:
    with pytest.raises(ValueError, match="nobody knows 'soup'"):
        degraded(marked_page(), DPI, "soup", (1,))


def test_every_setting_that_is_drawn_by_lot_is_stated() -> None:
    stated = {name: " ".join(ranges) for name, ranges in RANGES.items()}

    assert {"skew_degrees", "dpi", "bleed", "noise", "quality"} <= set(stated["scan"].split())
    assert set(fax.draw_lot(np.random.default_rng(1)).stated) == set(RANGES["fax"])
    assert {name for name in RANGES["photo"] for name in name.split(", ")} <= set(phone.draw_lot(np.random.default_rng(1)).stated)


def test_lots_stay_within_what_is_stated() -> None:
    rng = np.random.default_rng(7)
    scans = [scanner.draw_lot(rng) for _ in range(300)]
    photos = [phone.draw_lot(rng) for _ in range(300)]
    faxes = [fax.draw_lot(rng) for _ in range(300)]

    assert max(abs(one.skew_degrees) for one in scans) <= 2
    assert {one.dpi for one in scans} == {150, 200, 300}
    assert {50, 90} <= {one.quality for one in scans} <= set(range(50, 91))
    assert {one.turn for one in photos} == {0, 90, 180, 270}
    assert 0.6 < sum(one.turn == 0 for one in photos) / 300 < 0.8
    assert {one.ground for one in photos} == set(GROUNDS)
    assert max(max(abs(one.pitch), abs(one.yaw)) for one in photos) <= 20
    assert 0.6 < sum(one.fine for one in faxes) / 300 < 0.8
    assert {one.dpi for one in faxes} == {(204, 98), (204, 196), (204, 204)}
    smalls = [messenger.draw_small_lot(rng) for _ in range(300)]
    longs = [messenger.draw_long_lot(rng) for _ in range(300)]
    assert {one.long_side for one in smalls} <= set(range(500, 651))
    assert min(one.height for one in longs) >= 4800
    assert max(one.height for one in longs) <= 7200


@pytest.mark.parametrize("seed", SEEDS)
def test_a_photo_keeps_the_whole_paper_in_frame_and_enough_pixels_for_its_print(seed: int) -> None:
    page = marked_page()
    damaged = damaged_page("photo", seed)
    seen = damaged.to_picture(corners(*page.size))

    assert seen.min() > 0
    assert (seen.max(axis=0) < damaged.image.size).all()
    across = np.linalg.norm(seen[1] - seen[0]) / (page.width / DPI * 25.4)
    assert across > 4.0


def test_a_turned_photo_is_turned_clockwise() -> None:
    page = marked_page()
    lots = ((seed, phone.draw_lot(np.random.default_rng(seed))) for seed in range(400))
    seed, settings = next((seed, lot) for seed, lot in lots if lot.turn == 90)
    photo, way = phone.photographed(page, DPI, settings, np.random.default_rng(seed))
    top_left, top_right, *_ = way(corners(*page.size))

    assert photo.height > photo.width
    assert top_right[1] - top_left[1] > 5 * abs(top_right[0] - top_left[0])


def test_a_scan_has_the_size_of_its_resolution() -> None:
    settings = scanner.draw_lot(np.random.default_rng(1))
    page, _ = scanner.scanned(marked_page(), DPI, settings, np.random.default_rng(1))
    millimetres = 830 / DPI * 25.4 + settings.margins_mm[0] + settings.margins_mm[2]

    assert abs(page.width / settings.dpi * 25.4 - millimetres) < 12


def test_a_fax_is_one_bit_and_standard_resolution_writes_every_line_twice() -> None:
    rng = np.random.default_rng(2)
    settings = fax.FaxSettings(
        fine=False, skew_degrees=0.0, threshold=0.7, unevenness=0.0, streaks=0, lost_lines=0, specks=0.0, squared=True, coding="group4"
    )
    page, _ = fax.faxed(marked_page(), DPI, settings, rng)
    dots = np.asarray(page)
    changes = np.nonzero((dots[1:] != dots[:-1]).any(axis=1))[0]

    assert page.mode == "1"
    assert page.width == pytest.approx((830 / DPI * 25.4 + 8) * fax.DOTS_PER_MM, abs=3)
    assert len(changes) > 4
    assert all(gap >= 2 for gap in np.diff(changes))


def test_a_code_survives_a_fine_fax() -> None:
    code = zxingcpp.write_barcode_to_image(zxingcpp.create_barcode("01,04,sample", zxingcpp.BarcodeFormat.QRCode), scale=4)
    page = Image.new("RGB", (600, 400), (255, 255, 255))
    page.paste(Image.fromarray(np.asarray(code)).convert("RGB"), (200, 100))
    settings = fax.FaxSettings(
        fine=True, skew_degrees=0.3, threshold=0.75, unevenness=0.02, streaks=1, lost_lines=1, specks=0.0001, squared=True, coding="group4"
    )
    faxed, _ = fax.faxed(page, DPI, settings, np.random.default_rng(3))

    assert [found.text for found in zxingcpp.read_barcodes(faxed.convert("L"))] == ["01,04,sample"]


def test_a_relief_leads_back_to_where_it_came_from() -> None:
    bent = Relief(800, 500, curl=0.05, arched=True, direction=30, fold=0.02, fold_at=0.4, lean=(0.36, -0.36))
    points = np.random.default_rng(1).uniform((0, 0), (800, 500), (200, 2))
    seen = bent.seen(points)

    assert np.abs(seen - points).max() > 5
    assert np.abs(bent.flat(seen) - points).max() < 0.05
    assert bent.shade(points, (1.0, 0.0)).std() > 0.01
    assert np.ptp(Relief(800, 500).shade(points, (1.0, 0.0))) == 0


def test_what_is_raised_appears_moved_outwards_and_towards_where_the_camera_leans() -> None:
    edge = np.array([(700.0, 250.0)])

    assert Relief(800, 500, fold=0.02, fold_at=0.9).seen(edge)[0][0] > 700
    assert Relief(800, 500, fold=0.02, fold_at=0.9, lean=(-1.0, 0.0)).seen(edge)[0][0] < 700
    assert Relief(800, 500).seen(edge) == pytest.approx(edge)


def test_maps_follow_one_another() -> None:
    way = along(projected(scaled(2, 3)), projected(moved(1, 1)), projected(turned(90)))

    assert way(np.array([(1.0, 1.0)])) == pytest.approx(np.array([(-4.0, 3.0)]))
    assert carried(way, [(1, 1), (0, 0)]) == [[-4.0, 3.0], [-1.0, 1.0]]


@pytest.mark.parametrize("ground", GROUNDS)
def test_things_lie_around_on_every_table(ground: str) -> None:
    empty, full = (table_top(np.random.default_rng(5), (300, 200), ground, objects) for objects in ((), OBJECTS))

    assert empty.size == full.size == (300, 200)
    assert (np.asarray(empty) != np.asarray(full)).any(axis=2).mean() > 0.05


@pytest.mark.parametrize(
    ("mode", "quality", "pages", "ending", "form"),
    [("RGB", 80, 1, "jpg", "JPEG"), ("RGB", None, 1, "png", "PNG"), ("RGB", 80, 2, "tif", "TIFF")],
)
def test_a_file_holds_every_page(mode: str, quality: int | None, pages: int, ending: str, form: str) -> None:
    page = Damaged(Image.new(mode, (40, 30), 1), {}, lambda points: points, quality, 200)
    content, given = file_of([page] * pages)
    with Image.open(io.BytesIO(content)) as file:
        assert (given, file.format, getattr(file, "n_frames", 1), file.size) == (ending, form, pages, (40, 30))


@pytest.mark.parametrize(("fine", "squared"), [(True, False), (False, False), (False, True)])
def test_a_fax_is_kept_as_it_came_and_looks_as_it_was_sent(fine: bool, squared: bool) -> None:
    settings = fax.FaxSettings(fine, 0.0, 0.7, 0.0, 0, 0, 0.0, squared, "group3")
    page, way = fax.faxed(marked_page(), DPI, settings, np.random.default_rng(1))
    content, ending = file_of([Damaged(page, {}, way, None, None, settings)] * 2)

    shown = list(picture_pixels(content, MediaType.TIFF))

    assert ending == "tif"
    assert len(shown) == 2
    assert shown[0].shape[:2] == pytest.approx((page.height, page.width), rel=0.05)  # 196 lines to 204 dots are left as they are
    assert np.abs(cv2.resize(shown[0][:, :, 0], page.size).astype(int) - np.asarray(page.convert("L"))).mean() < 6


def test_the_paper_in_a_talk_is_the_only_one_on_a_screen_of_the_telephone() -> None:
    talk = damaged_page("long", 2)
    seen = talk.to_picture(corners(830, 520))

    assert talk.image.width == 1080
    assert 4800 <= talk.image.height <= 7200
    assert seen.min() >= 0
    assert (seen.max(axis=0) <= talk.image.size).all()
    assert np.asarray(talk.image).std() > 20
