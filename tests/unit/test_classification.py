"""The kind of an invoice, by four witnesses."""

from dataclasses import replace

import pytest

from models.document import RecognizedPage
from models.invoice import InvoiceKind
from models.verification import Outcome
from ocr_service.evidence import Sighting
from ocr_service.stages.classification import ClassificationStage
from ocr_service.stages.extraction import ExtractionStage
from ocr_service.stages.verification import VerificationStage
from tests.support.faces import Print, a_page, a_special_invoice, with_prints

QR = "01,10,044001900111,87654321,188.68,20190601,98765432109876543210,EF06"
LOCAL = "144032109110"


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("示例增值税专用发票", InvoiceKind.VAT_SPECIAL),
        ("示例增值整专用发票", InvoiceKind.VAT_SPECIAL),
        ("示例增值税普通发票", InvoiceKind.VAT_GENERAL),
        ("示例增值税普通发票（卷票）", InvoiceKind.VAT_ROLL),
        ("示例增值税电子普通发票", InvoiceKind.VAT_ELECTRONIC_GENERAL),
        ("示例增值税电子专用发票", InvoiceKind.VAT_ELECTRONIC_SPECIAL),
        ("电子发票（普通发票）", InvoiceKind.DIGITAL_GENERAL),
        ("电子发票（增值税专用发票）", InvoiceKind.DIGITAL_SPECIAL),
        ("电子发票（铁路电子客票）", InvoiceKind.DIGITAL_RAILWAY),
        ("机动车销售统一发票", InvoiceKind.MOTOR_VEHICLE),
        ("示例市出租汽车统一发票", InvoiceKind.TAXI),
        ("通用定额发票", InvoiceKind.FIXED_AMOUNT),
        ("示例市国家税务局过路（过桥）费专用发票", InvoiceKind.TOLL),
        ("示例省道路客运统一发票", InvoiceKind.COACH),
        ("发票专用章", InvoiceKind.OTHER),
        ("全国统一发票监制章", InvoiceKind.OTHER),
        ("第二联：发票联 购买方记账凭证", InvoiceKind.OTHER),
    ],
)
def test_a_title_names_the_kind(title: str, kind: InvoiceKind) -> None:
    assert ClassificationStage().run(Sighting(a_page((title, 300, 30)))).kind is kind


def test_a_title_torn_in_two_is_read_whole() -> None:
    page = a_page(("电子发票", 300, 30), ("（增值税专用发票）", 378, 30))

    assert ClassificationStage().run(Sighting(page)).kind is InvoiceKind.DIGITAL_SPECIAL


def test_the_qr_code_outvotes_the_title_and_both_votes_are_kept() -> None:
    classified = ClassificationStage().run(Sighting(a_page(("示例增值税专用发票", 300, 30), qr=QR)))

    assert classified.kind is InvoiceKind.VAT_ELECTRONIC_GENERAL
    assert classified.kind_votes["title"] is InvoiceKind.VAT_SPECIAL


def test_a_toll_mark_makes_a_toll_invoice_of_the_same_title() -> None:
    page = a_page(("通行费", 60, 30), ("示例增值税电子普通发票", 300, 30))

    assert ClassificationStage().run(Sighting(page)).kind is InvoiceKind.TOLL_ELECTRONIC


def test_a_taxi_receipt_without_title_is_known_by_its_meter() -> None:
    meter = [("上车：21:40", 40, 200), ("下车：21:52", 40, 230), ("里程：5.5公里", 40, 260), ("等候：00:03", 40, 290)]

    assert ClassificationStage().run(Sighting(a_page(*meter, width=300))).kind is InvoiceKind.TAXI


@pytest.mark.parametrize(
    ("number", "kind"),
    [("25312000000012345678", InvoiceKind.DIGITAL_GENERAL), ("2531 2000 0000 1234 5678", None), ("25782000000012345678", None)],
    ids=["a number of twenty digits", "the control code of a till", "no region"],
)
def test_without_anything_else_a_number_of_twenty_digits_is_that_of_a_digital_invoice(number: str, kind: InvoiceKind | None) -> None:
    form = (("项目名称", 60, 170), ("规格型号", 250, 170), ("备注", 30, 490))

    assert ClassificationStage().run(Sighting(a_page((number, 600, 40), *form))).kind is (kind or InvoiceKind.OTHER)


@pytest.mark.parametrize("text", ["25312000000012345678", "发票代码：044001900111"], ids=["number", "code"])
def test_a_number_or_a_code_without_a_form_around_it_names_no_kind(text: str) -> None:
    page = a_page(("订单详情", 400, 20), (text, 600, 40), ("金额：226.00", 600, 80))

    assert ClassificationStage().run(Sighting(page)).kind is InvoiceKind.OTHER


