"""Line items under a plain row of headings."""

from models.invoice import LineItem
from ocr_service.faces.face import Face
from ocr_service.kinds.line_table import line_items
from tests.support.faces import Print, a_page

HEADINGS: list[Print] = [("项目", 40, 40), ("单价", 200, 40), ("数量", 290, 40), ("金额", 380, 40)]
ROW: list[Print] = [("住宿费", 40, 80), ("150.00", 195, 80), ("2", 300, 80), ("300.00", 375, 80)]
TOTAL: list[Print] = [("合计（小写）￥300.00", 40, 240)]


def items(*prints: Print, width: float = 480) -> tuple[LineItem, ...]:
    return line_items(Face.of(a_page(*prints, width=width, height=320)))


def test_each_cell_stands_under_its_heading_in_whatever_order() -> None:
    swapped: list[Print] = [("项目", 40, 40), ("数量", 200, 40), ("单价", 290, 40), ("金额", 380, 40)]

    assert items(*HEADINGS, *ROW, *TOTAL) == (LineItem("住宿费", quantity="2", unit_price="150.00", amount="300.00"),)
    assert items(*swapped, ("住宿费", 40, 80), ("2", 205, 80), ("150.00", 285, 80), ("300.00", 375, 80), *TOTAL) == items(
        *HEADINGS, *ROW, *TOTAL
    )


def test_cells_that_came_as_one_line_are_parted() -> None:
    assert items(*HEADINGS, ("住宿费", 40, 80), ("150.00     2    300.00", 195, 80), *TOTAL) == items(*HEADINGS, *ROW, *TOTAL)


def test_a_name_on_two_lines_is_one_name() -> None:
    assert [item.name for item in items(*HEADINGS, *ROW, ("（大床房）", 40, 104), *TOTAL)] == ["住宿费（大床房）"]


def test_a_row_without_amount_is_no_item_and_totals_are_none() -> None:
    assert items(*HEADINGS, ("住宿费", 40, 80), ("150.00", 195, 80), *TOTAL) == ()


def test_two_numbers_in_one_cell_make_no_item() -> None:
    assert items(*HEADINGS, *ROW, ("45.00", 376, 81), *TOTAL) == ()


def test_two_tables_side_by_side_are_left_alone() -> None:
    twice: list[Print] = [(text, left + 480, top) for text, left, top in HEADINGS]

    right: list[Print] = [(text, left + 480, top) for text, left, top in ROW]

    assert items(*HEADINGS, *twice, *right, *TOTAL, width=960) == ()
