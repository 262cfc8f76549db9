"""Invoices that go on: their 销货清单, the second page of a 数电票. Everything on these pages is invented."""

from dataclasses import replace
from decimal import Decimal

import pytest

from models.document import RecognizedPage
from models.invoice import InvoiceKind, LineItem, Witness, counted_lines
from models.verification import Outcome, Verdict
from ocr_service.evidence import ExtractedInvoice, Sighting
from ocr_service.faces.sales_list import read_sales_list
from ocr_service.stages.classification import ClassificationStage
from ocr_service.stages.continuation import ContinuationStage
from ocr_service.stages.extraction import ExtractionStage
from ocr_service.stages.verification import VerificationStage
from tests.support.faces import Print, a_page, a_special_invoice

_HEADINGS = (
    *(("序号", 60, 180), ("货物（劳务）名称", 110, 180), ("规格型号", 340, 180), ("单位", 440, 180), ("数量", 500, 180)),
    *(("单价", 600, 180), ("金额", 700, 180), ("税率", 800, 180), ("税额", 880, 180)),
)
_LISTED = (
    LineItem("*文具*中性笔", "0.5mm", "支", "100", "1.50", "150.00", "13%", "19.50"),
    LineItem("*纸制品*复印纸", "A4", "包", "2", "25.00", "50.00", "13%", "6.50"),
)
_ABOVE_THE_HEAD = 45.0
"""Pixels; a digital face that begins nearer to the edge of its picture is cut."""


def a_list(
    *,
    code: str = "3100203130",
    number: str = "12345678",
    sheet: str = "共 1 页  第 1 页",
    glued: bool = False,
    further: tuple[Print, ...] = (),
    listed: tuple[LineItem, ...] = _LISTED,
) -> RecognizedPage:
    """A 销货清单 with two lines, numbered in a column of their own or glued to the names."""
    prints: list[Print] = [
        ("销售货物或者提供应税劳务、服务清单", 320, 30),
        ("购买方名称：青禾市示例商贸有限公司", 60, 80),
        ("销售方名称：望江镇示例文具有限公司", 60, 110),
        (f"所属增值税专用发票代码：{code}", 60, 140),
        (f"号码：{number}", 420, 140),
        (sheet, 700, 140),
        *_HEADINGS,
    ]
    for row, item in enumerate(listed):
        top = 210 + 26 * row
        prints += [(f"{row + 1}{item.name}", 70, top)] if glued else [(str(row + 1), 70, top), (item.name or "", 110, top)]
        prints += [(item.specification or "", 345, top), (item.unit or "", 450, top), (item.quantity or "", 510, top)]
        prints += [(item.unit_price or "", 600, top), (item.amount or "", 700, top), ("13%", 800, top), (item.tax_amount or "", 885, top)]
    prints += [("小计", 110, 420), ("￥200.00", 690, 420), ("￥26.00", 880, 420)]
    prints += [("总计", 110, 450), ("￥200.00", 690, 450), ("￥26.00", 880, 450)]
    prints += [("备注", 60, 490), ("销售方（章）：", 200, 560), ("填开日期：2020年11月18日", 650, 560)]
    return a_page(*prints, *further)


def an_invoice_with_a_list() -> RecognizedPage:
    """A paper invoice whose one line refers to a list."""
    blank = dict.fromkeys(("item_spec", "item_unit", "item_quantity", "item_price"))
    second = ("item2_name", "item2_quantity", "item2_price", "item2_amount", "item2_rate", "item2_tax")
    return a_special_invoice(without=(*blank, *second), item_name="（详见销货清单）", item_amount="200.00", item_tax="26.00")


def a_digital_page(*prints: Print, number: str = "24312000000012345679", sheet: str = "", page: int = 1) -> RecognizedPage:
    """A page of a 数电票 with its head and what else it prints, whose tops count from below the paper that the form leaves above it."""
    head: list[Print] = [
        ("电子发票（普通发票）", 380, 20),
        (f"发票号码：{number}", 700, 20),
        ("开票日期：2024年03月01日", 700, 46),
        ("名称：青禾市示例商贸有限公司", 60, 100),
        ("统一社会信用代码/纳税人识别号：91110199291951630T", 60, 130),
        ("名称：望江镇示例文具有限公司", 560, 100),
        ("统一社会信用代码/纳税人识别号：91310199651717240Y", 560, 130),
        *(("项目名称", 60, 170), ("规格型号", 250, 170), ("单位", 380, 170), ("数量", 480, 170), ("单价", 580, 170)),
        *(("金额", 700, 170), ("税率/征收率", 780, 170), ("税额", 920, 170)),
    ]
    head += [(sheet, 700, 70)] if sheet else []
    placed = [(text, left, _ABOVE_THE_HEAD + top) for text, left, top in (*head, *prints)]
    return replace(a_page(*placed, width=1000, height=_ABOVE_THE_HEAD + 600), number=page)


