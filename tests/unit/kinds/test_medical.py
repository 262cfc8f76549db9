"""Receipts of hospitals and public bodies."""

import pytest

from models.invoice import InvoiceKind, LineItem
from tests.support.described import extracted, values
from tests.support.faces import Print, a_page

FORM: list[Print] = [
    ("青禾省医疗门诊收费票据（电子）", 300, 15),
    ("票据代码：99060118", 60, 60),
    ("票据号码：0012345678", 620, 60),
    ("交款人统一社会信用代码：", 60, 90),
    ("校验码：a1b2c3", 620, 90),
    ("交款人：王小明", 60, 120),
    ("开票日期：2018-03-05", 620, 120),
    *(("项目名称", 90, 160), ("数量/单位", 250, 160), ("金额（元）", 380, 160), ("备注", 480, 160)),
    *(("西药费", 90, 190), ("1/项", 260, 190), ("88.60", 390, 190)),
    ("金额合计（大写）捌拾捌元陆角", 60, 330),
    ("（小写）88.60", 620, 330),
    ("业务流水号：20180305001", 60, 360),
    ("收款单位（章）：青禾市示例医院", 60, 420),
    *(("复核人：甲一", 420, 420), ("收款人：乙二", 640, 420)),
]


def test_every_field_of_an_electronic_receipt_is_found() -> None:
    page = a_page(*FORM, height=460)

    assert extracted(page).classified.kind is InvoiceKind.MEDICAL
    assert values(page) == {
        "invoice_code": "99060118",
        "invoice_number": "0012345678",
        "check_code": "a1b2c3",
        "issue_date": "2018-03-05",
        "buyer_name": "王小明",
        "seller_name": "青禾市示例医院",
        "tax_inclusive_amount": "88.60",
        "tax_inclusive_amount_in_words": "捌拾捌元陆角",
        "reviewer": "甲一",
        "payee": "乙二",
    }


@pytest.mark.parametrize(
    "title",
    [
        "青禾省住院收费票据",
        "青禾省非税收入统一票据（电子）",
        "公益事业捐赠统一票据",
        "行政事业单位资金往来结算票据",
        "青禾市行政事业性收费专用收据",
        "青禾省车辆通行费票据（电子）",
        "中央非税收入统一票据（电子）",
        "中央行政事业单位资金往来结算票据（电子）",
    ],
)
def test_other_receipts_of_public_bodies_are_of_the_same_kind(title: str) -> None:
    assert extracted(a_page((title, 300, 20))).classified.kind is InvoiceKind.MEDICAL


def test_without_its_title_it_is_known_by_its_labels() -> None:
    assert extracted(a_page(*FORM[1:], height=460)).classified.kind is InvoiceKind.MEDICAL


def test_a_receipt_without_title_is_known_by_its_charges_and_its_seal() -> None:
    page = a_page(
        *(("票据代码：99101740", 60, 60), ("No. 1234567890", 500, 60), ("姓名：王小明", 60, 100), ("日期：2018-03-05", 500, 100)),
        *(("项目", 100, 150), ("金额", 500, 150), ("西药费", 100, 190), ("88.60", 500, 190)),
        *(("合计（大写）捌拾捌元陆角", 60, 330), ("￥88.60", 520, 330), ("收款单位：青禾市示例医院", 60, 380), ("收费专用章", 200, 410)),
        height=460,
    )

    assert extracted(page).classified.kind is InvoiceKind.MEDICAL
    assert values(page)["invoice_number"] == "1234567890"
    assert values(page)["tax_inclusive_amount"] == "88.60"
    assert extracted(page).items == (LineItem("西药费", amount="88.60"),)


def test_charges_side_by_side_are_all_items() -> None:
    more: list[Print] = [("项目名称", 600, 160), ("数量/单位", 740, 160), ("金额（元）", 860, 160)]
    form = [entry for entry in FORM if entry[0] != "备注"]
    page = a_page(*form, *more, ("化验费", 590, 190), ("2/次", 750, 190), ("40.00", 870, 190), height=460)

    assert extracted(page).items == (
        LineItem("西药费", quantity="1", unit="项", amount="88.60"),
        LineItem("化验费", quantity="2", unit="次", amount="40.00"),
    )


def test_a_toll_receipt_of_the_fiscal_platform_is_no_invoice_and_tells_all_that_one_tells() -> None:
    """It has code, number, check code and payer of a 财政票据 where a toll's slip has those of the tax office."""
    page = a_page(
        ("青禾省车辆通行费票据（电子）", 300, 15),
        *(("票据代码：99020118", 60, 60), ("票据号码：0012345678", 620, 60)),
        *(("交款人统一社会信用代码：91110199291951630T", 60, 90), ("校验码：a1b2c3", 620, 90)),
        *(("交款人：青禾市示例运输有限公司", 60, 120), ("开票日期：2023-03-05", 620, 120)),
        *(("项目编码", 90, 160), ("项目名称", 250, 160), ("单位", 380, 160)),
        *(("数量", 450, 160), ("标准", 520, 160), ("金额（元）", 620, 160)),
        *(("103042", 90, 190), ("车辆通行费", 250, 190), ("次", 385, 190), ("1", 460, 190), ("35.00", 530, 190), ("35.00", 640, 190)),
        *(("金额合计（大写）叁拾伍元整", 60, 260), ("（小写）35.00", 620, 260)),
        *(("车牌号：豫A9X999", 60, 300), ("入口站：青禾北", 300, 300), ("出口站：望江东", 560, 300)),
        *(("收款单位（章）：青禾省公路管理局", 60, 360), ("复核人：甲一", 520, 360), ("收款人：乙二", 740, 360)),
        height=420,
    )

    assert extracted(page).classified.kind is InvoiceKind.MEDICAL
    assert values(page) == {
        "invoice_code": "99020118",
        "invoice_number": "0012345678",
        "check_code": "a1b2c3",
        "issue_date": "2023-03-05",
        "buyer_name": "青禾市示例运输有限公司",
        "buyer_tax_id": "91110199291951630T",
        "seller_name": "青禾省公路管理局",
        "tax_inclusive_amount": "35.00",
        "tax_inclusive_amount_in_words": "叁拾伍元整",
        "plate_number": "豫A9X999",
        "entry_station": "青禾北",
        "exit_station": "望江东",
        "reviewer": "甲一",
        "payee": "乙二",
    }


def test_a_toll_invoice_of_the_tax_office_stays_one() -> None:
    assert extracted(a_page(("青禾省车辆通行费通用（电子）发票", 300, 20))).classified.kind is not InvoiceKind.MEDICAL
    assert extracted(a_page(("青禾省车辆通行费专用票据", 300, 20))).classified.kind is InvoiceKind.TOLL
