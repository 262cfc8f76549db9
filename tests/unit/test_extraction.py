"""Fields out of faces, by labels and places."""

import pytest

from models.document import RecognizedPage
from models.invoice import InvoiceKind, LineItem
from ocr_service.evidence import ExtractedInvoice, Sighting
from ocr_service.faces.labels import find_labels
from ocr_service.faces.parties import read_taxpayer_id
from ocr_service.stages.classification import ClassificationStage
from ocr_service.stages.extraction import ExtractionStage
from tests.support.faces import a_page, a_special_invoice, with_prints


def extracted(page: RecognizedPage) -> ExtractedInvoice:
    return ExtractionStage().run(ClassificationStage().run(Sighting(page)))


def values(page: RecognizedPage) -> dict[str, str | None]:
    return {key: candidates[0].value for key, candidates in extracted(page).candidates.items()}


def test_every_field_of_a_paper_form_is_found() -> None:
    assert values(a_special_invoice()) == {
        "invoice_code": "3100203130",
        "invoice_number": "12345678",
        "issue_date": "2020-11-18",
        "buyer_name": "青禾市示例商贸有限公司",
        "buyer_tax_id": "91110199291951630T",
        "buyer_address_phone": "青禾市示例路1号 0000-5550001",
        "buyer_bank_account": "示例银行 6000000001",
        "seller_name": "望江镇示例文具有限公司",
        "seller_tax_id": "91310199651717240Y",
        "seller_address_phone": "望江镇示例路2号 0000-5550002",
        "seller_bank_account": "示例银行 6000000002",
        "tax_exclusive_amount": "200.00",
        "tax_amount": "26.00",
        "tax_inclusive_amount": "226.00",
        "tax_inclusive_amount_in_words": "贰佰贰拾陆圆整",
        "payee": "甲一",
        "reviewer": "乙二",
        "drawer": "丙三",
    }


def test_line_items_are_put_into_their_columns() -> None:
    assert extracted(a_special_invoice()).items == (
        LineItem("*文具*中性笔", "0.5mm", "支", "100", "1.50", "150.00", "13%", "19.50"),
        LineItem("*纸制品*复印纸", None, None, "2", "25.00", "50.00", "13%", "6.50"),
    )


def test_both_prints_of_code_and_number_are_witnesses() -> None:
    candidates = extracted(a_special_invoice(second_number="12345679")).candidates

    assert [candidate.value for candidate in candidates["invoice_code"]] == ["3100203130", "3100203130"]
    assert [candidate.value for candidate in candidates["invoice_number"]] == ["12345678", "12345679"]


def test_number_and_second_code_that_ran_together_are_parted() -> None:
    page = a_special_invoice(number="No123456783100203130", without=("second_code",))
    candidates = extracted(page).candidates

    assert candidates["invoice_number"][0].value == "12345678"
    assert [candidate.value for candidate in candidates["invoice_code"]] == ["3100203130", "3100203130"]


@pytest.mark.parametrize(
    "lost", ["seller_name", "buyer_name", "seller_tax_id", "title", "words_label", "subtotal", "head_price", "head_tax"]
)
def test_a_lost_line_costs_its_own_field_only(lost: str) -> None:
    whole, torn = values(a_special_invoice()), values(a_special_invoice(without=(lost,)))

    assert {key for key in whole if torn.get(key) != whole[key]} <= {lost}


def test_misread_labels_are_still_labels() -> None:
    page = a_special_invoice(seller_tax_id="纳悦人识剐号：91310199651717240Y", date="开禀日期：2020年11月18日", payee="收蒙人：甲一")

    assert values(page)["seller_tax_id"] == "91310199651717240Y"
    assert values(page)["issue_date"] == "2020-11-18"
    assert values(page)["payee"] == "甲一"


