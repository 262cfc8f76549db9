"""Lists, claims, statements and screens are no invoices; what lies whole under a heading or in a viewer is one."""

from dataclasses import replace

import pytest

from benchmarks.drawing.drawn_set import DRAWN_KINDS, drawn
from models.document import RecognizedPage
from models.invoice import FieldStatus, InvoiceKind
from models.verification import Verdict
from ocr_service.kinds.other_papers import other_paper
from ocr_service.kinds.registry import DESCRIPTIONS
from tests.support.drawn_pages import proved, read, recognised
from tests.support.faces import Print, a_line, a_page, a_special_invoice, with_prints


def calls_itself(page: RecognizedPage) -> str | None:
    return other_paper(page, DESCRIPTIONS)


@pytest.mark.parametrize("place", range(8))
@pytest.mark.parametrize("kind", ["list", "web_page"])
def test_a_list_or_a_screen_is_no_invoice_and_proves_nothing(kind: str, place: int) -> None:
    (found,) = read(drawn(kind, 21, place, dpi=40))

    assert found.kind is InvoiceKind.OTHER
    assert found.verdict is not Verdict.ACCEPTED
    assert not [key for key, field in found.fields.items() if field.status in {FieldStatus.PROVED, FieldStatus.REPAIRED}]


@pytest.mark.parametrize("kind", [kind for kind in DRAWN_KINDS if kind != "other"])
def test_no_invoice_is_taken_for_one(kind: str) -> None:
    for place in range(2):
        page = recognised(drawn(kind, 22, place, dpi=40).pages[0])

        assert calls_itself(page) is None


@pytest.mark.parametrize("buttons", [("下载", "打印"), ("返回", "分享", "删除")])
def test_an_invoice_that_a_viewer_shows_is_still_one(buttons: tuple[str, ...]) -> None:
    shown: list[Print] = [(text, 100 + 100 * place, 590) for place, text in enumerate(buttons)]
    page = with_prints(a_special_invoice(without=("title",)), ("电子发票详情", 30, 2), *shown)

    assert calls_itself(replace(page, lines=(*page.lines, a_line("示例增值税专用发票", 400, 20, 28)))) is None


def test_an_invoice_under_the_heading_of_the_claim_that_it_is_glued_to_is_still_one() -> None:
    page = with_prints(a_special_invoice(without=("title",)), ("费用报销单", 400, -30))
    page = replace(page, lines=(*page.lines, a_line("示例增值税专用发票", 400, 15, 26)))

    assert calls_itself(page) is None


@pytest.mark.parametrize(
    "row", [("序号", "发票号码", "开票日期", "金额"), ("序号  发票号码  开票日期", "金额"), ("发票代码", "发票号码", "开票日期", "状态")]
)
def test_headings_of_a_table_of_invoices_make_a_list_of_a_page(row: tuple[str, ...]) -> None:
    prints = [(text, 60 + 200 * place, 100) for place, text in enumerate(row)]

    assert calls_itself(a_page(*prints, ("25312000000012345678", 160, 130))) == ""


def test_labels_with_their_values_beside_them_are_no_headings() -> None:
    prints = (("发票代码", 60, 100), ("044001900111", 160, 100), ("发票号码", 320, 100), ("12345678", 420, 100), ("开票日期", 560, 100))

    assert calls_itself(a_page(*prints, ("2019-06-01", 660, 100), ("状态", 800, 100))) is None


@pytest.mark.parametrize("text", ["（详见销货清单）", "*印刷品*送货单", "航空运输电子客票行程单", "备注：对账单"])
def test_a_word_for_a_list_inside_an_invoice_is_no_title(text: str) -> None:
    assert calls_itself(a_page((text, 100, 30), ("发票号码：12345678", 600, 30))) is None


def test_what_figures_and_words_agree_on_is_merely_read_on_a_paper_of_no_known_kind() -> None:
    (found,) = proved([a_page(("示例便条", 300, 20), ("合计（大写）：贰佰贰拾陆圆整", 60, 300), ("合计（小写）：￥226.00", 600, 300))])
    total = found.fields["tax_inclusive_amount"]

    assert (found.kind, total.value, total.status) == (InvoiceKind.OTHER, "226.00", FieldStatus.READ)


def test_the_end_of_a_title_that_came_in_parts_names_no_list() -> None:
    parts = [("航空运", 200, 30), ("输电子客票", 260, 30), ("行程单", 362, 30)]

    assert calls_itself(a_page(*parts, ("上车时间", 100, 100), print_height=20)) is None
    assert calls_itself(a_page(("行程单", 362, 30), ("上车时间", 100, 100), print_height=20)) == "行程单"
