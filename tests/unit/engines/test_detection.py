"""Where text stands: lines are grown back from what the network marks, and put in reading order."""

from dataclasses import dataclass, field

import numpy as np
import pytest
from numpy.typing import NDArray

from models.geometry import Box
from ocr_service.engines.detection import TextDetector, in_reading_order


@dataclass
class MarkingNetwork:
    """Marks the same rectangles, given as shares of the page, on every page."""

    marks: tuple[Box, ...]
    likeliness: float = 0.9
    runtime: str = "none"
    shapes: list[tuple[int, ...]] = field(default_factory=list)

    def room(self, width: int) -> int:
        return width

    def __call__(self, batch: NDArray[np.float32]) -> NDArray[np.float32]:
        self.shapes.append(batch.shape)
        height, width = batch.shape[2:]
        marked = np.zeros((1, 1, height, width), np.float32)
        for mark in self.marks:
            marked[0, 0, round(mark.top * height) : round(mark.bottom * height), round(mark.left * width) : round(mark.right * width)] = (
                self.likeliness
            )
        return marked


def page(width: int, height: int) -> NDArray[np.uint8]:
    return np.full((height, width, 3), 255, np.uint8)


def test_a_mark_is_grown_to_its_line_in_pixels_of_the_page() -> None:
    network = MarkingNetwork((Box(0.25, 0.25, 0.75, 0.30),))

    (place,) = TextDetector(network, longest_side=640).places(page(1280, 640))

    assert network.shapes == [(1, 3, 320, 640)]
    # 16 x 320 pixels on the scaled page; 1.4 times its area over its perimeter, 10.7 pixels, is added on every side: 21 on the page.
    assert place.box.height == pytest.approx(32 + 2 * 21, abs=4)
    room = 0.1 * place.box.height
    assert place.box.left == pytest.approx(320 - 21 - room, abs=3)
    assert place.box.right == pytest.approx(960 + 21 + room, abs=3)
    assert place.points[0] == (place.box.left, place.box.top)
    assert place.points[2] == (place.box.right, place.box.bottom)


@dataclass
class InkNetwork(MarkingNetwork):
    """Marks what is dark, as far as it lies well inside what it is shown."""

    def __call__(self, batch: NDArray[np.float32]) -> NDArray[np.float32]:
        self.shapes.append(batch.shape)
        marked = (batch[:, :1] < 0).astype(np.float32)
        marked[:, :, :40] = marked[:, :, -40:] = marked[:, :, :, :40] = marked[:, :, :, -40:] = 0
        return marked


@pytest.mark.parametrize("wide", [False, True])
def test_a_long_screenshot_is_looked_at_piece_by_piece(wide: bool) -> None:
    network = InkNetwork(())
    pixels = page(1080, 4800)
    tops = range(100, 4700, 55)
    for top in tops:
        pixels[top : top + 20, 200:800] = 0

    places = TextDetector(network).places(np.ascontiguousarray(pixels.transpose(1, 0, 2)) if wide else pixels)

    assert {shape[2:] for shape in network.shapes} == {(736, 1280) if wide else (1280, 736)}
    assert sorted(place.box.centre[0 if wide else 1] for place in places) == pytest.approx([top + 10 for top in tops], abs=3)


@pytest.mark.parametrize(("width", "height"), [(3508, 2480), (559, 1501), (4000, 2000), (2000, 821), (1080, 2400)])
def test_an_ordinary_page_is_seen_at_once(width: int, height: int) -> None:
    network = MarkingNetwork(())

    TextDetector(network).places(page(width, height))

    assert len(network.shapes) == 1
    assert max(network.shapes[0]) == 1280


def test_a_small_page_is_not_scaled_up() -> None:
    network = MarkingNetwork(())

    assert TextDetector(network).places(page(320, 96)) == ()
    assert network.shapes == [(1, 3, 96, 320)]


def test_no_place_leaves_the_page() -> None:
    (place,) = TextDetector(MarkingNetwork((Box(0, 0, 1, 0.1),))).places(page(320, 320))

    assert (place.box.left, place.box.top, place.box.right) == (0, 0, 320)


@pytest.mark.parametrize(
    ("mark", "likeliness"), [(Box(0.2, 0.2, 0.6, 0.202), 0.9), (Box(0.2, 0.2, 0.6, 0.3), 0.4), (Box(0.2, 0.2, 0.6, 0.3), 0.1)]
)
def test_dirt_and_faint_guesses_are_no_text(mark: Box, likeliness: float) -> None:
    assert TextDetector(MarkingNetwork((mark,), likeliness)).places(page(640, 640)) == ()


def test_rows_are_read_from_the_top_and_each_from_the_left() -> None:
    tops = [(300, 104), (20, 100), (150, 98), (10, 300), (400, 20)]
    places = [np.array([(x, y), (x + 50, y), (x + 50, y + 20), (x, y + 20)], np.float32) for x, y in tops]

    ordered = [tuple(place[0]) for place in in_reading_order(places)]

    assert ordered == [(400, 20), (20, 100), (150, 98), (300, 104), (10, 300)]


class SeeingNetwork(MarkingNetwork):
    """Marks what is dark."""

    def __call__(self, batch: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.asarray(batch[:, :1] < 0, np.float32)


def test_a_page_is_seen_as_it_is_whatever_was_seen_before() -> None:
    small, large = page(640, 320), page(1280, 960)
    small[100:130, 200:400] = 0
    large[500:540, 100:900] = 0
    seen = TextDetector(SeeingNetwork(()))

    assert [seen.places(one) for one in (small, large, small)] == [
        TextDetector(SeeingNetwork(())).places(one) for one in (small, large, small)
    ]
    assert len(seen.places(small)) == 1
