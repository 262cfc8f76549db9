"""A page holds its bar by the median of its paints and by what it brings."""

import pytest

from benchmarks.pages import BAR_KILOBYTES, BAR_MILLISECONDS, Measured, holds

SOON, LATE = BAR_MILLISECONDS / 1000, BAR_MILLISECONDS / 1000 + 0.01


@pytest.mark.parametrize(
    ("paints", "kilobytes", "held"),
    [
        ([SOON, SOON, LATE], BAR_KILOBYTES, True),
        ([SOON, LATE, LATE], BAR_KILOBYTES, False),
        ([SOON, SOON, SOON], BAR_KILOBYTES + 1, False),
    ],
)
def test_a_page_holds_its_bar(paints: list[float], kilobytes: int, held: bool) -> None:
    assert holds(Measured([0.0], paints, paints, 0.1, 1000 * kilobytes, 900_000, 3)) is held