@pytest.mark.parametrize("shift", [0, 13, 19, -9])
def test_print_that_is_shifted_by_half_a_row_and_more_is_assigned_by_the_taxpayer_id(shift: int) -> None:
    labels = [("名    称：", 120, 110), ("纳税人识别号：", 120, 140), ("地 址、电 话：", 120, 170), ("开户行及账号：", 120, 200)]
    texts = ["青禾市示例商贸有限公司", "91110199291951630T", "青禾市示例路1号", "示例银行 60001"]
    shifted = [(text, 280, 110 + shift + 30 * place) for place, text in enumerate(texts)]
    rest = [("货物或应税劳务、服务名称", 110, 250), ("单价", 600, 250), ("金额", 700, 250), ("税率", 800, 250), ("税额", 900, 250)]
    found = values(a_page(("示例增值税专用发票", 400, 20), *labels, *shifted, *rest))

    assert found["buyer_name"] == "青禾市示例商贸有限公司"
    assert found["buyer_address_phone"] == "青禾市示例路1号"
    assert found["buyer_bank_account"] == "示例银行 60001"


def test_the_total_is_not_taken_from_the_row_above_when_it_was_lost() -> None:
    assert "tax_inclusive_amount" not in values(a_special_invoice(digits="（小写）"))


def test_garbled_words_are_printed_but_without_value() -> None:
    assert values(a_special_invoice(words="贰佰贰拾陆圆圆整"))["tax_inclusive_amount_in_words"] is None


def test_a_discount_stays_a_line_of_its_own() -> None:
    page = a_special_invoice(
        item2_name="*文具*中性笔",
        item2_amount="-15.00",
        item2_tax="-1.95",
        without=("item2_quantity", "item2_price"),
    )

    assert extracted(page).items[1] == LineItem("*文具*中性笔", None, None, None, None, "-15.00", "13%", "-1.95")


def test_amount_and_rate_that_ran_together_are_parted() -> None:
    page = a_special_invoice(item2_amount="50.00 13%", without=("item2_rate",))

    assert extracted(page).items[1].amount == "50.00"
    assert extracted(page).items[1].tax_rate == "13%"


def test_a_name_on_two_lines_is_one_name() -> None:
    blank = ("item2_quantity", "item2_price", "item2_amount", "item2_rate", "item2_tax")
    page = a_special_invoice(item2_name="（0.5毫米，蓝色）", without=blank)

    assert [item.name for item in extracted(page).items] == ["*文具*中性笔（0.5毫米,蓝色）"]


def test_a_digital_invoice_has_its_parties_side_by_side() -> None:
    page = a_page(
        ("电子发票（普通发票）", 380, 20),
        ("发票号码：24312000000012345678", 680, 24),
        ("开票日期：2024年03月01日", 680, 48),
        ("名称：青禾市示例商贸有限公司", 60, 100),
        ("名称：望江镇示例文具有限公司", 560, 100),
        ("统一社会信用代码/纳税人识别号：91110199291951630T", 60, 130),
        ("统一社会信用代码/纳税人识别号：91310199651717240Y", 560, 130),
        *(("项目名称", 60, 170), ("规格型号", 220, 170), ("单位", 340, 170), ("数量", 440, 170), ("单价", 560, 170)),
        *(("金额", 680, 170), ("税率/征收率", 760, 170), ("税额", 920, 170)),
        *(("*住宿服务*住宿费", 40, 194), ("天", 345, 194), ("2", 450, 194), ("100.00", 550, 194), ("200.00", 670, 194)),
        *(("1%", 790, 194), ("2.00", 930, 194)),
        *(("合计", 100, 340), ("¥200.00", 660, 340), ("¥2.00", 925, 340)),
        *(("价税合计（大写）", 60, 370), ("贰佰零贰圆整", 300, 370), ("（小写）¥202.00", 700, 370)),
        *(("备", 30, 410), ("注", 30, 450), ("收款人：甲一；复核人：乙二", 80, 430), ("开票人：丙三", 100, 540)),
    )
    found = values(page)

    assert extracted(page).classified.kind is InvoiceKind.DIGITAL_GENERAL
    assert found["invoice_number"] == "24312000000012345678"
    assert (found["buyer_name"], found["seller_name"]) == ("青禾市示例商贸有限公司", "望江镇示例文具有限公司")
    assert (found["buyer_tax_id"], found["seller_tax_id"]) == ("91110199291951630T", "91310199651717240Y")
    assert (found["drawer"], found["tax_inclusive_amount"]) == ("丙三", "202.00")
    assert (found["payee"], found["reviewer"]) == ("甲一", "乙二")
    assert "甲一" in (found["remarks"] or "")
    assert "invoice_code" not in found
    assert extracted(page).items == (LineItem("*住宿服务*住宿费", None, "天", "2", "100.00", "200.00", "1%", "2.00"),)


