"""Tables of the VAT forms: columns of particular trades, second tables, print askew, names on two lines."""

import math
from dataclasses import replace

import pytest

from models.document import RecognizedPage
from models.geometry import Polygon
from models.invoice import LineItem
from ocr_service.evidence import ExtractedInvoice, Sighting
from ocr_service.faces.bands import bands, levelled
from ocr_service.faces.face import Face
from ocr_service.faces.roll import roll_items
from ocr_service.stages.classification import ClassificationStage
from ocr_service.stages.extraction import ExtractionStage
from tests.support.faces import Print, a_page, a_special_invoice, with_prints


def extracted(page: RecognizedPage) -> ExtractedInvoice:
    return ExtractionStage().run(ClassificationStage().run(Sighting(page)))


def askew(page: RecognizedPage, degrees: float) -> RecognizedPage:
    """The page with every print moved down to the right, as print lies that was not fed straight."""
    slope = math.tan(math.radians(degrees))
    lines = tuple(replace(line, polygon=Polygon.of([[x, y + slope * x] for x, y in line.polygon.points])) for line in page.lines)
    return replace(page, lines=lines)


def a_digital_invoice(*table: Print) -> RecognizedPage:
    """A 数电票 with this table between its parties and its total."""
    return a_page(
        ("电子发票（普通发票）", 400, 20),
        ("发票号码：25992000000012345677", 700, 40),
        ("开票日期：2025年03月04日", 700, 70),
        ("名称：青禾市示例商贸有限公司", 60, 120),
        ("名称：望江镇示例文具有限公司", 540, 120),
        *table,
        ("合 计", 100, 360),
        ("¥100.00", 700, 360),
        ("¥9.00", 890, 360),
        ("价税合计（大写）", 60, 400),
        ("壹佰零玖圆整", 300, 400),
        ("（小写）¥109.00", 640, 400),
    )


NAME, MONEY = ("项目名称", 100, 200), (("金 额", 700, 200), ("税率/征收率", 780, 200), ("税 额", 890, 200))
SUMS = (("100.00", 700, 224), ("9%", 810, 224), ("9.00", 900, 224))


@pytest.mark.parametrize(
    ("headings", "cells"),
    [
        ((("产权证书/不动产权证号", 280, 200), ("面积单位", 560, 200)), (("示例不动产权第1234567号", 280, 224), ("平方米", 565, 224))),
        ((("建筑服务发生地", 280, 200), ("建筑项目名称", 480, 200)), (("青禾市示例区", 280, 224), ("示例厂房一期工程", 480, 224))),
        ((("车牌号", 300, 200), ("类型", 460, 200)), (("京A9X999", 300, 224), ("客车", 460, 224))),
    ],
)
def test_what_a_trade_tells_in_columns_of_its_own_is_no_cell_of_an_item(headings: tuple[Print, ...], cells: tuple[Print, ...]) -> None:
    page = a_digital_invoice(NAME, *headings, *MONEY, ("*示例服务*费用", 60, 224), *cells, *SUMS)

    assert extracted(page).items == (LineItem(name="*示例服务*费用", amount="100.00", tax_rate="9%", tax_amount="9.00"),)


def test_a_second_table_below_the_lines_is_none_of_them() -> None:
    second = (("运输工具种类", 60, 270), ("运输工具牌号", 260, 270), ("起运地", 460, 270), ("到达地", 660, 270))
    values = (("公路运输", 60, 292), ("京A9X999", 260, 292), ("青禾市", 460, 292), ("望江镇", 660, 292))
    page = a_digital_invoice(NAME, *MONEY, ("*运输服务*运费", 60, 224), *SUMS, *second, *values)

    assert extracted(page).items == (LineItem(name="*运输服务*运费", amount="100.00", tax_rate="9%", tax_amount="9.00"),)


@pytest.mark.parametrize("degrees", [-1.2, 1.2])
def test_rows_that_lie_askew_keep_their_cells(degrees: float) -> None:
    straight = a_special_invoice()

    assert extracted(askew(straight, degrees)).items == extracted(straight).items


@pytest.mark.parametrize("degrees", [-1.0, 0.0, 1.0])
def test_a_name_that_wraps_stays_with_its_own_row_on_a_page_askew(degrees: float) -> None:
    others = (("规格型号", 280, 200), ("单 位", 380, 200), ("数 量", 460, 200), ("单 价", 560, 200))
    next_row = (("*纸制品*复印纸", 60, 268), ("50.00", 700, 268), ("9%", 810, 268), ("4.50", 900, 268))
    page = a_digital_invoice(NAME, *others, *MONEY, ("*文具*中性笔", 60, 224), *SUMS, ("（二十四色）", 60, 246), *next_row)

    assert [item.name for item in extracted(askew(page, degrees)).items] == ["*文具*中性笔（二十四色）", "*纸制品*复印纸"]