def a_row(name: str, amount: str, tax: str, top: float) -> tuple[Print, ...]:
    return (name, 60, top), (amount, 690, top), ("13%", 800, top), (tax, 920, top)


def the_end(net: str, tax: str, words: str, total: str) -> tuple[Print, ...]:
    return (
        *(("合计", 100, 400), (f"¥{net}", 680, 400), (f"¥{tax}", 910, 400)),
        *(("价税合计（大写）", 60, 440), (words, 300, 440), (f"（小写）¥{total}", 700, 440)),
        *(("备注", 30, 490), ("开票人：甲一", 60, 560)),
    )


def joined(*pages: RecognizedPage) -> tuple[ExtractedInvoice, ...]:
    classification, extraction = ClassificationStage(), ExtractionStage()
    return ContinuationStage().run(tuple(extraction.run(classification.run(Sighting(page))) for page in pages))


def values(invoice: ExtractedInvoice, key: str) -> list[str | None]:
    return [candidate.value for candidate in invoice.candidates.get(key, ())]


def test_the_lines_of_a_list_follow_the_line_that_refers_to_it_and_make_up_the_sums() -> None:
    sheet = replace(a_list(), number=2)
    (invoice,) = joined(an_invoice_with_a_list(), sheet)

    assert [item.name for item in invoice.items] == ["（详见销货清单）", *(item.name for item in _LISTED)]
    assert counted_lines(invoice.items) == _LISTED
    assert invoice.classified.kind is InvoiceKind.VAT_SPECIAL
    assert values(invoice, "tax_inclusive_amount") == ["226.00"]
    assert invoice.further_pages == (sheet,)


@pytest.mark.parametrize("name", ["合计", "小计", "总计"])
def test_goods_of_a_list_may_be_called_a_sum(name: str) -> None:
    listed = (replace(_LISTED[0], name=name), _LISTED[1])
    found = read_sales_list(a_list(listed=listed))

    assert found is not None
    assert found.items == listed
    assert found.candidates["tax_exclusive_amount"][0].value == "200.00"


def test_a_list_scanned_before_its_invoice_finds_it_all_the_same() -> None:
    (invoice,) = joined(a_list(), replace(an_invoice_with_a_list(), number=2))

    assert counted_lines(invoice.items) == _LISTED


def test_numbers_glued_to_the_names_are_taken_off() -> None:
    (invoice,) = joined(an_invoice_with_a_list(), a_list(glued=True))

    assert [item.name for item in counted_lines(invoice.items)] == ["*文具*中性笔", "*纸制品*复印纸"]


def test_two_sheets_follow_each_other() -> None:
    (invoice,) = joined(an_invoice_with_a_list(), a_list(sheet="共 2 页 第 1 页"), a_list(sheet="共 2 页 第 2 页"))

    assert counted_lines(invoice.items) == (*_LISTED, *_LISTED)


def test_a_list_of_another_invoice_is_a_record_of_its_own() -> None:
    invoice, stray = joined(an_invoice_with_a_list(), replace(a_list(number="12345679"), number=2))

    assert [item.name for item in invoice.items] == ["（详见销货清单）"]
    assert stray.classified.kind is InvoiceKind.OTHER
    assert values(stray, "invoice_number") == ["12345679"]


def test_a_list_alone_is_found_by_the_code_and_number_of_its_invoice() -> None:
    (stray,) = joined(a_list())

    assert (stray.classified.kind, stray.classified.title) == (InvoiceKind.OTHER, "销售货物或者提供应税劳务、服务清单")
    assert values(stray, "invoice_code") == ["3100203130"]
    assert values(stray, "invoice_number") == ["12345678"]
    assert values(stray, "buyer_name") == ["青禾市示例商贸有限公司"]
    assert values(stray, "seller_name") == ["望江镇示例文具有限公司"]
    assert values(stray, "issue_date") == ["2020-11-18"]
    assert (values(stray, "tax_exclusive_amount"), values(stray, "tax_amount")) == (["200.00"], ["26.00"])
    assert stray.items == _LISTED


def test_a_list_alone_has_no_total_that_is_printed_nowhere() -> None:
    (stray,) = joined(a_list())
    fields = VerificationStage().run(stray).fields

    assert "tax_inclusive_amount" not in fields


def test_an_invoice_that_mentions_its_list_is_no_list() -> None:
    (invoice,) = joined(an_invoice_with_a_list())

    assert invoice.classified.kind is InvoiceKind.VAT_SPECIAL
    assert values(invoice, "seller_tax_id") == ["91310199651717240Y"]


