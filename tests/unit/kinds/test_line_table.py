"""Line items under a plain row of headings."""

from dataclasses import replace

import pytest

from models.document import TextLine
from models.geometry import Box, Polygon
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


@pytest.mark.parametrize("name", ["合计", "小计", "总计", "备注", "收款", "开票", "复核", "收款机"])
def test_goods_may_be_called_like_a_row_below_the_table(name: str) -> None:
    named: list[Print] = [(name, 40, 110), ("5.00", 200, 110), ("1", 300, 110), ("5.00", 380, 110)]

    assert [item.name for item in items(*HEADINGS, *ROW, *named, *TOTAL)] == ["住宿费", name]


@pytest.mark.parametrize("name", ["收款机", "开票软件", "大写数字印章"])
def test_goods_whose_names_begin_like_such_a_row_need_no_price(name: str) -> None:
    assert [item.name for item in items(*HEADINGS, *ROW, (name, 40, 110), ("5.00", 380, 110), *TOTAL)] == ["住宿费", name]


@pytest.mark.parametrize("total", ["合计", "金额合计", "合计人民币", "合计叁佰圆整", "(大写)叁佰圆整", "合计：", "收款人", "开票日期"])
def test_a_row_below_the_table_is_no_item(total: str) -> None:
    assert [item.name for item in items(*HEADINGS, *ROW, (total, 40, 110), ("2", 300, 110), ("300.00", 380, 110))] == ["住宿费"]


def test_two_numbers_in_one_cell_make_no_item() -> None:
    assert items(*HEADINGS, *ROW, ("45.00", 376, 81), *TOTAL) == ()


def test_two_tables_side_by_side_are_read_row_by_row() -> None:
    twice: list[Print] = [(text, left + 480, top) for text, left, top in HEADINGS]
    right: list[Print] = [("餐费", 520, 80), ("20.00", 675, 80), ("3", 780, 80), ("60.00", 855, 80)]
    next_row: list[Print] = [("停车费", 40, 110), ("5.00", 195, 110), ("1", 300, 110), ("5.00", 375, 110)]

    found = items(*HEADINGS, *twice, *ROW, *right, *next_row, *TOTAL, width=960)

    assert [(item.name, item.quantity, item.unit_price, item.amount) for item in found] == [
        ("住宿费", "2", "150.00", "300.00"),
        ("餐费", "3", "20.00", "60.00"),
        ("停车费", "1", "5.00", "5.00"),
    ]


def test_tables_of_which_one_has_no_amounts_are_left_alone() -> None:
    without: list[Print] = [("项目", 520, 40), ("单价", 680, 40)]

    assert items(*HEADINGS, *without, *ROW, *TOTAL, width=960) == ()


MEDICAL: list[Print] = [("项目编码", 40, 40), ("项目名称", 180, 40), ("数量/单位", 330, 40), ("金额（元）", 480, 40), ("备注", 620, 40)]


def test_quantity_and_unit_of_one_cell_are_parted() -> None:
    rows: list[Print] = [("100200", 40, 80), ("化验费", 170, 80), ("2/次", 350, 80), ("36.50", 480, 80), ("甲类", 620, 80)]
    more: list[Print] = [("100300", 40, 110), ("治疗费", 170, 110), ("1.5小时", 345, 110), ("80.00", 480, 110)]

    found = items(*MEDICAL, *rows, *more, ("合计", 40, 240), width=700)

    assert found == (
        LineItem("化验费", quantity="2", unit="次", amount="36.50"),
        LineItem("治疗费", quantity="1.5", unit="小时", amount="80.00"),
    )


def test_words_stand_in_the_order_of_the_columns_although_another_heading_is_nearer() -> None:
    wide: list[Print] = [("项目编码", 40, 40), ("项目名称", 260, 40), ("单位", 420, 40), ("金额", 560, 40)]
    row: list[Print] = [("100200", 40, 80), ("化验费", 150, 80), ("次", 420, 80), ("36.50", 560, 80)]

    assert items(*wide, *row, ("合计", 40, 240), width=700) == (LineItem("化验费", unit="次", amount="36.50"),)


def test_a_heading_that_came_in_two_is_one() -> None:
    torn: list[Print] = [("项目", 40, 40), ("单", 200, 40), ("价", 250, 40), ("数量", 290, 40), ("金额", 380, 40)]

    assert items(*torn, *ROW, *TOTAL) == items(*HEADINGS, *ROW, *TOTAL)


def test_single_digits_that_were_read_down_their_column_belong_each_to_its_row() -> None:
    page = a_page(
        *HEADINGS,
        *(("住宿费", 40, 80), ("150.00", 195, 80), ("300.00", 375, 80)),
        *(("餐费", 40, 102), ("20.00", 195, 102), ("60.00", 375, 102)),
        *TOTAL,
        width=480,
        height=320,
    )
    down = TextLine("23", 0.98, Polygon.rectangle(Box(300, 78, 314, 122)))

    found = line_items(Face.of(replace(page, lines=(*page.lines, down))))

    assert [(item.name, item.quantity) for item in found] == [("住宿费", "2"), ("餐费", "3")]
