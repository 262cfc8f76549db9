"""From accepted bytes to pixels: always BGR, 8 bits, upright by EXIF, on white."""

import io

import numpy as np
import pytest
from PIL import Image, ImageDraw

from models.document import Scan
from ocr_service.opened import Upload
from ocr_service.stages.intake import IntakeStage
from ocr_service.stages.rendering import RenderingStage
from tests.support.invoice_data import DIGITAL
from tests.support.ofd_files import an_ofd, page_of, printed

RED_BGR = [0, 0, 255]
WHITE = [255, 255, 255]


def encoded(image: Image.Image, form: str, **options: object) -> bytes:
    stream = io.BytesIO()
    image.save(stream, form, **options)
    return stream.getvalue()


def accepted(content: bytes) -> Scan:
    return IntakeStage().run(Upload(content, "x"))


def only_page(content: bytes) -> np.ndarray:
    (page,) = RenderingStage().run(accepted(content))
    assert page.pixels.dtype == np.uint8
    assert page.pixels.flags["C_CONTIGUOUS"]
    return page.pixels


def red_corner() -> Image.Image:
    """40 x 20, white, the top-left quarter red."""
    image = Image.new("RGB", (40, 20), "white")
    ImageDraw.Draw(image).rectangle((0, 0, 19, 9), fill="red")
    return image


@pytest.mark.parametrize("form", ["PNG", "BMP", "TIFF"])
def test_pixels_come_as_height_width_and_bgr(form: str) -> None:
    pixels = only_page(encoded(red_corner(), form))

    assert pixels.shape == (20, 40, 3)
    assert pixels[0, 0].tolist() == RED_BGR
    assert pixels[19, 39].tolist() == WHITE


@pytest.mark.parametrize(
    ("tag", "shape", "red_at"),
    [(1, (20, 40), (0, 0)), (3, (20, 40), (19, 39)), (6, (40, 20), (0, 19)), (8, (40, 20), (39, 0)), (2, (20, 40), (0, 39))],
)
def test_the_picture_is_turned_as_its_exif_tag_says(tag: int, shape: tuple[int, int], red_at: tuple[int, int]) -> None:
    exif = Image.Exif()
    exif[0x0112] = tag

    pixels = only_page(encoded(red_corner(), "PNG", exif=exif))

    assert pixels.shape[:2] == shape
    assert pixels[red_at].tolist() == RED_BGR


def test_transparency_becomes_white_paper() -> None:
    image = Image.new("RGBA", (10, 10), (0, 0, 0, 0))
    image.putpixel((3, 4), (255, 0, 0, 255))

    pixels = only_page(encoded(image, "PNG"))

    assert pixels[0, 0].tolist() == WHITE
    assert pixels[4, 3].tolist() == RED_BGR


def test_a_palette_with_a_transparent_colour_becomes_white_paper() -> None:
    image = Image.new("P", (4, 4), 0)
    image.putpalette([0, 0, 0, 255, 0, 0])
    image.putpixel((1, 1), 1)

    pixels = only_page(encoded(image, "PNG", transparency=0))

    assert pixels[0, 0].tolist() == WHITE
    assert pixels[1, 1].tolist() == RED_BGR


@pytest.mark.parametrize(("mode", "white"), [("L", 255), ("1", 1), ("CMYK", (0, 0, 0, 0)), ("RGB", (255, 255, 255)), ("LA", (255, 255))])
def test_every_colour_model_of_white_paper_is_white(mode: str, white: object) -> None:
    form = "TIFF" if mode == "CMYK" else "PNG"

    assert only_page(encoded(Image.new(mode, (6, 5), white), form))[2, 2].tolist() == WHITE


def test_sixteen_bit_grey_is_scaled_to_eight() -> None:
    levels = np.array([[0, 257 * 128, 65535]], np.uint16)

    pixels = only_page(encoded(Image.fromarray(levels), "PNG"))

    assert pixels[0].tolist() == [[0, 0, 0], [128, 128, 128], [255, 255, 255]]


def test_every_frame_of_a_tiff_is_a_page() -> None:
    first, second = Image.new("RGB", (30, 20), "white"), Image.new("RGB", (20, 50), "red")

    pages = RenderingStage().run(accepted(encoded(first, "TIFF", save_all=True, append_images=[second])))

    assert [(page.number, page.width, page.height) for page in pages] == [(1, 30, 20), (2, 20, 50)]
    assert pages[0].pixels[0, 0].tolist() == WHITE
    assert pages[1].pixels[0, 0].tolist() == RED_BGR


def test_a_pdf_page_is_rendered_at_the_resolution_asked_for() -> None:
    pdf = encoded(red_corner().resize((720, 360)), "PDF", resolution=72.0)

    (page,) = RenderingStage(pdf_dpi=144).run(accepted(pdf))

    assert (page.width, page.height) == (1440, 720)
    assert page.pixels[10, 10].tolist() == pytest.approx(RED_BGR, abs=6)


def test_a_poster_is_rendered_no_larger_than_allowed() -> None:
    pdf = encoded(Image.new("RGB", (1000, 500), "white"), "PDF", resolution=10.0)

    (page,) = RenderingStage(longest_pdf_side=800).run(accepted(pdf))

    assert (page.width, page.height) == (800, 400)


@pytest.mark.parametrize("form", ["HEIF", "AVIF", "WEBP", "JPEG"])
def test_photos_of_phones_are_pixels_like_any_other(form: str) -> None:
    pixels = only_page(encoded(red_corner().resize((400, 200)), form, quality=90))

    assert pixels.shape == (200, 400, 3)
    assert pixels[50, 100].tolist() == pytest.approx(RED_BGR, abs=25)
    assert pixels[150, 300].tolist() == pytest.approx(WHITE, abs=12)


@pytest.mark.parametrize("form", ["HEIF", "AVIF", "WEBP", "JPEG"])
def test_a_phone_held_sideways_gives_an_upright_page(form: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6

    pixels = only_page(encoded(red_corner().resize((400, 200)), form, exif=exif.tobytes()))

    assert pixels.shape == (400, 200, 3)
    assert pixels[100, 150].tolist() == pytest.approx(RED_BGR, abs=25)


def test_every_page_of_an_ofd_is_a_page_with_its_text() -> None:
    pages = RenderingStage().run(accepted(an_ofd(page_of(printed()), page_of("", box="0 0 210 297"))))

    assert [(page.number, page.width, page.height) for page in pages] == [(1, 1654, 1102), (2, 1654, 2339)]
    assert "¥106.00" in {line.text for line in pages[0].printed}
    assert pages[1].printed == ()
    assert not any(page.drawn_from_data for page in pages)


def test_data_without_a_page_are_listed_on_one() -> None:
    (page,) = RenderingStage().run(accepted(DIGITAL.encode()))

    assert page.drawn_from_data
    assert (page.pixels < 128).any()


def test_pages_of_a_scan_have_no_text_of_their_own() -> None:
    (page,) = RenderingStage().run(accepted(encoded(red_corner().resize((720, 360)), "PDF")))

    assert page.printed == ()