def test_a_name_that_wraps_on_a_roll_is_joined() -> None:
    page = a_page(
        ("示例增值税普通发票（卷票）", 60, 20),
        ("发票代码 031001900107", 40, 60),
        ("发票号码 12345678", 40, 90),
        ("销售方名称 望江镇示例餐饮管理有", 40, 130),
        ("限公司", 143, 154),
        ("纳税人识别号 91310199651717240Y", 40, 184),
        ("开票日期 2019-03-19", 40, 214),
        ("项目", 40, 250),
        ("单价", 160, 250),
        ("数量", 230, 250),
        ("金额", 330, 250),
        ("餐费", 40, 280),
        ("140.00", 320, 280),
        ("合计金额(小写) ¥140.00", 40, 400),
        ("合计金额(大写) 壹佰肆拾圆整", 40, 430),
        width=420,
        height=600,
    )
    found = values(page)

    assert found["seller_name"] == "望江镇示例餐饮管理有限公司"
    assert (found["seller_tax_id"], found["issue_date"], found["tax_inclusive_amount"]) == ("91310199651717240Y", "2019-03-19", "140.00")
    assert extracted(page).items == (LineItem(name="餐费", amount="140.00"),)


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("0100机器编号990", ["machine_number"]),
        ("开票日期 2020-01-02 收款员 ab", ["issue_date", "payee"]),
        ("收款人:收款人", ["payee"]),
        ("纳税人识别号:91310199651717240Y", ["tax_id"]),
        ("纳概人识利号914401990496124705", ["tax_id"]),
        ("纳概人识利号 91310199651717240Y", ["tax_id"]),
        ("代开企业税号91310199651717240Y", []),
        ("开票回期20191017", []),
        ("名称:个人", ["name"]),
        ("货物或应税劳务、服务名称", []),
        ("示例大厦A座", []),
        ("订单号:10002000300", []),
    ],
)
def test_labels_are_told_from_text(text: str, labels: list[str]) -> None:
    assert [span.name for span in find_labels(text)] == labels


@pytest.mark.parametrize(
    ("text", "taxpayer_id"),
    [
        ("91310199651717240Y", "91310199651717240Y"),
        ("9131 0199 6517 1724 0Y", "91310199651717240Y"),
        ("9131O199651717240Y", "91310199651717240Y"),
        ("440399671649249", "440399671649249"),
        ("91310199651717240YK1", "91310199651717240Y"),
        ("91310199651717241YK1", "91310199651717241YK1"),
        ("0665", None),
        ("个人", None),
    ],
)
def test_taxpayer_ids_are_read_without_letters_that_they_cannot_have(text: str, taxpayer_id: str | None) -> None:
    assert read_taxpayer_id(text) == taxpayer_id


def test_quantity_and_price_that_ran_together_are_parted_where_their_product_is_the_amount() -> None:
    page = a_special_invoice(item2_price="18.18355596147766.7891011121", item2_amount="123.45", without=("item2_quantity",))
    item = extracted(page).items[1]

    assert (item.quantity, item.unit_price, item.amount) == ("18.1835559614776", "6.7891011121", "123.45")


