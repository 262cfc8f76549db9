"""A page is shown upright, whichever way it was photographed."""

import math
from dataclasses import replace

import pytest

from api.web.paper_view import paper_view
from models.document import TextLine
from models.geometry import Polygon
from models.invoice import Invoice
from ocr_service.opened import PagePicture
from tests.support.example_reading import example_invoice

PICTURE = PagePicture(b"", 1343, 806)


def turned(invoice: Invoice, degrees: float) -> Invoice:
    """The invoice on a page that was turned about its middle, clockwise."""
    sine, cosine = math.sin(math.radians(degrees)), math.cos(math.radians(degrees))

    def moved(polygon: Polygon) -> Polygon:
        away = [(x - 671.5, y - 403) for x, y in polygon.points]
        return Polygon.of([[671.5 + x * cosine - y * sine, 403 + x * sine + y * cosine] for x, y in away])

    lines = tuple(TextLine(line.text, line.confidence, moved(line.polygon)) for line in invoice.lines)
    return replace(invoice, polygon=moved(invoice.polygon), lines=lines)


@pytest.mark.parametrize("degrees", [0, 3, 90, 178, 270, -40])
def test_print_runs_level_after_the_turn(degrees: int) -> None:
    straight, paper = paper_view(PICTURE, example_invoice()), paper_view(PICTURE, turned(example_invoice(), degrees))
    assert straight is not None and paper is not None

    # The example itself rises by a little more than a degree.
    assert (paper.turn + degrees - straight.turn + 180) % 360 - 180 == pytest.approx(0, abs=0.1)
    assert -180 <= paper.turn < 180
    *_, width, height = paper.box
    assert width > 0 and height > 0


def test_one_line_that_runs_upwards_turns_nothing() -> None:
    invoice = example_invoice()
    upright = TextLine("票据存根联", 0.9, Polygon.of([[10, 400], [10, 100], [40, 100], [40, 400]]))
    straight, paper = paper_view(PICTURE, invoice), paper_view(PICTURE, replace(invoice, lines=(*invoice.lines, upright)))

    assert straight is not None and paper is not None and abs(paper.turn - straight.turn) < 0.5


def test_without_print_it_is_shown_as_it_came_and_without_a_picture_not_at_all() -> None:
    paper = paper_view(PICTURE, replace(example_invoice(), lines=()))

    assert paper is not None and (paper.turn, paper.view_box) == (0.0, "0.0 0.0 1343.0 806.0")
    assert paper_view(None, example_invoice()) is None
