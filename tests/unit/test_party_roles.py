"""Whose a party's block is: by its title, the table or the other party, never by where it stands in a picture that may be cut."""

import pytest

from tests.support.described import a_slip, values
from tests.support.faces import Print, a_page, a_special_invoice, with_prints

BUYER, SELLER = "91110199291951630T", "91310199651717240Y"
TAX_LABEL = "统一社会信用代码/纳税人识别号："


def a_half(party: str, tax_id: str, left: float, title: str) -> list[Print]:
    down_the_side = [(letter, left - 40, 70 + 16 * place) for place, letter in enumerate(title)]
    return [*down_the_side, (f"名称：{party}", left, 80), (f"{TAX_LABEL}{tax_id}", left, 120)]


def a_digital_face(*halves: list[Print]) -> dict[str, str | None]:
    head: list[Print] = [("电子发票（增值税专用发票）", 300, 10)]
    table: list[Print] = [(text, left, 170) for text, left in (("项目名称", 60), ("规格型号", 220), ("单位", 340), ("数量", 440))]
    return values(a_page(*head, *(one for half in halves for one in half), *table))


@pytest.mark.parametrize(
    ("title", "role", "other"), [("购买方信息", "buyer", "seller"), ("买方信息", "buyer", "seller"), ("销售方信息", "seller", "buyer")]
)
def test_the_only_half_of_a_digital_face_is_whose_its_title_says(title: str, role: str, other: str) -> None:
    found = a_digital_face(a_half("青禾市示例商贸有限公司", BUYER, 60, title))

    assert (found[f"{role}_name"], found[f"{role}_tax_id"]) == ("青禾市示例商贸有限公司", BUYER)
    assert not {f"{other}_name", f"{other}_tax_id"} & set(found)


@pytest.mark.parametrize("left", [60, 560])
def test_the_only_half_of_a_digital_face_without_its_title_is_nobodys(left: float) -> None:
    found = a_digital_face(a_half("青禾市示例商贸有限公司", BUYER, left, ""))

    assert not [key for key in found if key.startswith(("buyer", "seller"))]


def test_two_halves_need_no_titles() -> None:
    found = a_digital_face(a_half("青禾市示例商贸有限公司", BUYER, 60, ""), a_half("望江镇示例文具有限公司", SELLER, 560, ""))

    assert (found["buyer_name"], found["seller_name"]) == ("青禾市示例商贸有限公司", "望江镇示例文具有限公司")
    assert (found["buyer_tax_id"], found["seller_tax_id"]) == (BUYER, SELLER)


def test_a_taxpayer_id_whose_label_was_lost_tells_that_there_is_another_half() -> None:
    found = a_digital_face(a_half("青禾市示例商贸有限公司", BUYER, 60, ""), [(SELLER, 840, 120)])

    assert (found["buyer_tax_id"], found["seller_tax_id"]) == (BUYER, SELLER)


UPPER = ("buyer_name", "buyer_tax_id", "buyer_address", "buyer_bank")
LOWER = ("seller_name", "seller_tax_id", "seller_address", "seller_bank")
TABLE = tuple(
    f"{row}_{cell}"
    for row in ("head", "item", "item2")
    for cell in ("name", "spec", "unit", "quantity", "price", "amount", "amount_2", "rate", "tax")
)
SUMS = ("subtotal", "net", "tax", "words_label", "words", "digits")
FOOT = ("remarks_1", "remarks_2", "payee", "reviewer", "drawer", "seal")


def test_the_only_block_of_a_form_without_its_table_is_nobodys_unless_titled() -> None:
    upper = a_special_invoice(without=(*TABLE, *SUMS, *LOWER, *FOOT))
    lower = a_special_invoice(without=(*TABLE, *SUMS, *UPPER, "cipher"))

    assert not [key for page in (upper, lower) for key in values(page) if key.endswith(("_name", "_tax_id"))]
    titled = values(with_prints(upper, *(("购", 90, 112), ("买", 90, 140), ("方", 90, 168))))
    assert titled["buyer_tax_id"] == BUYER
    assert "seller_tax_id" not in titled


def test_two_blocks_of_a_form_whose_table_was_lost_are_the_buyers_above_the_sellers() -> None:
    found = values(a_special_invoice(without=(*TABLE, *SUMS)))

    assert (found["buyer_tax_id"], found["seller_tax_id"]) == (BUYER, SELLER)


@pytest.mark.parametrize("lost", ["纳税人识别号 below", "购买方名称"])
def test_an_id_of_a_roll_is_not_the_sellers_where_the_buyers_label_was_lost(lost: str) -> None:
    rows = [
        ("发票代码", "031002000707"),
        ("销售方名称", "海棠市示例文具有限公司"),
        *([] if "购买方名称" in lost else [("纳税人识别号", "")]),
        ("开票日期", "2020-05-10"),
        ("收款员", "胡示例"),
        ("购万万各", "青禾市示例装饰有限公司"),
        ("纳税人识别号", BUYER),
        ("合计金额(小写)", "¥948.54"),
    ]
    found = values(a_slip("四川增值税普通发票（卷票）", *rows))

    assert "seller_tax_id" not in found