def test_headings_that_do_not_stand_on_one_line_level_nothing() -> None:
    face = Face.of(a_special_invoice())

    assert levelled(face).pieces == face.pieces
    assert levelled(Face.of(a_page(("税率", 10, 10), ("税额", 200, 14)))).slope == 0.0


def test_levelling_shows_by_how_much_a_row_fell() -> None:
    face = levelled(Face.of(askew(a_special_invoice(), 1.0)))

    assert face.slope == pytest.approx(math.tan(math.radians(1.0)), abs=1e-3)
    assert face.fall_at(face.width) - face.fall_at(0) == pytest.approx(face.slope * face.width)
    assert bands(face).is_common


def test_digits_of_several_rows_read_as_one_line_are_nobodys() -> None:
    page = a_special_invoice(without=("item_quantity", "item2_quantity"))
    tall = replace(page.lines[0], text="12", polygon=Polygon.of([[520, 240], [534, 240], [534, 290], [520, 290]]))

    items = extracted(replace(page, lines=(*page.lines, tall))).items

    assert [item.quantity for item in items] == [None, None]


def test_stars_in_the_sum_of_the_tax_say_that_there_is_none() -> None:
    page = a_special_invoice(tax="***", item_rate="免税", item_tax="***", item2_rate="免税", item2_tax="***", digits="（小写）￥200.00")
    found = extracted(page)

    assert found.candidates["tax_amount"][0].value == "***"
    assert found.candidates["tax_exclusive_amount"][0].value == "200.00"
    assert [item.tax_amount for item in found.items] == ["***", "***"]


def test_the_sign_before_the_words_of_a_red_invoice_belongs_to_them() -> None:
    page = with_prints(a_special_invoice(words="贰佰贰拾陆圆整"), ("（负数）", 290, 430))

    assert extracted(page).candidates["tax_inclusive_amount_in_words"][0].value == "（负数）贰佰贰拾陆圆整"


@pytest.mark.parametrize(("read", "amount"), [("~50.00", "-50.00"), ("50,00", "50.00"), ("5000.00", "5000.00")])
def test_sums_are_read_with_their_point_and_minus(read: str, amount: str) -> None:
    items = extracted(a_special_invoice(item2_amount=read)).items

    assert items[1].amount == amount


def test_what_lies_beside_the_paper_is_in_no_row() -> None:
    page = with_prints(a_special_invoice(), ("H", 40, 244), ("G", 60, 268))

    assert extracted(page).items == extracted(a_special_invoice()).items


def test_rows_of_a_roll_take_no_seal_for_a_name_or_a_number() -> None:
    rows = (("停车费", 30, 130), ("103.06", 200, 130), ("2", 300, 130), ("206. 12", 400, 130), ("日用品", 30, 160), ("印", 330, 160))
    seal = (("12.00", 400, 160), ("糕点", 30, 190), ("91310199651717240Y", 150, 190), ("9.50", 400, 190))
    end = (("合计金额（小写）：", 30, 230), ("227.62", 300, 230))
    page = a_page(("项目", 30, 100), *rows, *seal, *end, width=500)

    found = roll_items(Face.of(page))

    assert [(item.name, item.unit_price, item.quantity, item.amount) for item in found] == [
        ("停车费", "103.06", "2", "206.12"),
        ("日用品", None, None, "12.00"),
        ("糕点", None, None, "9.50"),
    ]


@pytest.mark.parametrize(("printed", "rate"), [("139", "13%"), ("138", "13%"), ("179", None)])
def test_a_rate_whose_per_cent_sign_was_read_as_a_digit_is_taken_where_the_tax_is_that_rate(printed: str, rate: str | None) -> None:
    assert extracted(a_special_invoice(item2_rate=printed)).items[1].tax_rate == rate


@pytest.mark.parametrize(
    "name",
    [
        "*其他*价税合计服务费",
        "*鉴证咨询服务*代收款人服务",
        "*印刷品*名称:规格型号表",
        "*印刷品*金额（小写）章",
        "*运输服务*起运地到达地运费",
        "*文具*备注",
        "收款人服务费",
        "价税合计打印纸",
        "合计费",
    ],
)
def test_words_of_labels_are_goods_where_goods_are_named(name: str) -> None:
    found = extracted(a_special_invoice(item_name=name))

    assert [item.name for item in found.items] == [name, "*纸制品*复印纸"]
    assert found.candidates.keys() == extracted(a_special_invoice()).candidates.keys()


