"""Stars of item names: set where a sign was read for one, left alone where a sign means something."""

import pytest

from models.invoice import LineItem
from ocr_service.faces.item_names import has_stars, starred, with_starred_names


@pytest.mark.parametrize(
    ("read", "printed"),
    [
        ("*文具*中性笔", "*文具*中性笔"),
        ("“餐饮服务*餐费", "*餐饮服务*餐费"),
        ("*水果”苹果", "*水果*苹果"),
        ("住宿服务”住宿费", "*住宿服务*住宿费"),
        ("“餐饮服务“餐费", "*餐饮服务*餐费"),
        ("餐饮服务°餐费", "*餐饮服务*餐费"),
        ("**文具*中性笔", "*文具*中性笔"),
        ("文具*中性笔", "*文具*中性笔"),
    ],
)
def test_signs_in_the_place_of_stars_are_stars(read: str, printed: str) -> None:
    assert starred(read) == printed


@pytest.mark.parametrize(
    "name", ["示例“品牌”商品", "“示例”牌笔", "M8*30螺丝", "木板*5", "45°弯头", "计算机", "*文具*“示例”笔", "示例100*5板"]
)
def test_a_sign_that_is_no_star_stays(name: str) -> None:
    assert starred(name) == name


def test_quotation_marks_are_stars_where_other_lines_have_stars() -> None:
    table = (LineItem(name="“文具”中性笔"), LineItem(name="*纸制品*复印纸"), LineItem())

    assert [item.name for item in with_starred_names(table)] == ["*文具*中性笔", "*纸制品*复印纸", None]
    assert [item.name for item in with_starred_names(table[:1])] == ["“文具”中性笔"]


def test_only_two_stars_make_the_form() -> None:
    assert has_stars("* 文具 * 笔")
    assert not has_stars("文具*笔")
    assert not has_stars("*文具笔")
