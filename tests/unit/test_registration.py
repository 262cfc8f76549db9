"""Print out of register: the whole print is moved back onto the form, whatever rows and columns it lies on."""

from dataclasses import replace

import pytest

from models.document import RecognizedPage, TextLine
from models.geometry import Polygon
from ocr_service.evidence import ExtractedInvoice, Sighting
from ocr_service.faces.registration import form_face
from ocr_service.stages.classification import ClassificationStage
from ocr_service.stages.extraction import ExtractionStage
from tests.support.faces import a_line, a_page, a_special_invoice

_ROW = 24.0
"""Pixels from one row to the next."""
_FORM: tuple[tuple[str, float, float], ...] = (
    ("名    称：", 120, 110),
    ("纳税人识别号：", 120, 134),
    ("地 址、电 话：", 120, 158),
    ("开户行及账号：", 120, 182),
    ("开票日期：", 720, 66),
    ("价税合计（大写）", 120, 430),
    ("（小写）", 680, 430),
    ("名    称：", 120, 462),
    ("纳税人识别号：", 120, 486),
    ("地 址、电 话：", 120, 510),
    ("开户行及账号：", 120, 534),
    ("收款人：", 100, 566),
    ("复核：", 300, 566),
    ("开票人：", 480, 566),
)
_PRINT: tuple[tuple[str, float, float], ...] = (
    ("青禾市示例商贸有限公司", 255, 110),
    ("91110199291951630T", 255, 134),
    ("青禾市示例路1号 0000-5550001", 255, 158),
    ("示例银行 6000000001", 255, 182),
    ("2020年11月18日", 816, 66),
    ("贰佰贰拾陆圆整", 380, 430),
    ("￥226.00", 762, 430),
    ("望江镇示例文具有限公司", 255, 462),
    ("91310199651717240Y", 255, 486),
    ("望江镇示例路2号 0000-5550002", 255, 510),
    ("示例银行 6000000002", 255, 534),
    ("甲一", 176, 566),
    ("乙二", 358, 566),
    ("丙三", 556, 566),
)
_JOINED = {"buyer_name", "buyer_tax_id", "buyer_address", "buyer_bank", "date", "words_label", "words", "digits"} | {
    *("seller_name", "seller_tax_id", "seller_address", "seller_bank", "payee", "reviewer", "drawer")
}
_TABLE = ("*文具*中性笔", "0.5mm", "支", "100", "1.50", "150.00", "13%", "19.50", "*纸制品*复印纸", "2", "25.00", "50.00", "6.50")
_SUMS = ("￥200.00", "￥26.00", "03*<8>2+4/-91*<8>2+4/-9")


def printed(right: float, down: float) -> RecognizedPage:
    """The special invoice with labels and values read apart, its print so many pixels off its form."""
    form = a_special_invoice(without=tuple(_JOINED))
    lines = [moved(line, right, down) if line.text in {*_TABLE, *_SUMS} else line for line in form.lines]
    lines += a_page(*_FORM).lines
    lines += [moved(a_line(*entry), right, down) for entry in _PRINT]
    return replace(form, lines=tuple(lines))


def moved(line: TextLine, right: float, down: float) -> TextLine:
    return replace(line, polygon=Polygon.of([[x + right, y + down] for x, y in line.polygon.points]))


def extracted(page: RecognizedPage) -> ExtractedInvoice:
    return ExtractionStage().run(ClassificationStage().run(Sighting(page)))


def values(found: ExtractedInvoice) -> dict[str, str | None]:
    return {key: candidates[0].value for key, candidates in found.candidates.items()}


@pytest.mark.parametrize("right", [-45.0, 0.0, 50.0])
@pytest.mark.parametrize("rows", [-3, -2, -1, 0, 1, 2, 3])
def test_a_form_is_read_through_the_offset_of_its_print(rows: int, right: float) -> None:
    straight, off = extracted(printed(0, 0)), extracted(printed(right, rows * _ROW))

    assert off.items == straight.items
    assert values(off) == values(straight)