def test_a_name_that_is_broken_before_a_character_of_the_row_below_keeps_it() -> None:
    page = with_prints(a_special_invoice(item_name="*设计服务*平面设"), ("计", 100, 256))

    assert [item.name for item in extracted(page).items] == ["*设计服务*平面设计", "*纸制品*复印纸"]


@pytest.mark.parametrize("cut", [("小计", 100, 292), ("小  计：", 100, 292), ("小", 130, 292)])
@pytest.mark.parametrize("amount", ["200.00", "￥200.00"])
def test_a_sum_within_the_table_is_no_line(cut: Print, amount: str) -> None:
    page = with_prints(a_special_invoice(), cut, ("计", 200, 292), (amount, 700, 292), ("26.00", 890, 292))

    assert extracted(page).items == extracted(a_special_invoice()).items


@pytest.mark.parametrize("name", ["合计", "小计", "总计", "合  计", "价税合计", "金额合计"])
@pytest.mark.parametrize("place", ["item_name", "item2_name"])
def test_goods_that_are_called_a_sum_are_goods(name: str, place: str) -> None:
    usual, found = extracted(a_special_invoice()), extracted(a_special_invoice(**{place: name}))
    names = {"item_name": "*文具*中性笔", "item2_name": "*纸制品*复印纸"} | {place: name.replace(" ", "")}

    assert [item.name for item in found.items] == list(names.values())
    assert [item.amount for item in found.items] == [item.amount for item in usual.items]
    assert found.candidates == usual.candidates


@pytest.mark.parametrize("name", ["合计", "小计", "价税合计"])
def test_the_sums_of_goods_so_called_are_found_without_their_sign(name: str) -> None:
    unsigned = {"net": "200.00", "tax": "26.00"}
    usual, found = extracted(a_special_invoice(**unsigned)), extracted(a_special_invoice(item_name=name, item2_name=name, **unsigned))

    assert [item.name for item in found.items] == [name, name]
    assert found.candidates == usual.candidates


@pytest.mark.parametrize("name", ["合计", "小计", "价税合计"])
def test_the_only_goods_of_a_digital_invoice_may_be_called_a_sum(name: str) -> None:
    found = extracted(a_digital_invoice(NAME, ("数量", 450, 200), *MONEY, (name, 60, 224), ("1", 465, 224), *SUMS))

    assert [(item.name, item.amount) for item in found.items] == [(name, "100.00")]
    assert found.candidates["tax_exclusive_amount"][0].value == "100.00"


def test_blanks_are_kept_where_nothing_had_to_be_recognised() -> None:
    page = a_special_invoice(item_name="*纸制品*复印纸 A4 80g", item_spec="A4  80g 500张")
    own = replace(page, lines=tuple(replace(line, confidence=1.0) for line in page.lines))

    assert (extracted(own).items[0].name, extracted(own).items[0].specification) == ("*纸制品*复印纸 A4 80g", "A4 80g 500张")
    assert (extracted(page).items[0].name, extracted(page).items[0].specification) == ("*纸制品*复印纸A480g", "A480g500张")


@pytest.mark.parametrize("dash", "−–—―－─‐")
@pytest.mark.parametrize("sums", [("￥{}100.00", "￥{}13.00"), ("{}￥100.00", "{}￥13.00")])
def test_any_dash_before_a_number_is_a_minus(dash: str, sums: tuple[str, str]) -> None:
    net, tax = (text.format(dash) for text in sums)
    row = {"item_quantity": f"{dash}100", "item_amount": f"{dash}150.00", "item_tax": f"{dash}19.50", "item2_name": "2019—2020"}
    found = extracted(a_special_invoice(**row, net=net, tax=tax, digits=f"（小写）￥{dash}113.00"))
    first, second = found.items

    assert (first.quantity, first.amount, first.tax_amount, second.name) == ("-100", "-150.00", "-19.50", "2019—2020")
    keys = ("tax_exclusive_amount", "tax_amount", "tax_inclusive_amount")
    assert [found.candidates[key][0].value for key in keys] == ["-100.00", "-13.00", "-113.00"]


@pytest.mark.parametrize("name", ["*信息技术服务*技术服务咨询无", "*信息技术服务*技术服务咨 无"])
def test_the_none_of_the_specification_is_not_the_end_of_a_long_name(name: str) -> None:
    page = with_prints(a_special_invoice(without=("item_name", "item_spec")), (name, 100, 244))
    item = extracted(page).items[0]

    assert (item.name, item.specification, item.unit) == (name.removesuffix("无").strip(), "无", "支")


def test_a_short_name_may_end_with_none() -> None:
    item = extracted(a_special_invoice(without=("item_spec",), item_name="*文具*有无")).items[0]

    assert (item.name, item.specification) == ("*文具*有无", None)