def test_without_title_the_code_names_the_kind() -> None:
    assert ClassificationStage().run(Sighting(a_special_invoice(without=("title",)))).kind is InvoiceKind.VAT_SPECIAL


def test_without_title_and_code_the_form_still_shows() -> None:
    lost = ("title", "code", "second_code")

    assert ClassificationStage().run(Sighting(a_special_invoice(without=lost))).kind is InvoiceKind.VAT_SPECIAL


def test_of_several_codes_on_the_page_the_printed_number_picks_its_own() -> None:
    other = QR.replace("87654321", "11111111")
    page = a_page(("示例增值税电子普通发票", 300, 30), ("发票号码：87654321", 700, 30), qr=other)
    classified = ClassificationStage().run(Sighting(replace(page, qr_codes=(*page.qr_codes, *a_page(qr=QR).qr_codes))))

    assert classified.qr is not None
    assert classified.qr.invoice_number == "87654321"


def a_form(title: str, code: str, *prints: Print) -> RecognizedPage:
    """A VAT form with its title and code, and what else is printed."""
    changed = a_special_invoice(title=title, code=f"发票代码：{code}", without=("second_code", "number", "second_number"))
    return with_prints(changed, ("发票号码：01234567", 720, 44), *prints)


@pytest.mark.parametrize("title", ["深圳电子普通发票", "深圳电于普通发票", "普通发票"], ids=["whole", "misread", "torn"])
def test_a_code_of_a_citys_series_makes_its_own_form_of_a_title_without_the_tax(title: str) -> None:
    assert ClassificationStage().run(Sighting(a_form(title, LOCAL))).kind is InvoiceKind.BLOCKCHAIN


def test_the_qr_code_of_a_citys_form_says_no_more_than_that_it_is_electronic() -> None:
    page = replace(a_form("", LOCAL), qr_codes=a_page(qr=QR.replace("044001900111", LOCAL)).qr_codes)

    assert ClassificationStage().run(Sighting(page)).kind is InvoiceKind.BLOCKCHAIN


@pytest.mark.parametrize("title", ["示例增值税普通发票", "示例增值税电子普通发票", "示例增值税专用发票", "示例增值税普通发票（卷票）"])
@pytest.mark.parametrize("code", [LOCAL, "144032122110", "144032101110"], ids=["a city's", "vehicles'", "tickets'"])
def test_a_code_of_a_local_series_contradicts_a_title_that_says_vat(title: str, code: str) -> None:
    classified = ClassificationStage().run(Sighting(a_form(title, code)))
    invoice = VerificationStage().run(ExtractionStage().run(classified))

    assert classified.kind.value.startswith("vat_")
    assert any(check.rule == "code_series_fits_kind" and check.outcome is Outcome.FAIL for check in invoice.checks)


@pytest.mark.parametrize(
    "toll",
    [
        ("通行费", 110, 244),
        ("*经营租赁*通行费", 110, 244),
        ("车牌号：粤B12345", 640, 480),
        ("车辆通行费", 110, 244),
        ("通行日期起：20190601", 640, 480),
    ],
    ids=["goods", "goods of a class", "a plate's remark", "vehicles' goods", "a day's remark"],
)
@pytest.mark.parametrize("title", ["示例增值税电子普通发票", ""], ids=["with its title", "without"])
def test_toll_as_the_name_of_goods_makes_no_toll_invoice(toll: Print, title: str) -> None:
    page = a_form(title, "044001900111", toll)

    assert ClassificationStage().run(Sighting(page)).kind is InvoiceKind.VAT_ELECTRONIC_GENERAL


def test_the_mark_of_a_toll_invoice_gives_way_to_a_code_that_says_otherwise() -> None:
    page = a_form("示例增值税电子普通发票", "044001900111", ("通行费", 60, 30))

    assert ClassificationStage().run(Sighting(page)).kind is InvoiceKind.VAT_ELECTRONIC_GENERAL


def test_the_mark_or_the_columns_of_a_toll_invoice_stand_for_a_code_that_was_not_read() -> None:
    for mark in (("通行费", 60, 30), ("通行日期起", 500, 220)):
        page = a_form("示例增值税电子普通发票", "", mark)

        assert ClassificationStage().run(Sighting(page)).kind is InvoiceKind.TOLL_ELECTRONIC


def test_a_provinces_own_toll_form_has_a_code_of_its_own_series() -> None:
    classified = ClassificationStage().run(Sighting(a_form("青禾省车辆通行费通用（电子）发票", "132052300111", ("车辆通行费", 110, 244))))
    invoice = VerificationStage().run(ExtractionStage().run(classified))

    assert classified.kind is InvoiceKind.TOLL_ELECTRONIC
    assert all(check.outcome is not Outcome.FAIL for check in invoice.checks if check.rule == "code_series_fits_kind")