def test_a_form_in_register_is_left_as_it_is() -> None:
    assert form_face(printed(0, 0)).offset == (0.0, 0.0)
    assert form_face(a_special_invoice()).offset == (0.0, 0.0)


@pytest.mark.parametrize("title", ["北京增值税电子普通发票", "北京增值税电子专用发票"])
def test_print_never_stands_off_an_electronic_invoice(title: str) -> None:
    page = printed(50, 0)
    drawn = replace(page, lines=tuple(replace(line, text=title) if "专用发票" in line.text else line for line in page.lines))

    assert form_face(page).offset != (0.0, 0.0)
    assert drawn != page
    assert form_face(drawn).offset == (0.0, 0.0)


def test_a_value_read_as_one_line_with_its_label_is_not_moved_onto_it() -> None:
    page = printed(50, 0)
    apart = {"收款人：", "甲一"}
    joined = a_line("收款人：甲一", 100, 566)
    read = replace(page, lines=(*(line for line in page.lines if line.text not in apart), joined))

    assert form_face(read).offset[0] > 0
    assert values(extracted(read)).get("payee") == "甲一"


def test_a_first_row_that_lies_on_the_header_is_a_row() -> None:
    page = printed(0, -_ROW)
    on_the_header = [line for line in page.lines if abs(line.polygon.box.centre[1] - 229) < 3]

    assert "*文具*中性笔" in {line.text for line in on_the_header}
    assert [item.name for item in extracted(page).items] == ["*文具*中性笔", "*纸制品*复印纸"]


def test_headings_and_print_that_were_read_as_one_line_are_parted() -> None:
    page = printed(0, -_ROW)
    glued = [replace(line, text="规格型号0.5mm") if line.text == "规格型号" else line for line in page.lines if line.text != "0.5mm"]
    glued = [a_line("规格型号0.5mm", 300, 220) if line.text == "规格型号0.5mm" else line for line in glued]
    first = extracted(replace(page, lines=tuple(glued))).items[0]

    assert (first.name, first.specification, first.amount) == ("*文具*中性笔", "0.5mm", "150.00")


@pytest.mark.parametrize("lost", [("货物或应税劳务、服务名称", "规格型号", "单位", "数量", "税率", "税额")])
def test_a_header_that_is_printed_over_stands_where_the_form_has_it(lost: tuple[str, ...]) -> None:
    titles = (("购", 100, 110), ("买", 100, 150), ("方", 100, 190), ("密", 620, 110), ("码", 620, 150), ("区", 620, 190))
    page = printed(0, 2 * _ROW)
    torn = [a_line("货物或应税X", 110, 220), a_line("X单价", 590, 220)]
    lines = (*(line for line in page.lines if line.text not in {*lost, "单价", "金", "额"}), *torn, *a_page(*titles).lines)

    items = extracted(replace(page, lines=lines)).items

    assert [(item.amount, item.tax_rate, item.tax_amount) for item in items] == [("150.00", "13%", "19.50"), ("50.00", "13%", "6.50")]


def test_a_date_whose_century_is_printed_over_is_that_date() -> None:
    assert values(extracted(a_special_invoice(date="开票日期：20年11月18日")))["issue_date"] == "2020-11-18"
    assert values(extracted(a_special_invoice(date="开票日期：0年11月18日"))).get("issue_date") is None


def test_a_number_with_the_end_of_its_second_print_behind_it_is_the_number() -> None:
    slid = a_special_invoice(without=("second_number",), number="No12345678345678")
    other = a_special_invoice(without=("second_number",), number="No12345678345679")

    assert values(extracted(slid))["invoice_number"] == "12345678"
    assert values(extracted(other)).get("invoice_number") is None


def test_an_id_that_slid_under_the_label_of_a_name_is_no_name() -> None:
    found = values(extracted(a_special_invoice(without=("seller_tax_id",), seller_name="名    称：91310199651717240Y")))

    assert found.get("seller_name") is None
    assert found["seller_tax_id"] == "91310199651717240Y"