def test_a_price_alone_is_not_torn_apart() -> None:
    page = a_special_invoice(item2_price="88.495575221", item2_amount="88.50", without=("item2_quantity",))
    item = extracted(page).items[1]

    assert (item.quantity, item.unit_price) == (None, "88.495575221")


def test_columns_may_stand_in_another_order() -> None:
    page = a_page(
        ("电子发票（普通发票）", 380, 20),
        *(("项目名称", 60, 170), ("单价", 340, 170), ("数量", 520, 170), ("金额", 680, 170), ("税率/征收率", 760, 170), ("税额", 920, 170)),
        *(("*运输服务*客运服务费", 40, 194), ("640.00", 335, 194), ("1", 530, 194), ("640.00", 670, 194), ("3%", 790, 194)),
        ("19.20", 925, 194),
        *(("合计", 100, 340), ("¥640.00", 660, 340), ("¥19.20", 920, 340)),
    )

    assert extracted(page).items == (LineItem("*运输服务*客运服务费", None, None, "1", "640.00", "640.00", "3%", "19.20"),)


def test_a_seal_over_the_remarks_does_not_run_into_the_seller() -> None:
    page = a_special_invoice(without=("remarks_1", "remarks_2", "seal"))
    found = values(with_prints(page, ("示例餐饮管理", 612, 466), ("项目编号:10000000001", 680, 490)))

    assert found["seller_name"] == "望江镇示例文具有限公司"
    assert found["seller_tax_id"] == "91310199651717240Y"


def test_a_sum_that_slid_down_beside_the_lost_total_does_not_prove_itself() -> None:
    page = a_special_invoice(digits="（小写）", without=("net", "tax"))

    assert "tax_inclusive_amount" not in values(with_prints(page, ("￥200.00", 800, 417)))


def test_values_whose_labels_were_lost_are_known_by_their_form_and_place() -> None:
    page = a_special_invoice(without=("buyer_name", "seller_tax_id"))
    found = values(with_prints(page, ("青禾市示例商贸有限公司", 246, 110), ("91310199651717240Y", 246, 486)))

    assert (found["buyer_name"], found["seller_tax_id"]) == ("青禾市示例商贸有限公司", "91310199651717240Y")


def test_a_column_whose_heading_was_lost_keeps_its_cells() -> None:
    assert extracted(a_special_invoice(without=("head_price",))).items == extracted(a_special_invoice()).items


def test_eight_digits_before_the_number_are_no_second_print() -> None:
    candidates = extracted(with_prints(a_special_invoice(), ("12345679", 300, 44))).candidates

    assert [candidate.value for candidate in candidates["invoice_number"]] == ["12345678", "12345678"]


def test_a_machine_number_is_no_code() -> None:
    candidates = extracted(with_prints(a_special_invoice(), ("机器编号：044001900104", 180, 60))).candidates

    assert candidates["machine_number"][0].value == "044001900104"
    assert {candidate.value for candidate in candidates["invoice_code"]} == {"3100203130"}


def test_a_seal_leaves_nothing_in_the_remarks() -> None:
    seal = [("91310199651717240Y", 700, 500), ("651717", 660, 524), ("司", 900, 480), ("发票专用章", 720, 530)]

    assert values(with_prints(a_special_invoice(), ("订单号:10000000001", 660, 474), *seal))["remarks"] == "订单号:10000000001"


def test_each_taxpayer_id_of_a_roll_belongs_to_the_party_above_it() -> None:
    page = a_page(
        ("示例增值税普通发票（卷票）", 60, 20),
        ("销售方名称 望江镇示例餐饮店", 40, 130),
        ("纳税人识别号 91310199651717240Y", 40, 160),
        ("购买方名称 青禾市示例商贸有限公司", 40, 190),
        ("纳税人识别号 91110199291951630T", 40, 220),
        width=420,
    )

    assert values(page)["seller_tax_id"] == "91310199651717240Y"
    assert values(page)["buyer_tax_id"] == "91110199291951630T"