def test_a_shops_list_of_goods_is_no_list_of_an_invoice() -> None:
    (found,) = joined(a_page(("望江镇示例文具店销售清单", 320, 30), ("客户：王小明", 60, 80), ("中性笔", 110, 210), ("150.00", 700, 210)))

    assert found.classified.kind is InvoiceKind.OTHER
    assert found.items == ()


def test_an_invoice_whose_line_says_that_it_is_a_list_stays_an_invoice() -> None:
    page = a_special_invoice(item_name="*文具*销货清单")
    (found,) = joined(replace(page, flat_height=900))

    assert found.classified.kind is InvoiceKind.VAT_SPECIAL
    assert values(found, "tax_inclusive_amount") == ["226.00"]


def test_the_second_page_of_a_digital_invoice_goes_to_the_first() -> None:
    first = a_digital_page(
        *a_row("*文具*中性笔", "150.00", "19.50", 200), ("小计", 100, 400), ("¥150.00", 680, 400), ("¥19.50", 910, 400), sheet="共2页 第1页"
    )
    end = (*a_row("*纸制品*复印纸", "50.00", "6.50", 200), *the_end("200.00", "26.00", "贰佰贰拾陆圆整", "226.00"))
    second = a_digital_page(*end, sheet="共2页 第2页", page=2)
    (invoice,) = joined(first, second)

    assert [item.name for item in invoice.items] == ["*文具*中性笔", "*纸制品*复印纸"]
    assert (values(invoice, "tax_exclusive_amount"), values(invoice, "tax_amount")) == (["200.00"], ["26.00"])
    assert [candidate.page for candidate in invoice.candidates["tax_inclusive_amount"]] == [2]
    number = invoice.candidates["invoice_number"]
    assert [(candidate.witness, candidate.page) for candidate in number] == [(Witness.PRINTED, None), (Witness.SECOND_PRINT, 2)]
    assert invoice.further_pages == (second,)


def test_what_stands_on_the_last_page_is_shown_there_and_proved_by_both() -> None:
    first = a_digital_page(*a_row("*文具*中性笔", "150.00", "19.50", 200), sheet="共2页 第1页")
    end = (*a_row("*纸制品*复印纸", "50.00", "6.50", 200), *the_end("200.00", "26.00", "贰佰贰拾陆圆整", "226.00"))
    second = a_digital_page(*end, sheet="共2页 第2页", page=2)
    invoice = VerificationStage().run(joined(first, second)[0])

    assert [(key, invoice.fields[key].page) for key in ("issue_date", "tax_inclusive_amount")] == [
        ("issue_date", 1),
        ("tax_inclusive_amount", 2),
    ]
    assert invoice.verdict is Verdict.ACCEPTED
    assert invoice.lines == (*first.lines, *second.lines)


def test_a_list_that_lacks_a_line_does_not_pass() -> None:
    page = a_list()
    torn = replace(page, lines=tuple(line for line in page.lines if line.text not in {"*纸制品*复印纸", "A4", "包", "50.00", "6.50"}))
    invoice = VerificationStage().run(joined(an_invoice_with_a_list(), torn)[0])

    assert invoice.verdict is Verdict.NEEDS_REVIEW
    assert "lines_sum_to_amount" in {check.rule for check in invoice.checks if check.outcome is Outcome.FAIL}


def test_a_first_page_without_its_last_says_nothing_of_the_whole() -> None:
    lone = a_digital_page(
        *a_row("*文具*中性笔", "150.00", "19.50", 200), ("小计", 100, 400), ("¥150.00", 680, 400), ("¥19.50", 910, 400), sheet="共2页 第1页"
    )
    (invoice,) = joined(lone)

    assert (values(invoice, "tax_exclusive_amount"), values(invoice, "tax_amount")) == ([], [])
    assert [Decimal(item.amount or "0") for item in invoice.items] == [Decimal("150.00")]


def test_two_copies_of_one_invoice_stay_two() -> None:
    page = a_digital_page(*a_row("*纸制品*复印纸", "50.00", "6.50", 200), *the_end("50.00", "6.50", "伍拾陆圆伍角整", "56.50"))

    assert len(joined(page, replace(page, number=2))) == 2


def test_pages_of_different_invoices_stay_apart() -> None:
    first = a_digital_page(*a_row("*文具*中性笔", "150.00", "19.50", 200), sheet="共2页 第1页")
    end = (*a_row("*纸制品*复印纸", "50.00", "6.50", 200), *the_end("200.00", "26.00", "贰佰贰拾陆圆整", "226.00"))

    assert len(joined(first, a_digital_page(*end, number="24312000000012345670", sheet="共2页 第2页", page=2))) == 2
