"""The kind of an invoice, by four witnesses."""

from dataclasses import replace

import pytest

from models.invoice import InvoiceKind
from ocr_service.evidence import Sighting
from ocr_service.stages.classification import ClassificationStage
from tests.support.faces import a_page, a_special_invoice

QR = "01,10,044001900111,87654321,188.68,20190601,98765432109876543210,EF06"


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
    page = a_page(("通行费", 60, 30), ("示例增值税电子普通发票", 300, 30), qr=QR)

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
    assert ClassificationStage().run(Sighting(a_page((number, 600, 40)))).kind is (kind or InvoiceKind.OTHER)


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
